"""A volunteer as a card in a list: only what the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from config.reference import find_help_type, find_market, find_sector
from network.domain.actor import Actor
from network.domain.formats import clock_time, day
from network.domain.states import FieldGroup
from network.matching.explaining import explained
from network.matching.reasons import reasons_of, why
from network.models import Volunteer
from network.pages.directory.facts import Facts, Places, facts_of, places_of
from network.pages.directory.snippet import marked, snippet
from network.volunteers.policy import fields_visible_to
from network.volunteers.queries import is_paused
from network.web.zones import shared_hours
from search import Hit, Match

TAGS = 5
# A shortlist that one still compares.
MOST_KEPT = 5


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the shortlist's button does for one volunteer; nothing where the list is full."""

    id: int
    is_kept: bool
    may_add: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What `components/person_card.html` shows."""

    name: str
    href: str
    seed: int
    headline: Markup
    place: str
    local_time: str
    hours: str
    chapter: str
    snippet: Markup
    tags: tuple[str, ...]
    why: str
    # Everything that put them there, in words; `why` says the most telling of it in one phrase.
    because: tuple[str, ...]
    answers: str
    action_href: str | None
    action_label: str
    # The form that the button sends instead, with this person alone.
    action_form: str | None = None
    keep: Keeping | None = None


def cards_of(
    session: Session,
    actor: Actor,
    found: Sequence[tuple[Volunteer, Hit]],
    now: datetime,
    kept: Collection[int] | None = None,
    topics: Mapping[str, str] | None = None,
) -> list[Card]:
    """The cards of volunteers whom the actor may see; two statements however many there are.

    With `kept`, the reader's shortlist, each has its button. `topics` are the codes that a need begins with.
    """
    ids = [row.id for row, _hit in found]
    facts, places = facts_of(session, ids), places_of(session, ids)
    return [
        _card(
            actor,
            row,
            hit,
            facts[row.id],
            places[row.id],
            now,
            None if kept is None else keeping(actor, row, kept),
            topics or {},
        )
        for row, hit in found
    ]


def _card(
    actor: Actor,
    row: Volunteer,
    hit: Hit,
    facts: Facts,
    places: Places,
    now: datetime,
    keep: Keeping | None,
    topics: Mapping[str, str],
) -> Card:
    groups = fields_visible_to(actor, row, places.memberships)
    profile, place = FieldGroup.PROFILE in groups, FieldGroup.PLACE in groups
    matches = _readable(hit.matches, groups)
    return Card(
        name=row.name,
        href=url_for("directory.volunteer", volunteer_id=row.id),
        seed=row.id,
        headline=marked(headline_of(row, groups), hit.terms),
        place=place_of(row) if place else "",
        local_time=local_time(row, now) if place else "",
        hours=shared_hours(actor, row.timezone, now) if place and not actor.is_volunteer(row.id) else "",
        chapter=", ".join(chapter.name for chapter in places.chapters[:2]),
        snippet=snippet(row.biography, hit.terms) if profile else Markup(),
        tags=_tags(row if place else None, facts, hit.matches),
        why=why(reasons_of(matches)),
        because=tuple(one.words for one in explained(hit, row, matches, now)),
        answers=answers(row, now),
        action_href=ask_href(actor, row, topics),
        action_label=_("Ask for an introduction"),
        keep=keep,
    )


# Fields of the index's documents by the group that a reader sees them in; the others everybody sees.
_GROUP_OF = {
    "headline": FieldGroup.PROFILE,
    "biography": FieldGroup.PROFILE,
    "job_title": FieldGroup.WORK,
    "employer": FieldGroup.WORK,
    "city": FieldGroup.PLACE,
}


def _readable(matches: Collection[Match], groups: Collection[FieldGroup]) -> list[Match]:
    """The reasons that name nothing but what the reader sees on the card's page.

    The index may be a moment behind a change of what is shown to whom.
    """
    found = [
        match
        if match.kind != "word"
        else replace(
            match,
            fields=tuple(
                field for field in match.fields if _GROUP_OF.get(field, FieldGroup.PROFILE) in groups
            ),
        )
        for match in matches
    ]
    return [match for match in found if match.kind != "word" or match.fields]


def ask_href(actor: Actor, row: Volunteer, topics: Mapping[str, str] | None = None) -> str | None:
    """Where one asks for an introduction to them, about these codes; None for those who ask nothing, and oneself."""
    asks = not actor.is_signed_in or bool(actor.organisation_ids)
    if not asks or actor.is_volunteer(row.id):
        return None
    return url_for("needs.new", volunteer=row.id, **(topics or {}))  # type: ignore[arg-type]


def keeping(actor: Actor, row: Volunteer, kept: Collection[int]) -> Keeping | None:
    """The button beside somebody; None for readers who ask for nothing, or have not signed in."""
    if not actor.is_signed_in or ask_href(actor, row) is None:
        return None
    return Keeping(row.id, row.id in kept, len(kept) < MOST_KEPT)


def headline_of(row: Volunteer, groups: Collection[FieldGroup]) -> str:
    """Their headline or else their work, as far as the reader sees these groups."""
    if FieldGroup.PROFILE in groups and row.headline:
        return row.headline
    return work_of(row) if FieldGroup.WORK in groups else ""


def work_of(row: Volunteer) -> str:
    """What they do and where."""
    return ", ".join(part for part in (row.job_title, row.employer) if part)


def place_of(row: Volunteer) -> str:
    """City and country."""
    country = find_market(row.country)
    # Singapore is in Singapore, and once is enough.
    return ", ".join(dict.fromkeys(part for part in (row.city, country.label if country else "") if part))


def local_time(row: Volunteer, now: datetime) -> str:
    """What time it is there."""
    return str(_("%(time)s there now", time=clock_time(now, row.timezone)))


def answers(row: Volunteer, now: datetime) -> str:
    """When they are back, or how soon they usually answer; empty while nothing is known."""
    if is_paused(row, now):
        return str(_("Away until %(day)s", day=day(row.paused_until)))
    if row.answer_days is None or not row.answers_count:
        return ""
    days = max(1, round(row.answer_days))
    return str(ngettext("Usually answers within a day", "Usually answers within %(num)d days", days))


def _tags(row: Volunteer | None, facts: Facts, matches: Collection[Match]) -> tuple[str, ...]:
    """What they know and offer, what was asked for first; the country they live in stands on the card already."""
    sectors = _labels(find_sector, _first(facts.sectors, matches, "sector"))
    helps = _labels(find_help_type, _first([offer.help_type for offer in facts.offers], matches, "help"))
    markets = _labels(
        find_market,
        _first([c for c, _depth in facts.markets if not row or c != row.country], matches, "market"),
    )
    return tuple((sectors[:2] + markets[:1] + helps[:2] + sectors[2:] + markets[1:] + helps[2:])[:TAGS])


def _first(codes: list[str], matches: Collection[Match], kind: str) -> list[str]:
    asked = {match.value for match in matches if match.kind == kind}
    return sorted(codes, key=lambda code: code not in asked)


def _labels(find: object, codes: list[str]) -> list[str]:
    found = [find(code) for code in codes]  # type: ignore[operator]
    return [one.label for one in found if one]
