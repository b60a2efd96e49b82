"""Enqueueing: one row in the transaction of what it concerns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from network.models import OutboxMessage

# While an event is done, its session says whether it was done before, and so has made its mails.
MAILED = "mailed"


def enqueue(
    session: Session,
    event: str,
    *,
    due_at: datetime | None = None,
    key: str | None = None,
    now: datetime | None = None,
    **ids: Any,
) -> None:
    """Make `event` due once this transaction commits (at `due_at`, else at once).

    `ids` are row ids and other plain values without personal data. With a `key` the same thing is asked for
    once only, for ever; a second call with the key changes nothing.
    """
    if key is not None and session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return
    made = now or datetime.now(UTC)
    session.execute(
        insert(OutboxMessage).values(
            event=event,
            payload=ids,
            key=key,
            created_at=made,
            due_at=due_at or made,
            attempts=0,
        )
    )


def revive(session: Session, message_id: int, now: datetime) -> bool:
    """Make a dead letter due again; False where there is no such dead letter."""
    revived = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.dead_at.is_not(None))
        .values(dead_at=None, finished_at=None, attempts=0, due_at=now, error=None)
        .returning(OutboxMessage.id)
    )
    return revived.first() is not None
