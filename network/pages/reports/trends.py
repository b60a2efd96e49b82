"""Trends by a dimension as a page: a line for each of the largest values."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template, request

from network.db import db
from network.domain.actor import Actor
from network.measures.months import write_month
from network.measures.policy import require_reader
from network.measures.trends import MEASURES, Trend, trend_by
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked, chips_of, code_in_address, names_of, titles
from network.pages.reports.overviews import asked_now
from network.pages.reports.pictures import month_words, quarter_words
from network.pages.reports.rows import facts_as_of
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response


def _chosen() -> tuple[str, bool]:
    measure = request.args.get("measure", "")
    return (measure if measure in MEASURES else MEASURES[0]), request.args.get("step") == "quarter"


def _trend(actor: Actor, asked: Asked, dimension: str) -> Trend:
    require_reader(actor)
    measure, by_quarter = _chosen()
    return trend_by(db.session, actor, asked.scope, dimension, measure, by_quarter=by_quarter)


@blueprint.get(
    "/trends/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>"
)
@signed_in
def trends(dimension: str) -> str:
    """Needs or confirmed outcomes over time, told apart by one dimension."""
    asked = asked_now()
    trend = _trend(current_actor(), asked, dimension)
    measure, by_quarter = _chosen()
    names = names_of(db.session, dimension, [line.code for line in trend.lines])
    periods = [(quarter_words if by_quarter else month_words)(first) for first, _last in trend.months]
    return render_template(
        "reports/trends.html",
        trend=trend,
        series=[(names[line.code], line.counts) for line in trend.lines],
        periods=periods,
        rows=_rows(asked, trend, periods, dimension, measure),
        measure=measure,
        by_quarter=by_quarter,
        more={"measure": measure, "step": "quarter" if by_quarter else "month"},
        asked=asked,
        dimension=dimension,
        dimensions=titles(),
        chips=chips_of(db.session, asked, "reports.trends", dimension=dimension),
        made_at=facts_as_of(db.session),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One period: each number with the address of what is behind it, where one address says it."""

    period: str
    figures: list[tuple[int, str | None]]


def _rows(asked: Asked, trend: Trend, periods: list[str], dimension: str, measure: str) -> list[Row]:
    """The table of a trend; the others lead to all values of their period."""
    behind = {"what": "needs"} if measure == "asked" else {"what": "outcomes", "group": "confirmed"}
    rows = []
    for place, (period, (first, last)) in enumerate(zip(periods, trend.months, strict=True)):
        months = {"from": write_month(first), "until": write_month(last)}
        figures: list[tuple[int, str | None]] = []
        for line in trend.lines:
            value = {dimension: code_in_address(dimension, line.code)}
            leads = line.counts[place] and line.code != ""
            href = asked.url("reports.behind", **behind, **{**months, **value}) if leads else None
            figures.append((line.counts[place], href))
        if trend.others:
            count = trend.others[place]
            href = asked.url("reports.by", **{**months, "dimension": dimension}) if count else None
            figures.append((count, href))
        rows.append(Row(period, figures))
    return rows


def _data(dimension: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """A row for each period and value, under its header."""
    trend = _trend(current_actor(), asked_now(), dimension)
    names = names_of(db.session, dimension, [line.code for line in trend.lines])
    rows: list[tuple[object, ...]] = [
        (period, code_in_address(dimension, line.code), names[line.code], count)
        for line in trend.lines
        for period, count in zip(trend.periods, line.counts, strict=True)
    ]
    return ("period", dimension, "name", _chosen()[0]), rows


@blueprint.get(
    "/trends/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.csv"
)
@signed_in
def trends_csv(dimension: str) -> Response:
    """The same as CSV."""
    return csv_response(f"trend-by-{dimension}.csv", *_data(dimension))


@blueprint.get(
    "/trends/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.json"
)
@signed_in
def trends_json(dimension: str) -> Response:
    """The same as JSON."""
    return json_response({"version": 1, "about": asked_now().params}, *_data(dimension))
