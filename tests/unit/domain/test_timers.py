"""Everything that waits has an owner and a next date, and the clock's own moves are permitted ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain import (
    chapter_moves,
    introduction_moves,
    introduction_timers,
    membership_moves,
    need_moves,
    need_timers,
    organisation_moves,
    outcome_moves,
    outcome_timers,
    standing_timers,
)
from network.domain.clock import end_of_day_after, morning_after, offer_expires_at, working_days_after
from network.domain.introduction_timers import IntroductionClock
from network.domain.lifecycle import may_move
from network.domain.need_timers import NeedClock
from network.domain.outcome_timers import OutcomeClock
from network.domain.schedule import HAND_OVERS, REMINDERS, Step, latest_due, step_after
from network.domain.standing_timers import StandingClock
from network.domain.states import (
    ChapterState,
    IntroductionState,
    MembershipState,
    NeedState,
    OrganisationState,
    OutcomeStatus,
    Role,
    Waiting,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday
I, N, O, M, G, C = (  # noqa: E741
    IntroductionState,
    NeedState,
    OutcomeStatus,
    MembershipState,
    OrganisationState,
    ChapterState,
)
ZONE = {"volunteer_zone": "Asia/Tokyo", "requester_zone": "Europe/London", "broker_zone": "America/New_York"}


def introduction(state: IntroductionState, **facts: object) -> IntroductionClock:
    return IntroductionClock(state, NOW, **{**ZONE, **facts})


def every_clock() -> list[tuple[object, object, object, object]]:
    """Each live clock with its module, its state and its lifecycle's table."""
    found = []
    for state, turn, leave, frozen, urgent in product(
        introduction_moves.LIVE,
        (Waiting.VOLUNTEER, Waiting.REQUESTER),
        (None, NOW + timedelta(days=2)),
        (None, NOW),
        (False, True),
    ):
        clock = introduction(state, turn=turn, on_leave_until=leave, frozen_since=frozen, urgent=urgent)
        found.append((introduction_timers, clock, state, introduction_moves.MOVES))
    for state, staff, deadline, exhausted, enough in product(
        need_moves.LIVE, (False, True), (None, NOW + timedelta(days=20)), (None, NOW), (None, NOW)
    ):
        clock = NeedClock(
            state, NOW, held_by_staff=staff, deadline=deadline, exhausted_at=exhausted, enough_at=enough
        )
        found.append((need_timers, clock, state, need_moves.MOVES))
    for state, before in product(outcome_moves.LIVE, (False, True)):
        clock = OutcomeClock(state, NOW, date(2026, 2, 20), confirmed_before=before)
        found.append((outcome_timers, clock, state, outcome_moves.MOVES))
    for moves_ in (membership_moves, organisation_moves, chapter_moves):
        for state, need, lead in product(moves_.LIVE, (None, NOW), (False, True)):
            clock = StandingClock(state, NOW, need_submitted_at=need, has_lead=lead)
            found.append((standing_timers, clock, state, moves_.MOVES))
    return found


def test_every_state_that_is_not_an_end_has_an_owner_and_a_next_date():
    for timers, clock, state, _ in every_clock():
        for done in range(6):
            step = timers.next_action(replace(clock, steps_done=done))
            if state is O.CONFIRMED and done > 1:
                assert step is None  # settled, and checked at 12 and 24 months
                continue
            assert step is not None, (state, done)
            assert step.waiting in Waiting
            assert step.at.utcoffset() == timedelta()
            assert step.at > NOW


def test_every_step_is_a_reminder_a_hand_over_or_a_move_the_clock_may_make():
    for timers, clock, state, moves_ in every_clock():
        for done in range(6):
            step = timers.next_action(replace(clock, steps_done=done))
            if step is None or step.name in REMINDERS | HAND_OVERS:
                continue
            assert may_move(moves_, state, step.name, {Role.SYSTEM}), (state, step.name)
    assert not REMINDERS & HAND_OVERS


def test_the_dates_of_a_schedule_never_run_backwards():
    for timers, clock, state, _ in every_clock():
        steps = [timers.next_action(replace(clock, steps_done=done)) for done in range(8)]
        dates = [step.at for step in steps if step]
        assert dates == sorted(dates), state


