"""A look at the risks of a need: read, cleared, stopped, handed to a colleague. For staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.errors import DomainError
from network.needs.operations import clear_risk, hand_over_risk, stop_risk
from network.needs.risk import get_risk_review
from network.pages.queue.area import blueprint
from network.pages.queue.coming import next_for_reviewer
from network.pages.queue.risk_forms import ClearForm, HandOverForm, StopForm
from network.pages.queue.risk_rows import RiskPage, risk_page
from network.web.actor import current_actor
from network.web.forms import VersionedForm
from network.web.guards import staff
from network.web.refusals import Told, told
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.get("/queue/risk/<int:review_id>")
@staff
def risk(review_id: int) -> Answer:
    """What was asked and answered, what the rules named, and what can be decided."""
    return _page(risk_page(db.session, current_actor(), review_id))


@blueprint.post("/queue/risk/<int:review_id>/clear")
@staff
def clear(review_id: int) -> Answer:
    """It may be put to volunteers."""
    form = ClearForm()

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        clear_risk(session, actor, row, form.reason.data, conditions=form.conditions.data or "", **given)

    return _act(review_id, "clear", form, do, _("Cleared. Its broker is told and may open it."))


@blueprint.post("/queue/risk/<int:review_id>/stop")
@staff
def stop(review_id: int) -> Answer:
    """It is refused."""
    form = StopForm()

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        stop_risk(session, actor, row, form.reason.data, words=form.words.data, **given)

    return _act(
        review_id, "stop", form, do, _("Stopped. The requester reads your words and may appeal once.")
    )


@blueprint.post("/queue/risk/<int:review_id>/hand-over")
@staff
def hand_over(review_id: int) -> Answer:
    """A colleague looks at it."""
    page = risk_page(db.session, current_actor(), review_id)
    form = HandOverForm(colleagues=page.colleagues)

    def do(session: Any, actor: Any, row: Any, **given: Any) -> None:
        hand_over_risk(session, actor, row, form.reviewer.data, **given)

    return _act(review_id, "hand_over", form, do, _("Handed over. They were told."))


def _act(review_id: int, name: str, form: VersionedForm, do: Callable[..., None], said: str) -> Answer:
    """Do it and go back to the review; or show the page with the refusal and what was typed."""
    actor = current_actor()
    row = get_risk_review(db.session, actor, review_id)
    if not form.validate():
        return _page(risk_page(db.session, actor, review_id), 422, **{name: form})
    try:
        with committing(db.session):
            do(db.session, actor, row, now=now(), seen=form.seen)
    except DomainError as error:
        refusal = told(form, error)
        db.session.expire_all()
        return _page(risk_page(db.session, actor, review_id), error.status, refusal, **{name: form})
    flash(said)
    return redirect(url_for("queue.risk", review_id=review_id))


def _page(page: RiskPage, status: int = 200, told: Told | None = None, **refused: VersionedForm) -> Answer:
    fresh = {"formdata": None, "version": page.review.version}
    forms: dict[str, VersionedForm] = {
        "clear": ClearForm(**fresh),
        "stop": StopForm(**fresh),
        "hand_over": HandOverForm(**fresh, colleagues=page.colleagues),
    }
    for name, form in (forms := {**forms, **refused}).items():
        for field in form:
            field.id = f"{name}-{field.short_name}"
    refused_name = next(iter(refused), "")
    shown = render_template(
        "queue/risk.html",
        page=page,
        coming=next_for_reviewer(page, current_actor()),
        forms=forms,
        refused=refused_name,
        told=told,
    )
    return shown, status
