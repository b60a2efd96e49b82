"""When the people of the demo do things: awake, where they live, and in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zlib import crc32

from network.domain.clock import local_date, zone_or_utc
from network.domain.schedule import HAND_OVERS
from network.domain.standing_timers import StandingClock, due_action, next_action
from network.domain.states import ChapterState, MembershipState, OrganisationState
from network.rules import periods

# Minutes after midnight between which people act.
FIRST, LAST = 8 * 60, 20 * 60 + 30
_DAY = 24 * 60


def waking(
    at: datetime, zone: str, *, after: datetime | None = None, before: datetime | None = None
) -> datetime:
    """A moment near `at`, later than `after` and not later than `before`, at which people in `zone` are awake.

    Where there is none between the two it is whatever keeps their order.
    """
    here = at.astimezone(zone_or_utc(zone))
    minute = here.hour * 60 + here.minute
    awake = FIRST <= minute < LAST
    near = at if awake else at + timedelta(minutes=FIRST + minute * (LAST - FIRST) // _DAY - minute)
    for days in (0, -1, 1):
        found = near + timedelta(days=days)
        if (after is None or found > after) and (before is None or found <= before):
            return found
    if after is not None and before is not None:
        return after + (before - after) / 2
    return after + timedelta(hours=1) if after is not None else min(at, before or at)


def moment_of(day: date, zone: str, key: str, now: datetime) -> datetime:
    """A moment of this day in `zone`, the same for the same key, by which it had come before `now`."""
    minute = FIRST + crc32(key.encode()) % (LAST - FIRST)
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone_or_utc(zone))
    at = wall.astimezone(UTC)
    return at if at <= now else at - timedelta(days=1)


class Standing(NamedTuple):
    """Who has to look next, and when: as the clock would have left the row by now."""

    next_action_by: str | None
    next_action_at: datetime | None
    steps_done: int
    escalated_at: datetime | None


class Clocks:
    """The clocks of standing, wound as if the worker had run all the time; each answer is worked out once."""

    def __init__(self, now: datetime) -> None:
        self._now, self._periods = now, periods()
        self._known: dict[tuple[object, ...], Standing] = {}

    def standing(
        self,
        state: MembershipState | OrganisationState | ChapterState,
        since: datetime,
        zone: str,
        broker_zone: str,
    ) -> Standing:
        """What stands on the row of something that has been in this state since then."""
        # Clocks count calendar days: all of one day stand alike.
        key = (
            state.__class__,
            state,
            zone,
            broker_zone,
            local_date(since, zone),
            local_date(since, broker_zone),
        )
        found = self._known.get(key)
        if found is None:
            clock = StandingClock(state=state, since=since, zone=zone, broker_zone=broker_zone)
            found = self._known[key] = self._wound(clock)
        return found

    def _wound(self, clock: StandingClock) -> Standing:
        escalated = None
        while overdue := due_action(clock, self._now, self._periods):
            clock = replace(clock, steps_done=overdue.steps_done)
            if overdue.step.name not in HAND_OVERS:
                break
            escalated = overdue.step.at
        step = next_action(clock, self._periods)
        by, at = (step.waiting.value, step.at) if step else (None, None)
        return Standing(by, at, clock.steps_done, escalated)
