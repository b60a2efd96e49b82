"""Exchange rates: loaded from a file by an administrator, kept with the day they hold for, never fetched."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from babel.numbers import list_currencies
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed
from network.models import ExchangeRate
from network.rules import network_config

COLUMNS = ("currency", "date", "rate")
MOST_LINES = 100_000
LARGEST = Decimal("9999999999")


@dataclass(slots=True)
class RateReport:
    """What a file brought: new rates, changed ones, those that stood so already, and lines refused with a reason."""

    added: int = 0
    changed: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def load_rates(session: Session, actor: Actor, lines: Iterable[str], *, now: datetime) -> RateReport:
    """Take rates from CSV lines (currency, date, rate): each says what one unit was worth in ours on that day.

    Outcomes keep the rate they were recorded with, so a file never moves a total that stands. Raises NotAllowed
    for anybody but an administrator (or a command), Invalid where the columns are not those three.
    """
    if not (actor.is_administrator or actor.is_system):
        raise NotAllowed("role_may_not", "Only an administrator loads exchange rates.")
    reader = csv.DictReader(line.lstrip("\ufeff") for line in lines)
    heads = [head.strip().lower() for head in reader.fieldnames or []]
    if not set(COLUMNS) <= set(heads):
        raise Invalid("columns", "The file needs the columns currency, date and rate.", "file")
    reader.fieldnames = heads
    report = RateReport()
    known = {(row.currency, row.rate_on): row for row in session.scalars(select(ExchangeRate))}
    for row in reader:
        if reader.line_num > MOST_LINES:
            raise Invalid("too_long", "The file has more than 100,000 lines. Load it in parts.", "file")
        try:
            currency, on, rate = _rate_of(row)
        except Invalid as error:
            report.refused.append((reader.line_num, error.message))
            continue
        _keep(session, known, report, (currency, on), rate, now)
    session.flush()
    record(session, actor, "rates.load", "exchange_rate", None, now=now)
    return report


def _keep(
    session: Session,
    known: dict[tuple[str, date], ExchangeRate],
    report: RateReport,
    key: tuple[str, date],
    rate: Decimal,
    now: datetime,
) -> None:
    found = known.get(key)
    if found is None:
        known[key] = ExchangeRate(currency=key[0], rate_on=key[1], rate=rate, loaded_at=now)
        session.add(known[key])
        report.added += 1
    elif found.rate != rate:
        found.rate, found.loaded_at = rate, now
        report.changed += 1
    else:
        report.known += 1


def _rate_of(row: dict[str, str | None]) -> tuple[str, date, Decimal]:
    currency, on, typed = ((row.get(name) or "").strip() for name in COLUMNS)
    currency = currency.upper()
    if currency not in list_currencies():
        raise Invalid("currency_unknown", "the currency is not three letters of ISO 4217")
    if currency == network_config().currency:
        raise Invalid("own_currency", "this is the network's own currency")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Invalid("date_wrong", "the date does not read as 2026-03-31") from None
    try:
        rate = Decimal(typed)
    except InvalidOperation:
        raise Invalid("rate_wrong", "the rate is not a number") from None
    if not rate.is_finite() or not Decimal("0.00000001") <= rate <= LARGEST:
        raise Invalid("rate_wrong", "the rate is not above nought")
    return currency, day, rate.quantize(Decimal("0.00000001"))


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency was worth in ours, and the day it was so."""

    rate: Decimal
    on: date


def rate_for(session: Session, currency: str, on: date) -> Rate:
    """The newest rate of the currency on or before the day; one for our own. Raises Invalid where there is none."""
    if currency == network_config().currency:
        return Rate(Decimal(1), on)
    found = session.execute(
        select(ExchangeRate.rate, ExchangeRate.rate_on)
        .where(ExchangeRate.currency == currency, ExchangeRate.rate_on <= on)
        .order_by(ExchangeRate.rate_on.desc())
        .limit(1)
    ).first()
    if found is None:
        raise Invalid(
            "rate_missing",
            f"We have no exchange rate for {currency} on that day. Give the value in {network_config().currency}.",
            "currency",
        )
    return Rate(found.rate, found.rate_on)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rates of one currency: how many, from when until when, and the newest."""

    currency: str
    count: int
    first_on: date
    last_on: date
    rate: Decimal


def loaded_rates(session: Session) -> list[Loaded]:
    """Each currency that has rates, in the order of its letters."""
    spans = (
        select(
            ExchangeRate.currency,
            func.count(ExchangeRate.id).label("count"),
            func.min(ExchangeRate.rate_on).label("first_on"),
            func.max(ExchangeRate.rate_on).label("last_on"),
        )
        .group_by(ExchangeRate.currency)
        .subquery()
    )
    rows = session.execute(
        select(spans.c.currency, spans.c.count, spans.c.first_on, spans.c.last_on, ExchangeRate.rate)
        .join(
            ExchangeRate,
            (ExchangeRate.currency == spans.c.currency) & (ExchangeRate.rate_on == spans.c.last_on),
        )
        .order_by(spans.c.currency)
    )
    return [Loaded(*row) for row in rows]


def currencies(session: Session) -> list[str]:
    """The currencies a value may be given in: our own first."""
    others = session.scalars(select(ExchangeRate.currency).distinct().order_by(ExchangeRate.currency))
    return [network_config().currency, *others]
