"""The answer to a query over one generation: found, ordered and counted natively, its head put in order exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import tantivy
from tantivy import Occur, Order, Query

from search.engines.tantivy_exact import WordScores
from search.engines.tantivy_generation import Address, View, any_of
from search.engines.tantivy_schema import BASE, Kept, depth_term, fields_in
from search.engines.tantivy_words import WordQueries
from search.facts import Facts
from search.query import Query as Question
from search.query import Sort
from search.ranking import DEPTH_UNKNOWN, Told, add_told, standing
from search.reading import ENOUGH, Meets, read, stems_of
from search.results import FacetCount, Hit, Match, Results
from search.spelling import WordList
from search.vocabulary import Vocabulary
from search.words import Asked, Leading

# So many of the best by the native score are put in order by the exact one.
HEAD = 50
_DAY = 86_400.0
_MET = 1_000.0
_ORDERS = {Sort.BEST: "best", Sort.RECENT: "recent", Sort.SOONEST: "soonest", Sort.NAME: "name"}

Clauses = list[tuple[Occur, Query]]
# To every score, so that multiplying it by the standing is as good as adding that.
_ADDED = (Occur.Must, Query.const_score_query(Query.all_query(), BASE))


def answer(view: View, vocabulary: Vocabulary, known: WordList, question: Question) -> Results:
    """Everything the question asked for, from one unchanging view."""
    began = perf_counter()
    words = WordQueries(view, known)
    reading = read(question.words, vocabulary, words, loosely=question.loosely)
    asked = reading.asked
    chosen = {facet: view.coded(facet, codes) for facet, codes in question.filters.items()}
    met = _meeting_words(view, words, asked, chosen, loosely=question.loosely)
    page = _Page(view, question, asked, met, chosen)
    hits = page.hits()
    return Results(
        hits=hits,
        total=page.total,
        full=page.total if met.meets is Meets.ALL else met.full,
        facets=_all_counts(view, question, met, chosen, page.total),
        understood=asked.understood,
        corrections=reading.corrections,
        showing_for=asked.text if reading.corrections else "",
        matched_all=met.meets is Meets.ALL or met.full > 0,
        took_ms=(perf_counter() - began) * 1000.0,
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """Who meets the words, whatever else is chosen. `scored` tells the clauses' scores too, `plain` need not."""

    plain: Clauses
    scored: Clauses
    has_words: bool = False
    meets: Meets = Meets.ALL
    # How many meet all, where others stand among them.
    full: int = 0
    # What who stands first bears, where it is not all of the question.
    first: Leading | None = None


