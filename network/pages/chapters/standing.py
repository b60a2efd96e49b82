"""A chapter's page edited, its leads, its standing, its beginning and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.audit.moves import check_version
from network.chapters.operations import (
    activate_chapter,
    add_lead,
    create_chapter,
    edit_chapter,
    remove_lead,
    rest_chapter,
    review_chapter,
    revive_chapter,
    set_chapter_markets,
)
from network.db import committing, db
from network.domain.errors import NotFound
from network.introductions.operations import close_chapter, merge_chapters
from network.models import Chapter
from network.pages.chapters.area import blueprint
from network.pages.chapters.forms import AddLeadForm, ChapterForm, CloseForm, MergeForm
from network.pages.chapters.members import managed
from network.pages.chapters.rows import leads_with_profiles
from network.pages.chapters.standing_rows import acts_of, candidates, form_values, successors
from network.rules import limits
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import broker, staff
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.route("/chapters/new", methods=["GET", "POST"])
@staff
def new() -> Answer:
    """Found a chapter; it forms until it has its leads."""
    actor = current_actor()
    form = ChapterForm(decides_markets=True)
    made: list[Chapter] = []

    def act(session: Session) -> None:
        made.append(
            create_chapter(
                session,
                actor,
                details=form.details,
                markets=form.markets.data,
                sectors=form.sectors.data,
                now=now(),
            )
        )

    if saved(form, act):
        flash(_("The chapter is forming. Name its leads, then open it."), "good")
        return redirect(url_for("chapters.leads", slug=made[0].slug))
    return render_template("chapters/new.html", form=form), form_status()


@blueprint.route("/chapters/<slug>/edit", methods=["GET", "POST"])
@broker
def edit(slug: str) -> Answer:
    """Change what the page says; staff also the markets and sectors."""
    actor, chapter = current_actor(), managed(slug)
    form = ChapterForm(
        data=form_values(db.session, chapter), zone=chapter.timezone, decides_markets=actor.is_staff
    )

    def act(session: Session) -> None:
        edit_chapter(session, actor, chapter.id, details=form.details, seen=form.seen, now=now())
        if actor.is_staff:
            set_chapter_markets(
                session, actor, chapter.id, markets=form.markets.data, sectors=form.sectors.data, now=now()
            )

    if saved(form, act, chapter):
        flash(_("Saved."), "good")
        return redirect(url_for("chapters.chapter", slug=slug))
    return render_template("chapters/edit.html", form=form, chapter=chapter), form_status()


# --- leads ------------------------------------------------------------------------------


@blueprint.get("/chapters/<slug>/leads")
@broker
def leads(slug: str) -> Answer:
    """Who leads the chapter, and who could."""
    return _leads(managed(slug))


def _leads(chapter: Chapter, form: AddLeadForm | None = None) -> Answer:
    people = candidates(db.session, chapter)
    return (
        render_template(
            "chapters/leads.html",
            chapter=chapter,
            leads=leads_with_profiles(db.session, current_actor(), chapter.id),
            form=form or AddLeadForm(formdata=None, data={"version": chapter.version}, people=people),
            least=limits().leads_per_chapter_minimum,
        ),
        form_status(),
    )


@blueprint.post("/chapters/<slug>/leads/add")
@broker
def add(slug: str) -> Answer:
    """One more member leads the chapter."""
    actor, chapter = current_actor(), managed(slug)
    form = AddLeadForm(people=candidates(db.session, chapter))

    def act(session: Session) -> None:
        check_version(chapter, form.seen)
        add_lead(
            session, actor, chapter.id, user_id=form.user_id.data, title=form.title.data or "", now=now()
        )

    if not saved(form, act, chapter):
        return _leads(chapter, form)
    flash(_("Done. They lead the chapter too, and know."), "good")
    return redirect(url_for("chapters.leads", slug=slug))


@blueprint.post("/chapters/<slug>/leads/remove")
@broker
def remove(slug: str) -> Response:
    """Somebody no longer leads the chapter, or steps down."""
    actor, chapter, form = current_actor(), managed(slug), ActForm()
    form.validate_on_submit()
    text = request.form.get("user_id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("no_such_lead", "There is no such lead.")
    with committing(db.session) as session:
        check_version(chapter, form.seen)
        remove_lead(session, actor, chapter.id, user_id=int(text), now=now())
    flash(_("Done."), "good")
    if actor.is_user(int(text)) and not actor.is_staff:
        return redirect(url_for("chapters.chapter", slug=slug))
    return redirect(url_for("chapters.leads", slug=slug))


# --- standing ---------------------------------------------------------------------------

SIMPLE: dict[str, Callable[..., Any]] = {
    "activate": activate_chapter,
    "rest": rest_chapter,
    "revive": revive_chapter,
    "review": review_chapter,
}


@blueprint.get("/chapters/<slug>/standing")
@broker
def standing(slug: str) -> Answer:
    """How the chapter stands, what happens next, and what may be done."""
    return _standing(managed(slug))


def _standing(chapter: Chapter, **sent: Any) -> Answer:
    acts = acts_of(current_actor(), chapter)
    others = successors(db.session, chapter) if "close" in acts else []
    seen = {"version": chapter.version}
    return (
        render_template(
            "chapters/standing.html",
            chapter=chapter,
            acts=acts,
            least=limits().leads_per_chapter_minimum,
            close_form=sent.get("close") or CloseForm(formdata=None, data=seen, chapters=others),
            merge_form=sent.get("merge") or MergeForm(formdata=None, data=seen, chapters=others),
        ),
        form_status(),
    )


@blueprint.post("/chapters/<slug>/<any('activate','rest','revive','review'):action>")
@broker
def stand(slug: str, action: str) -> Response:
    """Open the chapter, let it rest, bring it back, or find it in order."""
    chapter, form = managed(slug), ActForm()
    form.validate_on_submit()
    with committing(db.session) as session:
        SIMPLE[action](session, current_actor(), chapter.id, now=now(), seen=form.seen)
    flash(_("Done."), "good")
    return redirect(url_for("chapters.standing", slug=slug))


@blueprint.post("/chapters/<slug>/close")
@staff
def close(slug: str) -> Answer:
    """The chapter is closed; what it held passes on."""
    actor, chapter = current_actor(), managed(slug)
    form = CloseForm(chapters=successors(db.session, chapter))

    def act(session: Session) -> None:
        close_chapter(
            session,
            actor,
            chapter.id,
            now=now(),
            reason=form.reason.data or "",
            successor_id=form.successor_id,
            seen=form.seen,
        )

    if not saved(form, act, chapter):
        return _standing(chapter, close=form)
    flash(_("The chapter is closed. What it held has passed on."), "good")
    return redirect(url_for("chapters.standing", slug=slug))


@blueprint.post("/chapters/<slug>/merge")
@staff
def merge(slug: str) -> Answer:
    """The chapter becomes part of another."""
    actor, chapter = current_actor(), managed(slug)
    form = MergeForm(chapters=successors(db.session, chapter))

    def act(session: Session) -> None:
        merge_chapters(session, actor, chapter.id, form.into.data, now=now(), seen=form.seen)

    if not saved(form, act, chapter):
        return _standing(chapter, merge=form)
    flash(_("The chapters are one. Members and needs have passed on."), "good")
    return redirect(url_for("chapters.standing", slug=slug))
