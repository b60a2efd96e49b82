"""The answer to a query over one generation: who, in which order, how many by facet, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from time import perf_counter

from search.engines.bits import numbers_of
from search.engines.whoosh_snapshot import View
from search.engines.whoosh_words import Found, WordSearch
from search.query import Query, Sort
from search.ranking import DEPTH_UNKNOWN, Told, Weights, add_told
from search.reading import ENOUGH, Meets, said_by, stems_of
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
    met = _meeting_words(view, asked, found, chosen, loosely=query.loosely)
    matched = _cut(met.people, chosen)
    full = (met.full & matched).bit_count()
    page = _Page(view, query, asked, found, weights, met)
    return Results(
        hits=page.hits(matched),
        total=matched.bit_count(),
        full=full,
        facets={facet: _counts(view, query, facet, met.people, chosen) for facet in query.facets},
        understood=asked.understood,
        corrections=reading.corrections,
        text=asked.text,
        showing_for=asked.text if reading.corrections else "",
        matched_all=full > 0 or not matched,
        took_ms=(perf_counter() - began) * 1000.0,
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """The bits of those who meet the words, whatever else is chosen, and of those who meet all; how far others do."""

    people: int
    full: int
    meets: Meets = Meets.ALL


def _meeting_words(
    view: View, asked: Asked, found: Found, chosen: Mapping[str, int], *, loosely: bool
) -> _Met:
    """Where few within the choice meet all the words, those are taken too who know the market named (or the sector)
    and meet something else; where that is nobody, those who meet half, else those who meet any.
    """
    wanted = len(asked.clauses)
    if not wanted or loosely:
        everybody = view.listed & ~found.excluded if asked.is_blank or asked.excluded else 0
        people = found.holding(1) & view.listed if wanted else everybody
        markets = asked.leading if loosely else None
        if markets and (knowing := people & view.people_with(markets.facet, markets.codes)):
            return _Met(people, knowing, Meets.LEADING)
        return _Met(people, people)
    full = found.holding(wanted) & view.listed
    within = _cut(full, chosen).bit_count()
    if within >= ENOUGH or wanted == 1:
        return _Met(full, full)
    led = _led_by(view, asked, found)
    if _cut(led, chosen):
        return _Met(led | full, full, Meets.LEADING)
    if within:
        return _Met(full, full)
    for needed in ((wanted + 1) // 2, 1):
        some = found.holding(needed) & view.listed
        if _cut(some, chosen):
            return _Met(some, 0, Meets.MOST)
    return _Met(full, full)


def _led_by(view: View, asked: Asked, found: Found) -> int:
    """The bits of those who bear a leading code and, where the question says more, meet something of it."""
    leading = asked.leading
    if leading is None:
        return 0
    people = view.people_with(leading.facet, leading.codes) & view.listed & ~found.excluded
    has_more = len(leading.clauses) < len(asked.clauses)
    return people & found.meeting_any_but(leading.clauses) if has_more else people


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
        met: _Met,
    ) -> None:
        self._view = view
        self._query = query
        self._asked = asked
        self._found = found
        self._weights = weights
        self._met = met
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
        # Without words there is nothing to outweigh who can help now.
        waits = not self._found.clauses and not facts.available
        return self._misses(document), waits, -score, facts.id

    def _misses(self, document: int) -> int:
        """Who meets more of the question stands before who meets less, whatever the scores."""
        if self._met.meets is Meets.MOST:
            return -self._found.coverage(document)
        return 0 if self._met.full >> document & 1 else 1

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
                if words := said_by(term, self._asked.text, places):
                    matches.append(Match("word", words, tuple(names), worth=worth))
        return tuple(matches), frozenset(held)


def _codes_wanted(query: Query, asked: Asked) -> tuple[tuple[str, str], ...]:
    """(facet, code) for all that was chosen or understood, each once."""
    chosen = [(facet, code) for facet, codes in query.filters.items() for code in codes]
    meant = [(u.kind, code) for u in asked.understood for code in u.codes]
    return tuple(dict.fromkeys(chosen + meant))
