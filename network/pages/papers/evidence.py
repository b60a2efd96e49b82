"""Papers that bear an outcome out: the list, adding one, taking one away, and the file itself."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.errors import Invalid, NotFound
from network.models import Outcome, Volunteer
from network.outcomes.evidence import (
    add_evidence,
    can_add_evidence,
    can_take_evidence_away,
    evidence_of,
    get_evidence,
    remove_evidence,
)
from network.outcomes.policy import can_read_evidence
from network.outcomes.queries import get_outcome, volunteer_of
from network.pages.papers.area import blueprint
from network.pages.papers.forms import EvidenceForm
from network.pages.papers.serving import file_of
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import signed_in
from network.web.times import now
from network.web.uploads import content_of

View = str | Response | tuple[str, int]


def _readable(outcome_id: int) -> tuple[Outcome, Volunteer | None]:
    actor = current_actor()
    outcome = get_outcome(db.session, actor, outcome_id)
    helper = volunteer_of(db.session, outcome)
    if not can_read_evidence(actor, outcome, helper.id if helper else None):
        raise NotFound("no_papers", "There are no papers here that you may open.")
    return outcome, helper


@blueprint.get("/outcomes/<int:outcome_id>/papers")
@signed_in
def outcome_papers(outcome_id: int) -> str:
    """The papers that bear an outcome out."""
    return _page(outcome_id, EvidenceForm(formdata=None))


def _page(outcome_id: int, form: EvidenceForm) -> str:
    actor = current_actor()
    outcome, helper = _readable(outcome_id)
    papers = evidence_of(db.session, actor, outcome_id)
    return render_template(
        "papers/evidence.html",
        outcome=outcome,
        papers=papers,
        removable={paper.id for paper in papers if can_take_evidence_away(actor, outcome, paper)},
        may_add=can_add_evidence(actor, outcome, helper.id if helper else None),
        form=form,
    )


@blueprint.post("/outcomes/<int:outcome_id>/papers/add")
@signed_in
def add_outcome_paper(outcome_id: int) -> View:
    """One more paper; what it is is told from its content."""
    _readable(outcome_id)
    form = EvidenceForm()
    if form.validate():
        content, name = content_of(form.file.data)
        try:
            with committing(db.session) as session:
                add_evidence(session, current_actor(), outcome_id, content, name, now=now())
        except Invalid as error:
            form.refuse(error)
            db.session.expire_all()
        else:
            flash(_("The paper is kept with the outcome."), "good")
            return redirect(url_for("papers.outcome_papers", outcome_id=outcome_id))
    return _page(outcome_id, form), 422


@blueprint.post("/outcomes/<int:outcome_id>/papers/<int:paper_id>/remove")
@signed_in
def remove_outcome_paper(outcome_id: int, paper_id: int) -> View:
    """Take a paper away."""
    if not ActForm().validate():
        abort(400)
    with committing(db.session) as session:
        remove_evidence(session, current_actor(), outcome_id, paper_id, now=now())
    flash(_("The paper is gone."), "good")
    return redirect(url_for("papers.outcome_papers", outcome_id=outcome_id))


@blueprint.get("/outcomes/<int:outcome_id>/papers/<int:paper_id>")
@signed_in
def outcome_paper(outcome_id: int, paper_id: int) -> Response:
    """The file of one paper."""
    return file_of(get_evidence(db.session, current_actor(), outcome_id, paper_id))
