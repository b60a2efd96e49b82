"""Saved searches: made from a question, listed, changed, deleted, and stopped by the link in their mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.actor import Actor
from network.domain.errors import DomainError
from network.domain.rhythm import Rhythm
from network.matching.operations import (
    MOST_SAVED,
    change_saved_search,
    delete_saved_search,
    get_saved_search,
    save_search,
    saved_searches_of,
    stop_saved_search,
)
from network.matching.stop_links import read_stop
from network.models import SavedSearch
from network.pages.directory.area import blueprint
from network.pages.directory.asked import Asked, asked_by
from network.pages.directory.facets import label_finders
from network.pages.directory.forms import SavedSearchForm
from network.pages.directory.links import address_of
from network.web.actor import current_actor
from network.web.guards import by_token, signed_in
from network.web.times import now
from search import SearchUnavailable

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A saved search on its owner's list."""

    id: int
    name: str
    question: str
    href: str
    is_on: bool
    is_daily: bool
    next_at: datetime | None
    told_at: datetime | None


@blueprint.get("/volunteers/searches")
@signed_in
def searches() -> str:
    """The reader's own saved searches."""
    return render_template(
        "directory/searches.html", lines=lines_of(db.session, current_actor()), most=MOST_SAVED
    )


@blueprint.route("/volunteers/searches/new", methods=["GET", "POST"])
@signed_in
def new_search() -> Answer:
    """Save the question that the address asks."""
    asked = asked_by(request.args)
    question = question_of(db.session, [asked])[0]
    form = SavedSearchForm(data={"name": question[:80]} if request.method == "GET" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with committing(db.session) as session:
                    save_search(
                        session,
                        current_actor(),
                        name=form.name.data or "",
                        words=asked.words,
                        filters=asked.chosen,
                        rhythm=form.chosen,
                        now=now(),
                    )
                flash(_("Saved. You find it here, and can change it whenever you like."), "good")
                return redirect(url_for("directory.searches"), 303)
            except DomainError as error:
                form.refuse(error)
                status = error.status
            except SearchUnavailable:
                return render_template("directory/unavailable.html", asked=asked), 503
    return _form_page(form, question, address_of(asked)), status


@blueprint.route("/volunteers/searches/<int:search_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_search(search_id: int) -> Answer:
    """Another name, another rhythm."""
    saved = get_saved_search(db.session, current_actor(), search_id)
    form = SavedSearchForm(data={"name": saved.name, "rhythm": saved.rhythm.value})
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with committing(db.session) as session:
                    change_saved_search(
                        session,
                        current_actor(),
                        search_id,
                        name=form.name.data or "",
                        rhythm=form.chosen,
                        now=now(),
                    )
                flash(_("Saved."), "good")
                return redirect(url_for("directory.searches"), 303)
            except DomainError as error:
                form.refuse(error)
                status = error.status
    asked = asked_in(saved)
    return _form_page(form, question_of(db.session, [asked])[0], address_of(asked), saved), status


@blueprint.post("/volunteers/searches/<int:search_id>/delete")
@signed_in
def delete_search(search_id: int) -> Response:
    """It is gone."""
    with committing(db.session) as session:
        delete_saved_search(session, current_actor(), search_id, now())
    flash(_("Deleted."), "good")
    return redirect(url_for("directory.searches"), 303)


@blueprint.get("/volunteers/searches/stop/<token>")
@by_token
def stop_search(token: str) -> Answer:
    """A page with one button: scanners that follow links stop nothing."""
    found = read_stop(token)
    saved = db.session.get(SavedSearch, found) if found else None
    if saved is None:
        return render_template("directory/stop_unknown.html"), 404
    return render_template("directory/stop.html", token=token, saved=saved, is_off=saved.rhythm is Rhythm.OFF)


@blueprint.post("/volunteers/searches/stop/<token>")
@by_token
def stop_search_now(token: str) -> Answer:
    """Stop it, by the button or by the mail program's own (List-Unsubscribe=One-Click)."""
    found = read_stop(token)
    with committing(db.session) as session:
        saved = stop_saved_search(session, found, now()) if found else None
    if saved is None:
        return render_template("directory/stop_unknown.html"), 404
    return render_template("directory/stop.html", token=token, saved=saved, is_off=True)


def lines_of(session: Session, actor: Actor) -> list[Line]:
    """The actor's saved searches, the newest first; at most three statements."""
    held = saved_searches_of(session, actor)
    asked = [asked_in(saved) for saved in held]
    return [
        Line(
            id=saved.id,
            name=saved.name,
            question=question,
            href=address_of(one),
            is_on=saved.rhythm is not Rhythm.OFF,
            is_daily=saved.rhythm is Rhythm.DAILY,
            next_at=saved.next_at,
            told_at=saved.told_at,
        )
        for saved, one, question in zip(held, asked, question_of(session, asked), strict=True)
    ]


def asked_in(saved: SavedSearch) -> Asked:
    """The question of a saved search."""
    return Asked(words=saved.words, filters={facet: tuple(codes) for facet, codes in saved.filters.items()})


def question_of(session: Session, asked: Sequence[Asked]) -> list[str]:
    """Each question in words: "pumps, Oman, Can help now"; at most two statements for all."""
    codes: dict[str, list[str]] = {}
    for one in asked:
        for facet, chosen in one.chosen.items():
            codes.setdefault(facet, []).extend(chosen)
    names = label_finders(session, codes)
    told = []
    for one in asked:
        parts = [one.words, *(names[facet](code) for facet, chosen in one.chosen.items() for code in chosen)]
        told.append(", ".join(part for part in parts if part))
    return told


def _form_page(form: SavedSearchForm, question: str, href: str, saved: SavedSearch | None = None) -> str:
    return render_template("directory/search_form.html", form=form, question=question, href=href, saved=saved)


@blueprint.record_once
def _without_form_proof(state: BlueprintSetupState) -> None:
    """A mail program has no page of ours to take a form's proof from: the link's signature is the proof."""
    protection: Any = state.app.extensions["csrf"]
    protection.exempt(stop_search_now)
