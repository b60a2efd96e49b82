"""The response record as a page."""

from __future__ import annotations

from flask import Response, render_template

from network.db import db
from network.measures.answers import ANSWERS, FEWEST, ResponseLine, response_record, together
from network.measures.policy import require_reader
from network.pages.reports.area import blueprint
from network.pages.reports.choices import chips_of, names_of, titles
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import facts_as_of
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in


def _lines() -> tuple[list[ResponseLine], dict[int | None, str]]:
    actor = current_actor()
    require_reader(actor)
    lines = response_record(db.session, actor, asked_now().scope)
    return lines, names_of(db.session, "chapter", [line.chapter_id for line in lines])


@blueprint.get("/answers")
@signed_in
def answers() -> str:
    """How offers are answered, chapter by chapter."""
    asked = asked_now()
    lines, names = _lines()
    return render_template(
        "reports/answers.html",
        lines=lines,
        names=names,
        whole=together(lines),
        fewest=FEWEST,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.answers"),
        dimensions=titles(),
        made_at=facts_as_of(db.session),
    )


@blueprint.get("/answers/data.csv")
@signed_in
def answers_csv() -> Response:
    """The same as CSV; shares and medians are empty where too few volunteers were asked."""
    lines, names = _lines()
    params = asked_now().params
    header = ("from", "until", "chapter", "offers", *ANSWERS, "answered_percent", "median_days")
    rows = [
        (
            params["from"],
            params["until"],
            names[line.chapter_id],
            line.offers,
            *((line.counts[one] if line.is_shown else None) for one in ANSWERS),
            line.answered_share,
            line.median_days,
        )
        for line in lines
    ]
    return csv_response("response-record.csv", header, rows)
