"""Behind the beneficiary's personal link: what was claimed, and their answer."""

from __future__ import annotations

from flask import render_template

from network.accounts.links import find_link, is_live
from network.db import committing, db
from network.domain.errors import DomainError, Invalid
from network.domain.states import OutcomeStatus
from network.models import LinkToken, Outcome
from network.outcomes.asking import answer_confirmation
from network.outcomes.corrections import claim_of
from network.outcomes.queries import confirmations_of, organisation_of, values_of, volunteer_of
from network.outcomes.rates import currencies
from network.pages.outcomes.area import blueprint
from network.pages.outcomes.confirm_forms import RATINGS
from network.pages.outcomes.correct_forms import CorrectForm, correct_form_for
from network.pages.outcomes.forms import bands
from network.pages.outcomes.rows import thread_of
from network.web.actor import current_actor
from network.web.guards import by_token
from network.web.times import now


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
    form = correct_form_for(claim_of(db.session, claimed), currencies(db.session))
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


def _confirm_page(form: CorrectForm, link: LinkToken, claimed: Outcome) -> str:
    return render_template(
        "outcomes/confirm.html",
        form=form,
        link=link,
        outcome=claimed,
        organisation=organisation_of(db.session, claimed),
        volunteer=volunteer_of(db.session, claimed),
        values=values_of(db.session, claimed.id),
        bands=bands(),
        thread=thread_of(db.session, current_actor(), claimed, confirmations_of(db.session, claimed.id)),
        ratings=RATINGS,
    )