def test_what_has_ended_waits_for_nobody():
    for state in introduction_moves.FAILED:
        assert introduction_timers.next_action(introduction(state)) is None
        assert introduction_timers.next_action(introduction(state, frozen_since=NOW)) is None
    for state in need_moves.ENDED:
        assert need_timers.next_action(NeedClock(state, NOW)) is None
    for state in outcome_moves.ENDED:
        assert outcome_timers.next_action(OutcomeClock(state, NOW, NOW.date())) is None
    for state in membership_moves.ENDED | organisation_moves.ENDED | chapter_moves.ENDED:
        assert standing_timers.next_action(StandingClock(state, NOW)) is None


def steps_of(timers: object, clock: object, count: int) -> list[tuple[str, str, datetime]]:
    steps = [timers.next_action(replace(clock, steps_done=done)) for done in range(count)]
    return [(step.waiting.value, step.name, step.at) for step in steps]


def test_an_offer_is_nudged_on_days_4_and_8_and_expires_on_day_10():
    assert steps_of(introduction_timers, introduction(I.OFFERED), 3) == [
        ("volunteer", "nudge", morning_after(NOW, 4, "Asia/Tokyo")),
        ("volunteer", "nudge", morning_after(NOW, 8, "Asia/Tokyo")),
        ("volunteer", "expire", end_of_day_after(NOW, 10, "Asia/Tokyo")),
    ]


def test_a_short_offer_is_nudged_once_a_day_before_it_ends():
    clock = introduction(I.OFFERED, urgent=True)
    expires = offer_expires_at(NOW, "Asia/Tokyo", urgent=True)
    (_, first, at), (_, second, again), (_, last, end) = steps_of(introduction_timers, clock, 3)
    assert (first, second, last) == ("nudge", "nudge", "expire")
    assert at == again == expires - timedelta(days=1)
    assert end == expires
    due = introduction_timers.due_action(clock, at)
    assert due is not None
    assert due.steps_done == 2


def test_an_offer_ends_where_it_was_stored_to_end():
    end = NOW + timedelta(days=6)
    step = introduction_timers.next_action(introduction(I.OFFERED, expires_at=end, steps_done=2))
    assert step == Step(Waiting.VOLUNTEER, end, "expire")


def test_a_volunteer_on_leave_is_neither_nudged_nor_expired_before_they_are_back():
    back = NOW + timedelta(days=14)
    steps = steps_of(introduction_timers, introduction(I.OFFERED, on_leave_until=back), 3)
    assert steps[-1][1:] == ("expire", end_of_day_after(back, 0, "Asia/Tokyo"))
    longer = introduction(I.OFFERED, on_leave_until=back, expires_at=back + timedelta(days=7))
    assert all(at >= back for _, _, at in steps_of(introduction_timers, longer, 3))


def test_the_requester_s_silence_withdraws_and_the_volunteer_s_expires():
    asked = introduction(I.EXPLORING, turn=Waiting.REQUESTER)
    answered = introduction(I.EXPLORING, turn=Waiting.VOLUNTEER)
    assert steps_of(introduction_timers, asked, 2)[-1] == (
        "requester",
        "withdraw",
        end_of_day_after(NOW, 7, "Europe/London"),
    )
    assert steps_of(introduction_timers, answered, 2)[-1] == (
        "volunteer",
        "expire",
        end_of_day_after(NOW, 7, "Asia/Tokyo"),
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            I.PROPOSED,
            [("system", "hand_to_broker", 7), ("broker", "escalate", None), ("staff", "remind_staff", None)],
        ),
        (I.ACCEPTED, [("requester", "nudge", 2), ("requester", "withdraw", 5)]),
        (
            I.INTRODUCED,
            [("requester", "nudge", 3), ("requester", "ask_both", 7), ("requester", "mark_no_contact", 14)],
        ),
        (I.MET, [("requester", "ask_feedback", 1), ("requester", "complete", 30)]),
        (I.IN_PROGRESS, [("requester", "ask_progress", 30), ("requester", "stall", 60)]),
    ],
)
def test_each_later_state_has_the_clock_of_the_product(state: IntroductionState, expected: list):
    steps = steps_of(introduction_timers, introduction(state), len(expected))
    for (waiting, name, at), (expected_waiting, expected_name, days) in zip(steps, expected, strict=True):
        assert (waiting, name) == (expected_waiting, expected_name)
        if days is not None:
            assert timedelta(days=days - 1) < at - NOW < timedelta(days=days + 1)


