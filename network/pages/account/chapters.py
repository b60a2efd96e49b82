"""A volunteer's chapters: asking to join, asking again, leaving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.chapters.memberships import apply_to_chapter, leave_chapter
from network.db import committing, db
from network.domain.errors import NotFound
from network.pages.account.area import blueprint
from network.pages.account.chapter_rows import my_chapters
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import volunteer_only
from network.web.times import now


@blueprint.get("/account/chapters")
@volunteer_only
def chapters() -> str:
    """Where the volunteer stands in their chapters, and which others they may ask."""
    found = my_chapters(db.session, current_actor())
    return render_template("account/chapters.html", found=found)


@blueprint.post("/account/chapters/apply")
@volunteer_only
def apply() -> Response:
    """Ask a chapter, for the first time or again."""
    ActForm().validate_on_submit()
    with committing(db.session) as session:
        apply_to_chapter(session, current_actor(), _posted("chapter_id"), now=now())
    flash(_("The chapter has your request and answers within five working days."), "good")
    return redirect(url_for("account.chapters"))


@blueprint.post("/account/chapters/leave")
@volunteer_only
def leave_one() -> Response:
    """Leave a chapter, or take a request to join back."""
    form = ActForm()
    form.validate_on_submit()
    with committing(db.session) as session:
        leave_chapter(session, current_actor(), _posted("membership_id"), now=now(), seen=form.seen)
    flash(_("You have left the chapter."), "good")
    return redirect(url_for("account.chapters"))


def _posted(name: str) -> int:
    """The id of a hidden field; NotFound for anything that is none."""
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("no_such_chapter", "There is no such chapter.")
    return int(text)
