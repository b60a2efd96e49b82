"""The clocks of an outcome: reminders, links that are reissued, the lapse, and the later checks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from network.domain.clock import (
    NO_HOLIDAYS,
    end_of_day,
    in_utc,
    months_after,
    morning_after,
    morning_of,
    working_days_after,
)
from network.domain.periods import DEFAULT_PERIODS, Periods
from network.domain.schedule import Overdue, Step, latest_due, step_after
from network.domain.states import OutcomeStatus, Waiting

_O = OutcomeStatus


@dataclass(frozen=True, slots=True)
class OutcomeClock:
    """What the clocks look at.

    `since` is when the status was entered, `occurred_on` the day of the event itself,
    `confirmed_before` whether any confirmation was ever given: what was once confirmed does not
    lapse. `came_to_nothing`: there is nothing to set beside it after a year.
    """

    status: OutcomeStatus
    since: datetime
    occurred_on: date
    steps_done: int = 0
    zone: str | None = "UTC"
    broker_zone: str | None = "UTC"
    confirmed_before: bool = False
    came_to_nothing: bool = False
    holidays: frozenset[date] = NO_HOLIDAYS


def next_action(clock: OutcomeClock, periods: Periods = DEFAULT_PERIODS) -> Step | None:
    """Whose turn it is, until when and what then; None where nothing is due any more."""
    steps_of = _STEPS.get(clock.status)
    if steps_of is None:
        return None
    repeat = None if clock.status is _O.CONFIRMED else partial(_remind_staff, clock, periods)
    return step_after(steps_of(clock, periods), clock.steps_done, repeat)


def due_action(clock: OutcomeClock, now: datetime, periods: Periods = DEFAULT_PERIODS) -> Overdue | None:
    """The latest step whose time has come, or None."""
    return latest_due(
        lambda done: next_action(replace(clock, steps_done=done), periods), clock.steps_done, now
    )


def lapses_at(clock: OutcomeClock, periods: Periods = DEFAULT_PERIODS) -> datetime | None:
    """When an outcome without a first confirmation lapses; None once there was one."""
    if clock.confirmed_before:
        return None
    return end_of_day(clock.occurred_on + timedelta(days=periods.outcome_lapse_days), clock.broker_zone)


def link_expires_at(issued_at: datetime, periods: Periods = DEFAULT_PERIODS) -> datetime:
    """When a confirmation link issued then stops working."""
    return in_utc(issued_at) + timedelta(days=periods.confirmation_link_days)


def _draft(clock: OutcomeClock, periods: Periods) -> list[Step]:
    nudge = morning_after(clock.since, periods.outcome_draft_nudge_days, clock.zone)
    return _then_lapse(clock, periods, Step(Waiting.REQUESTER, nudge, "nudge"))


def _awaiting(clock: OutcomeClock, periods: Periods) -> list[Step]:
    # A live link is never cut off: an event of long ago is asked about like any other.
    links = periods.confirmation_links_maximum
    ends = [
        in_utc(clock.since) + timedelta(days=periods.confirmation_link_days * count)
        for count in range(1, links + 1)
    ]
    return [
        *(Step(Waiting.BENEFICIARY, at, "reissue") for at in ends[:-1]),
        Step(Waiting.BENEFICIARY, ends[-1], "mark_unanswered"),
    ]


def _with_broker(clock: OutcomeClock, periods: Periods) -> list[Step]:
    days = periods.outcome_chase_working_days
    due = working_days_after(clock.since, days, clock.broker_zone, clock.holidays)
    return _then_lapse(clock, periods, Step(Waiting.BROKER, due, "escalate"))


def _then_lapse(clock: OutcomeClock, periods: Periods, first: Step) -> list[Step]:
    at = lapses_at(clock, periods)
    if at is None:
        return [first]
    # Somebody is always given the chance to act before it lapses.
    return [first, Step(Waiting.STAFF, max(at, first.at + timedelta(days=1)), "lapse")]


def _confirmed(clock: OutcomeClock, periods: Periods) -> list[Step]:
    if clock.came_to_nothing:
        return []
    checks = (
        morning_of(months_after(clock.occurred_on, months), clock.zone)
        for months in periods.outcome_check_months
    )
    return [Step(Waiting.BENEFICIARY, at, "ask_actuals") for at in checks if at > in_utc(clock.since)]


def _remind_staff(clock: OutcomeClock, periods: Periods, at: datetime) -> Step:
    days = periods.staff_reminder_working_days
    due = working_days_after(at, days, clock.broker_zone, clock.holidays)
    return Step(Waiting.STAFF, due, "remind_staff")


_STEPS: dict[OutcomeStatus, Callable[[OutcomeClock, Periods], list[Step]]] = {
    _O.DRAFT: _draft,
    _O.AWAITING_CONFIRMATION: _awaiting,
    _O.UNANSWERED: _with_broker,
    _O.DISPUTED: _with_broker,
    _O.CONFIRMED: _confirmed,
}
