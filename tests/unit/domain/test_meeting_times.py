"""The times a meeting is suggested at to begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from network.domain.meeting_times import suggested_times

FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "theirs", ["Europe/London", "Asia/Dubai", "America/Toronto", "Asia/Kolkata", "nowhere"]
)
def test_two_people_find_three_working_times_within_both_days(theirs: str) -> None:
    found = suggested_times("Europe/London", theirs, FRIDAY)
    assert len({at.date() for at in found}) == 3
    for at in found:
        for zone in ("Europe/London", theirs if theirs != "nowhere" else "UTC"):
            local = at.astimezone(ZoneInfo(zone))
            assert local.weekday() < 5
            assert 9 <= local.hour < 17


def test_two_people_across_the_world_share_the_burden() -> None:
    for at in suggested_times("Europe/London", "Pacific/Auckland", FRIDAY):
        mine, theirs = at.astimezone(ZoneInfo("Europe/London")), at.astimezone(ZoneInfo("Pacific/Auckland"))
        assert 7 <= mine.hour <= 20
        assert mine.weekday() < 5
        assert theirs.weekday() < 5