def test_a_completed_introduction_is_followed_up_four_times_from_the_day_of_introduction():
    clock = introduction(I.COMPLETED, introduced_at=NOW - timedelta(days=10))
    steps = steps_of(introduction_timers, clock, 4)
    assert [round((at - NOW) / timedelta(days=1)) + 10 for _, _, at in steps] == [30, 90, 180, 365]
    assert introduction_timers.next_action(replace(clock, steps_done=4)) is None


def test_follow_ups_that_went_by_are_not_made_up_for_but_everybody_is_asked_once():
    half = introduction(I.COMPLETED, introduced_at=NOW - timedelta(days=100))
    assert len([d for d in range(5) if introduction_timers.next_action(replace(half, steps_done=d))]) == 2
    late = introduction(I.COMPLETED, introduced_at=NOW - timedelta(days=800))
    assert steps_of(introduction_timers, late, 1) == [
        ("requester", "follow_up", morning_after(NOW, 1, "Europe/London"))
    ]


def test_the_offers_of_a_suspended_organisation_wait_for_staff_and_never_expire():
    for state in introduction_moves.WITHDRAWN_ON_LEAVING:
        for done in range(4):
            step = introduction_timers.next_action(introduction(state, frozen_since=NOW, steps_done=done))
            assert step is not None
            assert (step.waiting, step.name) == (Waiting.STAFF, "review_frozen")
    met = introduction_timers.next_action(introduction(I.MET, frozen_since=NOW))
    assert met is not None
    assert met.name == "ask_feedback"


def test_a_need_s_triage_is_due_in_three_working_days_of_its_submission_then_goes_to_staff():
    reading = NeedClock(N.IN_TRIAGE, NOW + timedelta(days=2), submitted_at=NOW)
    assert steps_of(need_timers, reading, 2) == [
        ("broker", "escalate", working_days_after(NOW, 3, "UTC")),
        ("staff", "remind_staff", working_days_after(NOW, 6, "UTC")),
    ]
    step = need_timers.next_action(replace(reading, held_by_staff=True))
    assert step is not None
    assert step.waiting is Waiting.STAFF


def test_a_draft_is_warned_before_it_goes_and_a_question_left_alone_withdraws():
    assert steps_of(need_timers, NeedClock(N.DRAFT, NOW), 2) == [
        ("requester", "warn", morning_after(NOW, 76, "UTC")),
        ("requester", "withdraw", end_of_day_after(NOW, 90, "UTC")),
    ]
    assert steps_of(need_timers, NeedClock(N.NEEDS_INFO, NOW), 2)[-1] == (
        "requester",
        "withdraw",
        end_of_day_after(NOW, 14, "UTC"),
    )


def test_an_open_need_runs_to_its_deadline_then_becomes_a_broker_s_task():
    deadline = NOW + timedelta(days=20)
    names = [name for _, name, _ in steps_of(need_timers, NeedClock(N.OPEN, NOW, deadline=deadline), 3)]
    assert names == ["hand_to_broker", "escalate", "remind_staff"]
    exhausted = NeedClock(N.OPEN, NOW, deadline=deadline, exhausted_at=NOW)
    assert steps_of(need_timers, exhausted, 1) == [("broker", "escalate", working_days_after(NOW, 3, "UTC"))]


def test_a_requester_silent_for_14_days_after_enough_help_has_been_helped():
    clock = NeedClock(N.OPEN, NOW - timedelta(days=40), enough_at=NOW)
    assert steps_of(need_timers, clock, 2)[-1] == ("requester", "fulfil", end_of_day_after(NOW, 14, "UTC"))


def test_a_confirmation_link_is_reissued_weekly_and_at_most_four_are_sent():
    clock = OutcomeClock(O.AWAITING_CONFIRMATION, NOW, date(2026, 2, 1))
    assert [(name, at - NOW) for _, name, at in steps_of(outcome_timers, clock, 4)] == [
        ("reissue", timedelta(days=7)),
        ("reissue", timedelta(days=14)),
        ("reissue", timedelta(days=21)),
        ("mark_unanswered", timedelta(days=28)),
    ]
    assert outcome_timers.link_expires_at(NOW) == NOW + timedelta(days=7)


