"""Transition rows for the demo's histories: each path from one state to another as its lifecycle would write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.audit.moves import subject_of
from network.domain.states import Channel
from network.models import Transition

# (action, target, when, who did it or None for the clock, reason)
Move = tuple[str, str, datetime, int | None, str | None]


def write_history(session: Session, row: Any, first: str | None, moves: Sequence[Move]) -> None:
    """The moves stand in the log in their order; the last target is the row's state."""
    source = first
    for action, target, at, actor_id, reason in moves:
        session.add(
            Transition(
                subject=subject_of(row),
                subject_id=row.id,
                action=action,
                source=source,
                target=target,
                actor_id=actor_id,
                channel=Channel.WEB if actor_id else Channel.CLOCK,
                reason=reason,
                at=at,
            )
        )
        source = target
