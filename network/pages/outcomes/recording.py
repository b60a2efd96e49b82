"""Saying what came of an introduction: the kind first, then only what that kind needs."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.db import committing, db
from network.domain.clock import local_date
from network.domain.errors import Invalid
from network.domain.states import HARD_KINDS, OutcomeClass, OutcomeKind, OutcomeStatus
from network.outcomes.evidence import add_evidence
from network.outcomes.missions import missions_for
from network.outcomes.operations import edit_outcome, record_outcome
from network.outcomes.rates import currencies
from network.pages.outcomes.area import blueprint
from network.pages.outcomes.forms import form_for
from network.pages.outcomes.rows import outcome_page
from network.pages.outcomes.start import contact_values, form_values, new_form_values
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.times import now

KIND_GROUPS = [
    (OutcomeClass.HARD, [kind for kind in OutcomeKind if kind in HARD_KINDS]),
    (OutcomeClass.SOFT, [kind for kind in OutcomeKind if kind.outcome_class is OutcomeClass.SOFT]),
    (OutcomeClass.NONE, [OutcomeKind.NOTHING]),
]


def _asked_kind() -> OutcomeKind | None:
    code = request.args.get("kind", "")
    return OutcomeKind(code) if code in set(OutcomeKind) else None


@blueprint.route("/introductions/<int:introduction_id>/outcomes/new", methods=["GET", "POST"])
@signed_in
def new(introduction_id: int) -> str | Response:
    """Say what came of an introduction."""
    actor = current_actor()
    start = new_form_values(db.session, actor, introduction_id)
    kind = _asked_kind()
    if kind is None:
        return render_template("outcomes/kind.html", start=start, groups=KIND_GROUPS, outcome=None)
    missions = missions_for(db.session, introduction_id, local_date(now(), actor.timezone))
    given = start.values if request.method == "GET" else None
    form = form_for(kind, currencies(db.session), given, missions, papers=True)
    if "save" in request.form:
        form.ask_nobody_yet()
    if form.validate_on_submit():
        send = "save" not in request.form
        try:
            with committing(db.session):
                made = record_outcome(db.session, actor, introduction_id, form.draft(), now=now(), send=send)
                for content, name in form.file.papers if "file" in form else ():
                    add_evidence(db.session, actor, made.id, content, name, now=now())
            flash(
                _("Thank you. %(name)s is being asked to confirm it.", name=made.contact_name)
                if send
                else _("Saved as a draft. Nobody has been asked yet.")
            )
            return redirect(url_for("outcomes.outcome", outcome_id=made.id))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    form.keep_words()
    return render_template("outcomes/new.html", form=form, start=start)


@blueprint.route("/outcomes/<int:outcome_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(outcome_id: int) -> str | Response:
    """Change an outcome; what was confirmed is asked again when it changes materially."""
    actor = current_actor()
    page = outcome_page(db.session, actor, outcome_id, now())
    if "kind" in request.args and _asked_kind() is None:
        return render_template("outcomes/kind.html", start=None, groups=KIND_GROUPS, outcome=page.outcome)
    kind = _asked_kind() or page.outcome.kind or OutcomeKind.NOTHING
    values = form_values(db.session, page.outcome)
    missions = missions_for(db.session, page.outcome.introduction_id, local_date(now(), actor.timezone))
    given = {**values, **contact_values(actor, page.outcome)}
    form = form_for(kind, currencies(db.session), given, missions)
    if page.outcome.status is OutcomeStatus.DRAFT:
        form.ask_nobody_yet()
    if form.validate_on_submit():
        try:
            with committing(db.session):
                edit_outcome(db.session, actor, outcome_id, form.draft(), seen=form.seen, now=now())
            flash(_("Saved."))
            return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    return render_template("outcomes/edit.html", form=form, page=page)
