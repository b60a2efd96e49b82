"""The quarter's tables, made when the quarter is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.measures.snapshots import make_snapshot
from network.outbox.registry import periodic


@periodic("measures.snapshot", timedelta(hours=1))
def snapshot_quarter(session: Session, now: datetime) -> None:
    """Make the last quarter's public tables, once."""
    make_snapshot(session, now)
