"""Missions that began in a period, and what came of each to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, url_for

from network.db import db
from network.measures.missions import MissionLine, missions_in
from network.measures.months import write_month
from network.measures.policy import require_reader
from network.pages.reports.area import blueprint
from network.pages.reports.choices import chips_of, months_of_mission, titles
from network.pages.reports.overviews import BARS, asked_now
from network.pages.reports.rows import facts_as_of
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response


def _lines() -> list[MissionLine]:
    actor = current_actor()
    require_reader(actor)
    return missions_in(db.session, actor, asked_now().scope)


@blueprint.get("/missions")
@signed_in
def missions() -> str:
    """The report by mission."""
    asked = asked_now()
    rows = [_row(line) for line in _lines()]
    return render_template(
        "reports/missions.html",
        rows=rows,
        bars=sorted(rows, key=lambda row: -row.line.confirmed.number)[:BARS],
        asked=asked,
        chips=chips_of(db.session, asked, "reports.missions"),
        dimensions=titles(),
        made_at=facts_as_of(db.session),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One mission, with where its name and its numbers lead."""

    line: MissionLine
    report_href: str
    needs_href: str
    outcomes_href: str


def _row(line: MissionLine) -> Row:
    months: Any = months_of_mission(line.starts_on)
    return Row(
        line,
        url_for("reports.reports", mission=line.id, **months),
        url_for("reports.behind", what="needs", stage="introduced", mission=line.id, **months),
        url_for("reports.behind", what="outcomes", group="confirmed", mission=line.id, **months),
    )


HEADER = (
    "from", "until", "mission", "name", "market", "starts_on", "introductions", "met", "outcomes_confirmed",
    "valued", "median", "total", "total_less_largest",
)  # fmt: skip


def _rows() -> list[tuple[object, ...]]:
    scope = asked_now().scope
    period = (write_month(scope.from_month), write_month(scope.until_month))
    return [
        (
            *period,
            one.id,
            one.name,
            one.market,
            one.starts_on,
            one.introductions,
            one.met,
            one.confirmed.number,
            one.confirmed.valued,
            one.confirmed.median,
            one.confirmed.total,
            one.confirmed.total_less_largest,
        )
        for one in _lines()
    ]


@blueprint.get("/missions/data.csv")
@signed_in
def missions_csv() -> Response:
    """The same as CSV."""
    return csv_response("report-by-mission.csv", HEADER, _rows())


@blueprint.get("/missions/data.json")
@signed_in
def missions_json() -> Response:
    """The same as JSON."""
    return json_response({"version": 1, "about": asked_now().params}, HEADER, _rows())
