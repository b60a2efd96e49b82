"""When mail may come: not in the reader's night, and gathered where they like that better."""

from datetime import datetime, timedelta
from enum import StrEnum

from network.domain.clock import in_utc, zone_or_utc


class MailRhythm(StrEnum):
    """How reminders and news come: one by one, or gathered in one mail a day or a week."""

    SINGLE = "single"
    DAILY = "daily"
    WEEKLY = "weekly"


def is_quiet(now: datetime, zone: str | None, begins: int, ends: int) -> bool:
    """Whether this instant falls in the reader's quiet hours; equal hours mean that there are none."""
    hour = in_utc(now).astimezone(zone_or_utc(zone)).hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def after_quiet(now: datetime, zone: str | None, begins: int, ends: int) -> datetime:
    """This instant, or the end of the reader's quiet hours where it falls in them."""
    if begins == ends or not is_quiet(now, zone, begins, ends):
        return in_utc(now)
    return next_time(now, zone, ends)


def next_time(now: datetime, zone: str | None, hour: int, weekday: int | None = None) -> datetime:
    """The next time it is this full hour where the reader lives; on that day of the week (0 is Monday), if named."""
    place = zone_or_utc(zone)
    local = in_utc(now).astimezone(place)
    day = local.date()
    while True:
        then = datetime(day.year, day.month, day.day, hour, tzinfo=place)
        if then > local and (weekday is None or day.weekday() == weekday):
            return in_utc(then)
        day += timedelta(days=1)
