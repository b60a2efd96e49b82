"""The clock of concerns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from network.models import Concern
from network.moderation.operations import tick_concern
from network.outbox.clocks import enqueue_due
from network.outbox.registry import handles, periodic


@periodic("concerns.due", timedelta(minutes=1))
def find_due_concerns(session: Session, now: datetime) -> None:
    """The clock of each concern whose time has come is due, once for each date."""
    enqueue_due(session, Concern, "concern", now)


@handles("concern.clock")
def run_concern_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What is due on one concern is done, if it still is."""
    tick_concern(session, payload["concern_id"], now)
