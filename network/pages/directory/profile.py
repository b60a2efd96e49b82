"""What a volunteer's page shows: who they are, how they can help, what came of it, who is like them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.reference import find_help_type, find_home_place, find_language, find_market, find_sector
from network.domain.actor import Actor
from network.domain.states import FieldGroup, MarketDepth, OutcomeClass, OutcomeStatus
from network.matching.queries import similar_volunteers
from network.matching.reasons import in_sentence, shared_in_words
from network.models import Affiliation, Introduction, Organisation, Outcome, Volunteer
from network.pages.directory.cards import Card, answers, ask_href, cards_of, place_of, work_of
from network.pages.directory.facts import Facts, Offered, facts_of, places_of
from network.volunteers.policy import fields_visible_to
from network.volunteers.queries import is_paused
from network.web.labels import label
from network.web.zones import shared_hours, their_morning
from search import SearchUnavailable


@dataclass(frozen=True, slots=True)
class Offer:
    """How they can help, as a sentence, and what it takes."""

    title: str
    kind: str
    effort: str


@dataclass(frozen=True, slots=True)
class Known:
    """A market and how they know it."""

    market: str
    depth: str
    href: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Words that lead to others of their kind."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Record:
    """What was done through them: introductions made, thanks received, outcomes confirmed by who benefited."""

    introductions: int
    thanks: int
    confirmed: int
    answers: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A volunteer as one reader sees them; what the reader may not see is empty."""

    volunteer: Volunteer
    headline: str
    work: str
    place: str
    # How the working days of the reader and theirs meet; known only with the place.
    hours: str
    morning: str
    biography: str
    is_away: bool
    offers: Sequence[Offer]
    markets: Sequence[Known]
    sectors: Sequence[Linked]
    languages: Sequence[str]
    chapters: Sequence[Linked]
    ties: Sequence[str]
    record: Record
    similar: Sequence[Card]
    ask_href: str | None
    is_own: bool
    hides_something: bool

    @property
    def first_name(self) -> str:
        """What to call them in a sentence."""
        words = [word for word in self.volunteer.name.split() if not word.endswith(".")]
        titles = {"dr", "prof", "professor", "sir", "dame", "mr", "mrs", "ms"}
        return next((word for word in words if word.lower() not in titles), self.volunteer.name)


def profile_page(session: Session, actor: Actor, volunteer: Volunteer, now: datetime) -> Profile:
    """Everything on the page of a volunteer whom the actor may see; at most eight statements."""
    facts = facts_of(session, [volunteer.id])[volunteer.id]
    places = places_of(session, [volunteer.id])[volunteer.id]
    groups = fields_visible_to(actor, volunteer, places.memberships)
    zone = volunteer.timezone if FieldGroup.PLACE in groups else None
    return Profile(
        volunteer=volunteer,
        headline=volunteer.headline if FieldGroup.PROFILE in groups else "",
        work=work_of(volunteer) if FieldGroup.WORK in groups else "",
        place=place_of(volunteer) if FieldGroup.PLACE in groups else "",
        hours=shared_hours(actor, zone, now) if zone else "",
        morning=their_morning(actor, zone, now) if zone else "",
        biography=volunteer.biography if FieldGroup.PROFILE in groups else "",
        is_away=is_paused(volunteer, now),
        offers=[_offer(one, facts) for one in facts.offers if find_help_type(one.help_type)],
        markets=[_known(code, depth) for code, depth in facts.markets if find_market(code)],
        sectors=[
            Linked(found.label, url_for("directory.volunteers", sector=code))
            for code in facts.sectors
            if (found := find_sector(code))
        ],
        languages=[spoken.label for code in facts.languages if (spoken := find_language(code))],
        chapters=[
            Linked(chapter.name, url_for("chapters.chapter", slug=chapter.slug))
            for chapter in places.chapters
        ],
        ties=_ties(session, volunteer.id, groups),
        record=Record(
            volunteer.introductions_count,
            volunteer.thanks_count,
            _confirmed(session, volunteer.id),
            answers(volunteer, now),
        ),
        similar=_similar(session, actor, volunteer.id, now),
        ask_href=ask_href(actor, volunteer),
        is_own=actor.is_volunteer(volunteer.id),
        hides_something=len(groups) < len(FieldGroup) and not actor.is_signed_in,
    )


def _offer(one: Offered, facts: Facts) -> Offer:
    found = find_help_type(one.help_type)
    kind = found.label if found else one.help_type
    market = find_market(facts.markets[0][0]) if facts.markets else None
    where = _("%(help)s in %(market)s", help=kind, market=in_sentence(market.label)) if market else kind
    return Offer(title=one.words or where, kind=kind if one.words else "", effort=str(label(one.effort)))


def _known(code: str, depth: MarketDepth) -> Known:
    found = find_market(code)
    return Known(
        found.label if found else code, str(label(depth)), url_for("directory.volunteers", market=code)
    )


def _ties(session: Session, volunteer_id: int, groups: Collection[FieldGroup]) -> list[str]:
    """Why they care, as far as the reader may know."""
    if FieldGroup.UNIVERSITY not in groups and FieldGroup.ORIGIN not in groups:
        return []
    query = (
        select(Affiliation, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(Affiliation.volunteer_id == volunteer_id)
        .order_by(Affiliation.id)
    )
    told = []
    for tie, university in session.execute(query):
        group = FieldGroup.ORIGIN if tie.kind in {"origin", "family"} else FieldGroup.UNIVERSITY
        if group in groups:
            told.append(_tie(tie, university))
    return [words for words in told if words]


def _tie(tie: Affiliation, university: str | None) -> str:
    place = find_home_place(tie.place) if tie.place else None
    if tie.kind == "university":
        studied = ", ".join(str(part) for part in (university, tie.text, tie.year) if part)
        return str(_("Studied: %(what)s", what=studied)) if studied else ""
    if tie.kind == "origin":
        where = ", ".join(part for part in (tie.text, place.label if place else "") if part)
        return str(_("Comes from %(place)s", place=where)) if where else ""
    if tie.kind == "family":
        return str(_("Family: %(words)s", words=tie.text)) if tie.text else str(_("Has family there"))
    return tie.text or str(_("A friend of the place"))


def _confirmed(session: Session, volunteer_id: int) -> int:
    """Outcomes of their introductions that the beneficiary confirmed, whatever they were."""
    query = (
        select(func.count(Outcome.id))
        .join(Introduction, Introduction.id == Outcome.introduction_id)
        .where(
            Introduction.volunteer_id == volunteer_id,
            Outcome.status == OutcomeStatus.CONFIRMED,
            Outcome.outcome_class != OutcomeClass.NONE,
        )
    )
    return session.scalar(query) or 0


def _similar(session: Session, actor: Actor, volunteer_id: int, now: datetime) -> list[Card]:
    try:
        found = similar_volunteers(session, actor, volunteer_id)
    except SearchUnavailable:
        # The page is about one person; without the index it still is.
        return []
    cards = cards_of(session, actor, found, now)
    return [
        replace(card, why=shared_in_words(hit.matches))
        for card, (_row, hit) in zip(cards, found, strict=True)
    ]
