"""Beside the queue: one act on several needs, taken back within a minute, and views that are kept."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.errors import DomainError
from network.measures.views import forget_view, save_view
from network.needs.operations import hold_act, undo_held
from network.pages.queue.area import blueprint
from network.pages.queue.desk_forms import HoldForm, ViewForm, ticked
from network.pages.queue.rows import Filters
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import broker
from network.web.row_ids import row_number
from network.web.times import now


@blueprint.post("/queue/hold")
@broker
def hold() -> Response:
    """The act is done in a minute, unless it is taken back."""
    form = HoldForm()
    if not form.validate():
        return _back(_("Choose what to do with the needs you ticked."), "bad")
    try:
        with committing(db.session):
            hold_act(
                db.session,
                current_actor(),
                form.act.data,
                ticked(request.form.getlist("picked")),
                reason=form.reason.data or "",
                person_id=row_number(form.person.data),
                now=now(),
            )
    except DomainError as error:
        return _back(error.message, "bad")
    return _back(_("It is done in a minute. Until then you can take it back."))


@blueprint.post("/queue/held/<int:held_id>/undo")
@broker
def undo(held_id: int) -> Response:
    """The act is taken back, and nothing happened."""
    ActForm().validate_on_submit()
    try:
        with committing(db.session):
            undo_held(db.session, current_actor(), held_id, now=now())
    except DomainError as error:
        if error.status == 404:
            raise
        return _back(error.message, "bad")
    return _back(_("Taken back. Nothing happened to them."))


@blueprint.post("/queue/views/save")
@broker
def save_queue_view() -> Response:
    """The filters as they are stand under a name from now on."""
    form, filters = ViewForm(), _filters()
    if not form.validate():
        return _back(_("Give the view a name of up to 40 characters."), "bad")
    try:
        with committing(db.session):
            query = urlencode(filters.query())
            save_view(db.session, current_actor(), form.name.data, query, now=now())
    except DomainError as error:
        return _back(error.message, "bad")
    return _back(_("Kept. It stands above the queue."))


@blueprint.post("/queue/views/<int:view_id>/forget")
@broker
def forget_queue_view(view_id: int) -> Response:
    """The view is gone."""
    ActForm().validate_on_submit()
    with committing(db.session):
        forget_view(db.session, current_actor(), view_id)
    return _back(_("The view is gone."))


def _filters() -> Filters:
    """The filters of the page that the form stood on."""
    return Filters.of(dict(parse_qsl(request.form.get("back", "")[:300])))


def _back(words: str, kind: str = "good") -> Response:
    flash(words, kind)
    return redirect(url_for("queue.queue", **_filters().query()))  # type: ignore[arg-type]
