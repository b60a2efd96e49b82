"""The reference data as search reads it: "UAE" is a market, "the Gulf" several, "medtech" a sector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from config.reference import (
    TermKind,
    find_terms,
    help_type,
    home_places,
    language,
    market,
    market_group,
    markets_in_group,
    sector,
)
from config.reference.lookup import terms
from config.reference.words import fold
from search import Understood, Vocabulary

_LABELS: Mapping[TermKind, tuple[str, Callable[[str], str]]] = {
    TermKind.MARKET: ("market", lambda code: market(code).label),
    TermKind.SECTOR: ("sector", lambda code: sector(code).label),
    TermKind.HELP_TYPE: ("help", lambda code: help_type(code).label),
    TermKind.LANGUAGE: ("language", lambda code: language(code).label),
}


class ReferenceVocabulary:
    """See `search.Vocabulary`: whole words only, the longest term first."""

    def understand(self, text: str) -> tuple[Understood, ...]:
        """The markets, groups of markets, sectors, kinds of help and languages in the text."""
        return tuple(
            Understood(*_meaning(found.kind, found.code), found.start, found.end)
            for found in find_terms(text)
        )

    def words(self) -> Iterable[str]:
        """Each word of each term, and of the places at home: "Leeds" is no slip of the pen."""
        named = {word for kind in TermKind for term in terms(kind) for word in term.words}
        return named.union(*(fold(place.label).split() for place in home_places()))


@cache
def _meaning(kind: TermKind, code: str) -> tuple[str, tuple[str, ...], str]:
    """The facet, its codes and the label of a term."""
    if kind is TermKind.MARKET_GROUP:
        return "market", markets_in_group(code), market_group(code).label
    facet, label = _LABELS[kind]
    return facet, (code,), label(code)


def vocabulary() -> Vocabulary:
    """What search knows of the reference data."""
    return ReferenceVocabulary()
