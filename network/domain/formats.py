"""How dates, times and money read, in the reader's zone, with the zone named."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from babel.numbers import format_currency, format_decimal


@lru_cache(maxsize=600)
def zone_of(name: str | None) -> tzinfo:
    """The zone of an IANA name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC


def local(moment: datetime, zone: str | None) -> datetime:
    """The moment in the zone."""
    return moment.astimezone(zone_of(zone))


def day(value: date | datetime | None, zone: str | None = None, today: date | None = None) -> str:
    """ "Thursday 4 December", with the year where it is not `today`'s; empty for None."""
    if value is None:
        return ""
    on = local(value, zone).date() if isinstance(value, datetime) else value
    text = f"{on:%A} {on.day} {on:%B}"
    reference = today or datetime.now(UTC).date()
    return text if on.year == reference.year else f"{text} {on.year}"


def short_day(value: date | datetime | None, zone: str | None = None) -> str:
    """ "4 Dec 2026"; empty for None."""
    if value is None:
        return ""
    on = local(value, zone).date() if isinstance(value, datetime) else value
    return f"{on.day} {on:%b} {on.year}"


def near_day(value: date | datetime | None, now: datetime, zone: str | None = None) -> str:
    """ "today", "tomorrow", "Wed 2 Dec", with the year where it is not this one's; empty for None."""
    if value is None:
        return ""
    on = local(value, zone).date() if isinstance(value, datetime) else value
    today = local(now, zone).date()
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}
    text = named.get((on - today).days) or f"{on:%a} {on.day} {on:%b}"
    return text if on.year == today.year or (on - today).days in named else f"{text} {on.year}"


def moment(value: datetime | None, zone: str | None = None) -> str:
    """ "Thursday 4 December, 15:30 (London time)"; empty for None."""
    if value is None:
        return ""
    at = local(value, zone)
    return f"{day(value, zone)}, {at:%H:%M} ({zone_words(zone)})"


def clock_time(value: datetime, zone: str | None = None) -> str:
    """ "15:30" in the zone."""
    return f"{local(value, zone):%H:%M}"


@lru_cache(maxsize=600)
def zone_words(zone: str | None) -> str:
    """ "London time", "Gulf time": the zone as people say it."""
    if not zone or zone == "UTC":
        return "UTC"
    try:
        name = get_timezone_name(ZoneInfo(zone), width="long", zone_variant="generic", locale="en")
        return str(name).replace(" Standard Time", " Time").replace(" Time", " time")
    except (KeyError, ValueError, OSError, LookupError):
        return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ") + " time"


def money(amount: Decimal | int | None, currency: str = "GBP") -> str:
    """ "£1.2 million", "£48,500": short for large amounts, never with pence; empty for None."""
    if amount is None:
        return ""
    value = Decimal(amount)
    for size, word in ((Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million")):
        if abs(value) >= size:
            short = (value / size).quantize(Decimal("0.1")).normalize()
            shape = "¤#,##0.##"
            return f"{format_currency(short, currency, shape, locale='en_GB', currency_digits=False)} {word}"
    return str(format_currency(value, currency, locale="en_GB", format="¤#,##0", currency_digits=False))


def number(value: int | float | Decimal | None) -> str:
    """ "1,500"; empty for None."""
    return "" if value is None else str(format_decimal(value, locale="en_GB"))


def in_days(then: datetime | None, now: datetime, zone: str | None = None) -> str:
    """ "today", "tomorrow", "in 3 days", "2 days ago", by the reader's calendar."""
    if then is None:
        return ""
    days = (local(then, zone).date() - local(now, zone).date()).days
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in named:
        return named[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"
