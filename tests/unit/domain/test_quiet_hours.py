"""When mail may come, by the reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.quiet_hours import after_quiet, is_quiet, next_time

NIGHT = datetime(
    2026, 3, 2, 20, 30, tzinfo=UTC
)  # Monday; half past midnight in Dubai, half past three in New York


@pytest.mark.parametrize(
    ("zone", "goes"),
    [
        ("Asia/Dubai", "2026-03-03T03:00:00+00:00"),
        ("America/New_York", "2026-03-02T20:30:00+00:00"),
        ("Nowhere/Atall", "2026-03-02T20:30:00+00:00"),
    ],
)
def test_mail_waits_for_the_reader_s_own_morning(zone: str, goes: str) -> None:
    assert after_quiet(NIGHT, zone, 21, 7).isoformat() == goes


def test_the_same_hour_twice_means_no_quiet_hours() -> None:
    assert after_quiet(NIGHT, "Asia/Dubai", 7, 7) == NIGHT


def test_gathered_mail_comes_at_the_next_such_hour_or_monday() -> None:
    assert next_time(NIGHT, "Asia/Dubai", 8).isoformat() == "2026-03-03T04:00:00+00:00"
    assert next_time(NIGHT, "UTC", 20).isoformat() == "2026-03-03T20:00:00+00:00"
    assert next_time(NIGHT, "UTC", 8, 0).isoformat() == "2026-03-09T08:00:00+00:00"


@given(
    st.integers(0, 366 * 24 * 60),
    st.sampled_from(["Asia/Dubai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"]),
    st.integers(1, 23),
    st.integers(1, 23),
)
def test_mail_never_goes_in_quiet_hours_and_never_waits_a_day(
    minutes: int, zone: str, begins: int, ends: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    goes = after_quiet(now, zone, begins, ends)
    assert begins == ends or not is_quiet(goes, zone, begins, ends)
    assert 0 <= (goes - now).total_seconds() <= 25 * 3600
