"""Who has which part in the confirmed outcomes: whole and fractional, by volunteer and by university."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.db import db
from network.domain.actor import Actor
from network.measures.parts import parts_in
from network.measures.policy import require_reader
from network.measures.totals import Share
from network.models import Volunteer
from network.pages.reports.area import blueprint
from network.pages.reports.choices import chips_of, names_of, titles
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import facts_as_of
from network.volunteers.policy import volunteers_visible_to
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response

MOST = 100


def _shares(actor: Actor, by: str) -> tuple[list[Share], dict[int, str]]:
    require_reader(actor)
    shares = parts_in(db.session, actor, asked_now().scope, by, MOST)
    codes = [one.code for one in shares]
    if by == "university":
        return shares, names_of(db.session, "university", codes)
    return shares, _volunteers(db.session, actor, codes)


def _volunteers(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The names of those the reader may see; the others stay unnamed."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.name).where(Volunteer.id.in_(list(ids)), volunteers_visible_to(actor))
    )
    return {row[0]: row[1] for row in rows}


@blueprint.get("/shares/<any('volunteer', 'university'):by>")
@signed_in
def shares(by: str) -> str:
    """The parts, the largest first."""
    asked = asked_now()
    rows, names = _shares(current_actor(), by)
    return render_template(
        "reports/shares.html",
        rows=rows,
        names=names,
        by=by,
        most=MOST,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.shares", by=by),
        dimensions=titles(),
        made_at=facts_as_of(db.session),
    )


HEADER = ("id", "name", "outcomes_whole", "outcomes_fractional", "value_fractional")


def _rows(by: str) -> list[tuple[object, ...]]:
    found, names = _shares(current_actor(), by)
    unnamed = str(_("Not named"))
    return [(one.code, names.get(one.code, unnamed), one.whole, one.fractional, one.value) for one in found]


@blueprint.get("/shares/<any('volunteer', 'university'):by>/data.csv")
@signed_in
def shares_csv(by: str) -> Response:
    """The same as CSV."""
    return csv_response(f"shares-by-{by}.csv", HEADER, _rows(by))


@blueprint.get("/shares/<any('volunteer', 'university'):by>/data.json")
@signed_in
def shares_json(by: str) -> Response:
    """The same as JSON."""
    return json_response({"version": 1, "about": asked_now().params}, HEADER, _rows(by))
