"""Trends told apart by a dimension: a line for each of the largest values over months or quarters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.months import months_between
from network.measures.policy import Scope
from network.measures.reading import cut_for, needs_by, outcome_sums
from network.measures.reports import COLUMNS, need_conditions, outcome_conditions
from network.models import NeedFact, NeedHelp, OutcomeFact

MEASURES = ("asked", "confirmed")
MOST_LINES = 6
_Counts = dict[Any, dict[int, int]]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One value of the dimension, and its count in each period."""

    code: Any
    counts: list[int]


@dataclass(frozen=True, slots=True)
class Trend:
    """The periods, the lines of the largest values, and all others together (None where there are none)."""

    # The name of each, and its first and last month.
    periods: list[str]
    months: list[tuple[int, int]]
    lines: list[TrendLine]
    others: list[int] | None


def trend_by(
    session: Session, actor: Actor, scope: Scope, dimension: str, measure: str, *, by_quarter: bool
) -> Trend:
    """Needs asked or outcomes confirmed by a dimension over time, periods without any included; two statements."""
    counts = _counts(session, actor, scope, dimension, measure)
    months = months_between(scope.from_month, scope.until_month)
    first_and_last: dict[str, tuple[int, int]] = {}
    for month in months:
        name = _period(month, by_quarter)
        first_and_last[name] = (first_and_last.get(name, (month, month))[0], month)
    periods = list(first_and_last)
    added: dict[Any, dict[str, int]] = {code: defaultdict(int) for code in counts}
    for code, by_month in counts.items():
        for month, count in by_month.items():
            added[code][_period(month, by_quarter)] += count
    largest = sorted(
        (code for code in added if sum(added[code].values())),
        key=lambda code: (-sum(added[code].values()), str(code)),
    )
    lines = [TrendLine(code, [added[code][one] for one in periods]) for code in largest[:MOST_LINES]]
    rest = largest[MOST_LINES:]
    others = [sum(added[code][one] for code in rest) for one in periods] if rest else None
    return Trend(periods, list(first_and_last.values()), lines, others)


def _period(month: int, by_quarter: bool) -> str:
    if by_quarter:
        return f"{month // 100}-Q{(month % 100 + 2) // 3}"
    return f"{month // 100}-{month % 100:02d}"


def _counts(session: Session, actor: Actor, scope: Scope, dimension: str, measure: str) -> _Counts:
    cut = cut_for(session, actor, scope, dimension)
    found: _Counts = defaultdict(lambda: defaultdict(int))
    if cut is None:
        for code, month, count in session.execute(_query(actor, scope, dimension, measure)):
            found[code][month] += count
    elif measure == "asked":
        for (month, code), needs in needs_by(session, cut, "month", dimension).items():
            found[code][month] += needs.counts["asked"]
    else:
        for (month, code), sums in outcome_sums(session, cut, ["number"], "month", dimension).items():
            found[code][month] += sums[0]
    return found


def _query(actor: Actor, scope: Scope, dimension: str, measure: str) -> Any:
    table: Any = NeedFact if measure == "asked" else OutcomeFact
    column: Any = NeedHelp.help_type if dimension == "help" else getattr(table, COLUMNS[dimension])
    where = (
        need_conditions(actor, scope)
        if measure == "asked"
        else outcome_conditions(actor, scope, OutcomeFact.counted == "confirmed")
    )
    query = select(column, table.month, func.count()).select_from(table).where(*where)
    if dimension == "help":
        query = query.join(NeedHelp, NeedHelp.need_id == table.need_id)
    return query.group_by(column, table.month)
