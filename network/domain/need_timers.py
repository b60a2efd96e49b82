"""The clocks of a need: whose turn it is, until when, and what happens then."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from network.domain.clock import (
    NO_HOLIDAYS,
    end_of_day_after,
    in_utc,
    morning_after,
    working_days_after,
)
from network.domain.periods import DEFAULT_PERIODS, Periods
from network.domain.schedule import Overdue, Step, latest_due, step_after
from network.domain.states import NeedState, Waiting

_N = NeedState


@dataclass(frozen=True, slots=True)
class NeedClock:
    """What the clocks look at.

    `since` is when the state was entered (a draft's: when it was last edited), `submitted_at`
    when triage was asked for, `exhausted_at` when the cascade had nobody left, `enough_at` when
    enough introductions had completed and the requester was asked whether that was it.
    """

    state: NeedState
    since: datetime
    steps_done: int = 0
    requester_zone: str | None = "UTC"
    broker_zone: str | None = "UTC"
    submitted_at: datetime | None = None
    deadline: datetime | None = None
    exhausted_at: datetime | None = None
    enough_at: datetime | None = None
    held_by_staff: bool = False
    holidays: frozenset[date] = NO_HOLIDAYS


def next_action(clock: NeedClock, periods: Periods = DEFAULT_PERIODS) -> Step | None:
    """Whose turn it is, until when and what then; None for a need that has ended."""
    steps_of = _STEPS.get(clock.state)
    if steps_of is None:
        return None
    repeat = partial(_remind_staff, clock, periods)
    return step_after(steps_of(clock, periods), clock.steps_done, repeat)


def due_action(clock: NeedClock, now: datetime, periods: Periods = DEFAULT_PERIODS) -> Overdue | None:
    """The latest step whose time has come, or None."""
    return latest_due(
        lambda done: next_action(replace(clock, steps_done=done), periods), clock.steps_done, now
    )


def _draft(clock: NeedClock, periods: Periods) -> list[Step]:
    warned = periods.need_draft_days - periods.need_draft_warning_days
    zone = clock.requester_zone
    return [
        Step(Waiting.REQUESTER, morning_after(clock.since, warned, zone), "warn"),
        Step(
            Waiting.REQUESTER,
            end_of_day_after(clock.since, periods.need_draft_days, zone),
            "withdraw",
        ),
    ]


def _triage(clock: NeedClock, periods: Periods) -> list[Step]:
    # One clock for both: beginning to read does not buy three more days.
    asked = clock.submitted_at or clock.since
    return [_broker_task(clock, asked, periods.need_triage_working_days)]


def _needs_info(clock: NeedClock, periods: Periods) -> list[Step]:
    zone = clock.requester_zone
    days = periods.need_info_days
    return [
        Step(Waiting.REQUESTER, morning_after(clock.since, days // 2, zone), "nudge"),
        Step(Waiting.REQUESTER, end_of_day_after(clock.since, days, zone), "withdraw"),
    ]


def _open(clock: NeedClock, periods: Periods) -> list[Step]:
    if clock.enough_at is not None:
        days = periods.need_fulfilled_silence_days
        zone = clock.requester_zone
        return [
            Step(Waiting.REQUESTER, morning_after(clock.enough_at, days // 2, zone), "nudge"),
            Step(Waiting.REQUESTER, end_of_day_after(clock.enough_at, days, zone), "fulfil"),
        ]
    days = periods.need_exhausted_working_days
    if clock.exhausted_at is not None:
        return [_broker_task(clock, clock.exhausted_at, days)]
    ends = (
        end_of_day_after(clock.since, periods.need_review_days, clock.broker_zone)
        if clock.deadline is None
        else in_utc(clock.deadline)
    )
    return [
        Step(Waiting.SYSTEM, ends, "hand_to_broker"),
        _broker_task(clock, ends, days),
    ]


def _broker_task(clock: NeedClock, since: datetime, days: int) -> Step:
    due = working_days_after(since, days, clock.broker_zone, clock.holidays)
    if clock.held_by_staff:
        return Step(Waiting.STAFF, due, "remind_staff")
    return Step(Waiting.BROKER, due, "escalate")


def _remind_staff(clock: NeedClock, periods: Periods, at: datetime) -> Step:
    days = periods.staff_reminder_working_days
    due = working_days_after(at, days, clock.broker_zone, clock.holidays)
    return Step(Waiting.STAFF, due, "remind_staff")


_STEPS: dict[NeedState, Callable[[NeedClock, Periods], list[Step]]] = {
    _N.DRAFT: _draft,
    _N.SUBMITTED: _triage,
    _N.IN_TRIAGE: _triage,
    _N.NEEDS_INFO: _needs_info,
    _N.OPEN: _open,
}
