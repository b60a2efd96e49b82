"""Outcomes as they stand: the list, the page of one, and the acts on it."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.db import committing, db
from network.domain.errors import Invalid
from network.domain.states import OutcomeStatus
from network.outcomes.contributors import set_contributors
from network.outcomes.operations import (
    check_evidence,
    corroborate_outcome,
    declare_only_contact,
    name_contact,
    reissue_link,
    void_outcome,
)
from network.pages.outcomes.area import blueprint
from network.pages.outcomes.coming import next_of
from network.pages.outcomes.corrected import corrected_rows
from network.pages.outcomes.forms import ContactForm, VoidForm, bands
from network.pages.outcomes.rows import outcome_list, outcome_page
from network.pages.outcomes.settling_forms import ActualForm, ConsentForm, NoteForm, TakeBackForm
from network.pages.outcomes.start import contact_values
from network.web.actor import current_actor
from network.web.forms import ActForm, BaseForm
from network.web.guards import signed_in
from network.web.paging import page_number
from network.web.times import now

ACTS = {
    "declare": declare_only_contact,
    "corroborate": corroborate_outcome,
    "reissue": reissue_link,
    "check-evidence": check_evidence,
}


@blueprint.get("/outcomes")
@signed_in
def outcomes() -> str:
    """Every outcome this person may see."""
    chosen = request.args.get("status")
    status = OutcomeStatus(chosen) if chosen in set(OutcomeStatus) else None
    actor, number = current_actor(), page_number(request.args.get("page"))
    to_check = chosen == "to-check" and actor.is_staff
    page = outcome_list(db.session, actor, number, status, to_check=to_check)
    return render_template(
        "outcomes/outcomes.html",
        page=page,
        status=status,
        to_check=to_check,
        statuses=list(OutcomeStatus),
    )


@blueprint.get("/outcomes/<int:outcome_id>")
@signed_in
def outcome(outcome_id: int) -> str:
    """One outcome: what was said, by whom, and what happens next."""
    return outcome_view(outcome_id)


def outcome_view(outcome_id: int, **forms: BaseForm) -> str:
    """The page of one outcome; `forms` are those that were sent and refused."""
    actor = current_actor()
    page = outcome_page(db.session, actor, outcome_id, now())
    version = page.outcome.version
    shown: dict[str, BaseForm] = {
        "act": ActForm(version=version),
        "contact": ContactForm(data={**contact_values(actor, page.outcome), "version": version}),
        "void": VoidForm(version=version),
        "note": NoteForm(formdata=None),
        "back": TakeBackForm(formdata=None, version=version),
        "actual": ActualForm(formdata=None, version=version),
        "consent": ConsentForm(formdata=None, publish=page.publish),
    }
    return render_template(
        "outcomes/outcome.html",
        page=page,
        coming=next_of(page, actor),
        bands=bands(),
        corrected_rows=corrected_rows,
        **{**shown, **forms},
    )


@blueprint.post("/outcomes/<int:outcome_id>/<any('declare', 'corroborate', 'reissue', 'check-evidence'):act>")
@signed_in
def act(outcome_id: int, act: str) -> Response:
    """One of the acts that need no more than a button."""
    form = ActForm()
    with committing(db.session):
        ACTS[act](db.session, current_actor(), outcome_id, seen=form.seen, now=now())
    flash(_("Done."))
    return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]


@blueprint.post("/outcomes/<int:outcome_id>/ask")
@signed_in
def ask(outcome_id: int) -> str | Response:
    """Ask the contact, or another one, to confirm."""
    form = ContactForm()
    if form.validate_on_submit():
        try:
            with committing(db.session):
                name_contact(
                    db.session,
                    current_actor(),
                    outcome_id,
                    name=form.contact_name.data,
                    email=form.contact_email.data,
                    seen=form.seen,
                    now=now(),
                )
            flash(_("Asked. We write again each week, four times at most."))
            return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    return outcome_view(outcome_id, contact=form)


@blueprint.post("/outcomes/<int:outcome_id>/void")
@signed_in
def void(outcome_id: int) -> Response:
    """Take an outcome out of the figures, or throw a draft away."""
    form = VoidForm()
    with committing(db.session):
        void_outcome(
            db.session, current_actor(), outcome_id, reason=form.reason.data or "", seen=form.seen, now=now()
        )
    flash(_("It no longer counts. The record of it stays."))
    return redirect(url_for("outcomes.outcomes"))  # type: ignore[return-value]


@blueprint.post("/outcomes/<int:outcome_id>/contributors/save")
@signed_in
def contributors(outcome_id: int) -> Response:
    """Say who contributed, one role each."""
    form = ActForm()
    chosen = {
        int(name.removeprefix("role-")): role
        for name, role in request.form.items()
        if name.startswith("role-") and name[5:].isascii() and name[5:].isdigit() and len(name) < 15
    }
    with committing(db.session):
        set_contributors(db.session, current_actor(), outcome_id, chosen, seen=form.seen, now=now())
    flash(_("Saved."))
    return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]
