"""Three times that suit both clocks, to begin with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from network.domain.clock import is_working_day, local_date, zone_or_utc

SUGGESTED = 3
_FIRST_DAY, _LAST_DAY = 2, 14
_DAY_BEGINS, _DAY_ENDS = 9 * 60, 17 * 60
_HALF_HOURS = tuple(time(hour, minute) for hour in range(7, 21) for minute in (0, 30))


def suggested_times(mine: str | None, theirs: str | None, now: datetime) -> list[datetime]:
    """One time on each of the next working days of both, nearest to the middle of both working days."""
    own, other = zone_or_utc(mine), zone_or_utc(theirs)
    today = local_date(now, mine)
    found: list[datetime] = []
    for days in range(_FIRST_DAY, _LAST_DAY):
        best = _best_of(today + timedelta(days=days), own, other)
        if best is not None:
            found.append(best)
        if len(found) == SUGGESTED:
            break
    return found


def _best_of(day: date, own: tzinfo, other: tzinfo) -> datetime | None:
    moments = (datetime.combine(day, at, tzinfo=own).astimezone(UTC) for at in _HALF_HOURS)
    working = [at for at in moments if is_working_day(day) and is_working_day(at.astimezone(other).date())]
    return min(working, key=lambda at: (_strain(at, own) + _strain(at, other), at), default=None)


def _strain(at: datetime, zone: tzinfo) -> int:
    """How ill a time suits somebody: minutes outside the working day weigh ten times those from its middle.

    Squared, so that both bear a little before one bears it all.
    """
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    outside = max(_DAY_BEGINS - minute, minute + 30 - _DAY_ENDS, 0)
    return (outside * 10 + abs(minute - (_DAY_BEGINS + _DAY_ENDS) // 2)) ** 2
