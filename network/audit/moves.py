"""The one door through which a row's state changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import Conflict
from network.domain.lifecycle import Moves, apply_move
from network.domain.states import Role
from network.models import Transition


def check_version(row: Any, seen: int | None) -> None:
    """Refuse with Conflict when the row has moved on since the actor saw it; None means it was not seen."""
    if seen is not None and row.version != seen:
        raise Conflict("stale", "This has changed since you opened the page.")


def move(
    session: Session,
    actor: Actor,
    row: Any,
    table: Moves[Any],
    action: str,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
    roles: Collection[Role],
) -> None:
    """Move `row` by `action`, or raise Conflict or NotAllowed; the move stands in the transition log.

    `roles` are those the actor holds towards this row: a lead of another chapter is no lead here.
    The state's attribute is `status` for outcomes and `state` elsewhere.
    """
    check_version(row, seen)
    attribute = "status" if hasattr(row, "status") else "state"
    source = getattr(row, attribute)
    target = apply_move(table, source, action, roles, reason=reason)
    setattr(row, attribute, target)
    if hasattr(row, "updated_at"):
        row.updated_at = now
    if hasattr(row, "state_since"):
        # Every move begins a new schedule (domain/schedule.py).
        row.state_since, row.steps_done = now, 0
    session.flush()
    log_transition(
        session, actor, row, action, source=str(source), target=str(target), now=now, reason=reason
    )


def check_may_move(
    row: Any,
    table: Moves[Any],
    action: str,
    *,
    roles: Collection[Role],
    reason: str | None = None,
    seen: int | None = None,
) -> None:
    """Raise what `move` would raise, and change nothing: before choices are looked at that are another's to make."""
    check_version(row, seen)
    apply_move(table, getattr(row, "status", None) or row.state, action, roles, reason=reason)


def log_transition(
    session: Session,
    actor: Actor,
    row: Any,
    action: str,
    *,
    source: str | None,
    target: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Append one line to the transition log of a row; a creation has no source."""
    session.add(
        Transition(
            subject=subject_of(row),
            subject_id=row.id,
            action=action,
            source=source,
            target=target,
            actor_id=actor.user_id,
            channel=actor.channel,
            reason=reason,
            at=now,
        )
    )


def subject_of(row: Any) -> str:
    """The name a row's class has in the logs: its class name in lower case."""
    return type(row).__name__.lower()


def transitions_of(session: Session, subject: str, subject_id: int) -> list[Transition]:
    """All moves of one row, oldest first."""
    return list(
        session.scalars(
            select(Transition)
            .where(Transition.subject == subject, Transition.subject_id == subject_id)
            .order_by(Transition.at, Transition.id)
        )
    )
