"""One minimum set of indicators, each with definition, source and period, comparable between places and networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import SOFT_KINDS, OutcomeKind
from network.measures.figures import findable
from network.measures.months import month_start, next_month
from network.measures.policy import Scope
from network.measures.reading import cut_for, needs_by, outcome_sums
from network.measures.reports import need_conditions, outcome_conditions
from network.measures.totals import pounds
from network.models import NeedFact, OutcomeFact, ReportInput, Volunteer

K = OutcomeKind
KINDS: dict[str, frozenset[OutcomeKind]] = {
    "trade_agreements": frozenset({K.EXPORT_CONTRACT, K.DISTRIBUTOR_AGREEMENT}),
    "investment_deals": frozenset({K.INWARD_INVESTMENT, K.OUTWARD_INVESTMENT, K.FINANCE_RAISED}),
    "research_agreements": frozenset({K.RESEARCH_AGREEMENT}),
    "talent_placements": frozenset({K.HIRE_OR_PLACEMENT, K.JOBS}),
    "partnerships": frozenset({K.PARTNERSHIP}),
    "soft_effects": SOFT_KINDS,
}
VALUED = {"trade_value": "trade_agreements", "investment_value": "investment_deals"}
# In the order of the set: reach, engagement, trade, investment, research, talent, partnerships, soft effects.
CODES = (
    "reach_volunteers", "reach_markets", "needs_asked", "needs_introduced", "needs_met", "trade_agreements",
    "trade_value", "new_markets", "investment_deals", "investment_value", "research_agreements",
    "talent_placements", "talent_people", "partnerships", "soft_effects",
)  # fmt: skip
# What is counted at the moment and of the whole network: it has no months and no places.
OF_NOW = frozenset({"reach_volunteers", "reach_markets"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its value in the months, the local target, and what other networks say (source, value)."""

    code: str
    value: Decimal
    target: Decimal | None
    benchmarks: tuple[tuple[str, Decimal], ...] = ()


def indicators_of(session: Session, actor: Actor, scope: Scope) -> list[Indicator]:
    """The set for a scope; four statements."""
    values = {**_reach(session, scope), **_needs(session, actor, scope), **_outcomes(session, actor, scope)}
    place = next((str(value) for name, value in scope.where if name == "place"), "")
    targets, benchmarks = _from_outside(session, scope, place)
    return [
        Indicator(code, values[code], targets.get(code), tuple(benchmarks.get(code, ())))
        for code in CODES
        if code in values
    ]


def _reach(session: Session, scope: Scope) -> dict[str, Decimal]:
    if scope.where:
        return {}
    row = session.execute(
        select(func.count(Volunteer.id), func.count(func.distinct(Volunteer.country))).where(findable())
    ).one()
    return {"reach_volunteers": Decimal(row[0]), "reach_markets": Decimal(row[1])}


def _needs(session: Session, actor: Actor, scope: Scope) -> dict[str, Decimal]:
    names = ("needs_asked", "needs_introduced", "needs_met")
    cut = cut_for(session, actor, scope)
    if cut is not None:
        counts = needs_by(session, cut)[()].counts
        return {name: Decimal(counts[name.removeprefix("needs_")]) for name in names}
    row = session.execute(
        select(func.count(), func.count(NeedFact.introduced_days), func.count(NeedFact.met_days)).where(
            *need_conditions(actor, scope)
        )
    ).one()
    return dict(zip(names, map(Decimal, row), strict=True))


def _outcomes(session: Session, actor: Actor, scope: Scope) -> dict[str, Decimal]:
    by_kind = _by_kind(session, actor, scope)

    def add(kinds: Iterable[OutcomeKind], place: int) -> int:
        return sum(int(by_kind[kind.value][place]) for kind in kinds if kind.value in by_kind)

    found = {code: Decimal(add(kinds, 0)) for code, kinds in KINDS.items()}
    found |= {code: pounds(add(KINDS[of], 1)) for code, of in VALUED.items()}
    found["talent_people"] = Decimal(add(OutcomeKind, 2))
    found["new_markets"] = Decimal(add(OutcomeKind, 3))
    return found


def _by_kind(session: Session, actor: Actor, scope: Scope) -> dict[str, Sequence[Any]]:
    """Number, pence, jobs and new markets of the confirmed outcomes of each kind."""
    cut = cut_for(session, actor, scope, "kind")
    if cut is not None:
        names = ("number", "total", "jobs", "new_markets")
        return {kind: sums for (kind,), sums in outcome_sums(session, cut, names, "kind").items()}
    rows = session.execute(
        select(
            OutcomeFact.kind,
            func.count(),
            func.coalesce(func.sum(OutcomeFact.pence), 0),
            func.coalesce(func.sum(OutcomeFact.jobs), 0),
            func.coalesce(func.sum(cast(OutcomeFact.new_market, Integer)), 0),
        )
        .where(*outcome_conditions(actor, scope, OutcomeFact.counted == "confirmed"))
        .group_by(OutcomeFact.kind)
    )
    return {kind: sums for kind, *sums in rows}


def _from_outside(
    session: Session, scope: Scope, place: str
) -> tuple[dict[str, Decimal], dict[str, list[tuple[str, Decimal]]]]:
    """Targets of the place, and benchmarks of any, whose period meets the months; the newest of each source."""
    start, end = month_start(scope.from_month), month_start(next_month(scope.until_month))
    rows = session.execute(
        select(ReportInput)
        .where(
            ReportInput.kind.in_(("target", "benchmark")),
            ReportInput.from_on < end,
            ReportInput.until_on >= start,
        )
        .order_by(ReportInput.from_on, ReportInput.id)
    ).scalars()
    targets: dict[str, Decimal] = {}
    others: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        if row.kind == "target" and row.place == place:
            targets[row.code] = row.value
        elif row.kind == "benchmark":
            others.setdefault(row.code, {})[row.source] = row.value
    return targets, {code: sorted(found.items()) for code, found in others.items()}


EXPORT_HEADER = ("kind", "code", "place", "from", "until", "value", "source")


def export_rows(found: list[Indicator], scope: Scope, place: str, source: str) -> list[tuple[Any, ...]]:
    """The set as another network's figures page reads it: benchmarks that name their source."""
    since = month_start(scope.from_month).isoformat()
    until = (month_start(next_month(scope.until_month)) - timedelta(days=1)).isoformat()
    return [("benchmark", one.code, place, since, until, str(one.value), source) for one in found]
