"""Concerns about people and requests: what was reported, and the decision on it. For staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.concerns import Measure
from network.domain.errors import DomainError
from network.moderation.operations import dismiss_concern, settle_appeal, uphold_concern
from network.moderation.queries import get_concern
from network.pages.admin.area import blueprint
from network.pages.admin.concern_forms import DismissForm, SettleForm, UpholdForm
from network.pages.admin.concern_rows import ConcernPage, concern_list, concern_page
from network.web.actor import current_actor
from network.web.concern_words import KINDS, MEASURES, STATES
from network.web.forms import VersionedForm
from network.web.guards import staff
from network.web.paging import page_number
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.get("/concerns")
@staff
def concerns() -> str:
    """What was reported: what waits, or everything."""
    waiting = request.args.get("show") != "all"
    page = concern_list(db.session, current_actor(), page_number(request.args.get("page")), waiting=waiting)
    return render_template(
        "admin/concerns.html", page=page, waiting=waiting, kinds=KINDS, states=STATES, at=now()
    )


@blueprint.get("/concerns/<int:concern_id>")
@staff
def concern(concern_id: int) -> Answer:
    """One concern: what was said, what was decided, what can be."""
    return _page(concern_page(db.session, current_actor(), concern_id))


@blueprint.post("/concerns/<int:concern_id>/dismiss")
@staff
def dismiss(concern_id: int) -> Answer:
    """Nothing follows."""
    form = DismissForm()

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        dismiss_concern(session, actor, row, form.reason.data, **given)

    return _act(concern_id, "dismiss", form, do)


@blueprint.post("/concerns/<int:concern_id>/uphold")
@staff
def uphold(concern_id: int) -> Answer:
    """Something follows, and the person concerned is told."""
    page = concern_page(db.session, current_actor(), concern_id)
    form = UpholdForm(measures=page.measures)

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        measure = Measure(form.measure.data)
        uphold_concern(session, actor, row, measure, form.reason.data, words=form.words.data, **given)

    return _act(concern_id, "uphold", form, do)


@blueprint.post("/concerns/<int:concern_id>/settle")
@staff
def settle(concern_id: int) -> Answer:
    """An appeal is decided, for good."""
    form = SettleForm()

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        stands, words = form.stands.data == "yes", form.words.data
        settle_appeal(session, actor, row, stands=stands, reason=form.reason.data, words=words, **given)

    return _act(concern_id, "settle", form, do)


def _act(concern_id: int, name: str, form: VersionedForm, do: Callable[..., None]) -> Answer:
    actor = current_actor()
    row = get_concern(db.session, actor, concern_id)
    if not form.validate():
        return _page(concern_page(db.session, actor, concern_id), 422, **{name: form})
    try:
        with committing(db.session):
            do(db.session, actor, row, now=now(), seen=form.seen)
    except DomainError as error:
        form.refuse(error)
        db.session.expire_all()
        return _page(concern_page(db.session, actor, concern_id), error.status, **{name: form})
    flash(_("Decided. Those it concerns are told by mail."))
    return redirect(url_for("admin.concern", concern_id=concern_id))


def _page(page: ConcernPage, status: int = 200, **refused: VersionedForm) -> Answer:
    fresh = {"formdata": None, "version": page.concern.version}
    forms: dict[str, VersionedForm] = {
        "dismiss": DismissForm(**fresh),
        "uphold": UpholdForm(**fresh, measures=page.measures),
        "settle": SettleForm(**fresh),
        **refused,
    }
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.short_name}"
    shown = render_template(
        "admin/concern.html",
        page=page,
        forms=forms,
        refused=next(iter(refused), ""),
        kinds=KINDS,
        measures=MEASURES,
        states=STATES,
    )
    return shown, status
