"""Outcomes: recorded, followed, confirmed by the beneficiary through their personal link."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.accounts.links import find_link, is_live
from network.db import committing, db
from network.domain.errors import DomainError, Invalid
from network.domain.states import OutcomeStatus, ValueMode
from network.models import LinkToken, Outcome
from network.outcomes.asking import answer_confirmation
from network.outcomes.operations import (
    check_evidence,
    corroborate_outcome,
    declare_only_contact,
    edit_outcome,
    name_contact,
    record_outcome,
    reissue_link,
    void_outcome,
)
from network.outcomes.queries import organisation_of, values_of, volunteer_of
from network.pages.outcomes.forms import BANDS, RATINGS, ConfirmForm, ContactForm, OutcomeForm, VoidForm
from network.pages.outcomes.rows import outcome_list, outcome_page
from network.pages.outcomes.start import new_form_values
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import by_token, signed_in
from network.web.paging import page_number
from network.web.times import now

blueprint = Blueprint("outcomes", __name__)
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
    page = outcome_list(db.session, current_actor(), page_number(request.args.get("page")), status)
    return render_template("outcomes/outcomes.html", page=page, status=status, statuses=list(OutcomeStatus))


@blueprint.route("/introductions/<int:introduction_id>/outcomes/new", methods=["GET", "POST"])
@signed_in
def new(introduction_id: int) -> str | Response:
    """Say what came of an introduction."""
    actor = current_actor()
    start = new_form_values(db.session, actor, introduction_id)
    form = OutcomeForm(data=start.values if request.method == "GET" else None)
    if form.validate_on_submit():
        send = "save" not in request.form
        try:
            with committing(db.session):
                made = record_outcome(db.session, actor, introduction_id, form.draft(), now=now(), send=send)
            flash(
                _("Thank you. %(name)s is being asked to confirm it.", name=made.contact_name)
                if send
                else _("Saved as a draft. Nobody has been asked yet.")
            )
            return redirect(url_for("outcomes.outcome", outcome_id=made.id))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    return render_template("outcomes/new.html", form=form, start=start)


@blueprint.get("/outcomes/<int:outcome_id>")
@signed_in
def outcome(outcome_id: int) -> str:
    """One outcome: what was said, by whom, and what happens next."""
    page = outcome_page(db.session, current_actor(), outcome_id)
    version = page.outcome.version
    contact = ContactForm(data={**_contact_values(page.outcome), "version": version})
    return render_template(
        "outcomes/outcome.html",
        page=page,
        act=ActForm(version=version),
        contact=contact,
        void=VoidForm(version=version),
        bands=BANDS,
    )


@blueprint.route("/outcomes/<int:outcome_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(outcome_id: int) -> str | Response:
    """Change an outcome; what was confirmed is asked again when it changes materially."""
    actor = current_actor()
    page = outcome_page(db.session, actor, outcome_id)
    form = OutcomeForm(data=_form_values(page.outcome) if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            with committing(db.session):
                edit_outcome(db.session, actor, outcome_id, form.draft(), seen=form.seen, now=now())
            flash(_("Saved."))
            return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    return render_template("outcomes/edit.html", form=form, page=page)


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
    page = outcome_page(db.session, current_actor(), outcome_id)
    version = page.outcome.version
    return render_template(
        "outcomes/outcome.html",
        page=page,
        act=ActForm(version=version),
        contact=form,
        void=VoidForm(version=version),
        bands=BANDS,
    )


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


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@by_token
def confirm(token: str) -> str | tuple[str, int]:
    """The beneficiary reads what was claimed and answers; opening the page does nothing."""
    link = find_link(db.session, "confirm", token)
    claimed = db.session.get(Outcome, link.subject_id) if link else None
    if link is None or claimed is None:
        return render_template("outcomes/confirm_over.html", outcome=None), 404
    if not is_live(link, now()) or claimed.status is not OutcomeStatus.AWAITING_CONFIRMATION:
        return render_template("outcomes/confirm_over.html", outcome=claimed), 410
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with committing(db.session):
                answer_confirmation(db.session, link, form.draft(), now=now())
            return render_template("outcomes/confirm_thanks.html", outcome=claimed)
        except Invalid as error:
            form.refuse(error)
        except DomainError as error:
            return render_template(
                "outcomes/confirm_over.html", outcome=claimed, message=error.message
            ), error.status
    return _confirm_page(form, link, claimed)


def _confirm_page(form: ConfirmForm, link: LinkToken, claimed: Outcome) -> str:
    return render_template(
        "outcomes/confirm.html",
        form=form,
        link=link,
        outcome=claimed,
        organisation=organisation_of(db.session, claimed),
        volunteer=volunteer_of(db.session, claimed),
        values=values_of(db.session, claimed.id),
        bands=BANDS,
        ratings=RATINGS,
    )


def _form_values(outcome: Outcome) -> dict[str, object]:
    names = (
        "kind title what_happened help_given none_reason happened_on goods_services other_party "
        "other_party_confidential value_band version"
    )
    values: dict[str, object] = {name: getattr(outcome, name) for name in names.split()}
    values["value_mode"] = outcome.value_mode.value
    if outcome.value_mode is ValueMode.EXACT:
        for value in values_of(db.session, outcome.id):
            if value.basis == "forecast":
                values[f"value_year_{value.year}"] = f"{value.amount:f}"
                values["value_type"] = value.value_type
    return {**values, **_contact_values(outcome)}


def _contact_values(outcome: Outcome) -> dict[str, object]:
    """The contact, for those who know the address anyway; others type it themselves."""
    actor = current_actor()
    known = actor.belongs_to(outcome.organisation_id) or actor.is_user(outcome.reporter_id)
    email = outcome.contact_email if known else ""
    return {"contact_name": outcome.contact_name, "contact_email": email}
