"""Whom to ask for a need, as its own side arranges it: put on the list, asked earlier, taken off."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.audit.moves import check_version
from network.db import committing, db
from network.domain.actor import Actor
from network.domain.errors import Conflict, DomainError, NotFound
from network.domain.states import IntroductionState
from network.introductions.operations import propose, reorder_shortlist, withdraw_introduction
from network.introductions.queries import shortlist_of
from network.models import Introduction, Need
from network.pages.needs.area import blueprint
from network.pages.needs.forms import AskVolunteerForm
from network.pages.needs.rows import wishes_of
from network.pages.needs.story import get_own_need
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import signed_in
from network.web.times import now


@blueprint.post("/needs/<int:need_id>/propose")
@signed_in
def ask_volunteer(need_id: int) -> Response:
    """One more person, or several, stand on the list of whom to ask."""
    form, actor = AskVolunteerForm(), current_actor()
    need = get_own_need(db.session, actor, need_id)
    try:
        with committing(db.session) as session:
            propose(session, actor, need, wishes_of(form.volunteer.data), now=now())
    except DomainError as error:
        return _back(need_id, error)
    flash(_("On the list. You are told what they say."))
    return _back(need_id)


@blueprint.post("/needs/<int:need_id>/people/<int:introduction_id>/ask-earlier")
@signed_in
def ask_earlier(need_id: int, introduction_id: int) -> Response:
    """Somebody who was not asked yet changes places with the one before them."""
    actor = current_actor()
    need = get_own_need(db.session, actor, need_id)
    try:
        with committing(db.session) as session:
            waiting = _waiting(session, need, ActForm())
            place = waiting.index(_one_of(waiting, introduction_id))
            first = max(place - 1, 0)
            waiting[first], waiting[place] = waiting[place], waiting[first]
            reorder_shortlist(session, actor, need, [one.id for one in waiting], now=now())
    except DomainError as error:
        return _back(need_id, error)
    flash(_("We ask in this order."))
    return _back(need_id)


@blueprint.post("/needs/<int:need_id>/people/<int:introduction_id>/take-off")
@signed_in
def take_off(need_id: int, introduction_id: int) -> Response:
    """Somebody who was not asked yet is not asked; nobody hears of it."""
    actor: Actor = current_actor()
    need = get_own_need(db.session, actor, need_id)
    try:
        with committing(db.session) as session:
            one = _one_of(_waiting(session, need, ActForm()), introduction_id)
            withdraw_introduction(session, actor, one, now=now())
    except DomainError as error:
        return _back(need_id, error)
    flash(_("Taken off the list. They were not asked, and hear nothing of it."))
    return _back(need_id)


def _waiting(session: Session, need: Need, form: ActForm) -> list[Introduction]:
    """Who stands on the list and was not asked yet, in their order, as the reader saw it."""
    check_version(need, form.seen)
    rows = shortlist_of(session, need.id)
    return [row for row in rows if row.state is IntroductionState.PROPOSED]


def _one_of(waiting: list[Introduction], introduction_id: int) -> Introduction:
    one = next((row for row in waiting if row.id == introduction_id), None)
    if one is None:
        raise NotFound(
            "not_on_the_list", "This person is not on the list any more, or is being asked already."
        )
    return one


def _back(need_id: int, error: DomainError | None = None) -> Response:
    if error is not None:
        moved_on = isinstance(error, Conflict) and error.code == "stale"
        flash(
            _("The list has changed meanwhile. This is how it stands now.") if moved_on else error.message,
            "bad",
        )
    return redirect(url_for("needs.need", need_id=need_id, _anchor="people-title"))
