"""The clocks of an introduction: whose turn it is, until when, and what happens then."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from network.domain.clock import (
    NO_HOLIDAYS,
    end_of_day_after,
    in_utc,
    morning_after,
    offer_expires_at,
    working_days_after,
)
from network.domain.introduction_moves import WITHDRAWN_ON_LEAVING
from network.domain.periods import DEFAULT_PERIODS, Periods
from network.domain.schedule import Overdue, Step, latest_due, step_after
from network.domain.states import IntroductionState, Waiting

_I = IntroductionState
_Steps = list[Step]


@dataclass(frozen=True, slots=True)
class IntroductionClock:
    """What the clocks look at.

    `since` is the time of the last move, one that keeps the state (a second meeting, an answer)
    among them. `turn` is whose turn an exploring introduction is on.
    """

    state: IntroductionState
    since: datetime
    steps_done: int = 0
    volunteer_zone: str | None = "UTC"
    requester_zone: str | None = "UTC"
    broker_zone: str | None = "UTC"
    turn: Waiting = Waiting.REQUESTER
    expires_at: datetime | None = None
    need_deadline: datetime | None = None
    urgent: bool = False
    introduced_at: datetime | None = None
    on_leave_until: datetime | None = None
    frozen_since: datetime | None = None
    holidays: frozenset[date] = NO_HOLIDAYS


def next_action(clock: IntroductionClock, periods: Periods = DEFAULT_PERIODS) -> Step | None:
    """Whose turn it is, until when and what then; None where nothing is due any more.

    Past its last step a live introduction stays with staff, who are reminded until it moves.
    """
    if clock.frozen_since is not None and clock.state in WITHDRAWN_ON_LEAVING:
        return step_after(
            [_frozen(clock, periods, clock.frozen_since)],
            clock.steps_done,
            partial(_frozen, clock, periods),
        )
    steps_of = _STEPS.get(clock.state)
    if steps_of is None:
        return None
    repeat = None if clock.state is _I.COMPLETED else partial(_remind_staff, clock, periods)
    return step_after(steps_of(clock, periods), clock.steps_done, repeat)


def due_action(clock: IntroductionClock, now: datetime, periods: Periods = DEFAULT_PERIODS) -> Overdue | None:
    """The latest step whose time has come, or None."""
    return latest_due(
        lambda done: next_action(replace(clock, steps_done=done), periods), clock.steps_done, now
    )


def expiry_of(clock: IntroductionClock, periods: Periods = DEFAULT_PERIODS) -> datetime:
    """When an offered introduction expires, as stored or worked out from when it was offered."""
    if clock.expires_at is not None:
        return in_utc(clock.expires_at)
    return offer_expires_at(
        clock.since,
        clock.volunteer_zone,
        clock.need_deadline,
        clock.urgent,
        clock.holidays,
        days=periods.offer_days,
        days_before_deadline=periods.offer_before_deadline_days,
        least_hours=periods.offer_minimum_hours,
        urgent_working_days=periods.offer_urgent_working_days,
    )


def _proposed(clock: IntroductionClock, periods: Periods) -> _Steps:
    handed = end_of_day_after(clock.since, periods.introduction_proposed_days, clock.broker_zone)
    return [
        Step(Waiting.SYSTEM, handed, "hand_to_broker"),
        _escalate(clock, periods, handed),
    ]


def _offered(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.volunteer_zone
    expires = expiry_of(clock, periods)
    if clock.on_leave_until is not None:
        expires = max(expires, end_of_day_after(clock.on_leave_until, 0, zone))
    # A short offer has its reminder a day before the end; two that fall together are sent as one.
    last = expires - timedelta(days=1)
    nudges = (morning_after(clock.since, days, zone) for days in periods.offer_nudge_days)
    return [
        *(Step(Waiting.VOLUNTEER, min(_back_from_leave(clock, at), last), "nudge") for at in nudges),
        Step(Waiting.VOLUNTEER, expires, "expire"),
    ]


def _exploring(clock: IntroductionClock, periods: Periods) -> _Steps:
    nudge, last = periods.exploring_nudge_days, periods.exploring_days
    if clock.turn is Waiting.VOLUNTEER:
        # The leave is over by the end; the clock stood still meanwhile.
        since = _back_from_leave(clock, clock.since)
        return [
            Step(Waiting.VOLUNTEER, morning_after(since, nudge, clock.volunteer_zone), "nudge"),
            Step(Waiting.VOLUNTEER, end_of_day_after(since, last, clock.volunteer_zone), "expire"),
        ]
    return [
        Step(Waiting.REQUESTER, morning_after(clock.since, nudge, clock.requester_zone), "nudge"),
        Step(
            Waiting.REQUESTER,
            end_of_day_after(clock.since, last, clock.requester_zone),
            "withdraw",
        ),
    ]


def _accepted(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.requester_zone
    return [
        Step(
            Waiting.REQUESTER,
            morning_after(clock.since, periods.accepted_nudge_days, zone),
            "nudge",
        ),
        Step(Waiting.REQUESTER, end_of_day_after(clock.since, periods.accepted_days, zone), "withdraw"),
    ]


def _introduced(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.requester_zone
    return [
        Step(
            Waiting.REQUESTER,
            morning_after(clock.since, periods.introduced_nudge_days, zone),
            "nudge",
        ),
        Step(
            Waiting.REQUESTER,
            morning_after(clock.since, periods.introduced_ask_days, zone),
            "ask_both",
        ),
        Step(
            Waiting.REQUESTER,
            end_of_day_after(clock.since, periods.introduced_no_contact_days, zone),
            "mark_no_contact",
        ),
    ]


def _met(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.requester_zone
    return [
        Step(
            Waiting.REQUESTER,
            morning_after(clock.since, periods.met_feedback_days, zone),
            "ask_feedback",
        ),
        Step(Waiting.REQUESTER, end_of_day_after(clock.since, periods.met_silence_days, zone), "complete"),
    ]


def _in_progress(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.requester_zone
    return [
        Step(
            Waiting.REQUESTER,
            morning_after(clock.since, periods.in_progress_ask_days, zone),
            "ask_progress",
        ),
        Step(
            Waiting.REQUESTER,
            end_of_day_after(clock.since, periods.in_progress_silence_days, zone),
            "stall",
        ),
    ]


def _completed(clock: IntroductionClock, periods: Periods) -> _Steps:
    zone = clock.requester_zone
    introduced = clock.introduced_at or clock.since
    asked = [morning_after(introduced, days, zone) for days in periods.follow_up_days]
    # Days that went by before it completed are not made up for, but everybody is asked once.
    ahead = [at for at in asked if at > in_utc(clock.since)] or [morning_after(clock.since, 1, zone)]
    return [Step(Waiting.REQUESTER, at, "follow_up") for at in ahead]


def _back_from_leave(clock: IntroductionClock, at: datetime) -> datetime:
    until = clock.on_leave_until
    return in_utc(at) if until is None else max(in_utc(at), in_utc(until))


def _broker_due(clock: IntroductionClock, days: int, at: datetime) -> datetime:
    return working_days_after(at, days, clock.broker_zone, clock.holidays)


def _escalate(clock: IntroductionClock, periods: Periods, at: datetime) -> Step:
    due = _broker_due(clock, periods.need_exhausted_working_days, at)
    return Step(Waiting.BROKER, due, "escalate")


def _remind_staff(clock: IntroductionClock, periods: Periods, at: datetime) -> Step:
    due = _broker_due(clock, periods.staff_reminder_working_days, at)
    return Step(Waiting.STAFF, due, "remind_staff")


def _frozen(clock: IntroductionClock, periods: Periods, at: datetime) -> Step:
    due = _broker_due(clock, periods.frozen_review_working_days, at)
    return Step(Waiting.STAFF, due, "review_frozen")


_STEPS: dict[IntroductionState, Callable[[IntroductionClock, Periods], _Steps]] = {
    _I.PROPOSED: _proposed,
    _I.OFFERED: _offered,
    _I.EXPLORING: _exploring,
    _I.ACCEPTED: _accepted,
    _I.INTRODUCED: _introduced,
    _I.MET: _met,
    _I.IN_PROGRESS: _in_progress,
    _I.COMPLETED: _completed,
}
