"""The figures of the overview, of demand and supply and of a comparison as rows of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from network.domain.values import Totals
from network.measures.demand import Cell
from network.measures.months import write_month
from network.measures.reports import FunnelStage
from network.pages.reports.choices import Asked, names_of
from network.pages.reports.rows import Overview

MONEY = ("median", "total", "total_less_largest", "attributable_low", "attributable_high")
OVERVIEW_HEADER = ("from", "until", "table", "code", "measure", "value")
DEMAND_HEADER = (
    "from", "until", "market", "market_name", "sector", "sector_name", "needs", "searches", "volunteers", "capacity",
    "gap",
)  # fmt: skip
SIDE_HEADER = ("side", "table", "code", "measure", "value")


def _totals(group: str, totals: Totals) -> Iterator[tuple[str, str, str, Any]]:
    for measure in ("number", "valued", *MONEY):
        yield "totals", group, measure, getattr(totals, measure)


def _funnel(stages: Sequence[FunnelStage]) -> Iterator[tuple[str, str, str, Any]]:
    for stage in stages:
        yield "funnel", stage.code, "needs", stage.count
        if stage.days is not None:
            yield "funnel", stage.code, "median_days", stage.days


def overview_rows(page: Overview, asked: Asked) -> list[tuple[Any, ...]]:
    """Every figure of the overview, under `OVERVIEW_HEADER`: one measure a row."""
    rows = [row for group, totals in page.totals.items() for row in _totals(group, totals)]
    rows += _funnel(page.funnel)
    for month in page.months:
        rows.append(("months", write_month(month.month), "needs_asked", month.asked))
        rows.append(("months", write_month(month.month), "outcomes_confirmed", month.confirmed))
    for one in page.checked:
        measures = (("number", one.number), ("forecast", one.forecast), ("actual", one.actual))
        rows += [("checked", f"{one.months}_months", measure, value) for measure, value in measures]
    if page.cost is not None:
        rows.append(("cost", "all", "cost", page.cost))
    return [(asked.params["from"], asked.params["until"], *row) for row in rows]


def demand_rows(session: Session, cells: Sequence[Cell], asked: Asked) -> list[tuple[Any, ...]]:
    """Each market and sector in which somebody asked, under `DEMAND_HEADER`, the widest gaps first."""
    markets = names_of(session, "market", {one.market for one in cells})
    sectors = names_of(session, "sector", {one.sector for one in cells})
    return [
        (
            asked.params["from"], asked.params["until"], one.market, markets[one.market], one.sector,
            sectors[one.sector], one.needs, one.searches, one.volunteers, one.capacity, int(one.is_gap),
        )
        for one in cells
    ]  # fmt: skip


def side_rows(name: str, stages: Sequence[FunnelStage], confirmed: Totals) -> Iterator[tuple[Any, ...]]:
    """One side of a comparison, under `SIDE_HEADER`."""
    for row in (*_funnel(stages), *_totals("confirmed", confirmed)):
        yield name, *row
