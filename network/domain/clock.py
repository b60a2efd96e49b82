"""Time: a clock that is passed in, and the network's way of counting days.

Instants are aware and in UTC. Days are counted on the calendar of whoever has to answer and
end there at 23:59, so nobody loses hours to a zone or a change of the clocks.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59)
MORNING = time(9, 0)
NO_HOLIDAYS: frozenset[date] = frozenset()
_SATURDAY = 5
# A broker up to so many hours west of the reader; further east, their evening falls on the reader's same day.
_SMALL_HOURS = 10


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant the clock was set to, in UTC."""
        return in_utc(self.at)

    def set(self, at: datetime) -> datetime:
        """Put the clock to an instant, forwards or back."""
        self.at = in_utc(at)
        return self.at

    def advance(self, delta: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a timedelta or by its parts (`days=4, hours=1`); return the new now."""
        return self.set(in_utc(self.at) + (delta or timedelta()) + timedelta(**parts))


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC; a naive time is a fault of the program and raises ValueError."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def zone_or_utc(name: str | None) -> tzinfo:
    """The named zone, or UTC where the name means nothing on this machine."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        # Zone names come from browsers and spreadsheets: a bad one must not stop a clock.
        return UTC


def local_date(at: datetime, zone: str | None) -> date:
    """The calendar day on which this instant falls in the zone."""
    return in_utc(at).astimezone(zone_or_utc(zone)).date()


def end_of_day(day: date, zone: str | None) -> datetime:
    """23:59 of that day in the zone; where it comes twice, the later one."""
    return _instant(day, END_OF_DAY, zone)


def end_of_day_after(now: datetime, days: int, zone: str | None) -> datetime:
    """23:59 of the day that is `days` calendar days after today in the zone."""
    return end_of_day(local_date(now, zone) + timedelta(days=days), zone)


def morning_of(day: date, zone: str | None) -> datetime:
    """09:00 of that day in the zone: when a reminder is sent."""
    return _instant(day, MORNING, zone)


def morning_after(now: datetime, days: int, zone: str | None) -> datetime:
    """09:00 of the day that is `days` calendar days after today in the zone."""
    return morning_of(local_date(now, zone) + timedelta(days=days), zone)


def is_working_day(day: date, holidays: Collection[date] = NO_HOLIDAYS) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_days_after(
    now: datetime, days: int, zone: str | None, holidays: Collection[date] = NO_HOLIDAYS
) -> datetime:
    """23:59 of the working day that is `days` working days after today in the zone."""
    day = local_date(now, zone)
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, holidays)
    return end_of_day(day, zone)


def working_days_off(after: date, until: date, holidays: Collection[date] = NO_HOLIDAYS) -> tuple[date, ...]:
    """The holidays from the day after one to another that would have been working days otherwise, in order."""
    return tuple(sorted(day for day in holidays if after < day <= until and day.weekday() < _SATURDAY))


def last_working_day(ends: datetime, zone: str | None) -> date:
    """The day that a broker's deadline is called by in another zone.

    It ends at 23:59 where the broker is. Where that is the small hours of the next day for the reader, they are
    not told a day (perhaps a Saturday) on which nobody works for them any more.
    """
    there = in_utc(ends).astimezone(zone_or_utc(zone))
    return there.date() - timedelta(days=there.hour < _SMALL_HOURS)


def months_after(day: date, months: int) -> date:
    """The same day some months on; a day the month lacks falls back to its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def offer_expires_at(
    now: datetime,
    zone: str | None,
    need_deadline: datetime | None = None,
    urgent: bool = False,
    holidays: Collection[date] = NO_HOLIDAYS,
    *,
    days: int = 10,
    days_before_deadline: int = 2,
    least_hours: int = 48,
    urgent_working_days: int = 3,
) -> datetime:
    """When an offer made now ends, at 23:59 in the volunteer's zone.

    Day 10, or two days before the need's deadline where that is sooner, but never under 48
    hours. An urgent need gives three working days.
    """
    if urgent:
        return working_days_after(now, urgent_working_days, zone, holidays)
    latest = end_of_day_after(now, days, zone)
    if need_deadline is None:
        return latest
    before = end_of_day_after(need_deadline, -days_before_deadline, zone)
    earliest = in_utc(now) + timedelta(hours=least_hours)
    return min(latest, max(before, _first_end_of_day_from(earliest, zone)))


def _first_end_of_day_from(at: datetime, zone: str | None) -> datetime:
    end = end_of_day_after(at, 0, zone)
    return end if end >= at else end_of_day_after(at, 1, zone)


def _instant(day: date, at: time, zone: str | None) -> datetime:
    # fold=1: an hour that comes twice in autumn is over only the second time.
    return datetime.combine(day, at, tzinfo=zone_or_utc(zone)).replace(fold=1).astimezone(UTC)
