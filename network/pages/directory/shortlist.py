"""A shortlist of up to five volunteers: kept in the reader's own session, compared side by side, then asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.reference import find_help_type, find_language, find_market, find_sector
from network.db import db
from network.domain.actor import Actor
from network.domain.states import FieldGroup
from network.models import Volunteer
from network.pages.directory.area import blueprint
from network.pages.directory.cards import MOST_KEPT, answers, ask_href, headline_of, local_time, place_of
from network.pages.directory.facts import Facts, Places, facts_of, places_of
from network.volunteers.policy import fields_visible_to, volunteers_visible_to
from network.volunteers.queries import visible_volunteer
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.labels import label
from network.web.own_path import own_path
from network.web.times import now
from network.web.zones import shared_hours

_KEY = "shortlist"


@dataclass(frozen=True, slots=True)
class Kept:
    """A volunteer on the list."""

    id: int
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to compare: for each person of the list, in order, what there is to say."""

    label: str
    cells: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The list side by side."""

    people: Sequence[Kept]
    lines: Sequence[Line]
    ask_href: str | None


@blueprint.get("/volunteers/compare")
@signed_in
def compare() -> str:
    """The people of the shortlist side by side."""
    found = comparison(db.session, current_actor(), kept_ids(), now())
    return render_template("directory/compare.html", found=found, most=MOST_KEPT)


@blueprint.post("/volunteers/<int:volunteer_id>/keep")
@signed_in
def keep(volunteer_id: int) -> Response:
    """They stand on the shortlist; a full one stays as it is."""
    row = visible_volunteer(db.session, current_actor(), volunteer_id)
    kept = kept_ids()
    if row.id in kept or current_actor().is_volunteer(row.id):
        pass
    elif len(kept) >= MOST_KEPT:
        flash(_("Your shortlist holds %(most)s people. Take somebody off first.", most=MOST_KEPT), "bad")
    else:
        session[_KEY] = [*kept, row.id]
    return _back()


@blueprint.post("/volunteers/<int:volunteer_id>/let-go")
@signed_in
def let_go(volunteer_id: int) -> Response:
    """They do not stand on the shortlist."""
    session[_KEY] = [one for one in kept_ids() if one != volunteer_id]
    return _back()


def kept_ids() -> list[int]:
    """The volunteers on the reader's shortlist, in the order in which they were put there."""
    kept = session.get(_KEY, [])
    return [one for one in kept if isinstance(one, int)][:MOST_KEPT] if isinstance(kept, list) else []


def shortlist(db_session: Session, actor: Actor, ids: Sequence[int]) -> list[Kept]:
    """Those of the ids whom the actor may see still; one statement, and none for an empty list."""
    return [
        Kept(row.id, row.name, url_for("directory.volunteer", volunteer_id=row.id))
        for row in _rows(db_session, actor, ids)
    ]


def comparison(db_session: Session, actor: Actor, ids: Sequence[int], at: datetime) -> Comparison:
    """What the actor may read of each; at most three statements. What nobody has is left out."""
    rows = _rows(db_session, actor, ids)
    facts, places = (
        facts_of(db_session, [row.id for row in rows]),
        places_of(db_session, [row.id for row in rows]),
    )
    columns = [_column(actor, row, facts[row.id], places[row.id], at) for row in rows]
    labels = list(dict.fromkeys(words for column in columns for words in column))
    lines = [Line(words, [column[words] for column in columns]) for words in labels]
    may_ask = bool(rows) and any(ask_href(actor, row) for row in rows)
    return Comparison(
        people=[Kept(row.id, row.name, url_for("directory.volunteer", volunteer_id=row.id)) for row in rows],
        lines=[line for line in lines if any(line.cells)],
        ask_href=url_for("needs.new", volunteer=[row.id for row in rows]) if may_ask else None,
    )


def _rows(db_session: Session, actor: Actor, ids: Sequence[int]) -> list[Volunteer]:
    if not ids:
        return []
    query = select(Volunteer).where(Volunteer.id.in_(ids), volunteers_visible_to(actor))
    found = {row.id: row for row in db_session.scalars(query)}
    return [found[one] for one in ids if one in found]


def _column(actor: Actor, row: Volunteer, facts: Facts, places: Places, at: datetime) -> dict[str, list[str]]:
    """What there is to compare of one person, by the words at the side of the table."""
    groups = fields_visible_to(actor, row, places.memberships)
    place = FieldGroup.PLACE in groups
    markets = [
        f"{found.label} ({str(label(depth)).lower()})"
        for code, depth in facts.markets
        if (found := find_market(code))
    ]
    column = {
        _("In a line"): [headline_of(row, groups)],
        _("Lives in"): [place_of(row), local_time(row, at)] if place else [],
        _("Your working day"): [shared_hours(actor, row.timezone, at)] if place else [],
        _("Markets"): markets,
        _("Sectors"): _labels(find_sector, facts.sectors),
        _("Offers"): _labels(find_help_type, list(dict.fromkeys(one.help_type for one in facts.offers))),
        _("Languages"): _labels(find_language, facts.languages),
        _("Chapter"): [chapter.name for chapter in places.chapters],
        _("Answers"): [answers(row, at)],
        _("Introductions so far"): [_record(row)],
    }
    return {words: [one for one in cell if one] for words, cell in column.items()}


def _record(row: Volunteer) -> str:
    if not row.introductions_count:
        return str(_("None yet"))
    made = ngettext("%(num)d introduction", "%(num)d introductions", row.introductions_count)
    if not row.thanks_count:
        return str(made)
    thanks = ngettext("thanked once", "thanked %(num)d times", row.thanks_count)
    return f"{made}, {thanks}"


def _labels(find: object, codes: Sequence[str]) -> list[str]:
    found = [find(code) for code in codes]  # type: ignore[operator]
    return [one.label for one in found if one]


def _back() -> Response:
    """To the page on which the button was pressed."""
    return redirect(own_path(request.form.get("back")) or url_for("directory.compare"), 303)
