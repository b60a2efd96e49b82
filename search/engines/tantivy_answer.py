"""The answer to a query over one generation: found, ordered and counted natively, its head put in order exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import tantivy
from tantivy import Occur, Order, Query

from search.engines.tantivy_exact import WordScores, in_a_row
from search.engines.tantivy_generation import Address, View, any_of
from search.engines.tantivy_meeting import (
    Clauses,
    Met,
    everybody,
    led_by,
    meeting_all,
    meeting_some,
    nobody,
    told_of,
    within,
)
from search.engines.tantivy_schema import Kept, depth_term, fields_in
from search.engines.tantivy_words import WordQueries
from search.facts import Facts
from search.query import Query as Question
from search.query import Sort
from search.ranking import DEPTH_UNKNOWN, Told, add_told, standing
from search.reading import ENOUGH, Meets, read, said_by, stems_of
from search.results import FacetCount, Hit, Match, Results
from search.spelling import WordList
from search.vocabulary import Vocabulary
from search.words import Asked, Leading

# So many of the best by the native score are put in order by the exact one; fewer where no words were asked, for there
# the two differ only by how fresh a profile was when it was written.
HEAD, IDLE_HEAD = 50, 24
_DAY = 86_400.0
_ORDERS = {Sort.BEST: "best", Sort.RECENT: "recent", Sort.SOONEST: "soonest", Sort.NAME: "name"}


def answer(view: View, vocabulary: Vocabulary, known: WordList, question: Question) -> Results:
    """Everything the question asked for, from one unchanging view."""
    began = perf_counter()
    words = WordQueries(view, known)
    reading = read(question.words, vocabulary, words, loosely=question.loosely)
    asked = reading.asked
    chosen = {facet: view.coded(facet, codes) for facet, codes in question.filters.items()}
    page = _found(view, words, question, asked, chosen)
    met, hits = page.met, page.hits()
    return Results(
        hits=hits,
        total=page.count(),
        full=page.count() if met.meets is Meets.ALL else met.full,
        facets=_all_counts(view, question, page, chosen),
        understood=asked.understood,
        corrections=reading.corrections,
        text=asked.text,
        showing_for=asked.text if reading.corrections else "",
        matched_all=met.meets is Meets.ALL or met.full > 0,
        took_ms=(perf_counter() - began) * 1000.0,
    )


def _found(
    view: View, words: WordQueries, question: Question, asked: Asked, chosen: Mapping[str, Query]
) -> _Page:
    """Where few within the choice meet all the words, those are taken too who know the market named (or the sector)
    and meet something else; where that is nobody, those who meet half, else those who meet any.
    """

    def of(met: Met) -> _Page:
        return _Page(view, question, asked, met, chosen)

    if asked.is_blank:
        return of(everybody(view, []))
    if not asked.has_terms:
        return of(nobody())
    excluded = [(Occur.MustNot, words.term(term)) for term in asked.excluded]
    if not asked.clauses:
        return of(everybody(view, excluded))
    clauses = words.clauses(asked)
    if question.loosely:
        return of(told_of(view, clauses, asked.leading))
    return _best_of(view, clauses, asked.leading, excluded, of)


def _best_of(
    view: View,
    clauses: Sequence[Query],
    leading: Leading | None,
    excluded: Clauses,
    of: Callable[[Met], _Page],
) -> _Page:
    strict = of(meeting_all(clauses, excluded))
    full = ENOUGH if len(clauses) == 1 else strict.count()
    if full >= ENOUGH:
        return strict
    if leading:
        led = of(led_by(view, clauses, leading, strict.met, full))
        if led.count():
            return led
    if full:
        return strict
    for needed in dict.fromkeys(((len(clauses) + 1) // 2, 1)):
        some = of(meeting_some(clauses, needed, excluded))
        if some.count():
            return some
    return strict


def _all_counts(
    view: View, question: Question, page: _Page, chosen: Mapping[str, Query]
) -> dict[str, tuple[FacetCount, ...]]:
    """Each facet's codes with how many each would give, its own choice left aside; the most frequent first."""
    free = [facet for facet in question.facets if facet not in chosen]
    everyone = page.everyone()
    if everyone is None:
        counted = view.codes_counted(page.fitting, free, page.count())
    else:
        counted = {facet: _counted(everyone, facet, view.tier) for facet in free}
    for facet, codes in question.filters.items():
        if facet in question.facets:
            wider = within(page.met.plain, chosen, without=facet)
            counted |= view.codes_counted(wider, [facet], _about(view, page, facet, codes))
    return {facet: _in_order(counted[facet], question.filters.get(facet, ())) for facet in question.facets}


