"""Whose a need became, kept beside the move in the log as ids: a need that changes hands keeps its history."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from network.audit.moves import log_transition
from network.domain.actor import Actor
from network.models import Need


class Owned(NamedTuple):
    """Whether the owner changed, the chapter it passed to (None for staff), and its broker by name, if any."""

    changed: bool
    chapter_id: int | None
    broker_id: int | None


def log_owner(session: Session, actor: Actor, need: Need, owned: Owned, now: datetime) -> None:
    """The log says whose the need is from now on."""
    parts = [f"chapter={owned.chapter_id or 0}"] if owned.changed else []
    parts += [f"broker={owned.broker_id}"] if owned.broker_id is not None else []
    code = " ".join(parts) or "nobody"
    log_transition(session, actor, need, "owned_by", source=None, target=need.state, now=now, reason=code)


def owned_of(code: str | None) -> Owned:
    """What a line of the log says; what cannot be read says nothing."""
    pairs = [part.partition("=") for part in (code or "").split()]
    found = {name: int(number) for name, _sign, number in pairs if number.isdecimal()}
    return Owned("chapter" in found, found.get("chapter") or None, found.get("broker"))
