"""Describe your need: a paragraph in plain words gives a shortlist with reasons, and becomes a draft of the need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.actor import Actor
from network.domain.errors import DomainError
from network.introductions.operations import propose
from network.matching.reasons import why
from network.matching.shortlists import shortlist_for_text
from network.matching.vocabulary import vocabulary
from network.models import Need, User, Volunteer
from network.needs.operations import NeedContent, create_draft
from network.needs.queries import Topics
from network.organisations.queries import organisations_of
from network.pages.directory.area import blueprint
from network.pages.directory.cards import MOST_KEPT, Card, cards_of
from network.pages.directory.forms import DescribeForm
from network.pages.directory.loosening import in_kind
from network.rules import limits
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.web.actor import current_actor
from network.web.guards import public
from network.web.row_ids import row_numbers
from network.web.times import now
from network.web.way_on import drop_words, keep_words, kept_words, remember_way
from search import SearchUnavailable

Answer = str | Response | tuple[str, int]
# What a need takes of its own accord out of a text; the rest is chosen on the form.
SECTORS, HELP_TYPES = 3, 4


@dataclass(frozen=True, slots=True)
class Described:
    """Who could help with what was described, the best first, and how it was read."""

    people: Sequence[Card]
    understood: Sequence[str]


@blueprint.route("/volunteers/describe", methods=["GET", "POST"])
@public
def describe() -> Answer:
    """A text area; with a text, the shortlist under it. The text stands in no address and no log.

    A visitor's text waits in their browser, so that they find it again once they have signed in or joined.
    """
    form, is_member = DescribeForm(), current_actor().is_signed_in
    if request.method == "GET":
        form.text.data = kept_words()
        if not (form.text.data and is_member):
            return _page(form, None), 200
    elif not form.validate():
        return _page(form, None), 422
    elif is_member:
        drop_words()
    else:
        keep_to_go_on(form.text.data or "")
    try:
        found = described(db.session, current_actor(), form.text.data or "", now())
    except SearchUnavailable:
        return _page(form, None, is_away=True), 503
    return _page(form, found), 200


@blueprint.post("/volunteers/describe/write")
@public
def describe_write() -> Answer:
    """The text is the background of a draft, and who was chosen stands on its list; a visitor signs in first."""
    actor, form = current_actor(), DescribeForm()
    if not form.validate():
        return _page(form, None), 422
    if not actor.is_signed_in:
        keep_to_go_on(form.text.data or "")
        return redirect(url_for("sign_in.sign_in", next=url_for("directory.describe")), 303)
    firm = first_organisation(db.session, actor)
    if firm is None:
        # They register one, and come back to their words.
        keep_to_go_on(form.text.data or "")
        return redirect(url_for("needs.new"))
    try:
        with committing(db.session) as session:
            chosen = row_numbers(" ".join(_chosen()[:MOST_KEPT]), MOST_KEPT)
            need = begin_need(session, actor, firm, form.text.data or "", chosen, now())
        drop_words()
        return redirect(url_for("needs.edit", need_id=need.id), 303)
    except DomainError as error:
        form.refuse(error)
        return _page(form, None), error.status


def _chosen() -> list[str]:
    """Whom the boxes name, or the one beside whom the button was pressed."""
    return request.form.getlist("only") or request.form.getlist("volunteer")


def keep_to_go_on(text: str) -> None:
    """The text waits in the reader's browser, and the way leads back to it."""
    keep_words(text)
    remember_way(url_for("directory.describe"))


def described(session: Session, actor: Actor, text: str, at: datetime) -> Described:
    """Who could help; at most three statements. SearchUnavailable without an index."""
    found = shortlist_for_text(session, actor, text)
    cards = cards_of(session, actor, [(one.volunteer, one.hit) for one in found.people], at)
    return Described(
        people=[
            _with_text(actor, replace(card, why=card.why or why(one.reasons)))
            for card, one in zip(cards, found.people, strict=True)
        ],
        understood=list(dict.fromkeys(in_kind(one) for one in found.understood)),
    )


def _with_text(actor: Actor, card: Card) -> Card:
    """The button beside somebody takes the text along."""
    if card.action_href is None or actor.organisation_ids:
        return replace(card, action_href=None, action_form="ask-one" if card.action_href else None)
    return replace(card, action_href="#write")


def first_organisation(session: Session, actor: Actor) -> int | None:
    """For whom the actor asks, where they belong to one that may."""
    if actor.user_id is None:
        return None
    held = (
        firm.id for firm, _member in organisations_of(session, actor.user_id) if actor.belongs_to(firm.id)
    )
    return next(held, None)


def begin_need(
    session: Session, actor: Actor, organisation_id: int, text: str, chosen: Sequence[int], at: datetime
) -> Need:
    """A draft with the text, what was understood of it, and those of the chosen whom the actor may find."""
    user = session.get_one(User, actor.user_id)
    content = NeedContent(
        background=text, topics=topics_in(text), contact_name=user.name, contact_email=user.email
    )
    need = create_draft(session, actor, organisation_id, content, now=at)
    query = select(Volunteer.id).where(Volunteer.id.in_(chosen), is_findable(), volunteers_visible_to(actor))
    seen = set(session.scalars(query)) if chosen else set()
    if wishes := [one for one in chosen if one in seen and not actor.is_volunteer(one)]:
        propose(session, actor, need, wishes, now=at)
    return need


def topics_in(text: str) -> Topics:
    """The markets, sectors and kinds of help that a text names, as many as a need takes; no groups of markets."""
    named: dict[str, list[str]] = {"market": [], "sector": [], "help": []}
    for one in vocabulary().understand(text):
        if one.kind in named and len(one.codes) == 1 and one.codes[0] not in named[one.kind]:
            named[one.kind].append(one.codes[0])
    most = limits().markets_per_need
    return Topics(
        tuple(named["market"][:most]), tuple(named["sector"][:SECTORS]), tuple(named["help"][:HELP_TYPES])
    )


def _page(form: DescribeForm, found: Described | None, *, is_away: bool = False) -> str:
    return render_template(
        "directory/describe.html",
        form=form,
        found=found,
        is_away=is_away,
        is_kept=request.method == "GET" and bool(form.text.data),
        most=MOST_KEPT,
    )
