"""Saying that something is wrong with a person or a request; reading a decision about oneself, and appealing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.db import db
from network.domain.concerns import ConcernAbout, ConcernKind
from network.moderation.operations import appeal_concern, report_concern
from network.moderation.queries import get_decision, record_of
from network.needs.queries import find_need, get_need, text_for
from network.pages.account.area import blueprint
from network.pages.account.concern_forms import AppealForm, ConcernForm
from network.volunteers.queries import visible_volunteer
from network.web.actor import current_actor
from network.web.concern_words import MEASURES_TO_YOU, STATES_TO_YOU
from network.web.guards import signed_in
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.route("/report/volunteers/<int:volunteer_id>", methods=["GET", "POST"])
@signed_in
def report_volunteer(volunteer_id: int) -> Answer:
    """Something is wrong with a person."""
    volunteer = visible_volunteer(db.session, current_actor(), volunteer_id)
    back = url_for("directory.volunteer", volunteer_id=volunteer.id)
    return _report(ConcernAbout.VOLUNTEER, volunteer.id, volunteer.name, back)


@blueprint.route("/report/needs/<int:need_id>", methods=["GET", "POST"])
@signed_in
def report_need(need_id: int) -> Answer:
    """Something is wrong with a request."""
    actor = current_actor()
    need = get_need(db.session, actor, need_id)
    title = text_for(db.session, actor, need).title or _("A request that was put to you")
    return _report(ConcernAbout.NEED, need.id, title, url_for("needs.need", need_id=need.id))


def _report(about: ConcernAbout, subject_id: int, name: str, back: str) -> Answer:
    form, actor = ConcernForm(), current_actor()

    def act(session: Session) -> None:
        kind = ConcernKind(form.kind.data)
        report_concern(session, actor, about, subject_id, kind=kind, text=form.text.data, now=now())

    if saved(form, act):
        flash(_("Thank you for telling us. A person looks at it and you hear from us by mail."), "good")
        return redirect(url_for("account.account"))
    shown = render_template("account/report.html", form=form, about=about, name=name, back=back)
    return shown, form_status()


@blueprint.route("/account/decisions/<int:concern_id>", methods=["GET", "POST"])
@signed_in
def decision(concern_id: int) -> Answer:
    """What was decided about the reader; an appeal, once."""
    actor = current_actor()
    concern = get_decision(db.session, actor, concern_id)
    form = AppealForm(version=concern.version)

    def act(session: Session) -> Any:
        return appeal_concern(session, actor, concern, form.reason.data, now=now(), seen=form.seen)

    if saved(form, act, concern):
        flash(_("Somebody else looks at it now and writes to you."), "good")
        return redirect(url_for("account.decision", concern_id=concern_id))
    page = render_template(
        "account/decision.html",
        concern=concern,
        need=find_need(db.session, actor, concern.subject_id) if concern.about is ConcernAbout.NEED else None,
        said=[
            moved for moved, _who in record_of(db.session, concern.id) if moved.action in {"tell", "appeal"}
        ],
        form=form,
        measures=MEASURES_TO_YOU,
        states=STATES_TO_YOU,
    )
    return page, form_status()
