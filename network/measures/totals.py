"""Truth in totals: number, median, total, total less the largest, attributable range, forecast beside actual.

Everything is added up in the database in whole pence (the attributable range in hundredths of one), so that sums are
exact on both databases. Confirmed, corroborated, pending and disputed are never added to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from network.domain.states import OutcomeClass
from network.domain.values import Totals
from network.measures.months import month_start, next_month
from network.measures.policy import Scope
from network.measures.shares import WHOLE
from network.models import OutcomeFact, OutcomeShare, ReportInput

PENNY = Decimal("0.01")
GROUPS = ("confirmed", "corroborated", "pending", "disputed")
NO_TOTALS = Totals(0, 0, None, *(Decimal("0.00"),) * 4)
_DAY = timedelta(days=1)


def results(scope: Scope | None, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The conditions of outcomes that are results (not the honest no) within a scope."""
    where = [OutcomeFact.outcome_class != OutcomeClass.NONE.value, *conditions]
    if scope is not None:
        where += in_months(OutcomeFact, scope)
        where += [
            getattr(OutcomeFact, name) == value for name, value in scope.where if hasattr(OutcomeFact, name)
        ]
    return where


def in_months(table: Any, scope: Scope, *, at_once: bool = False) -> list[ColumnElement[bool]]:
    """The months of a scope as conditions; `at_once` goes through all rows, and by no index of months."""
    month = func.coalesce(table.month, 0) if at_once else table.month
    return [month >= scope.from_month, month <= scope.until_month]


def totals_by(session: Session, column: Any, where: Sequence[ColumnElement[bool]]) -> dict[Any, Totals]:
    """The totals of each value of a column, in two statements."""
    sums = session.execute(
        select(
            column.label("code"),
            func.count().label("number"),
            func.count(OutcomeFact.pence).label("valued"),
            func.coalesce(func.sum(OutcomeFact.pence), 0).label("total"),
            func.coalesce(func.max(OutcomeFact.pence), 0).label("largest"),
            func.coalesce(func.sum(OutcomeFact.low), 0).label("low"),
            func.coalesce(func.sum(OutcomeFact.high), 0).label("high"),
        )
        .where(*where)
        .group_by(column)
    ).all()
    medians = _medians(session, column, where)
    return {
        row.code: Totals(
            number=row.number,
            valued=row.valued,
            median=medians.get(row.code),
            total=pounds(row.total),
            total_less_largest=pounds(int(row.total) - int(row.largest)),
            attributable_low=pounds(row.low, 10_000),
            attributable_high=pounds(row.high, 10_000),
        )
        for row in sums
    }


def _medians(session: Session, column: Any, where: Sequence[ColumnElement[bool]]) -> dict[Any, Decimal]:
    ranked = (
        select(
            column.label("code"),
            OutcomeFact.pence.label("pence"),
            func.row_number().over(partition_by=column, order_by=OutcomeFact.pence).label("place"),
            func.count().over(partition_by=column).label("number"),
        )
        .where(*where, OutcomeFact.pence.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.code, func.sum(ranked.c.pence), func.count())
        .where(ranked.c.place * 2 >= ranked.c.number, ranked.c.place * 2 <= ranked.c.number + 2)
        .group_by(ranked.c.code)
    )
    return {code: pounds(int(total), 100 * count) for code, total, count in rows}


def pounds(amount: int | Decimal, parts: int = 100) -> Decimal:
    """Whole units and pence out of pence, or of other parts of a unit."""
    return (Decimal(int(amount)) / parts).quantize(PENNY, ROUND_HALF_EVEN)


def totals_by_group(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[str, Totals]:
    """The totals of each group (confirmed, corroborated, pending, disputed), side by side."""
    found = totals_by(session, OutcomeFact.counted, where)
    return {group: found.get(group, NO_TOTALS) for group in GROUPS}


@dataclass(frozen=True, slots=True)
class Checked:
    """Forecast beside actual after so many months, of the confirmed outcomes that were checked by then."""

    months: int
    number: int
    forecast: Decimal
    actual: Decimal


def forecast_and_actual(session: Session, where: Sequence[ColumnElement[bool]]) -> list[Checked]:
    """What was expected and what it came to, after 12 and 24 months; one statement."""
    row = session.execute(
        select(
            *(
                measure
                for months in (12, 24)
                for measure in (
                    func.count(getattr(OutcomeFact, f"actual_{months}")),
                    func.coalesce(func.sum(getattr(OutcomeFact, f"forecast_{months}")), 0),
                    func.coalesce(func.sum(getattr(OutcomeFact, f"actual_{months}")), 0),
                )
            )
        ).where(*where, OutcomeFact.counted == "confirmed")
    ).one()
    return [
        Checked(months, row[start], pounds(row[start + 1]), pounds(row[start + 2]))
        for months, start in ((12, 0), (24, 3))
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """What one volunteer or university has a part in: whole outcomes, their fractional number, and their value."""

    code: int
    whole: int
    fractional: Decimal
    value: Decimal


def shares_by(
    session: Session,
    dimension: str,
    where: Sequence[ColumnElement[bool]],
    limit: int = 50,
    *,
    at_once: bool = False,
) -> list[Share]:
    """Confirmed outcomes by "volunteer" or "university", the largest part first; fractions add up to the whole.

    `at_once` goes through all outcomes instead of being led to each: shorter where most of them count.
    """
    # Asked for by a list, not a join: SQLite then sorts the outcomes before it looks for their shares.
    group = func.coalesce(OutcomeFact.counted, "") if at_once else OutcomeFact.counted
    counted = select(OutcomeFact.outcome_id).where(group == "confirmed", *where)
    rows = session.execute(
        select(
            OutcomeShare.code,
            func.count(),
            func.sum(OutcomeShare.units).label("units"),
            func.sum(OutcomeShare.pence),
        )
        .where(OutcomeShare.dimension == dimension, OutcomeShare.outcome_id.in_(counted))
        .group_by(OutcomeShare.code)
        .order_by(func.sum(OutcomeShare.units).desc(), OutcomeShare.code)
        .limit(limit)
    )
    return shares_from(rows)


def shares_from(rows: Iterable[Any]) -> list[Share]:
    """Shares out of rows of a code, how many outcomes, units and pence."""
    return [
        Share(code, whole, (Decimal(int(units)) / WHOLE).quantize(PENNY), pounds(pence))
        for code, whole, units, pence in rows
    ]


def cost_in(session: Session, scope: Scope) -> Decimal | None:
    """What the network cost in the months of a scope, parts of periods by the day; None where nobody entered it."""
    start, end = month_start(scope.from_month), month_start(next_month(scope.until_month))
    rows = session.execute(
        select(ReportInput.from_on, ReportInput.until_on, ReportInput.value).where(
            ReportInput.kind == "cost", ReportInput.from_on < end, ReportInput.until_on >= start
        )
    ).all()
    if not rows:
        return None
    total = Decimal(0)
    for from_on, until_on, value in rows:
        days = (until_on - from_on).days + 1
        inside = (min(until_on, end - _DAY) - max(from_on, start)).days + 1
        total += Decimal(value) * inside / days
    return total.quantize(PENNY, ROUND_HALF_EVEN)
