"""Days that end at 23:59 where the answerer lives, whatever the zone and the season."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.clock import (
    FixedClock,
    SystemClock,
    end_of_day,
    end_of_day_after,
    in_utc,
    is_working_day,
    local_date,
    months_after,
    morning_after,
    offer_expires_at,
    working_days_after,
    zone_or_utc,
)

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/London",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Africa/Casablanca",
        "America/Santiago",
        "Asia/Beirut",
        "nowhere/at-all",
    ]
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2024, 1, 1), date(2033, 12, 31))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(INSTANTS, st.integers(0, 400), ZONES)
def test_a_clock_of_days_ends_at_23_59_of_the_answerer_s_own_day(now: datetime, days: int, zone: str):
    end = end_of_day_after(now, days, zone)
    local = end.astimezone(zone_or_utc(zone))
    assert end.utcoffset() == timedelta()
    assert local.time() == time(23, 59)
    assert local.date() == local_date(now, zone) + timedelta(days=days)


@given(INSTANTS, st.integers(1, 60), ZONES)
def test_nobody_gets_less_than_the_days_but_a_shifted_hour(now: datetime, days: int, zone: str):
    end = end_of_day_after(now, days, zone)
    assert timedelta(days=days, hours=-2) < end - now < timedelta(days=days + 1, hours=2)


@given(
    INSTANTS, st.integers(1, 30), ZONES, st.sets(st.dates(date(2024, 1, 1), date(2033, 12, 31)), max_size=40)
)
def test_working_days_pass_over_weekends_and_holidays(now: datetime, days: int, zone: str, off: set[date]):
    end = working_days_after(now, days, zone, frozenset(off))
    first, last = local_date(now, zone), local_date(end, zone)
    worked = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working_day(day, off) for day in worked) == days
    assert is_working_day(last, off)
    assert end.astimezone(zone_or_utc(zone)).time() == time(23, 59)


@given(INSTANTS, ZONES, st.none() | st.integers(-5, 40))
def test_an_offer_lasts_ten_days_at_most_and_48_hours_at_least(now: datetime, zone: str, left: int | None):
    deadline = None if left is None else now + timedelta(days=left)
    expires = offer_expires_at(now, zone, deadline)
    assert now + timedelta(hours=48) <= expires <= end_of_day_after(now, 10, zone)
    assert expires.astimezone(zone_or_utc(zone)).time() == time(23, 59)
    if deadline is None or left > 12:
        assert expires == end_of_day_after(now, 10, zone)
    elif left >= 6:
        assert local_date(expires, zone) == local_date(deadline, zone) - timedelta(days=2)


@given(INSTANTS, ZONES)
def test_an_urgent_offer_lasts_three_working_days(now: datetime, zone: str):
    expires = offer_expires_at(now, zone, now + timedelta(days=30), urgent=True)
    assert expires == working_days_after(now, 3, zone)


@given(INSTANTS, st.integers(1, 30), ZONES)
def test_a_nudge_is_sent_in_the_morning_of_its_day(now: datetime, days: int, zone: str):
    local = morning_after(now, days, zone).astimezone(zone_or_utc(zone))
    assert local.time() == time(9)
    assert local.date() == local_date(now, zone) + timedelta(days=days)


def test_an_offer_made_on_thursday_evening_in_london_ends_in_tokyo_s_own_days():
    now = datetime(2026, 3, 5, 20, tzinfo=UTC)  # already Friday the 6th in Tokyo
    expires = offer_expires_at(now, "Asia/Tokyo")
    assert expires == datetime(2026, 3, 16, 23, 59, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_a_change_of_the_clocks_costs_nobody_an_hour():
    before = datetime(2026, 3, 27, 12, tzinfo=UTC)  # London's clocks go forward on the 29th
    assert end_of_day_after(before, 1, "Europe/London").hour == 23
    assert end_of_day_after(before, 3, "Europe/London").hour == 22


def test_a_day_whose_end_comes_twice_ends_the_second_time():
    # In Beirut the clocks of 24 October 2026 go back at midnight: 23:59 comes twice.
    end = end_of_day(date(2026, 10, 24), "Asia/Beirut")
    assert end == datetime(2026, 10, 24, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", [None, "", "Mars/Base", "../../etc/passwd", "America", "\x00", "Ünïcode", "/abs"]
)
def test_a_zone_that_means_nothing_is_utc(name: str | None):
    assert zone_or_utc(name).utcoffset(NOON) == timedelta()
    assert end_of_day_after(NOON, 1, name) == datetime(2026, 3, 3, 23, 59, tzinfo=UTC)


def test_a_time_without_a_zone_is_a_fault():
    with pytest.raises(ValueError, match="without a zone"):
        in_utc(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_month_s_last(day: date, months: int, later: date):
    assert months_after(day, months) == later


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(NOON)
    assert clock.now() == NOON
    assert clock.advance(days=1, hours=2) == NOON + timedelta(hours=26)
    assert clock.advance(timedelta(minutes=5)) == clock.now() == NOON + timedelta(hours=26, minutes=5)
    assert clock.set(datetime(2026, 1, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))) == datetime(
        2026, 1, 1, tzinfo=UTC
    )


def test_the_machine_s_clock_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta()
