"""What is behind a number, as a list and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from network.db import db
from network.pages.reports.area import blueprint
from network.pages.reports.behind_rows import (
    DATA_HEADER,
    all_needs_behind,
    all_outcomes_behind,
    needs_behind,
    outcomes_behind,
)
from network.pages.reports.choices import chips_of, titles
from network.pages.reports.overviews import asked_now
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.paging import asked_words, page_number
from network.web.streaming import json_response


def _stage_and_group() -> tuple[str, str]:
    return asked_words("stage", 40) or "asked", asked_words("group", 40) or "confirmed"


@blueprint.get("/behind/<any('outcomes', 'needs'):what>")
@signed_in
def behind(what: str) -> str:
    """What is behind a number: the needs or outcomes that it counts, as far as the reader may see them."""
    asked, number = asked_now(), page_number(request.args.get("page"))
    stage, group = _stage_and_group()
    if what == "outcomes":
        page = outcomes_behind(db.session, current_actor(), asked, group, number)
    else:
        page = needs_behind(db.session, current_actor(), asked, stage, number)
    return render_template(
        "reports/behind.html",
        page=page,
        what=what,
        about=_about(what, stage),
        asked=asked,
        args={**asked.params, "stage": stage, "group": group, "what": what},
        chips=chips_of(db.session, asked, "reports.behind", what=what),
        dimensions=titles(),
    )


def _about(what: str, stage: str) -> str:
    """What is listed, where the number counts something else than needs or outcomes."""
    words = {
        "offered": _("The needs that were offered to a volunteer. One need may have had several offers."),
        "accepted": _("The needs with a yes. One need may have had several."),
        "no": _("The needs with an offer that was declined. One need may have had several."),
        "referred": _("The needs with an offer that led to somebody better. One need may have had several."),
        "passed": _("The needs with an offer that was passed by. One need may have had several."),
        "waiting": _("The needs with an offer that is still out. One need may have several."),
        "withdrawn": _("The needs with an offer that was withdrawn. One need may have had several."),
    }
    return str(words.get(stage, "")) if what == "needs" else ""


def _rows(what: str) -> Iterator[tuple[Any, ...]]:
    asked, (stage, group) = asked_now(), _stage_and_group()
    if what == "outcomes":
        return all_outcomes_behind(current_actor(), asked, group)
    return all_needs_behind(current_actor(), asked, stage)


@blueprint.get("/behind/<any('outcomes', 'needs'):what>/data.csv")
@signed_in
def behind_csv(what: str) -> Response:
    """All of it as CSV, sent as it is read."""
    return csv_response(f"{what}.csv", DATA_HEADER, _rows(what))


@blueprint.get("/behind/<any('outcomes', 'needs'):what>/data.json")
@signed_in
def behind_json(what: str) -> Response:
    """All of it as JSON, sent as it is read."""
    stage, group = _stage_and_group()
    about = {**asked_now().params, **({"group": group} if what == "outcomes" else {"stage": stage})}
    return json_response({"version": 1, "about": about}, DATA_HEADER, _rows(what))
