"""What the report pages show: frozen rows, each number with the address of what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.demand import Cell, demand_and_supply
from network.measures.inputs import firms_by_place
from network.measures.months import write_month
from network.measures.policy import require_reader
from network.measures.refreshing import state_of
from network.measures.reports import (
    STAGES,
    FunnelStage,
    Line,
    Month,
    breakdown,
    figures_of,
)
from network.measures.totals import Checked, cost_in
from network.pages.reports.choices import Asked, code_in_address, names_of
from network.pages.reports.words import attributable_in_words


def stage_words() -> dict[str, str]:
    """What each stage of the funnel is called."""
    return {
        "asked": _("Needs asked"),
        "offered": _("Offered to a volunteer"),
        "accepted": _("Accepted"),
        "introduced": _("Introduced"),
        "met": _("Met"),
        "outcome": _("With an outcome"),
        "confirmed": _("Confirmed"),
    }


def facts_as_of(session: Session) -> datetime | None:
    """What the figures hold for certain: everything until then."""
    state = state_of(session, "cells") or state_of(session, "facts")
    return state.made_at if state else None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page of a report."""

    as_of: datetime | None
    totals: dict[str, Totals]
    funnel: list[FunnelStage]
    sentence: str
    # What the beneficiaries put down to the help, in a sentence; empty where nobody names a value.
    attributable: str
    months: list[Month]
    checked: list[Checked]
    cost: Decimal | None
    cost_per_outcome: Decimal | None


def overview(session: Session, actor: Actor, asked: Asked) -> Overview:
    """Totals, funnel, trend, forecast beside actual, cost per outcome; four statements."""
    require_reader(actor)
    scope = asked.scope
    figures = figures_of(session, actor, scope)
    # What the network cost is the network's: a part of it has no cost of its own.
    cost = cost_in(session, scope) if actor.is_staff and not scope.where else None
    confirmed = figures.totals["confirmed"].number
    return Overview(
        as_of=facts_as_of(session),
        totals=figures.totals,
        funnel=figures.funnel,
        sentence=_sentence(figures.funnel),
        attributable=attributable_in_words(figures.totals["confirmed"]),
        months=figures.months,
        checked=figures.checked,
        cost=cost,
        cost_per_outcome=(cost / confirmed).quantize(Decimal(1)) if cost is not None and confirmed else None,
    )


def _sentence(funnel: list[FunnelStage]) -> str:
    """What the funnel shows, in words: how many of a hundred come through, and where most are lost."""
    counts = {stage.code: stage.count for stage in funnel}
    if not counts["asked"]:
        return str(_("Nothing was asked in these months."))
    words = stage_words()
    losses = [(counts[before] - counts[after], before, after) for before, after in pairwise(STAGES)]
    lost, before, after = max(losses, key=lambda loss: loss[0])
    share = round(100 * counts["confirmed"] / counts["asked"])
    return str(
        _(
            "Of 100 needs asked, %(share)s have led to a confirmed outcome so far. Most are lost between "
            "“%(before)s” and “%(after)s”: %(lost)s of them.",
            share=share,
            before=words[before],
            after=words[after],
            lost=lost,
        )
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a breakdown, with where its numbers lead."""

    name: str
    line: Line
    report_href: str
    needs_href: str
    outcomes_href: str
    per_thousand: Decimal | None = None


def breakdown_rows(session: Session, actor: Actor, asked: Asked, dimension: str) -> list[Row]:
    """A report by one dimension; four statements, and one for places per thousand firms."""
    require_reader(actor)
    lines = breakdown(session, actor, asked.scope, dimension)
    names = names_of(session, dimension, [line.code for line in lines])
    firms = firms_by_place(session) if dimension == "place" else {}
    return [_row(asked, dimension, line, names[line.code], firms.get(line.code)) for line in lines]


def _row(asked: Asked, dimension: str, line: Line, name: str, firms: int | None) -> Row:
    value = {dimension: code_in_address(dimension, line.code)} if line.code != "" else {}
    return Row(
        name=name,
        line=line,
        report_href=asked.url("reports.reports", **value),
        needs_href=asked.url("reports.behind", what="needs", **value),
        outcomes_href=asked.url("reports.behind", what="outcomes", group="confirmed", **value),
        per_thousand=(Decimal(1000 * line.confirmed) / firms).quantize(Decimal("0.1")) if firms else None,
    )


def data_header(dimension: str) -> tuple[str, ...]:
    """The columns of a breakdown as data."""
    return (
        "from", "until", dimension, "name", "needs_asked", "needs_introduced", "needs_met", "needs_confirmed",
        "outcomes_confirmed", "valued", "median", "total", "total_less_largest", "attributable_low",
        "attributable_high",
    )  # fmt: skip


def data_rows(rows: list[Row], asked: Asked, dimension: str) -> list[tuple[Any, ...]]:
    """A breakdown as data, under `data_header`."""
    since, until = write_month(asked.scope.from_month), write_month(asked.scope.until_month)
    made = []
    for row in rows:
        line, totals = row.line, row.line.totals
        money: tuple[Any, ...] = (0, None, 0, 0, 0, 0)
        if totals:
            money = (
                totals.valued, totals.median, totals.total, totals.total_less_largest, totals.attributable_low,
                totals.attributable_high,
            )  # fmt: skip
        made.append(
            (
                since,
                until,
                code_in_address(dimension, line.code),
                row.name,
                line.asked,
                line.introduced,
                line.met,
                line.fulfilled,
                line.confirmed,
                *money,
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Heat:
    """Demand against supply: the widest gaps named, and a table of the busiest markets and sectors."""

    gaps: list[Cell]
    markets: list[str]
    sectors: list[str]
    cells: dict[tuple[str, str], Cell]
    most: int


def heat(session: Session, actor: Actor, asked: Asked, widest: int = 12) -> Heat:
    """The table of demand against supply; three statements."""
    require_reader(actor)
    cells = demand_and_supply(session, actor, asked.scope)
    by_market: dict[str, int] = {}
    by_sector: dict[str, int] = {}
    for one in cells:
        by_market[one.market] = by_market.get(one.market, 0) + one.asks
        by_sector[one.sector] = by_sector.get(one.sector, 0) + one.asks
    return Heat(
        gaps=[one for one in cells if one.is_gap][:20],
        markets=_busiest(by_market, widest),
        sectors=_busiest(by_sector, 8),
        cells={(one.market, one.sector): one for one in cells},
        most=max((one.asks for one in cells), default=0),
    )


def _busiest(counts: dict[str, int], number: int) -> list[str]:
    return sorted(counts, key=lambda code: (-counts[code], code))[:number]