def test_an_unconfirmed_outcome_lapses_a_year_after_the_event_unless_it_was_confirmed_once():
    clock = OutcomeClock(O.UNANSWERED, NOW, date(2025, 9, 1))
    assert steps_of(outcome_timers, clock, 2) == [
        ("broker", "escalate", working_days_after(NOW, 5, "UTC")),
        ("staff", "lapse", datetime(2026, 9, 1, 23, 59, tzinfo=UTC)),
    ]
    again = replace(clock, confirmed_before=True)
    assert outcome_timers.lapses_at(again) is None
    assert [name for _, name, _ in steps_of(outcome_timers, again, 2)] == ["escalate", "remind_staff"]


def test_an_outcome_of_long_ago_is_still_asked_about_before_it_lapses():
    clock = OutcomeClock(O.DISPUTED, NOW, date(2023, 1, 1))
    (_, first, at), (_, second, then) = steps_of(outcome_timers, clock, 2)
    assert (first, second) == ("escalate", "lapse")
    assert then == at + timedelta(days=1)


def test_a_confirmed_outcome_is_checked_at_12_and_24_months_of_the_event():
    clock = OutcomeClock(O.CONFIRMED, NOW, date(2025, 6, 30))
    assert [at for _, _, at in steps_of(outcome_timers, clock, 2)] == [
        datetime(2026, 6, 30, 9, tzinfo=UTC),
        datetime(2027, 6, 30, 9, tzinfo=UTC),
    ]
    assert outcome_timers.next_action(OutcomeClock(O.CONFIRMED, NOW, date(2020, 1, 1))) is None


def test_an_application_is_due_in_five_working_days_then_goes_to_staff():
    assert steps_of(standing_timers, StandingClock(M.APPLIED, NOW), 2) == [
        ("broker", "escalate", working_days_after(NOW, 5, "UTC")),
        ("staff", "remind_staff", working_days_after(NOW, 8, "UTC")),
    ]


def test_a_member_is_asked_each_year_anew_and_staff_are_never_told_of_their_silence():
    assert steps_of(standing_timers, StandingClock(M.APPROVED, NOW), 3) == [
        ("volunteer", "ask_fresh", morning_after(NOW, 365 * years, "UTC")) for years in (1, 2, 3)
    ]


def test_an_organisation_is_checked_with_the_triage_of_its_first_need():
    clock = StandingClock(G.UNVERIFIED, NOW - timedelta(days=50), need_submitted_at=NOW)
    assert steps_of(standing_timers, clock, 1) == [("broker", "escalate", working_days_after(NOW, 3, "UTC"))]


def test_the_same_word_in_two_lifecycles_keeps_its_own_clock():
    member = standing_timers.next_action(StandingClock(M.SUSPENDED, NOW))
    assert member is not None
    assert standing_timers.next_action(StandingClock(M.REFUSED, NOW)) is None
    assert standing_timers.next_action(StandingClock(G.REFUSED, NOW)) is None
    assert standing_timers.next_action(StandingClock(C.MERGED_INTO, NOW)) is None


def test_a_chapter_without_a_lead_is_staff_s_to_look_after():
    step = standing_timers.next_action(StandingClock(C.ACTIVE, NOW, has_lead=False))
    assert step == Step(Waiting.STAFF, working_days_after(NOW, 5, "UTC"), "find_lead")


@given(st.integers(0, 400))
def test_a_worker_that_was_away_never_misses_a_move_and_sends_one_reminder(days: int):
    now = NOW + timedelta(days=days)
    clock = introduction(I.OFFERED)
    expires = introduction_timers.expiry_of(clock)
    due = introduction_timers.due_action(clock, now)
    if now >= expires:
        assert due is not None
        assert due.step.name == "expire"
    elif due is not None:
        assert due.step.name == "nudge"
        following = introduction_timers.next_action(replace(clock, steps_done=due.steps_done))
        assert following is not None
        assert following.at > now


def test_every_timer_tells_what_is_due_and_nothing_before_its_time():
    for timers, clock, _, _ in every_clock():
        step = timers.next_action(clock)
        if step is None:
            continue
        assert timers.due_action(clock, step.at - timedelta(seconds=1)) is None
        due = timers.due_action(clock, step.at)
        assert due is not None
        assert due.steps_done >= 1


def test_a_schedule_without_steps_has_none_to_take():
    assert step_after([], 0) is None
    assert step_after([], 3, lambda at: Step(Waiting.STAFF, at, "remind_staff")) is None
    assert latest_due(lambda done: None, 0, NOW) is None
