"""Two of a kind side by side: periods, chapters, universities."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.db import db
from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.months import months_between, next_month, write_month
from network.measures.policy import Scope, require_reader
from network.measures.reports import FunnelStage, funnel_with_times, totals_of
from network.models import Chapter, NeedFact, Organisation, OutcomeFact
from network.pages.reports.area import blueprint
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import stage_words
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.row_ids import row_number


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
        asked = select(NeedFact.university_id).where(NeedFact.university_id.is_not(None))
        helped = select(OutcomeFact.university_id).where(OutcomeFact.university_id.is_not(None))
        rows = session.execute(
            select(Organisation.id, Organisation.name)
            .where(Organisation.id.in_(asked.union(helped)))
            .order_by(Organisation.name, Organisation.id)
        )
    return [(row[0], row[1]) for row in rows]


@blueprint.get("/compare")
@signed_in
def compare() -> str:
    """Two periods, chapters or universities side by side."""
    actor, asked = current_actor(), asked_now()
    require_reader(actor)
    what = request.args.get("what", "period")
    what = what if what in {"period", "chapter", "university"} else "period"
    sides: list[Side] = []
    choices: list[tuple[int, str]] = []
    if what == "period":
        scopes = [(_before(asked.scope), ""), (asked.scope, "")]
        sides = [_side(db.session, actor, scope, _period_name(scope)) for scope, _name in scopes]
    else:
        choices = _choices(db.session, what)
        names = dict(choices)
        chosen = [row_number(request.args.get(name)) for name in ("a", "b")]
        sides = [
            _side(db.session, actor, asked.scope.with_value(what, code), names[code])
            for code in chosen
            if code in names
        ]
    return render_template(
        "reports/compare.html",
        sides=sides,
        what=what,
        choices=choices,
        asked=asked,
        words=stage_words(),
        chosen=[request.args.get("a", ""), request.args.get("b", "")],
    )
