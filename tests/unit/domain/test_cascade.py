"""The cascade: one at a time, until enough have said yes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.cascade import (
    AfterSilence,
    after_silences,
    capacity_left,
    expires_after_leave,
    flags_need,
    is_enough,
    is_on_leave,
    offers_allowed,
    parallel_offers,
    should_ask_next,
)
from network.domain.states import DeclineReason

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("live", "accepted", "wanted", "urgent", "allowed"),
    [
        (0, 0, 1, False, 1),
        (1, 0, 1, False, 0),
        (0, 0, 1, True, 2),
        (1, 0, 1, True, 1),
        (0, 1, 1, False, 0),
        (0, 1, 1, True, 0),
        (0, 0, 3, False, 3),
        (1, 1, 3, False, 1),
        (1, 2, 3, True, 1),
        (2, 3, 3, True, 0),
        (5, 0, 1, False, 0),
    ],
)
def test_the_cascade_offers_only_as_many_as_may_still_be_needed(live, accepted, wanted, urgent, allowed):
    assert offers_allowed(live, accepted, wanted, parallel_offers(urgent)) == allowed


@given(st.integers(0, 10), st.integers(0, 5), st.integers(1, 3), st.integers(1, 2))
def test_offers_never_go_beyond_the_rule(live: int, accepted: int, wanted: int, parallel: int):
    allowed = offers_allowed(live, accepted, wanted, parallel)
    assert allowed >= 0
    if allowed:
        assert not is_enough(accepted, wanted)
        assert live + accepted + allowed == wanted + parallel - 1


@pytest.mark.parametrize(("capacity", "charged", "left"), [(3, 0, 3), (3, 3, 0), (2, 5, 0), (0, 0, 0)])
def test_a_volunteer_is_never_asked_beyond_their_capacity(capacity, charged, left):
    assert capacity_left(capacity, charged) == left


@pytest.mark.parametrize(
    ("begins", "ends", "deadline", "asked"),
    [
        (-1, 1, None, False),
        (-1, 2, None, False),  # three days: the clock stops, nobody else is asked
        (-1, 3, None, True),
        (-1, 1, 1.5, False),
        (-1, 1, 0.5, True),
        (1, 30, None, False),  # has not begun
        (-30, 0, None, False),  # is over
        (-1, None, None, True),
        (None, 2, None, True),
        (None, None, None, False),
    ],
)
def test_a_long_leave_lets_the_next_be_asked_and_a_short_one_does_not(begins, ends, deadline, asked):
    def at(days: float | None) -> datetime | None:
        return None if days is None else NOW + days * DAY

    assert should_ask_next(at(begins), at(ends), NOW, at(deadline)) is asked


def test_a_leave_lasts_from_its_first_moment_to_before_its_last():
    assert is_on_leave(NOW, NOW + DAY, NOW)
    assert not is_on_leave(NOW - DAY, NOW, NOW)


def test_the_time_on_leave_is_given_back():
    expires = NOW + 10 * DAY
    assert expires_after_leave(expires, NOW, NOW + 2 * DAY, NOW + 5 * DAY) == expires + 3 * DAY
    assert expires_after_leave(expires, NOW, NOW - 5 * DAY, NOW + 1 * DAY) == expires + DAY
    assert expires_after_leave(expires, NOW, NOW + 11 * DAY, NOW + 20 * DAY) == expires
    assert expires_after_leave(expires, NOW, NOW - 9 * DAY, NOW - DAY) == expires


@pytest.mark.parametrize(
    ("silences", "step"),
    [
        (0, AfterSilence.NOTHING),
        (1, AfterSilence.NOTHING),
        (2, AfterSilence.ASK_WHETHER_TO_PAUSE),
        (3, AfterSilence.PAUSE),
        (7, AfterSilence.PAUSE),
    ],
)
def test_two_silences_ask_and_three_pause(silences, step):
    assert after_silences(silences) is step


def test_only_an_inappropriate_need_goes_back_to_triage():
    assert [reason for reason in DeclineReason if flags_need(reason)] == [DeclineReason.NOT_APPROPRIATE]
