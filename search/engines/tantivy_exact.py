"""The score of a person in exact numbers, from what is stored of them: for the head of a result and its reasons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tantivy import Query

from search.engines.tantivy_generation import Address, View, all_of
from search.engines.tantivy_schema import Kept
from search.engines.tantivy_words import Concept, meaning_of, stems_in_row, worth_of
from search.ranking import Told, told
from search.reading import telling
from search.terms import field_term
from search.text import Token, stem
from search.words import Asked, Term


@dataclass(frozen=True, slots=True)
class _Part:
    """A stem, or several in a row, with what it tells that somebody holds them."""

    stems: tuple[str, ...]
    rare: float


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a term of the question is scored: each word by the first of its parts that is held; or by its meaning."""

    words: tuple[tuple[_Part, ...], ...]
    # (facet, codes), and what bearing one counts; the worthiest first.
    meanings: tuple[tuple[Concept, float], ...] = ()


class WordScores:
    """What the words of a question are worth with each of some people, all of whom hold what is `held` in a row."""

    def __init__(
        self,
        view: View,
        asked: Asked,
        people: Sequence[tuple[Address, Kept]],
        held: Collection[tuple[str, ...]] = (),
    ) -> None:
        self._view = view
        self._held = held
        self._ids = [kept.facts.id for _, kept in people]
        self._in_row: dict[tuple[str, ...], frozenset[Address]] = {}
        self._clauses = [[self._planned(term) for term in clause] for clause in asked.clauses]

    def of(self, address: Address, kept: Kept) -> list[Told | None]:
        """What each clause counts, None where it is not met."""
        return [self._best(clause, address, kept) for clause in self._clauses]

    def _best(self, clause: list[_Plan], address: Address, kept: Kept) -> Told | None:
        if len(clause) == 1:
            return self._score(clause[0], address, kept)
        met = [one for plan in clause if (one := self._score(plan, address, kept)) is not None]
        return max(met, key=lambda one: one.total, default=None)

    def _planned(self, term: Term) -> _Plan:
        if term.is_phrase:
            in_row = (self._part(stems_in_row(term.tokens)),)
            return _Plan((in_row, *self._in_field(term, term.tokens)))
        words = self._in_field(term, telling(term)) or tuple(self._parts(one) for one in telling(term))
        if not term.concepts:
            return _Plan(words)
        meanings = ((one, worth_of(self._view, one)) for one in meaning_of(term))
        return _Plan(words, tuple(sorted(meanings, key=lambda pair: -pair[1])))

    def _in_field(self, term: Term, words: Sequence[Token]) -> tuple[tuple[_Part, ...], ...]:
        if not term.field:
            return ()
        return tuple((self._part((field_term(term.field, one),)),) for one in stems_in_row(words))

    def _parts(self, token: Token) -> tuple[_Part, ...]:
        whole = self._part((stem(token.joined),))
        return (whole,) if len(token.parts) == 1 else (whole, self._part(stems_in_row((token,))))

    def _part(self, stems: tuple[str, ...]) -> _Part:
        return _Part(stems, self._view.rarity_of(stems))

    def _score(self, plan: _Plan, address: Address, kept: Kept) -> Told | None:
        words = self._words(plan, address, kept)
        for (facet, codes), worth in plan.meanings:
            if kept.bears(facet, codes, self._view.tier):
                return Told(words or 0.0, facet, worth)
        return None if words is None else Told(words)

    def _words(self, plan: _Plan, address: Address, kept: Kept) -> float | None:
        total = 0.0
        for parts in plan.words:
            for part in parts:
                weight = self._weight(part.stems, address, kept)
                if weight:
                    total += told(weight, part.rare)
                    break
            else:
                return None
        return total

    def _weight(self, stems: tuple[str, ...], address: Address, kept: Kept) -> float:
        tier = self._view.tier
        if len(stems) == 1:
            return kept.of(stems[0], tier)[0]
        is_held = stems in self._held or address in self._holding(stems)
        return sum(kept.of(one, tier)[0] for one in stems) if is_held else 0.0

    def _holding(self, stems: tuple[str, ...]) -> frozenset[Address]:
        """Which of the people hold the stems in a row."""
        if stems not in self._in_row:
            among = Query.const_score_query(self._view.with_ids(self._ids), 0.0)
            found = self._view.searcher.search(
                all_of([self._view.phrase(stems), among]), max(len(self._ids), 1)
            )
            self._in_row[stems] = frozenset((place.segment_ord, place.doc) for _, place in found.hits)
        return self._in_row[stems]


def in_a_row(asked: Asked) -> tuple[tuple[str, ...], ...]:
    """The phrases that everybody holds who meets all of a question."""
    alone = [clause[0] for clause in asked.clauses if len(clause) == 1]
    return tuple(stems_in_row(term.tokens) for term in alone if term.is_phrase and not term.concepts)
