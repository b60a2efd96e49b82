"""When two people in different zones are both at work: from 09:00 to 17:00 by each one's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from network.domain.clock import in_utc, local_date, zone_or_utc

DAY_BEGINS, DAY_ENDS = time(9, 0), time(17, 0)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What one working day of `mine` shares with those of `theirs`.

    `minutes` are how long both are at work; `their_morning` is what my clock shows when their day begins.
    """

    minutes: int
    their_morning: time

    @property
    def is_whole(self) -> bool:
        """Both keep the same hours."""
        return self.their_morning == DAY_BEGINS


def overlap_of(mine: str | None, theirs: str | None, now: datetime) -> Overlap:
    """How the working day of now in the zone `mine` lies to those in `theirs`.

    Every day counts as a working day. A zone that this machine does not know is taken for UTC. On a day on which
    a clock changes, the hours are those that really pass.
    """
    today = local_date(now, mine)
    begins, ends = _working_day(today, mine)
    # Where the zones lie far apart their working day may be that of yesterday or tomorrow.
    others = [_working_day(today + timedelta(days=days), theirs) for days in (-1, 0, 1)]
    shared = sum(
        (
            max(min(ends, other_end) - max(begins, other_begin), timedelta())
            for other_begin, other_end in others
        ),
        timedelta(),
    )
    nearest = min((other_begin for other_begin, _ in others), key=lambda at: abs(at - begins))
    return Overlap(
        minutes=int(shared.total_seconds()) // 60,
        their_morning=nearest.astimezone(zone_or_utc(mine)).time().replace(second=0, microsecond=0),
    )


def _working_day(day: date, zone: str | None) -> tuple[datetime, datetime]:
    begins, ends = (
        in_utc(datetime.combine(day, at, tzinfo=zone_or_utc(zone))) for at in (DAY_BEGINS, DAY_ENDS)
    )
    return begins, ends
