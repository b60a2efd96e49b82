"""The clocks of standing: memberships, organisations and chapters that somebody must look at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from network.domain.clock import (
    NO_HOLIDAYS,
    end_of_day_after,
    morning_after,
    working_days_after,
)
from network.domain.periods import DEFAULT_PERIODS, Periods
from network.domain.schedule import Overdue, Step, latest_due, step_after
from network.domain.states import ChapterState, MembershipState, OrganisationState, Waiting

_M = MembershipState
_G = OrganisationState
_C = ChapterState


@dataclass(frozen=True, slots=True)
class StandingClock:
    """What the clocks look at.

    `since` is when the state was entered or last confirmed. `zone` is that of the volunteer or
    the firm, `broker_zone` that of whoever reviews. An organisation has its first need's
    `need_submitted_at`; a chapter knows whether it has a lead.
    """

    state: MembershipState | OrganisationState | ChapterState
    since: datetime
    steps_done: int = 0
    zone: str | None = "UTC"
    broker_zone: str | None = "UTC"
    need_submitted_at: datetime | None = None
    has_lead: bool = True
    holidays: frozenset[date] = NO_HOLIDAYS


def next_action(clock: StandingClock, periods: Periods = DEFAULT_PERIODS) -> Step | None:
    """Whose turn it is, until when and what then; None for what has ended."""
    steps_of = _STEPS.get((type(clock.state), clock.state.value))
    if steps_of is None:
        return None
    again = _ask_next_year if clock.state is _M.APPROVED else _remind_staff
    repeat = partial(again, clock, periods)
    return step_after(steps_of(clock, periods), clock.steps_done, repeat)


def due_action(clock: StandingClock, now: datetime, periods: Periods = DEFAULT_PERIODS) -> Overdue | None:
    """The latest step whose time has come, or None."""
    return latest_due(
        lambda done: next_action(replace(clock, steps_done=done), periods), clock.steps_done, now
    )


def _applied(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_working(clock, clock.since, periods.membership_review_working_days, "escalate")]


def _returned(clock: StandingClock, periods: Periods) -> list[Step]:
    nudge, last = periods.membership_return_nudge_days, periods.membership_return_days
    return [
        Step(Waiting.VOLUNTEER, morning_after(clock.since, nudge, clock.zone), "nudge"),
        Step(Waiting.VOLUNTEER, end_of_day_after(clock.since, last, clock.zone), "leave"),
    ]


def _approved(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_ask_next_year(clock, periods, clock.since)]


def _ask_next_year(clock: StandingClock, periods: Periods, at: datetime) -> Step:
    """A member is asked each year whether all still holds; silence is no matter for staff."""
    due = morning_after(at, periods.membership_review_days, clock.zone)
    return Step(Waiting.VOLUNTEER, due, "ask_fresh")


def _suspended(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_review(clock, periods.suspension_review_days)]


def _unverified(clock: StandingClock, periods: Periods) -> list[Step]:
    if clock.need_submitted_at is not None:
        # The same days as the need's own triage, so that nobody waits twice.
        days = periods.need_triage_working_days
        return [_working(clock, clock.need_submitted_at, days, "escalate")]
    nudge = morning_after(clock.since, periods.first_need_nudge_days, clock.zone)
    return [
        Step(Waiting.REQUESTER, nudge, "nudge"),
        _review(clock, periods.organisation_review_days),
    ]


def _eligible(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_review(clock, periods.organisation_review_days)]


def _forming(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_review(clock, periods.chapter_forming_review_days)]


def _active(clock: StandingClock, periods: Periods) -> list[Step]:
    if not clock.has_lead:
        days = periods.chapter_without_lead_working_days
        due = working_days_after(clock.since, days, clock.broker_zone, clock.holidays)
        return [Step(Waiting.STAFF, due, "find_lead")]
    at = morning_after(clock.since, periods.chapter_review_days, clock.broker_zone)
    return [Step(Waiting.BROKER, at, "review_due")]


def _dormant(clock: StandingClock, periods: Periods) -> list[Step]:
    return [_review(clock, periods.chapter_review_days)]


def _working(clock: StandingClock, since: datetime, days: int, name: str) -> Step:
    due = working_days_after(since, days, clock.broker_zone, clock.holidays)
    return Step(Waiting.BROKER, due, name)


def _review(clock: StandingClock, days: int) -> Step:
    return Step(Waiting.STAFF, morning_after(clock.since, days, clock.broker_zone), "review_due")


def _remind_staff(clock: StandingClock, periods: Periods, at: datetime) -> Step:
    days = periods.staff_reminder_working_days
    due = working_days_after(at, days, clock.broker_zone, clock.holidays)
    return Step(Waiting.STAFF, due, "remind_staff")


# Keyed by type as well: "suspended" is a word of more than one lifecycle, and StrEnums of
# different lifecycles compare equal by their text.
_STEPS: dict[tuple[type, str], Callable[[StandingClock, Periods], list[Step]]] = {
    (_M, _M.APPLIED): _applied,
    (_M, _M.RETURNED): _returned,
    (_M, _M.APPROVED): _approved,
    (_M, _M.SUSPENDED): _suspended,
    (_G, _G.UNVERIFIED): _unverified,
    (_G, _G.ELIGIBLE): _eligible,
    (_G, _G.SUSPENDED): _suspended,
    (_C, _C.FORMING): _forming,
    (_C, _C.ACTIVE): _active,
    (_C, _C.DORMANT): _dormant,
}
