"""The same figures as CSV and JSON."""

from __future__ import annotations

from typing import Any

from flask import Response

from network.db import db
from network.measures.demand import demand_and_supply
from network.measures.policy import require_reader
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked
from network.pages.reports.figure_rows import DEMAND_HEADER, OVERVIEW_HEADER, demand_rows, overview_rows
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import breakdown_rows, data_header, data_rows, facts_as_of, overview
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response


@blueprint.get(
    "/by/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.csv"
)
@signed_in
def by_csv(dimension: str) -> Response:
    """A breakdown as CSV."""
    asked = asked_now()
    rows = breakdown_rows(db.session, current_actor(), asked, dimension)
    return csv_response(
        f"report-by-{dimension}.csv", data_header(dimension), data_rows(rows, asked, dimension)
    )


@blueprint.get(
    "/by/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.json"
)
@signed_in
def by_json(dimension: str) -> Response:
    """A breakdown as JSON; money as text, so that no penny is lost on the way."""
    asked = asked_now()
    rows = breakdown_rows(db.session, current_actor(), asked, dimension)
    return json_response(_about(asked), data_header(dimension), data_rows(rows, asked, dimension))


def _about(asked: Asked) -> dict[str, Any]:
    made_at = facts_as_of(db.session)
    return {"version": 1, "about": asked.params, "as_of": made_at.isoformat() if made_at else None}


@blueprint.get("/data.csv")
@signed_in
def reports_csv() -> Response:
    """Every figure of the overview as CSV."""
    asked = asked_now()
    page = overview(db.session, current_actor(), asked)
    return csv_response("report.csv", OVERVIEW_HEADER, overview_rows(page, asked))


@blueprint.get("/data.json")
@signed_in
def reports_json() -> Response:
    """Every figure of the overview as JSON."""
    asked = asked_now()
    page = overview(db.session, current_actor(), asked)
    return json_response(_about(asked), OVERVIEW_HEADER, overview_rows(page, asked))


def _demand(asked: Asked) -> list[tuple[Any, ...]]:
    actor = current_actor()
    require_reader(actor)
    return demand_rows(db.session, demand_and_supply(db.session, actor, asked.scope), asked)


@blueprint.get("/demand/data.csv")
@signed_in
def demand_csv() -> Response:
    """Demand against supply as CSV."""
    return csv_response("demand.csv", DEMAND_HEADER, _demand(asked_now()))


@blueprint.get("/demand/data.json")
@signed_in
def demand_json() -> Response:
    """Demand against supply as JSON."""
    asked = asked_now()
    return json_response(_about(asked), DEMAND_HEADER, _demand(asked))
