"""How often somebody is told of something, and when next: in the morning of their own day."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from network.domain.clock import local_date, morning_of


class Rhythm(StrEnum):
    """How often; never, where it was turned off."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


def next_morning(rhythm: Rhythm, now: datetime, zone: str | None) -> datetime | None:
    """The next morning that is due: tomorrow's, or that of next Monday; None where nothing is told."""
    today = local_date(now, zone)
    if rhythm is Rhythm.DAILY:
        return morning_of(today + timedelta(days=1), zone)
    if rhythm is Rhythm.WEEKLY:
        return morning_of(today + timedelta(days=7 - today.weekday()), zone)
    return None
