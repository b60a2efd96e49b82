"""Rows that wait: finding those whose time has come, one event for each row and date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.outbox.queue import enqueue

BATCH = 500


def enqueue_due(session: Session, table: Any, noun: str, now: datetime) -> None:
    """Ask for "<noun>.clock" once for each row of `table` whose `next_action_at` has passed."""
    due = session.execute(
        select(table.id, table.next_action_at)
        .where(table.next_action_at <= now)
        .order_by(table.next_action_at, table.id)
        .limit(BATCH)
    )
    for row_id, at in due.all():
        key = f"{noun}.clock:{row_id}:{at.isoformat()}"
        enqueue(session, f"{noun}.clock", key=key, now=now, **{f"{noun}_id": row_id})