def _meeting_words(
    view: View, words: WordQueries, asked: Asked, chosen: Mapping[str, Query], *, loosely: bool
) -> _Met:
    """Where few within the choice meet all the words, those are taken too who know the market named (or the sector)
    and meet something else; where that is nobody, those who meet half, else those who meet any.
    """
    everybody = Query.const_score_query(view.listed(), BASE)
    if asked.is_blank:
        return _Met([(Occur.Must, everybody)], [(Occur.Must, everybody)])
    if not asked.has_terms:
        nobody = Query.empty_query()
        return _Met([(Occur.Must, nobody)], [(Occur.Must, nobody)])
    excluded = [(Occur.MustNot, words.term(term)) for term in asked.excluded]
    if not asked.clauses:
        without = [(Occur.Must, everybody), *excluded]
        return _Met(without, without)
    clauses = words.clauses(asked)
    if loosely:
        return _told(view, clauses, asked.leading)
    full: Clauses = [*((Occur.Must, clause) for clause in clauses), *excluded]
    strict = _Met(full, [_ADDED, *full], has_words=True)
    within = ENOUGH if len(clauses) == 1 else view.number(_within(strict.plain, chosen))
    if within >= ENOUGH:
        return strict
    led = _led_by(view, clauses, asked.leading, strict, within)
    if led and view.number(_within(led.plain, chosen)):
        return led
    if within:
        return strict
    for needed in ((len(clauses) + 1) // 2, 1):
        some = _meeting_some(clauses, needed, excluded)
        if view.number(_within(some.plain, chosen)):
            return some
    return strict


def _told(view: View, clauses: Sequence[Query], leading: Leading | None) -> _Met:
    """Who meets anything of a paragraph; who knows the market or the sector that it names comes first."""
    fitting = (Occur.Must, _any_number_of(clauses))
    if leading is None:
        return _Met([fitting], [_ADDED, fitting], has_words=True)
    knowing = Query.const_score_query(view.coded(leading.facet, leading.codes), _MET)
    full = view.number(Query.boolean_query([fitting, (Occur.Must, knowing)]))
    scored = [_ADDED, fitting, (Occur.Should, knowing)]
    meets = Meets.LEADING if full else Meets.ALL
    return _Met([fitting], scored, has_words=True, meets=meets, full=full, first=leading)


def _any_number_of(clauses: Sequence[Query], needed: int = 1) -> Query:
    """Who meets at least so many of the clauses, with the sum of their scores."""
    return Query.boolean_query([(Occur.Should, one) for one in clauses], minimum_number_should_match=needed)


def _led_by(
    view: View, clauses: Sequence[Query], leading: Leading | None, strict: _Met, full: int
) -> _Met | None:
    """Who bears a leading code and, where the question says more, meets something of it; who meets all comes first."""
    if leading is None:
        return None
    excluded = [one for one in strict.plain if one[0] is Occur.MustNot]
    borne = Query.const_score_query(view.coded(leading.facet, leading.codes), 0.0)
    others = [one for at, one in enumerate(clauses) if at not in leading.clauses]
    led: Clauses = [(Occur.Must, borne), *excluded]
    if others:
        led.append((Occur.Must, _any_number_of(others)))
    scored = [_ADDED, *led, *((Occur.Should, clauses[at]) for at in sorted(leading.clauses))]
    if full:
        scored.append((Occur.Should, Query.const_score_query(Query.boolean_query(strict.plain), _MET)))
    return _Met(led, scored, has_words=True, meets=Meets.LEADING, full=full)


def _meeting_some(clauses: Sequence[Query], needed: int, excluded: Clauses) -> _Met:
    """Who meets at least so many of the clauses; who meets more comes first."""
    plain = _any_number_of(clauses, needed)
    # Each clause stands twice, once for its score and once to outweigh all scores.
    twice: Clauses = [(Occur.Should, one) for one in clauses]
    twice += [(Occur.Should, Query.const_score_query(one, _MET)) for one in clauses]
    scored = Query.boolean_query(twice, minimum_number_should_match=2 * needed)
    return _Met(
        [(Occur.Must, plain), *excluded],
        [(Occur.Must, scored), *excluded],
        has_words=True,
        meets=Meets.MOST,
    )


def _within(clauses: Clauses, chosen: Mapping[str, Query], without: str = "") -> Query:
    """Those of the clauses who bear what is chosen, but for one facet."""
    narrowed = [
        (Occur.Must, Query.const_score_query(one, 0.0)) for facet, one in chosen.items() if facet != without
    ]
    both = [*clauses, *narrowed]
    return both[0][1] if len(both) == 1 and both[0][0] is Occur.Must else Query.boolean_query(both)


def _all_counts(
    view: View, question: Question, met: _Met, chosen: Mapping[str, Query], total: int
) -> dict[str, tuple[FacetCount, ...]]:
    """Each facet's codes with how many each would give, its own choice left aside; the most frequent first."""
    free = [facet for facet in question.facets if facet not in chosen]
    counted = view.codes_counted(_within(met.plain, chosen), free, total)
    for facet in question.facets:
        if facet in chosen:
            wider = _within(met.plain, chosen, without=facet)
            counted |= view.codes_counted(wider, [facet], view.number(wider))
    return {facet: _in_order(counted[facet], question.filters.get(facet, ())) for facet in question.facets}


def _in_order(counts: Mapping[str, int], selected: Sequence[str]) -> tuple[FacetCount, ...]:
    shown = [*counts.items(), *((code, 0) for code in dict.fromkeys(selected) if code not in counts)]
    shown.sort(key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetCount(code, count, code in selected) for code, count in shown)


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody found, with what is stored of them."""

    place: Address
    kept: Kept


class _Page:
    """Puts the people found in order and says why each is there."""

    def __init__(
        self,
        view: View,
        question: Question,
        asked: Asked,
        met: _Met,
        chosen: Mapping[str, Query],
    ) -> None:
        self._view = view
        self._question = question
        self._asked = asked
        self._met = met
        self._weights = view.generation.weights
        self._wanted = codes_wanted(question, asked)
        self._by_depth = tuple(code for facet, code in self._wanted if facet == "market")
        self._is_scored = question.sort is Sort.BEST and (met.has_words or bool(self._by_depth))
        self._fitting = _within(met.plain, chosen)
        self._query = _within(self._scored(), chosen) if self._is_scored else self._fitting
        self.total = 0

    def hits(self) -> tuple[Hit, ...]:
        """The people of the page asked for; `total` is known afterwards."""
        first = (self._question.page - 1) * self._question.size
        last = first + self._question.size
        if self._question.sort is not Sort.BEST:
            people = self._people(self._search(first, last))
        else:
            people = self._best(first, last)
        scores = WordScores(self._view, self._asked, [(one.place, one.kept) for one in people])
        return tuple(self._hit(one, scores) for one in people)

    def _best(self, first: int, last: int) -> list[_Person]:
        """The head in its exact order, and after it the native one."""
        if first >= HEAD:
            return self._people(self._search(first, last))
        head = self._people(self._search(0, HEAD))
        scores = WordScores(self._view, self._asked, [(one.place, one.kept) for one in head])
        page = sorted(head, key=lambda one: self._best_first(one, scores))[first:last]
        if last > HEAD:
            page += self._people(self._search(HEAD, last))
        return page

    def _search(self, first: int, last: int) -> list[tantivy.DocAddress]:
        """The addresses of a stretch of the native order."""
        # A place far beyond the end is not worth keeping room for.
        if first and first >= (self.total or self._count()):
            return []
        sort = self._question.sort
        if self._is_scored:
            weight = "weight" if self._met.has_words else "weight_idle"
            found = self._view.searcher.search(
                self._query,
                last - first,
                offset=first,
                weight_by_field=None if self._met.meets is Meets.MOST else weight,
            )
        else:
            found = self._view.searcher.search(
                self._query,
                last - first,
                offset=first,
                order_by_field=_ORDERS[sort],
                order=Order.Asc if sort is Sort.NAME else Order.Desc,
            )
        self.total = int(found.count)  # type: ignore[attr-defined]
        return [address for _, address in found.hits]

    def _count(self) -> int:
        self.total = self._view.number(self._fitting)
        return self.total

    def _people(self, addresses: list[tantivy.DocAddress]) -> list[_Person]:
        kept = self._view.generation.kept
        return [_Person((address.segment_ord, address.doc), kept(address)) for address in addresses]

    def _scored(self) -> Clauses:
        """The clauses with what knowing the wanted markets counts."""
        depths = [
            Query.const_score_query(
                self._view.depth(depth_term(code, depth)), self._weights.market_depth * value
            )
            for code in self._by_depth
            for depth, value in (*self._weights.depths.items(), ("", DEPTH_UNKNOWN))
        ]
        return [*self._met.scored, (Occur.Should, any_of(depths))] if depths else self._met.scored

    def _best_first(self, one: _Person, words: WordScores) -> tuple[int, bool, float, int]:
        facts = one.kept.facts
        scores = [told.total for told in words.of(one.place, one.kept) if told is not None]
        total = sum(scores) + sum(standing_of(self._view, one.kept.facts).values()) + self._depth(one)[1]
        misses = self._misses(one, len(scores))
        # Without words there is nothing to outweigh who can help now.
        return misses, not self._met.has_words and not facts.available, -total, facts.id

    def _misses(self, one: _Person, met: int) -> int:
        """Who meets more of the question stands before who meets less, whatever the scores."""
        if self._met.meets is Meets.MOST:
            return -met
        if first := self._met.first:
            return int(not one.kept.bears(first.facet, first.codes, self._view.tier))
        return int(self._met.meets is Meets.LEADING and met < len(self._asked.clauses))

    def _depth(self, one: _Person) -> tuple[str, float]:
        """How the person knows the markets wanted, at best, and what that counts."""
        best = ("", 0.0)
        for code in self._by_depth:
            if one.kept.bears("market", (code,), self._view.tier):
                depth = one.kept.facts.depths.get(code, "")
                value = self._weights.market_depth * self._weights.depths.get(depth, DEPTH_UNKNOWN)
                best = max(best, (depth, value), key=lambda pair: pair[1])
        return best

    def _hit(self, one: _Person, words: WordScores) -> Hit:
        parts = standing_of(self._view, one.kept.facts)
        told = [one or Told() for one in words.of(one.place, one.kept)] if self._met.has_words else []
        add_told(parts, told)
        if self._by_depth:
            parts["market_depth"] = self._depth(one)[1]
        matches, terms = self._reasons(one, told)
        return Hit(one.kept.facts.id, sum(parts.values()), matches, terms, parts)

    def _reasons(self, one: _Person, told: list[Told]) -> tuple[tuple[Match, ...], frozenset[str]]:
        matches: list[Match] = []
        for facet, code in self._wanted:
            if one.kept.bears(facet, (code,), self._view.tier):
                detail = one.kept.facts.depths.get(code, "") if facet == "market" else ""
                matches.append(Match(facet, code, detail=detail))
        held: set[str] = set()
        for term, worth in (
            (term, one.words)
            for clause, one in zip(self._asked.clauses, told, strict=True)
            for term in clause
        ):
            fields = {
                stem: bits for stem in stems_of(term) if (bits := one.kept.of(stem, self._view.tier)[1])
            }
            if fields:
                held.update(fields)
                names = dict.fromkeys(name for bits in fields.values() for name in fields_in(bits))
                words = self._asked.text[term.start : term.end]
                matches.append(Match("word", words, tuple(names), worth=worth))
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
