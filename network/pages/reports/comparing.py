"""Two of a kind side by side: periods, chapters, universities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.db import db
from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.months import months_between, next_month, write_month
from network.measures.policy import Scope, require_reader
from network.measures.reports import FunnelStage, funnel_with_times, totals_of, universities_in
from network.models import Chapter, Organisation
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked
from network.pages.reports.figure_rows import SIDE_HEADER, side_rows
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import facts_as_of, stage_words
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.row_ids import row_number
from network.web.streaming import json_response


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    name: str
    funnel: list[FunnelStage]
    confirmed: Totals


def _side(session: Session, actor: Actor, scope: Scope, name: str) -> Side:
    totals = totals_of(session, actor, scope)
    return Side(name, funnel_with_times(session, actor, scope), totals["confirmed"])


def _period_name(scope: Scope) -> str:
    first, last = write_month(scope.from_month), write_month(scope.until_month)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _before(scope: Scope) -> Scope:
    """The months of the same number before these."""
    number = len(months_between(scope.from_month, scope.until_month))
    return Scope(next_month(scope.from_month, -number), next_month(scope.from_month, -1), scope.where)


def _choices(session: Session, what: str) -> list[tuple[int, str]]:
    if what == "chapter":
        rows = session.execute(select(Chapter.id, Chapter.name).order_by(Chapter.name, Chapter.id))
    else:
        rows = session.execute(
            select(Organisation.id, Organisation.name)
            .where(Organisation.id.in_(universities_in(session)))
            .order_by(Organisation.name, Organisation.id)
        )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, of which choices, and the sides as far as they are chosen."""

    what: str
    choices: list[tuple[int, str]]
    sides: list[Side]


def _comparison(session: Session, actor: Actor, asked: Asked) -> Comparison:
    require_reader(actor)
    what = request.args.get("what", "period")
    if what not in {"chapter", "university"}:
        scopes = (_before(asked.scope), asked.scope)
        return Comparison("period", [], [_side(session, actor, one, _period_name(one)) for one in scopes])
    choices = _choices(session, what)
    names = dict(choices)
    chosen = [row_number(request.args.get(name)) for name in ("a", "b")]
    sides = [
        _side(session, actor, asked.scope.with_value(what, code), names[code])
        for code in chosen
        if code in names
    ]
    return Comparison(what, choices, sides)


def _chosen() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("a", "b")}


@blueprint.get("/compare")
@signed_in
def compare() -> str:
    """Two periods, chapters or universities side by side."""
    asked = asked_now()
    found = _comparison(db.session, current_actor(), asked)
    return render_template(
        "reports/compare.html",
        sides=found.sides,
        what=found.what,
        choices=found.choices,
        asked=asked,
        words=stage_words(),
        chosen=list(_chosen().values()),
        made_at=facts_as_of(db.session),
    )


def _rows(asked: Asked) -> Iterator[tuple[Any, ...]]:
    for side in _comparison(db.session, current_actor(), asked).sides:
        yield from side_rows(side.name, side.funnel, side.confirmed)


@blueprint.get("/compare/data.csv")
@signed_in
def compare_csv() -> Response:
    """The two sides as CSV."""
    return csv_response("comparison.csv", SIDE_HEADER, list(_rows(asked_now())))


@blueprint.get("/compare/data.json")
@signed_in
def compare_json() -> Response:
    """The two sides as JSON."""
    asked = asked_now()
    rows = list(_rows(asked))
    return json_response({"version": 1, "about": {**asked.params, **_chosen()}}, SIDE_HEADER, rows)
