"""Reports: totals, the funnel with its times, breakdowns, trends, demand against supply.

Each reads the cells that the worker keeps, and the facts themselves where no cells answer; both say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.missions import came_of_mission
from network.measures.months import months_between, next_month
from network.measures.policy import Scope, facts_visible_to
from network.measures.reading import (
    Needs,
    checked_from,
    codes_in,
    cut_for,
    needs_by,
    outcome_rows,
    outcome_sums,
    totals_from,
    totals_in,
)
from network.measures.totals import (
    GROUPS,
    NO_TOTALS,
    Checked,
    forecast_and_actual,
    in_months,
    results,
    totals_by,
    totals_by_group,
)
from network.models import NeedFact, OutcomeFact

STAGES = ("asked", "offered", "accepted", "introduced", "met", "outcome", "confirmed")
COLUMNS = {
    "market": "market",
    "sector": "sector",
    "chapter": "chapter_id",
    "university": "university_id",
    "place": "home_place",
    "size": "size",
}
DIMENSIONS = (*COLUMNS, "help")
# What a report can be narrowed to; by mission there is a page of its own.
FILTERS = (*DIMENSIONS, "mission")
# Dimensions with an index that leads to few facts.
LEADING = frozenset({"market", "sector", "chapter", "university", "place", "mission"})
MANY_YEARS = 3


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """How many needs came this far, and after how many days the middle one of them did."""

    code: str
    count: int
    days: int | None = None


def need_conditions(actor: Actor, scope: Scope) -> list[ColumnElement[bool]]:
    """The needs of a report, as conditions over their facts."""
    months = in_months(NeedFact, scope, at_once=means_most(actor, scope))
    return [facts_visible_to(actor, NeedFact), *months, *_values(NeedFact, scope)]


def means_most(actor: Actor, scope: Scope) -> bool:
    """Whether a report is of many facts: going through all is then shorter than being led to each."""
    years = scope.until_month // 100 - scope.from_month // 100
    return (
        actor.is_staff and years >= MANY_YEARS and not LEADING.intersection(name for name, _ in scope.where)
    )


def outcome_conditions(actor: Actor, scope: Scope, *more: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The results of a report, as conditions over their facts."""
    months = in_months(OutcomeFact, scope, at_once=means_most(actor, scope))
    return results(None, facts_visible_to(actor, OutcomeFact), *months, *_values(OutcomeFact, scope), *more)


