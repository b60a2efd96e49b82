"""What somebody who types in the search box may mean: people, markets, sectors, kinds of help, words of profiles."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from flask import jsonify, request, url_for
from flask.wrappers import Response
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import (
    TermKind,
    cities,
    find_help_type,
    find_market,
    find_market_group,
    find_sector,
    find_terms,
    help_types,
    market_groups,
    markets,
    markets_in_group,
    sectors,
)
from config.reference.lookup import terms
from config.reference.words import fold as words_folded
from network.db import db
from network.domain.actor import Actor
from network.domain.text import fold
from network.matching.index import engine
from network.matching.queries import audience_of
from network.models import Volunteer
from network.pages.directory.area import blueprint
from network.pages.directory.asked import Asked, asked_by
from network.pages.directory.cards import headline_of
from network.pages.directory.links import address_of
from network.pages.directory.loosening import MOST_CODES
from network.volunteers.policy import fields_visible_to, volunteers_visible_to
from network.web.actor import current_actor
from network.web.guards import public
from search import SearchUnavailable, Suggestion

SHORTEST = 2
# A place or a trade is named in so many words at most; what stands before them stays in the question.
MOST_WORDS = 4
PEOPLE, WORDS = 4, 4
_SHOWN = {TermKind.MARKET: 3, TermKind.MARKET_GROUP: 1, TermKind.SECTOR: 3, TermKind.HELP_TYPE: 2}
_FACET = {TermKind.MARKET: "market", TermKind.MARKET_GROUP: "market", TermKind.SECTOR: "sector"}


class _Named(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Suggested:
    """One line of the list: what it says and where it leads."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind."""

    label: str
    items: Sequence[Suggested]


@blueprint.get("/volunteers/suggestions.json")
@public
def suggestions() -> Response:
    """What may be meant by the words so far; an empty list while there is no index to ask."""
    try:
        groups = suggested(db.session, current_actor(), asked_by(request.args))
    except SearchUnavailable:
        groups = []
    return jsonify(groups=groups)


def suggested(session: Session, actor: Actor, asked: Asked) -> list[Group]:
    """The groups that have anything, people first; one statement, and none where no name begins so."""
    words = asked.words.split()
    if len(fold(asked.words)) < SHORTEST:
        return []
    whole = engine().suggest(asked.words, audience_of(actor), size=PEOPLE + WORDS)
    ends = engine().suggest(words[-1], audience_of(actor), size=PEOPLE + WORDS) if words[1:] else whole
    named = _named(asked)
    groups = [
        Group(str(_("People")), _people(session, actor, [one for one in whole if one.kind == "person"])),
        Group(str(_("Markets")), named["market"]),
        Group(str(_("Sectors")), named["sector"]),
        Group(str(_("Kinds of help")), named["help"]),
        Group(str(_("Words in profiles")), _words(asked, ends)),
    ]
    return [group for group in groups if group.items]


def _people(session: Session, actor: Actor, found: Sequence[Suggestion]) -> list[Suggested]:
    """Whom the reader may open, with no more than their card shows."""
    ids = [one.id for one in found if one.id is not None][:PEOPLE]
    if not ids:
        return []
    query = select(Volunteer).where(Volunteer.id.in_(ids), volunteers_visible_to(actor))
    rows = {row.id: row for row in session.scalars(query)}
    return [
        Suggested(
            row.name,
            url_for("directory.volunteer", volunteer_id=row.id),
            # A lead's own members show more on their page; here what every member sees is enough.
            headline_of(row, fields_visible_to(actor, row, ())),
        )
        for row in (rows[one] for one in ids if one in rows)
    ]


def _words(asked: Asked, found: Sequence[Suggestion]) -> list[Suggested]:
    """The words so far with the last one written out; what is offered as a choice already is not said again."""
    before, last = asked.words.split()[:-1], fold(asked.words.split()[-1])
    whole = [one.text for one in found if one.kind == "word" and fold(one.text) != last]
    lines = [" ".join([*before, word]) for word in whole if not find_terms(word)][:WORDS]
    return [Suggested(line, address_of(replace(asked, words=line, page=1))) for line in lines]


def _named(asked: Asked) -> dict[str, list[Suggested]]:
    """What of the reference data the end of the words begins to name, by as many of them as do; each as a choice."""
    words = asked.words.split()
    found: dict[str, dict[tuple[str, ...], Suggested]] = {"market": {}, "sector": {}, "help": {}}
    shown = dict.fromkeys(_SHOWN, 0)
    for many in range(min(MOST_WORDS, len(words)), 0, -1):
        begun = words_folded(" ".join(words[-many:]))
        if len(begun) < SHORTEST:
            continue
        left = replace(asked, words=" ".join(words[:-many]), page=1)
        for kind, code, said in _beginning(begun):
            facet, (codes, label) = _FACET.get(kind, "help"), _choice(kind, code)
            chosen = asked.chosen.get(facet, ())
            if shown[kind] >= _SHOWN[kind] or codes in found[facet] or set(codes) <= set(chosen):
                continue
            shown[kind] += 1
            href = address_of(left.with_only(facet, tuple(dict.fromkeys((*chosen, *codes)))))
            # "Anaerobic digestion" leads to bioenergy: told, so that nobody wonders.
            found[facet][codes] = Suggested(label, href, "" if begun in words_folded(label) else said)
        if any(shown.values()):
            break
    return {facet: list(lines.values()) for facet, lines in found.items()}


def _choice(kind: TermKind, code: str) -> tuple[tuple[str, ...], str]:
    """The codes and the words of a choice."""
    if kind is TermKind.MARKET_GROUP:
        group = find_market_group(code)
        return markets_in_group(code), group.label if group else code
    finders = {TermKind.MARKET: find_market, TermKind.SECTOR: find_sector, TermKind.HELP_TYPE: find_help_type}
    found = finders[kind](code)
    return (code,), found.label if found else code


def _beginning(begun: str) -> list[tuple[TermKind, str, str]]:
    """The terms that begin so, each once, with how they are said: what is all but written out first ("us", "USA"),
    then those whose own name begins so ("wat" is water before it is watches), then those also called so.
    """
    found: dict[tuple[str, str], tuple[bool, bool, int, str]] = {}
    said = _said()
    at = bisect_left(said, (begun,))
    while at < len(said) and said[at][0].startswith(begun):
        way, kind, code = said[at]
        is_name = way == words_folded(_choice(TermKind(kind), code)[1])
        place = (len(way) > len(begun) + 1, not is_name, len(way), way)
        found[kind, code] = min(found.get((kind, code), place), place)
        at += 1
    ordered = sorted(found, key=lambda one: found[one])
    return [(TermKind(kind), code, _written().get(found[kind, code][3], "")) for kind, code in ordered]


@cache
def _said() -> tuple[tuple[str, str, str], ...]:
    """Every way to name a market, a group of few markets, a sector or a kind of help, sorted."""
    return tuple(
        sorted(
            (" ".join(term.words), kind.value, term.code)
            for kind in _SHOWN
            for term in terms(kind)
            # "US" is a market and "us" is not: what is told apart by capitals alone is not guessed at.
            if term.spelled is None
            and (kind is not TermKind.MARKET_GROUP or len(markets_in_group(term.code)) <= MOST_CODES)
        )
    )


@cache
def _written() -> Mapping[str, str]:
    """Each way to name something as it is written: "Zurich" for "zurich"."""
    named: tuple[_Named, ...] = (*markets(), *cities(), *market_groups(), *sectors(), *help_types())
    return {words_folded(said): said for one in named for said in (*one.aliases, one.label)}
