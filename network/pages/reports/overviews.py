"""The report pages that are read on the screen."""

from __future__ import annotations

from flask import render_template, request

from network.db import db
from network.measures.totals import GROUPS
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked, chips_of, read_asked, titles
from network.pages.reports.pictures import month_words
from network.pages.reports.rows import (
    breakdown_rows,
    facts_as_of,
    heat,
    overview,
    stage_words,
)
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.times import now
from network.web.world_map import draw_world

BARS = 15


def asked_now() -> Asked:
    """The report that the request's address asks for."""
    return read_asked(request.args, now().date())


blueprint.add_app_template_filter(month_words, "month_words")


@blueprint.get("")
@signed_in
def reports() -> str:
    """Totals, funnel, trend: what a period came to."""
    asked = asked_now()
    page = overview(db.session, current_actor(), asked)
    return render_template(
        "reports/reports.html",
        page=page,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.reports"),
        dimensions=titles(),
        words=stage_words(),
        groups=GROUPS,
    )


@blueprint.get("/by/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>")
@signed_in
def by(dimension: str) -> str:
    """The same by one dimension, each number a link to what is behind it."""
    asked = asked_now()
    rows = breakdown_rows(db.session, current_actor(), asked, dimension)
    world = None
    if dimension == "market":
        world = draw_world(
            {row.line.code: row.line.confirmed for row in rows if row.line.code and row.line.confirmed},
            {row.line.code: row.report_href for row in rows},
        )
    return render_template(
        "reports/by.html",
        rows=rows,
        bars=rows[:BARS],
        asked=asked,
        dimension=dimension,
        dimensions=titles(),
        chips=chips_of(db.session, asked, "reports.by", dimension=dimension),
        world=world,
        made_at=facts_as_of(db.session),
    )


@blueprint.get("/demand")
@signed_in
def demand() -> str:
    """Demand against supply by market and sector, with the gaps named."""
    asked = asked_now()
    page = heat(db.session, current_actor(), asked)
    return render_template(
        "reports/demand.html",
        page=page,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.demand"),
        dimensions=titles(),
        made_at=facts_as_of(db.session),
    )
