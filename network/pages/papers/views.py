"""Papers of a need: the list, adding one, taking one away, and the file itself, which no page of ours ever shows."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.errors import Invalid, NotFound
from network.domain.states import Confidentiality
from network.introductions.operations import answering_actor
from network.introductions.queries import find_answer
from network.models import Need
from network.needs.attachments import (
    add_attachment,
    attachments_of,
    can_add_papers,
    get_attachment,
    papers_before_yes,
    remove_attachment,
)
from network.needs.policy import needs_visible_to
from network.needs.queries import text_for
from network.pages.papers import evidence
from network.pages.papers.area import blueprint
from network.pages.papers.forms import PaperForm
from network.pages.papers.serving import file_of
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import by_token, signed_in
from network.web.times import now
from network.web.uploads import content_of

__all__ = ["blueprint", "evidence"]

View = str | Response | tuple[str, int]


def _need(need_id: int) -> Need:
    seen = select(Need).where(Need.id == need_id, needs_visible_to(current_actor()))
    found = db.session.scalar(seen)
    if found is None:
        raise NotFound("no_need", "There is no such need, or it is not for you to see.")
    return found


@blueprint.get("/needs/<int:need_id>/papers")
@signed_in
def papers(need_id: int) -> str:
    """The papers that the reader may open."""
    need = _need(need_id)
    form = PaperForm(formdata=None, confidential=need.confidentiality is not Confidentiality.OPEN)
    return _page(need, form)


def _page(need: Need, form: PaperForm) -> str:
    actor = current_actor()
    return render_template(
        "papers/papers.html",
        need=need,
        title=text_for(db.session, actor, need).title,
        papers=attachments_of(db.session, actor, need.id),
        may_add=can_add_papers(actor, need),
        is_asker=actor.is_user(need.requester_id) or actor.belongs_to(need.organisation_id),
        form=form,
    )


@blueprint.post("/needs/<int:need_id>/papers/add")
@signed_in
def add(need_id: int) -> View:
    """One more paper; what it is is told from its content."""
    need, form = _need(need_id), PaperForm()
    if form.validate():
        content, name = content_of(form.file.data)
        try:
            with committing(db.session) as session:
                kept = bool(form.confidential.data)
                add_attachment(session, current_actor(), need, content, name, confidential=kept, now=now())
        except Invalid as error:
            form.refuse(error)
            db.session.expire_all()
        else:
            flash(_("The paper goes with your need."), "good")
            return redirect(url_for("papers.papers", need_id=need_id))
    return _page(need, form), 422


@blueprint.post("/needs/<int:need_id>/papers/<int:paper_id>/remove")
@signed_in
def remove(need_id: int, paper_id: int) -> View:
    """Take a paper away."""
    if not ActForm().validate():
        abort(400)
    with committing(db.session) as session:
        need = _need(need_id)
        paper = get_attachment(session, current_actor(), need_id, paper_id)
        remove_attachment(session, current_actor(), need, paper, now=now())
    flash(_("The paper is gone."), "good")
    return redirect(url_for("papers.papers", need_id=need_id))


@blueprint.get("/answer/<token>/papers/<int:paper_id>")
@by_token
def answer_paper(token: str, paper_id: int) -> Response:
    """A paper that may be read before the yes, for whoever holds the link of an open offer; opening it does nothing.

    A link that answers nothing any more leads to the page that says why.
    """
    found = find_answer(db.session, token)
    if found is None or not found.is_open(now()):
        return redirect(url_for("introductions.answer", token=token))
    holder = answering_actor(db.session, found.volunteer)
    papers = papers_before_yes(db.session, holder, found.need.id)
    paper = next((one for one in papers if one.id == paper_id), None)
    if paper is None:
        raise NotFound("no_paper", "There is no such paper, or it is not for you to see.")
    return file_of(paper)


@blueprint.get("/needs/<int:need_id>/papers/<int:paper_id>")
@signed_in
def paper(need_id: int, paper_id: int) -> Response:
    """The file, to be kept and never shown in a page of ours: nothing in it can run here."""
    return file_of(get_attachment(db.session, current_actor(), need_id, paper_id))