def _values(table: Any, scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for dimension, value in scope.where:
        if dimension == "help":
            few = bool(LEADING.intersection(name for name, _ in scope.where))
            found.append(_asks_for(table, value, one_by_one=few))
        elif dimension == "mission":
            found.append(came_of_mission(table, value))
        else:
            column = getattr(table, COLUMNS[dimension])
            found.append(column.is_(None) if value is None else column == value)
    return found


def _asks_for(table: Any, code: str, *, one_by_one: bool) -> ColumnElement[bool]:
    """Facts of needs that ask for a kind of help; of few outcomes each is looked up, of many all are found at once."""
    asked: ColumnElement[bool] = (literal(" ") + NeedFact.helps + " ").contains(f" {code} ", autoescape=True)
    if table is NeedFact:
        return asked
    if one_by_one:
        return (
            select(NeedFact.need_id).where(NeedFact.need_id == table.need_id, asked).correlate(table).exists()
        )
    among: ColumnElement[bool] = table.need_id.in_(select(NeedFact.need_id).where(asked))
    return among


def funnel_with_times(session: Session, actor: Actor, scope: Scope) -> list[FunnelStage]:
    """The funnel of needs asked in the months, with the median days from asking to each stage; one pass over them."""
    cut = cut_for(session, actor, scope)
    if cut is not None:
        needs = needs_by(session, cut, days=True)[()]
        return _stages({"asked": {0: needs.counts["asked"]}, **needs.days})
    columns = [getattr(NeedFact, f"{stage}_days") for stage in STAGES[1:]]
    counts: dict[str, dict[int, int]] = {stage: {} for stage in STAGES}
    rows = session.execute(
        select(func.count(), *columns).where(*need_conditions(actor, scope)).group_by(*columns)
    )
    for count, *days in rows:
        for stage, day in zip(STAGES, (0, *days), strict=True):
            if day is not None:
                counts[stage][day] = counts[stage].get(day, 0) + count
    return _stages(counts)


def _stages(counts: dict[str, dict[int, int]]) -> list[FunnelStage]:
    return [
        FunnelStage(stage, sum(counts[stage].values()), _median(counts[stage]) if stage != "asked" else None)
        for stage in STAGES
    ]


def _median(counts: dict[int, int]) -> int | None:
    """The median of days that are given with how often each occurs."""
    total = sum(counts.values())
    if not total:
        return None
    middle, seen = [], 0
    for days in sorted(counts):
        for place in ((total - 1) // 2, total // 2):
            if seen <= place < seen + counts[days]:
                middle.append(days)
        seen += counts[days]
    return round(median(middle))


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a dimension: how many needs came how far, and the confirmed outcomes with their totals."""

    code: Any
    asked: int
    introduced: int
    met: int
    fulfilled: int
    totals: Totals | None

    @property
    def confirmed(self) -> int:
        """How many confirmed outcomes fall within the months, whenever their need was asked."""
        return self.totals.number if self.totals else 0


def breakdown(session: Session, actor: Actor, scope: Scope, dimension: str) -> list[Line]:
    """A report by market, sector, help type, chapter, university, place or size, in three statements at most."""
    needs = _by_need(session, actor, scope, dimension)
    worth = _by_outcome(session, actor, scope, dimension)
    lines = []
    for code in {*needs, *worth}:
        asked, introduced, met, fulfilled = needs.get(code, (0, 0, 0, 0))
        lines.append(Line(code, asked, introduced, met, fulfilled, worth.get(code)))
    return sorted(lines, key=lambda line: (-line.confirmed, -line.asked, str(line.code)))


def _by_need(session: Session, actor: Actor, scope: Scope, dimension: str) -> dict[Any, tuple[int, ...]]:
    cut = cut_for(session, actor, scope, dimension)
    if cut is not None:
        names = ("asked", "introduced", "met", "confirmed")
        found = needs_by(session, cut, dimension)
        return {code: tuple(needs.counts[name] for name in names) for (code,), needs in found.items()}
    column: Any = NeedFact.helps if dimension == "help" else getattr(NeedFact, COLUMNS[dimension])
    if dimension in {"place", "market", "sector"} and means_most(actor, scope):
        column = func.coalesce(column, "")
    query = select(
        column,
        func.count(),
        func.count(NeedFact.introduced_days),
        func.count(NeedFact.met_days),
        func.count(NeedFact.confirmed_days),
    ).where(*need_conditions(actor, scope))
    rows = session.execute(query.group_by(column))
    if dimension != "help":
        return {code: tuple(counts) for code, *counts in rows}
    by_help: dict[Any, tuple[int, ...]] = {}
    for helps, *counts in rows:
        for code in helps.split():
            before = by_help.get(code, (0, 0, 0, 0))
            by_help[code] = tuple(one + more for one, more in zip(before, counts, strict=True))
    return by_help


def _by_outcome(session: Session, actor: Actor, scope: Scope, dimension: str) -> dict[Any, Totals]:
    cut = cut_for(session, actor, scope, dimension)
    if cut is not None:
        return totals_in(session, cut, dimension, "confirmed")
    where = outcome_conditions(actor, scope, OutcomeFact.counted == "confirmed")
    if dimension != "help":
        return totals_by(session, getattr(OutcomeFact, COLUMNS[dimension]), where)
    rows = session.execute(
        select(NeedFact.helps, OutcomeFact.pence, OutcomeFact.low, OutcomeFact.high)
        .join(NeedFact, NeedFact.need_id == OutcomeFact.need_id)
        .where(*where)
    )
    # A need may ask for several kinds of help: its outcome counts for each of them.
    return totals_from(
        (code, 1, pence or 0, low, high, [] if pence is None else [pence])
        for helps, pence, low, high in rows
        for code in helps.split()
    )


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a trend."""

    month: int
    asked: int
    confirmed: int


def trend_by_month(session: Session, actor: Actor, scope: Scope) -> list[Month]:
    """Needs asked and outcomes confirmed in each month, months without any included; two statements at most."""
    months = months_between(scope.from_month, scope.until_month)
    cut = cut_for(session, actor, scope)
    if cut is not None:
        needs = needs_by(session, cut, "month")
        confirmed_in = outcome_sums(session, cut, ["number"], "month")
        return [Month(one, needs[one,].counts["asked"], confirmed_in[one,][0]) for one in months]
    asked = (
        select(literal("asked").label("what"), NeedFact.month.label("month"), func.count())
        .where(*need_conditions(actor, scope))
        .group_by(NeedFact.month)
    )
    confirmed = (
        select(literal("confirmed"), OutcomeFact.month, func.count())
        .where(*outcome_conditions(actor, scope, OutcomeFact.counted == "confirmed"))
        .group_by(OutcomeFact.month)
    )
    found = {(what, month): count for what, month, count in session.execute(union_all(asked, confirmed))}
    return [
        Month(month, found.get(("asked", month), 0), found.get(("confirmed", month), 0)) for month in months
    ]


def totals_of(session: Session, actor: Actor, scope: Scope) -> dict[str, Totals]:
    """The totals of each group (confirmed, corroborated, pending, disputed), side by side; two statements at most."""
    cut = cut_for(session, actor, scope)
    if cut is None:
        return totals_by_group(session, outcome_conditions(actor, scope))
    found = totals_in(session, cut)
    return {group: found.get(group, NO_TOTALS) for group in GROUPS}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the months came to: totals by group, funnel, trend, forecast beside actual."""

    totals: dict[str, Totals]
    funnel: list[FunnelStage]
    months: list[Month]
    checked: list[Checked]


def figures_of(session: Session, actor: Actor, scope: Scope) -> Figures:
    """All of them at once: two statements where cells answer, six where only facts do."""
    cut = cut_for(session, actor, scope)
    if cut is None:
        return Figures(
            totals_of(session, actor, scope),
            funnel_with_times(session, actor, scope),
            trend_by_month(session, actor, scope),
            forecast_and_actual(session, outcome_conditions(actor, scope)),
        )
    needs = needs_by(session, cut, "month", days=True)
    rows = outcome_rows(session, cut)
    totals = totals_from((row[0], *row[2:7]) for row in rows)
    confirmed = [row for row in rows if row[0] == GROUPS[0]]
    number: Counter[int] = Counter()
    for row in confirmed:
        number[row.month] += row.number
    months = months_between(scope.from_month, scope.until_month)
    return Figures(
        {group: totals.get(group, NO_TOTALS) for group in GROUPS},
        _stages(_added(needs.values())),
        [Month(one, needs[one,].counts["asked"], number[one]) for one in months],
        checked_from(
            [sum(column) for column in zip(*(row[7:] for row in confirmed), strict=True)] or [0] * 6
        ),
    )


def _added(parts: Iterable[Needs]) -> dict[str, dict[int, int]]:
    """After how many days how many came to each stage, of several months."""
    counts: dict[str, dict[int, int]] = {stage: {} for stage in STAGES}
    for part in parts:
        for stage, days in ({"asked": {0: part.counts["asked"]}} | part.days).items():
            for day, count in days.items():
                counts[stage][day] = counts[stage].get(day, 0) + count
    return counts


Counts = list[tuple[int, int]]


def count_needs(session: Session, actor: Actor, scope: Scope, stage: str) -> Counts:
    """How many needs a number of a funnel counts in each month, the latest first; one statement."""
    stage = stage if stage in STAGES else STAGES[0]
    cut = cut_for(session, actor, scope)
    if cut is not None:
        found = needs_by(session, cut, "month")
        return sorted(((month, needs.counts[stage]) for (month,), needs in found.items()), reverse=True)
    where = need_conditions(actor, scope)
    if stage != STAGES[0]:
        where.append(getattr(NeedFact, f"{stage}_days").is_not(None))
    return count_by_month(session, NeedFact.month, where)


def count_outcomes(session: Session, actor: Actor, scope: Scope, group: str) -> Counts:
    """How many results of a group fall within each month, the latest first; one statement."""
    cut = cut_for(session, actor, scope)
    if cut is not None:
        found = outcome_sums(session, cut, ["number"], "month", group=group)
        return sorted(((month, number) for (month,), (number,) in found.items()), reverse=True)
    where = outcome_conditions(actor, scope, OutcomeFact.counted == group)
    return count_by_month(session, OutcomeFact.month, where)


def count_by_month(session: Session, month: Any, where: Sequence[ColumnElement[bool]]) -> Counts:
    """How many facts there are in each month, the latest first."""
    rows = session.execute(select(month, func.count()).where(*where).group_by(month).order_by(month.desc()))
    return [(row[0], row[1]) for row in rows]


def universities_in(session: Session) -> set[int]:
    """The universities that asked or were helped; two statements at most."""
    found = codes_in(session, "university")
    if found is None:
        columns = (NeedFact.university_id, OutcomeFact.university_id)
        found = {one for column in columns for one in session.scalars(select(column).distinct())}
    return found - {None}


def this_month(today: date) -> int:
    """The month a day falls in."""
    return today.year * 100 + today.month


def last_year(today: date, where: Sequence[tuple[str, Any]] = ()) -> Scope:
    """The twelve months that end with this one."""
    until = this_month(today)
    return Scope(next_month(until, -11), until, tuple(where))
