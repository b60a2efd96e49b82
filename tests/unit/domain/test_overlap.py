"""How much of a working day two people share."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.overlap import DAY_BEGINS, overlap_of

WINTER = datetime(2026, 1, 14, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mine", "theirs", "now", "minutes", "morning"),
    [
        ("Europe/London", "Europe/London", WINTER, 480, time(9)),
        ("Europe/London", "Asia/Dubai", WINTER, 240, time(5)),
        # In summer London is an hour nearer to those who do not move their clocks.
        ("Europe/London", "Asia/Dubai", SUMMER, 300, time(6)),
        # Half and quarter hours.
        ("Europe/London", "Asia/Kolkata", WINTER, 150, time(3, 30)),
        ("Europe/London", "Asia/Kathmandu", SUMMER, 195, time(4, 15)),
        ("Asia/Kolkata", "Europe/London", WINTER, 150, time(14, 30)),
        # Their morning is my evening, and none of my day is theirs.
        ("Europe/London", "America/Los_Angeles", WINTER, 0, time(17)),
        ("Europe/London", "Pacific/Auckland", WINTER, 0, time(20)),
        # Across the date line their working day is tomorrow's.
        ("Pacific/Honolulu", "Pacific/Auckland", WINTER, 420, time(10)),
        # Between the two changes of the clocks in March, New York is an hour nearer to London.
        ("Europe/London", "America/New_York", datetime(2026, 3, 1, 12, tzinfo=UTC), 180, time(14)),
        ("Europe/London", "America/New_York", datetime(2026, 3, 16, 12, tzinfo=UTC), 240, time(13)),
        ("Europe/London", "America/New_York", datetime(2026, 4, 1, 12, tzinfo=UTC), 180, time(14)),
        # The day is that of the reader: there it is already the 30th, after the change.
        ("Australia/Sydney", "Europe/London", datetime(2026, 3, 29, 20, tzinfo=UTC), 0, time(19)),
        ("Europe/London", "Nowhere/Atall", WINTER, 480, time(9)),
        (None, "Etc/UTC", WINTER, 480, time(9)),
    ],
)
def test_two_zones_share_as_much_of_the_day_as_their_clocks_say(
    mine: str | None, theirs: str, now: datetime, minutes: int, morning: time
) -> None:
    found = overlap_of(mine, theirs, now)
    assert (found.minutes, found.their_morning) == (minutes, morning)
    assert found.is_whole == (morning == DAY_BEGINS)


ZONES = st.sampled_from(sorted(available_timezones()))


@given(
    ZONES,
    ZONES,
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_two_zones_share_less_than_nothing_or_more_than_the_day(
    mine: str, theirs: str, now: datetime
) -> None:
    found = overlap_of(mine, theirs, now)
    # A clock that jumps inside the working day makes it an hour longer or shorter; none does more.
    assert 0 <= found.minutes <= 540
    assert overlap_of(mine, mine, now).is_whole
