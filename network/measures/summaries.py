"""Breakdowns in short, for documents: numbers and totals without what only their own page tells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.policy import Scope
from network.measures.reading import cut_for, needs_by, outcome_sums
from network.measures.reports import breakdown
from network.measures.totals import pounds


@dataclass(frozen=True, slots=True)
class ShortLine:
    """One value of a dimension: how many needs came how far, how many outcomes were confirmed, and their value."""

    code: Any
    asked: int
    introduced: int
    confirmed: int
    total: Decimal


def short_breakdown(session: Session, actor: Actor, scope: Scope, dimension: str) -> list[ShortLine]:
    """The lines of a breakdown in the same order; no value is read one by one. Three statements at most."""
    cut = cut_for(session, actor, scope, dimension)
    if cut is None:
        return [
            ShortLine(
                one.code,
                one.asked,
                one.introduced,
                one.confirmed,
                one.totals.total if one.totals else pounds(0),
            )
            for one in breakdown(session, actor, scope, dimension)
        ]
    needs = needs_by(session, cut, dimension)
    worth = outcome_sums(session, cut, ["number", "total"], dimension)
    lines = []
    for code in {*needs, *worth}:
        counts, (number, total) = needs[code].counts, worth[code]
        lines.append(ShortLine(code[0], counts["asked"], counts["introduced"], number, pounds(total)))
    return sorted(lines, key=lambda line: (-line.confirmed, -line.asked, str(line.code)))
