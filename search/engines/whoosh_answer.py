"""The answer to a query over one generation: who, in which order, how many by facet, and why."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest
from time import perf_counter

from search.engines.bits import numbers_of
from search.engines.whoosh_snapshot import View
from search.engines.whoosh_words import Found, WordSearch
from search.query import Query, Sort
from search.ranking import DEPTH_UNKNOWN, Told, Weights, add_told
from search.reading import stems_of
from search.results import FacetCount, Hit, Match, Results
from search.terms import field_at
from search.words import Asked


def answer(view: View, words: WordSearch, query: Query, weights: Weights) -> Results:
    """Everything the query asked for, from one unchanging view."""
    began = perf_counter()
    reading = words.read(query.words, loosely=query.loosely)
    asked = reading.asked
    found = words.find(asked)
    chosen = {facet: view.people_with(facet, codes) for facet, codes in query.filters.items()}
    base, matched_all = _meeting_words(view, asked, found, chosen, loosely=query.loosely)
    matched = _cut(base, chosen)
    page = _Page(view, query, asked, found, weights, relaxed=not matched_all)
    return Results(
        hits=page.hits(matched),
        total=matched.bit_count(),
        facets={facet: _counts(view, query, facet, base, chosen) for facet in query.facets},
        understood=asked.understood,
        corrections=reading.corrections,
        showing_for=asked.text if reading.corrections else "",
        matched_all=matched_all,
        took_ms=(perf_counter() - began) * 1000.0,
    )


def _meeting_words(
    view: View, asked: Asked, found: Found, chosen: Mapping[str, int], *, loosely: bool
) -> tuple[int, bool]:
    """The bits of those who meet the words, whatever else is chosen; and whether they meet them all.

    Where nobody within the choice meets all, those who meet half are taken, else those who meet any.
    """
    if asked.is_blank:
        return view.listed, True
    if not asked.has_terms:
        return 0, True
    if not asked.clauses:
        return view.listed & ~found.excluded, True
    if loosely:
        return found.holding(1) & view.listed, True
    wanted = len(asked.clauses)
    full = found.holding(wanted) & view.listed
    if _cut(full, chosen) or wanted == 1:
        return full, True
    for needed in ((wanted + 1) // 2, 1):
        some = found.holding(needed) & view.listed
        if _cut(some, chosen):
            return some, False
    return full, True


def _cut(bits: int, chosen: Mapping[str, int], without: str = "") -> int:
    for facet, people in chosen.items():
        if facet != without:
            bits &= people
    return bits


def _counts(
    view: View, query: Query, facet: str, base: int, chosen: Mapping[str, int]
) -> tuple[FacetCount, ...]:
    """The facet's codes with how many each would give, its own choice left aside; the most frequent first."""
    people = _cut(base, chosen, without=facet)
    selected = query.filters.get(facet, ())
    counts = {code: (bits & people).bit_count() for code, bits in view.facets[facet].items()}
    shown = [(code, count) for code, count in counts.items() if count or code in selected]
    shown.extend((code, 0) for code in dict.fromkeys(selected) if code not in counts)
    shown.sort(key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetCount(code, count, code in selected) for code, count in shown)


class _Page:
    """Puts the people found in order and says why each is there."""

    def __init__(
        self,
        view: View,
        query: Query,
        asked: Asked,
        found: Found,
        weights: Weights,
        *,
        relaxed: bool,
    ) -> None:
        self._view = view
        self._query = query
        self._asked = asked
        self._found = found
        self._weights = weights
        self._relaxed = relaxed
        self._wanted = _codes_wanted(query, asked)
        self._by_depth = tuple(code for facet, code in self._wanted if facet == "market")

    def hits(self, matched: int) -> tuple[Hit, ...]:
        """The people of the page asked for."""
        first = (self._query.page - 1) * self._query.size
        last = first + self._query.size
        return tuple(self._hit(document) for document in self._ordered(matched, last)[first:last])

    def _ordered(self, matched: int, last: int) -> list[int]:
        people = numbers_of(matched)
        if self._query.sort is Sort.BEST and (self._found.clauses or self._by_depth):
            return nsmallest(last, people, key=self._best_first)
        members = set(people)
        return [document for document in self._view.snapshot.orders[self._query.sort] if document in members][
            :last
        ]

    def _best_first(self, document: int) -> tuple[int, bool, float, int]:
        facts = self._view.snapshot.facts[document]
        assert facts is not None  # noqa: S101 - only people who are there are ordered
        score = sum(scores.get(document, 0.0) for scores in self._found.clauses)
        score += self._view.snapshot.standings[document] + self._depth(document)[1]
        met = self._found.coverage(document) if self._relaxed else 0
        # Without words there is nothing to outweigh who can help now.
        waits = not self._found.clauses and not facts.available
        return -met, waits, -score, facts.id

    def _depth(self, document: int) -> tuple[str, float]:
        """How the person knows the markets wanted, at best, and what that counts."""
        facts = self._view.snapshot.facts[document]
        known = self._view.facets["market"]
        best = ("", 0.0)
        for code in self._by_depth if facts else ():
            if facts and known.get(code, 0) >> document & 1:
                depth = facts.depths.get(code, "")
                value = self._weights.market_depth * self._weights.depths.get(depth, DEPTH_UNKNOWN)
                best = max(best, (depth, value), key=lambda pair: pair[1])
        return best

    def _hit(self, document: int) -> Hit:
        facts = self._view.snapshot.facts[document]
        assert facts is not None  # noqa: S101 - see _best_first
        parts = self._view.snapshot.standing(document)
        told = self._found.told(document)
        add_told(parts, told)
        if self._by_depth:
            parts["market_depth"] = self._depth(document)[1]
        matches, terms = self._reasons(document, told)
        return Hit(facts.id, sum(parts.values()), matches, terms, parts)

    def _reasons(self, document: int, told: list[Told]) -> tuple[tuple[Match, ...], frozenset[str]]:
        facts = self._view.snapshot.facts[document]
        matches: list[Match] = []
        for facet, code in self._wanted:
            if facts and self._view.facets[facet].get(code, 0) >> document & 1:
                detail = facts.depths.get(code, "") if facet == "market" else ""
                matches.append(Match(facet, code, detail=detail))
        held: set[str] = set()
        for term, worth in (
            (term, one.words)
            for clause, one in zip(self._asked.clauses, told, strict=True)
            for term in clause
        ):
            stems = stems_of(term)
            places = {s: where for s in stems if (where := self._view.places_of(s, document))}
            if places:
                held.update(places)
                names = dict.fromkeys(field_at(place) for s in stems for place in sorted(places.get(s, ())))
                words = self._asked.text[term.start : term.end]
                matches.append(Match("word", words, tuple(names), worth=worth))
        return tuple(matches), frozenset(held)


def _codes_wanted(query: Query, asked: Asked) -> tuple[tuple[str, str], ...]:
    """(facet, code) for all that was chosen or understood, each once."""
    chosen = [(facet, code) for facet, codes in query.filters.items() for code in codes]
    meant = [(u.kind, code) for u in asked.understood for code in u.codes]
    return tuple(dict.fromkeys(chosen + meant))
