"""After the answer: the thread of a dispute, taking it back, consent that changes, what the year came to."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _

from network.db import committing, db
from network.domain.errors import Invalid
from network.domain.states import PublishConsent
from network.outcomes.settling import add_note, change_consent, record_actual, take_back
from network.pages.outcomes.area import blueprint
from network.pages.outcomes.following import outcome_view
from network.pages.outcomes.settling_forms import ActualForm, ConsentForm, NoteForm, TakeBackForm
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.times import now


@blueprint.post("/outcomes/<int:outcome_id>/notes/send")
@signed_in
def note(outcome_id: int) -> str | Response:
    """Write into the thread of a dispute."""
    form = NoteForm()
    if form.validate_on_submit():
        try:
            with committing(db.session):
                add_note(db.session, current_actor(), outcome_id, form.text.data or "", now=now())
            return _back(outcome_id, _("Sent. The others are told by mail."))
        except Invalid as error:
            form.refuse(error)
    return outcome_view(outcome_id, note=form)


@blueprint.post("/outcomes/<int:outcome_id>/take-back")
@signed_in
def give_up(outcome_id: int) -> str | Response:
    """Take a disputed outcome back."""
    form = TakeBackForm()
    if form.validate_on_submit():
        try:
            with committing(db.session):
                take_back(
                    db.session,
                    current_actor(),
                    outcome_id,
                    reason=form.why.data or "",
                    seen=form.seen,
                    now=now(),
                )
            return _back(outcome_id, _("Taken back. It counts in no figure, and the contact is told."))
        except Invalid as error:
            form.refuse(error)
    return outcome_view(outcome_id, back=form)


@blueprint.post("/outcomes/<int:outcome_id>/actual/save")
@signed_in
def actual(outcome_id: int) -> str | Response:
    """Write down what the year came to."""
    form = ActualForm()
    if form.validate_on_submit():
        try:
            amount = Decimal((form.amount.data or "").replace(",", "").replace("£", "").replace(" ", ""))
            with committing(db.session):
                record_actual(db.session, current_actor(), outcome_id, amount, seen=form.seen, now=now())
            return _back(outcome_id, _("Saved beside the forecast. Thank you."))
        except InvalidOperation:
            form.amount.errors = [_("Give a figure such as 48500.")]
        except Invalid as error:
            form.refuse(error)
    return outcome_view(outcome_id, actual=form)


@blueprint.post("/outcomes/<int:outcome_id>/consent/save")
@signed_in
def consent(outcome_id: int) -> str | Response:
    """Say anew whether it may be told in public."""
    form = ConsentForm()
    if form.validate_on_submit():
        with committing(db.session):
            change_consent(
                db.session, current_actor(), outcome_id, PublishConsent(form.publish.data), now=now()
            )
        return _back(outcome_id, _("Saved. Public pages follow at once."))
    return outcome_view(outcome_id, consent=form)


def _back(outcome_id: int, words: str) -> Response:
    flash(words)
    return redirect(url_for("outcomes.outcome", outcome_id=outcome_id))  # type: ignore[return-value]