def _about(view: View, page: _Page, facet: str, codes: Sequence[str]) -> int:
    """About how many fit when one facet's choice is left aside: it only decides how their codes are counted."""
    return page.count() * view.count // max(view.bearing(facet, codes), 1)


def _counted(people: Sequence[Kept], facet: str, tier: int) -> Counter[str]:
    """How many of some few people bear each code of a facet."""
    return Counter(code for kept in people for code in kept.codes(facet, tier))


def _in_order(counts: Mapping[str, int], selected: Sequence[str]) -> tuple[FacetCount, ...]:
    shown = [(-count, code) for code, count in counts.items()]
    shown += [(0, code) for code in dict.fromkeys(selected) if code not in counts]
    shown.sort()
    return tuple(FacetCount(code, -count, code in selected) for count, code in shown)


class _Person:
    """Somebody found, with what is stored of them and what that counts."""

    __slots__ = ("depth", "kept", "place", "standing", "told")

    def __init__(self, place: Address, kept: Kept) -> None:
        self.place = place
        self.kept = kept
        self.standing: dict[str, float] = {}
        # How they know the markets wanted, at best, and what that counts.
        self.depth = ("", 0.0)
        self.told: list[Told | None] = []


class _Page:
    """Puts the people found in order and says why each is there."""

    def __init__(
        self, view: View, question: Question, asked: Asked, met: Met, chosen: Mapping[str, Query]
    ) -> None:
        self.met = met
        self._view = view
        self._question = question
        self._asked = asked
        self._is_narrowed = bool(chosen or asked.excluded)
        self._weights = view.generation.weights
        self._wanted = codes_wanted(question, asked)
        self._by_depth = tuple(code for facet, code in self._wanted if facet == "market")
        self._is_scored = question.sort is Sort.BEST and (met.has_words or bool(self._by_depth))
        self.fitting = within(met.plain, chosen)
        self._query = within(self._scored(), chosen) if self._is_scored else self.fitting
        self._first = (question.page - 1) * question.size
        self._head_size = HEAD if met.has_words else min(HEAD, IDLE_HEAD)
        # Each term by the place of its clause, and the stems it is looked up by.
        self._text = asked.text
        self._spoken = [
            (at, term, stems_of(term))
            for at, clause in enumerate(asked.clauses if met.has_words else ())
            for term in clause
        ]
        self._total: int | None = None
        self._head: list[tantivy.DocAddress] | None = None
        self._people: list[_Person] = []

    def count(self) -> int:
        """How many there are. Where the head is wanted anyway, it is looked for in the same go."""
        if self._total is None and self._is_ordered_by_us:
            self._head = self._search(0, self._head_size)
        if self._total is None:
            self._total = self._view.number(self.fitting)
        return self._total

    def everyone(self) -> list[Kept] | None:
        """Everybody who fits, where they are so few that all were looked at."""
        return [one.kept for one in self._people] if len(self._people) == self.count() else None

    def hits(self) -> tuple[Hit, ...]:
        """The people of the page asked for."""
        last = self._first + self._question.size
        if not self._is_ordered_by_us:
            people = self._looked_at(self._search(self._first, last))
            return tuple(self._hit(one) for one in people)
        self.count()
        self._people = self._looked_at(self._head or [])
        page = sorted(self._people, key=self._best_first)[self._first : last]
        if last > self._head_size:
            page += self._looked_at(self._search(self._head_size, last))
        return tuple(self._hit(one) for one in page)

    @property
    def _is_ordered_by_us(self) -> bool:
        """Whether the page begins within the head, which is in its exact order; what comes after it in the native."""
        return self._question.sort is Sort.BEST and self._first < self._head_size

    def _search(self, first: int, last: int) -> list[tantivy.DocAddress]:
        """The addresses of a stretch of the native order."""
        # A place far beyond the end is not worth keeping room for.
        if first and first >= self.count():
            return []
        sort = self._question.sort
        if self._is_scored:
            weight = "weight" if self.met.has_words else "weight_idle"
            found = self._view.searcher.search(
                self._query,
                last - first,
                offset=first,
                weight_by_field=None if self.met.meets is Meets.MOST else weight,
            )
        else:
            found = self._view.searcher.search(
                self._query,
                last - first,
                offset=first,
                order_by_field=_ORDERS[sort],
                order=Order.Asc if sort is Sort.NAME else Order.Desc,
            )
        self._total = int(found.count)  # type: ignore[attr-defined]
        return [address for _, address in found.hits]

    def _looked_at(self, addresses: list[tantivy.DocAddress]) -> list[_Person]:
        """The people at these addresses, with all that counts of them."""
        kept = self._view.generation.kept
        people = [_Person((address.segment_ord, address.doc), kept(address)) for address in addresses]
        scores = self._word_scores(people)
        for one in people:
            one.standing = standing_of(self._view, one.kept.facts)
            one.depth = self._depth(one.kept)
            one.told = scores.of(one.place, one.kept)
        return people

    def _word_scores(self, people: list[_Person]) -> WordScores:
        held = in_a_row(self._asked) if self.met.meets is Meets.ALL and not self._question.loosely else ()
        if len(held) == 1 == len(self._asked.clauses) and not self._is_narrowed:
            self._view.remember(held[0], self.count())
        return WordScores(self._view, self._asked, [(one.place, one.kept) for one in people], held)

    def _scored(self) -> Clauses:
        """The clauses with what knowing the wanted markets counts."""
        depths = [
            Query.const_score_query(
                self._view.depth(depth_term(code, depth)), self._weights.market_depth * value
            )
            for code in self._by_depth
            for depth, value in (*self._weights.depths.items(), ("", DEPTH_UNKNOWN))
        ]
        if len(self._by_depth) > 1:
            depths = [any_of(depths)]
        # A market is known in one way: there each adds up as quickly as the best of them is found.
        return [*self.met.scored, *((Occur.Should, one) for one in depths)]

    def _best_first(self, one: _Person) -> tuple[int, bool, float, int]:
        scores = [told.total for told in one.told if told is not None]
        total = sum(scores) + sum(one.standing.values()) + one.depth[1]
        misses = self._misses(one, len(scores))
        # Without words there is nothing to outweigh who can help now.
        return misses, not self.met.has_words and not one.kept.facts.available, -total, one.kept.facts.id

    def _misses(self, one: _Person, met: int) -> int:
        """Who meets more of the question stands before who meets less, whatever the scores."""
        if self.met.meets is Meets.MOST:
            return -met
        if first := self.met.first:
            return int(not one.kept.bears(first.facet, first.codes, self._view.tier))
        return int(self.met.meets is Meets.LEADING and met < len(self._asked.clauses))

    def _depth(self, kept: Kept) -> tuple[str, float]:
        """How the person knows the markets wanted, at best, and what that counts."""
        best = ("", 0.0)
        for code in self._by_depth:
            if kept.bears("market", (code,), self._view.tier):
                depth = kept.facts.depths.get(code, "")
                value = self._weights.market_depth * self._weights.depths.get(depth, DEPTH_UNKNOWN)
                best = max(best, (depth, value), key=lambda pair: pair[1])
        return best

    def _hit(self, one: _Person) -> Hit:
        parts = dict(one.standing)
        told = [one or Told() for one in one.told] if self.met.has_words else []
        add_told(parts, told)
        if self._by_depth:
            parts["market_depth"] = one.depth[1]
        matches, terms = self._reasons(one, told)
        return Hit(one.kept.facts.id, sum(parts.values()), matches, terms, parts)

    def _reasons(self, one: _Person, told: list[Told]) -> tuple[tuple[Match, ...], frozenset[str]]:
        matches: list[Match] = []
        for facet, code in self._wanted:
            if one.kept.bears(facet, (code,), self._view.tier):
                detail = one.kept.facts.depths.get(code, "") if facet == "market" else ""
                matches.append(Match(facet, code, detail=detail))
        held: set[str] = set()
        tier = self._view.tier
        for at, term, stems in self._spoken:
            fields = {stem: bits for stem in stems if (bits := one.kept.of(stem, tier)[1])}
            if fields:
                held.update(fields)
                names = dict.fromkeys(name for bits in fields.values() for name in fields_in(bits))
                if words := said_by(term, self._text, fields):
                    matches.append(Match("word", words, tuple(names), worth=told[at].words))
        return tuple(matches), frozenset(held)


def standing_of(view: View, facts: Facts) -> dict[str, float]:
    """The parts of a person's standing; ages are counted from the newest profile."""
    return standing(
        view.generation.weights,
        available=facts.available,
        age_days=(view.generation.newest - facts.updated) / _DAY,
        answer_days=facts.answer_days,
        load=facts.load,
    )


def codes_wanted(question: Question, asked: Asked) -> tuple[tuple[str, str], ...]:
    """(facet, code) for all that was chosen or understood, each once."""
    chosen = [(facet, code) for facet, codes in question.filters.items() for code in codes]
    meant = [(u.kind, code) for u in asked.understood for code in u.codes]
    return tuple(dict.fromkeys(chosen + meant))
