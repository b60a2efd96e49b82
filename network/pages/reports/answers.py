"""The response record as a page."""

from __future__ import annotations

from flask import Response, render_template

from network.db import db
from network.measures.answers import ResponseLine, response_record, together
from network.measures.offers import ANSWERS, FEWEST
from network.measures.policy import require_reader
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked, chips_of, code_in_address, names_of, titles
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import facts_as_of
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response


def _record() -> tuple[list[ResponseLine] | None, dict[int | None, str]]:
    actor = current_actor()
    require_reader(actor)
    lines = response_record(db.session, actor, asked_now().scope)
    return lines, names_of(db.session, "chapter", [line.chapter_id for line in lines or []])


@blueprint.get("/answers")
@signed_in
def answers() -> str:
    """How offers are answered, chapter by chapter."""
    asked = asked_now()
    lines, names = _record()
    return render_template(
        "reports/answers.html",
        lines=lines,
        names=names,
        hrefs={line.chapter_id: _hrefs(asked, line) for line in lines or []},
        whole=together(lines or []),
        fewest=FEWEST,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.answers"),
        dimensions=titles(),
        made_at=facts_as_of(db.session) if lines is not None else None,
    )


def _hrefs(asked: Asked, line: ResponseLine) -> dict[str, str]:
    """Where the numbers of a line lead: the needs that were offered, and for their brokers those answered so."""
    brokered = current_actor().is_staff or current_actor().leads(line.chapter_id)
    stages = {"offers": "offered", "yes": "accepted", **dict.fromkeys(ANSWERS[1:] if brokered else ())}
    chapter = code_in_address("chapter", line.chapter_id)
    return {
        name: asked.url("reports.behind", what="needs", stage=stage or name, chapter=chapter)
        for name, stage in stages.items()
    }


HEADER = ("from", "until", "chapter", "name", "offers", *ANSWERS, "answered_percent", "median_days")


def _rows() -> list[tuple[object, ...]]:
    """The lines as data; shares and medians are empty where too few volunteers were asked."""
    lines, names = _record()
    params = asked_now().params
    return [
        (
            params["from"],
            params["until"],
            code_in_address("chapter", line.chapter_id),
            names[line.chapter_id],
            line.offers,
            *((line.counts[one] if line.is_shown else None) for one in ANSWERS),
            line.answered_share,
            line.median_days,
        )
        for line in lines or []
    ]


@blueprint.get("/answers/data.csv")
@signed_in
def answers_csv() -> Response:
    """The same as CSV."""
    return csv_response("response-record.csv", HEADER, _rows())


@blueprint.get("/answers/data.json")
@signed_in
def answers_json() -> Response:
    """The same as JSON."""
    return json_response({"version": 1, "about": asked_now().params}, HEADER, _rows())
