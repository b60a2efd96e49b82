"""Who meets the words of a question, as native queries: all of them, the market they name and more, or most of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from tantivy import Occur, Query

from search.engines.tantivy_generation import View, all_of, any_of
from search.engines.tantivy_schema import BASE
from search.reading import Meets
from search.words import Leading

_MET = 1_000.0
# So many ways to meet some of the clauses are written out: who meets one of them is found by leaps, not one by one.
_MOST_WAYS = 20

Clauses = list[tuple[Occur, Query]]
# To every score, so that multiplying it by the standing is as good as adding that.
_ADDED = (Occur.Must, Query.const_score_query(Query.all_query(), BASE))


@dataclass(frozen=True, slots=True)
class Met:
    """Who meets the words, whatever else is chosen. `scored` tells the clauses' scores too, `plain` need not."""

    plain: Clauses
    scored: Clauses
    has_words: bool = False
    meets: Meets = Meets.ALL
    # How many meet all, where others stand among them.
    full: int = 0
    # What who stands first bears, where it is not all of the question.
    first: Leading | None = None


def everybody(view: View, excluded: Clauses) -> Met:
    """All whom the audience finds, but for those who hold what is left out."""
    listed = (Occur.Must, Query.const_score_query(view.listed(), BASE))
    return Met([listed, *excluded], [listed, *excluded])


def nobody() -> Met:
    """No one: signs without a word."""
    none = [(Occur.Must, Query.empty_query())]
    return Met(none, none)


def meeting_all(clauses: Sequence[Query], excluded: Clauses) -> Met:
    """Who meets each clause."""
    full: Clauses = [*((Occur.Must, clause) for clause in clauses), *excluded]
    return Met(full, [_ADDED, *full], has_words=True)


def told_of(view: View, clauses: Sequence[Query], leading: Leading | None) -> Met:
    """Who meets anything of a paragraph; who knows the market or the sector that it names comes first."""
    fitting = (Occur.Must, _any_number_of(clauses))
    if leading is None:
        return Met([fitting], [_ADDED, fitting], has_words=True)
    knowing = Query.const_score_query(view.coded(leading.facet, leading.codes), _MET)
    full = view.number(Query.boolean_query([fitting, (Occur.Must, knowing)]))
    scored = [_ADDED, fitting, (Occur.Should, knowing)]
    meets = Meets.LEADING if full else Meets.ALL
    return Met([fitting], scored, has_words=True, meets=meets, full=full, first=leading)


def led_by(view: View, clauses: Sequence[Query], leading: Leading, strict: Met, full: int) -> Met:
    """Who bears a leading code and, where the question says more, meets something of it; who meets all comes first."""
    excluded = [one for one in strict.plain if one[0] is Occur.MustNot]
    borne = Query.const_score_query(view.coded(leading.facet, leading.codes), 0.0)
    others = [one for at, one in enumerate(clauses) if at not in leading.clauses]
    led: Clauses = [(Occur.Must, borne), *excluded]
    if others:
        led.append((Occur.Must, _any_number_of(others)))
    scored = [_ADDED, *led, *((Occur.Should, clauses[at]) for at in sorted(leading.clauses))]
    if full:
        scored.append((Occur.Should, Query.const_score_query(Query.boolean_query(strict.plain), _MET)))
    return Met(led, scored, has_words=True, meets=Meets.LEADING, full=full)


def meeting_some(clauses: Sequence[Query], needed: int, excluded: Clauses) -> Met:
    """Who meets at least so many of the clauses; who meets more comes first."""
    if needed > 1 and comb(len(clauses), needed) <= _MOST_WAYS:
        some = any_of([all_of(way) for way in combinations(clauses, needed)])
    else:
        some = _any_number_of(clauses, needed)
    plain: Clauses = [(Occur.Must, Query.const_score_query(some, 0.0)), *excluded]
    # Each clause stands twice, once for its score and once to outweigh all scores.
    twice: Clauses = [(Occur.Should, one) for one in clauses]
    twice += [(Occur.Should, Query.const_score_query(one, _MET)) for one in clauses]
    return Met(plain, [*plain, *twice], has_words=True, meets=Meets.MOST)


def within(clauses: Clauses, chosen: Mapping[str, Query], without: str = "") -> Query:
    """Those of the clauses who bear what is chosen, but for one facet."""
    narrowed = [
        (Occur.Must, Query.const_score_query(one, 0.0)) for facet, one in chosen.items() if facet != without
    ]
    both = [*clauses, *narrowed]
    return both[0][1] if len(both) == 1 and both[0][0] is Occur.Must else Query.boolean_query(both)


def _any_number_of(clauses: Sequence[Query], needed: int = 1) -> Query:
    """Who meets at least so many of the clauses, with the sum of their scores."""
    return Query.boolean_query([(Occur.Should, one) for one in clauses], minimum_number_should_match=needed)
