"""A document as terms: which stems it holds for which audience, how much each tells, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from search.documents import Audience, VolunteerDocument
from search.ranking import FIELD_WEIGHTS, LENGTH_MATTERS, USUAL_LENGTHS, Weights
from search.text import Token, stem, tokens
from search.words import FIELD_NAMES

FIELDS = tuple(FIELD_WEIGHTS)
# A place is field number and position in one integer; neighbours in a field differ by one.
FIELD_SHIFT = 16
_LAST_POSITION = (1 << FIELD_SHIFT) - 2
# Between two texts of one field, so that no phrase reaches across.
_GAP = 8
_ASKED_FOR = frozenset(FIELD_NAMES.values())


def field_at(place: int) -> str:
    """The document's field that a place lies in."""
    return FIELDS[place >> FIELD_SHIFT]


def field_term(name: str, term: str) -> str:
    """The term under which a stem of one field is found in that field alone; no word holds a colon."""
    return f"{name}:{term}" if name else term


@dataclass(slots=True)
class Terms:
    """What one audience, and those within it, find of a document beyond what wider ones do."""

    weights: dict[str, float] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    # Whole words for spelling and suggestions, without accents but with their endings.
    words: set[str] = field(default_factory=set)

    def add(self, word: str, place: int, weight: float) -> None:
        """One more mention of a word, findable everywhere and perhaps in its field alone."""
        term, name = stem(word), field_at(place)
        for one in (term, field_term(name, term)) if name in _ASKED_FOR else (term,):
            self.weights[one] = self.weights.get(one, 0.0) + weight
            self.places.setdefault(one, []).append(place)
        self.words.add(word)


class Text(NamedTuple):
    """One text of a document in words, for the tier of the widest audience that finds it."""

    field: str
    tier: int
    words: list[Token]


def texts_of(document: VolunteerDocument) -> list[Text]:
    """Every text of a document that holds a word."""
    found = []
    for name, text, audience in _texts(document):
        if words := tokens(text):
            found.append(Text(name, audience.tier, words))
    return found


def terms_by_tier(texts: Iterable[Text], weights: Weights) -> tuple[Terms, Terms, Terms]:
    """The terms of a document by the tier of the widest audience that finds them."""
    tiers = (Terms(), Terms(), Terms())
    positions = dict.fromkeys(FIELDS, 0)
    for name, tier, words in texts:
        number = FIELDS.index(name) << FIELD_SHIFT
        longer = max(len(words) / USUAL_LENGTHS[name], 1.0)
        weight = weights.fields[name] / (1 - LENGTH_MATTERS + LENGTH_MATTERS * longer)
        terms, position = tiers[tier], positions[name]
        for token in words:
            if position > _LAST_POSITION:
                break
            position = _add_token(terms, token, number, position, weight)
        positions[name] = position + _GAP
    return tiers


def _add_token(terms: Terms, token: Token, number: int, position: int, weight: float) -> int:
    if len(token.parts) > 1:
        terms.add(token.joined, number | position, weight)
    for part in token.parts:
        terms.add(part, number | min(position, _LAST_POSITION + 1), weight)
        position += 1
    return position


def _texts(document: VolunteerDocument) -> Iterator[tuple[str, str, Audience]]:
    for name in FIELDS:
        if name == "affiliations":
            for affiliation in document.affiliations:
                yield name, affiliation.text, document.audience_of_affiliation(affiliation)
        elif text := getattr(document, name):
            yield name, text, document.audience_of(name)


def codes_of(document: VolunteerDocument) -> Iterator[tuple[int, str, str]]:
    """(tier, facet, code) for everything that facets filter and count."""
    for facet, name in (
        ("market", "markets"),
        ("sector", "sector_paths"),
        ("help", "help_types"),
        ("language", "languages"),
        ("chapter", "chapters"),
    ):
        tier = document.audience_of(name).tier
        for code in dict.fromkeys(getattr(document, name)):
            yield tier, facet, code
    for affiliation in document.affiliations:
        if affiliation.code:
            yield document.audience_of_affiliation(affiliation).tier, "affiliation", affiliation.code
    yield document.listed.tier, "available", document.availability
