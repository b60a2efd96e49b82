"""The score of a person in exact numbers, from what is stored of them: for the head of a result and its reasons."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Query

from search.engines.tantivy_generation import Address, View, all_of
from search.engines.tantivy_schema import Kept
from search.engines.tantivy_words import meaning_of, stems_in_row
from search.ranking import Weights, told
from search.reading import telling
from search.text import Token, stem
from search.words import Asked, Term


class WordScores:
    """What the words of a question are worth with each of some people."""

    def __init__(
        self, view: View, asked: Asked, weights: Weights, people: Sequence[tuple[Address, Kept]]
    ) -> None:
        self._view = view
        self._asked = asked
        self._weights = weights
        self._ids = [kept.facts.id for _, kept in people]
        self._in_row: dict[tuple[str, ...], frozenset[Address]] = {}

    def of(self, address: Address, kept: Kept) -> list[float | None]:
        """The score for each clause, None where it is not met."""
        return [
            max((s for term in clause if (s := self._term(term, address, kept)) is not None), default=None)
            for clause in self._asked.clauses
        ]

    def _term(self, term: Term, address: Address, kept: Kept) -> float | None:
        if term.is_phrase:
            return self._phrase(stems_in_row(term.tokens), address, kept)
        words = self._words(term, address, kept)
        codes = self._codes(term, kept)
        return words if codes is None else codes + (words or 0.0)

    def _words(self, term: Term, address: Address, kept: Kept) -> float | None:
        total = 0.0
        for token in telling(term):
            score = self._token(token, address, kept)
            if score is None:
                return None
            total += score
        return total

    def _token(self, token: Token, address: Address, kept: Kept) -> float | None:
        whole = self._phrase((stem(token.joined),), address, kept)
        if whole is not None or len(token.parts) == 1:
            return whole
        return self._phrase(stems_in_row((token,)), address, kept)

    def _phrase(self, stems: tuple[str, ...], address: Address, kept: Kept) -> float | None:
        weights = [kept.of(one, self._view.tier)[0] for one in stems]
        if not all(weights) or (len(stems) > 1 and address not in self._holding(stems)):
            return None
        return told(sum(weights), self._view.rarity_of(stems))

    def _codes(self, term: Term, kept: Kept) -> float | None:
        concepts = meaning_of(term)
        if not any(kept.bears(facet, codes, self._view.tier) for facet, codes in concepts):
            return None
        return told(self._weights.understood, self._view.rarity_of_meaning(concepts))

    def _holding(self, stems: tuple[str, ...]) -> frozenset[Address]:
        """Which of the people hold the stems in a row."""
        if stems not in self._in_row:
            among = Query.const_score_query(self._view.with_ids(self._ids), 0.0)
            found = self._view.searcher.search(all_of([self._view.phrase(stems), among]), len(self._ids))
            self._in_row[stems] = frozenset((place.segment_ord, place.doc) for _, place in found.hits)
        return self._in_row[stems]
