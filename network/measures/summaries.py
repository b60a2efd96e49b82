"""Breakdowns in short, for documents: numbers and totals without what only their own page tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.policy import Scope
from network.measures.reading import Cut, cut_for, needs_by, outcome_sums
from network.measures.reports import COLUMNS, need_conditions, outcome_conditions
from network.measures.totals import pounds
from network.models import NeedFact, OutcomeFact


@dataclass(frozen=True, slots=True)
class ShortLine:
    """One value of a dimension: how many needs came how far, how many outcomes were confirmed, and their value."""

    code: Any
    asked: int
    introduced: int
    confirmed: int
    total: Decimal


# Needs asked, needs introduced, outcomes confirmed, and their pence, of each value.
_Sums = dict[Any, list[int]]


def short_breakdowns(
    session: Session, actor: Actor, scope: Scope, dimensions: Sequence[str]
) -> dict[str, list[ShortLine]]:
    """The lines of several breakdowns (not by help), in the order in which their own pages have them.

    Two statements for each where cells answer, two for all of them where only facts do.
    """
    cuts = [cut_for(session, actor, scope, one) for one in dimensions]
    if all(cuts):
        sums = {one: _in_cells(session, cut, one) for one, cut in zip(dimensions, cuts, strict=True) if cut}
    else:
        sums = _in_facts(session, actor, scope, dimensions)
    return {one: _lines(found) for one, found in sums.items()}


def _lines(sums: _Sums) -> list[ShortLine]:
    lines = [
        ShortLine(code, asked, introduced, confirmed, pounds(pence))
        for code, (asked, introduced, confirmed, pence) in sums.items()
    ]
    return sorted(lines, key=lambda line: (-line.confirmed, -line.asked, str(line.code)))


def _in_cells(session: Session, cut: Cut, dimension: str) -> _Sums:
    found: _Sums = defaultdict(lambda: [0, 0, 0, 0])
    for (code,), needs in needs_by(session, cut, dimension).items():
        found[code][:2] = needs.counts["asked"], needs.counts["introduced"]
    for (code,), worth in outcome_sums(session, cut, ["number", "total"], dimension).items():
        found[code][2:] = worth
    return found


def _in_facts(session: Session, actor: Actor, scope: Scope, dimensions: Sequence[str]) -> dict[str, _Sums]:
    found: dict[str, _Sums] = {one: defaultdict(lambda: [0, 0, 0, 0]) for one in dimensions}
    needs: list[Any] = [getattr(NeedFact, COLUMNS[one]) for one in dimensions]
    outcomes: list[Any] = [getattr(OutcomeFact, COLUMNS[one]) for one in dimensions]
    pence = func.coalesce(func.sum(OutcomeFact.pence), 0)
    queries = (
        (
            0,
            select(*needs, func.count(), func.count(NeedFact.introduced_days))
            .where(*need_conditions(actor, scope))
            .group_by(*needs),
        ),
        (
            2,
            select(*outcomes, func.count(), pence)
            .where(*outcome_conditions(actor, scope, OutcomeFact.counted == "confirmed"))
            .group_by(*outcomes),
        ),
    )
    for place, query in queries:
        for *codes, number, more in session.execute(query):
            for dimension, code in zip(dimensions, codes, strict=True):
                sums = found[dimension][code]
                sums[place] += number
                sums[place + 1] += int(more)
    return found
