"""Demand against supply: what was asked in each market and sector, and who is there to answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.months import month_start, next_month
from network.measures.policy import Scope
from network.measures.reading import cut_for, needs_by
from network.measures.reports import need_conditions
from network.models import NeedFact, SupplyFact, UnmetSearch

# A market and sector is short of people where so many asks meet one volunteer or none.
ASKS_PER_VOLUNTEER = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """Demand against supply in one market and sector."""

    market: str
    sector: str
    needs: int
    searches: int
    volunteers: int
    capacity: int

    @property
    def asks(self) -> int:
        """Needs, and searches that found nobody or few."""
        return self.needs + self.searches

    @property
    def is_gap(self) -> bool:
        """Whether more is asked than those who are there can carry."""
        return self.asks > 0 and (self.volunteers == 0 or self.asks >= ASKS_PER_VOLUNTEER * self.volunteers)


def demand_and_supply(session: Session, actor: Actor, scope: Scope) -> list[Cell]:
    """Needs and empty searches against the volunteers of today, the widest gaps first; three statements."""
    needs = _by_market_and_sector(session, actor, scope)
    # What somebody looked for in vain belongs to no mission.
    of_mission = any(name == "mission" for name, _value in scope.where)
    searches = {} if of_mission else _searches(session, scope)
    supply = {
        (row.market, row.sector): (row.volunteers, row.capacity)
        for row in session.execute(
            select(SupplyFact.market, SupplyFact.sector, SupplyFact.volunteers, SupplyFact.capacity)
        )
    }
    cells = [
        Cell(*key, needs.get(key, 0), searches.get(key, 0), *supply.get(key, (0, 0)))
        for key in {*needs, *searches}
        if all(key)
    ]
    return sorted(
        cells, key=lambda one: (not one.is_gap, one.volunteers - one.asks, -one.asks, one.market, one.sector)
    )


def _by_market_and_sector(session: Session, actor: Actor, scope: Scope) -> dict[tuple[str, str], int]:
    cut = cut_for(session, actor, scope, "market", "sector")
    if cut is not None:
        found = needs_by(session, cut, "market", "sector")
        return {(market, sector): needs.counts["asked"] for (market, sector), needs in found.items()}
    rows = session.execute(
        select(NeedFact.market, NeedFact.sector, func.count())
        .where(*need_conditions(actor, scope))
        .group_by(NeedFact.market, NeedFact.sector)
    )
    return {(market, sector): count for market, sector, count in rows}


def _searches(session: Session, scope: Scope) -> dict[tuple[str, str], int]:
    start, end = month_start(scope.from_month), month_start(next_month(scope.until_month))
    rows = session.execute(
        select(UnmetSearch.market, UnmetSearch.sector, func.count())
        .where(
            UnmetSearch.created_on >= start,
            UnmetSearch.created_on < end,
            UnmetSearch.market.is_not(None),
            UnmetSearch.sector.is_not(None),
            *(
                getattr(UnmetSearch, name) == value
                for name, value in scope.where
                if name in {"market", "sector"}
            ),
        )
        .group_by(UnmetSearch.market, UnmetSearch.sector)
    )
    counts: dict[tuple[str, str], int] = {}
    for market, sector, count in rows:
        key = (str(market), str(sector).partition(".")[0])
        counts[key] = counts.get(key, 0) + count
    return counts
