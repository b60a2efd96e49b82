"""Members and applicants, as the chapter's leads and staff see them, and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.chapters.memberships import (
    approve_membership,
    refuse_membership,
    reinstate_membership,
    return_membership,
    suspend_membership,
)
from network.chapters.policy import can_edit_chapter
from network.chapters.queries import visible_chapter
from network.db import committing, db
from network.domain.errors import Invalid
from network.domain.states import MembershipState
from network.models import Chapter
from network.pages.chapters.area import blueprint
from network.pages.chapters.forms import DecisionForm
from network.pages.chapters.member_rows import find_member, member_list, member_page
from network.web.actor import current_actor
from network.web.guards import broker
from network.web.paging import page_number
from network.web.times import now

Answer = str | Response | tuple[str, int]
WITH_REASON: dict[str, Callable[..., Any]] = {
    "return": return_membership,
    "refuse": refuse_membership,
    "suspend": suspend_membership,
    "reinstate": reinstate_membership,
}


def managed(slug: str) -> Chapter:
    """The chapter, for its leads and staff; 403 for everybody else who sees it."""
    actor = current_actor()
    found = visible_chapter(db.session, actor, slug)
    if not can_edit_chapter(actor, found):
        abort(403)
    return found


@blueprint.get("/chapters/<slug>/members")
@broker
def members(slug: str) -> str:
    """All members with their standing, who waits first."""
    chapter = managed(slug)
    chosen = request.args.get("state", "")
    state = MembershipState(chosen) if chosen in set(MembershipState) else None
    words = " ".join(request.args.get("q", "").replace("\x00", " ").split())[:100]
    number = page_number(request.args.get("page"))
    found = member_list(db.session, current_actor(), chapter, state, words, number, now())
    return render_template("chapters/members.html", chapter=chapter, found=found, state=state, words=words)


@blueprint.get("/chapters/<slug>/members/<int:membership_id>")
@broker
def member(slug: str, membership_id: int) -> Answer:
    """One person: who they are, what was decided, what may be decided now."""
    return _member(managed(slug), membership_id, {})


def _member(chapter: Chapter, membership_id: int, sent: dict[str, DecisionForm]) -> Answer:
    actor = current_actor()
    membership = find_member(db.session, actor, chapter, membership_id)
    page = member_page(db.session, actor, membership)
    forms = {
        action: sent.get(action) or DecisionForm(formdata=None, data={"version": membership.version})
        for action in page.decisions
    }
    for action, form in forms.items():
        form.reason.id = f"reason-{action}"
        form.reason.label.field_id = form.reason.id
    rendered = render_template("chapters/member.html", chapter=chapter, page=page, forms=forms)
    return rendered, 422 if sent else 200


@blueprint.post("/chapters/<slug>/members/<int:membership_id>/approve")
@broker
def approve(slug: str, membership_id: int) -> Response:
    """The volunteer belongs to the chapter and is findable."""
    chapter = managed(slug)
    membership = find_member(db.session, current_actor(), chapter, membership_id)
    form = DecisionForm()
    form.validate_on_submit()
    with committing(db.session) as session:
        approve_membership(session, current_actor(), membership.id, now=now(), seen=form.seen)
    flash(_("Done. They are findable from now on, and know."), "good")
    return redirect(url_for("chapters.members", slug=slug))


@blueprint.post(
    "/chapters/<slug>/members/<int:membership_id>/<any('return','refuse','suspend','reinstate'):action>"
)
@broker
def decide(slug: str, membership_id: int, action: str) -> Answer:
    """Return, refuse, suspend or reinstate, with the reason that the person reads."""
    chapter = managed(slug)
    membership = find_member(db.session, current_actor(), chapter, membership_id)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _member(chapter, membership_id, {action: form})
    try:
        with committing(db.session) as session:
            _decide(session, action, membership.id, form)
    except Invalid as error:
        form.refuse(error)
        return _member(chapter, membership_id, {action: form})
    flash(_("Done. They know, and read your reason."), "good")
    return redirect(url_for("chapters.members", slug=slug))


def _decide(session: Session, action: str, membership_id: int, form: DecisionForm) -> None:
    WITH_REASON[action](
        session,
        current_actor(),
        membership_id,
        reason=form.reason.data or "",
        now=now(),
        seen=form.seen,
    )
