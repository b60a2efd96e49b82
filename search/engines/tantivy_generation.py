"""One generation of the index as tantivy opened it, for one audience at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import tantivy
from tantivy import Occur, Query

from search.engine import IndexState
from search.engines.generations import unavailable
from search.engines.tantivy_schema import TIERS, Kept, overflow_of, slots_of, unpacked
from search.ranking import Weights, rarity
from search.spelling import WordList

_KEPT = 4_000
# A stem that so many documents hold is held by somebody who is still there: rarer ones are counted.
_MANY = 2_000
# Up to so many people one column of many values is counted sooner than several of one.
_FEW = 3_000
_EVERY_CODE = 65_000

Address = tuple[int, int]


class Generation:
    """A whole index as it was at one commit. Never changes."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, weights: Weights) -> None:
        self.searcher = searcher
        self.schema = schema
        self.weights = weights
        self.views = tuple(View(self, tier) for tier in TIERS)
        self._kept: dict[Address, Kept] = {}

    @cached_property
    def newest(self) -> float:
        """When the profile that changed last did, in seconds; ages are counted from it."""
        found = self.searcher.aggregate(Query.all_query(), {"newest": {"max": {"field": "updated"}}})
        return float(found["newest"]["value"] or 0.0)

    def kept(self, address: tantivy.DocAddress) -> Kept:
        """What is stored of a document; read once for questions in a row, as when pages are turned."""
        place = (address.segment_ord, address.doc)
        held = self._kept.get(place)
        if held is None:
            if len(self._kept) >= _KEPT:
                self._kept = {}
            held = self._kept[place] = self._read(address)
        return held

    def _read(self, address: tantivy.DocAddress) -> Kept:
        return unpacked(self.searcher.doc(address).get_first("kept"))  # type: ignore[arg-type]

    def all_kept(self, batch: int = 2_000) -> Iterator[Kept]:
        """What is stored of every document."""
        everybody = Query.all_query()
        for at in range(0, self.searcher.num_docs, batch):
            page = self.searcher.search(everybody, batch, count=False, offset=at, order_by_field="recent")
            for _, address in page.hits:
                yield self._read(address)


class View:
    """A generation as one audience may find it: queries, counts and words of nothing that is hidden from them."""

    def __init__(self, generation: Generation, tier: int) -> None:
        self.generation = generation
        self.tier = tier
        self.searcher = generation.searcher
        self._holders: dict[tuple[str, ...], int] = {}
        self._overflows: dict[str, list[str]] = {}

    @cached_property
    def count(self) -> int:
        """How many people the audience finds."""
        return self.number(self.listed())

    def listed(self) -> Query:
        """Everybody whom the audience finds."""
        return self._term("seen", str(self.tier))

    def term(self, stem: str) -> Query:
        """Who holds a stem."""
        return self._term(f"terms_{self.tier}", stem, "freq")

    def phrase(self, stems: Sequence[str]) -> Query:
        """Who holds the stems in a row."""
        if len(stems) == 1:
            return self.term(stems[0])
        schema = self.generation.schema
        rows = [Query.phrase_query(schema, f"rows_{tier}", list(stems)) for tier in range(self.tier + 1)]
        return any_of(rows)

    def coded(self, facet: str, codes: Iterable[str]) -> Query:
        """Who bears any of the codes."""
        return any_of([self._term(f"{facet}_{self.tier}", code) for code in codes])

    def bearing(self, facet: str, codes: Iterable[str]) -> int:
        """How many bear any of the codes, at most."""
        return sum(int(self.searcher.doc_freq(f"{facet}_{self.tier}", code)) for code in codes)

    def depth(self, term: str) -> Query:
        """Who knows a market so well (see `tantivy_schema.depth_term`)."""
        return self._term(f"depth_{self.tier}", term)

    def with_ids(self, ids: Iterable[int]) -> Query:
        """Those of the ids, whoever may find them."""
        return Query.term_set_query(self.generation.schema, "id", list(ids))

    def number(self, query: Query) -> int:
        """How many fit a query."""
        return int(self.searcher.search(query, 1).count)  # type: ignore[attr-defined]

    def rarity_of(self, stems: tuple[str, ...]) -> float:
        """How much it tells to hold a stem, or several in a row."""
        return rarity(self.count, self._holders_of(stems))

    def remember(self, stems: tuple[str, ...], holders: int) -> None:
        """How many hold the stems in a row, where an answer has told it."""
        if len(stems) > 1:
            self._keep(stems, holders)

    def meaning(self, concepts: Iterable[tuple[str, tuple[str, ...]]]) -> Query:
        """Who bears any of the codes of any of the (facet, codes)."""
        return any_of([self.coded(facet, codes) for facet, codes in concepts])

    def rarity_of_meaning(self, concepts: tuple[tuple[str, tuple[str, ...]], ...]) -> float:
        """How much it tells to bear any of these codes."""
        key = ("", *(word for facet, codes in concepts for word in (facet, *codes)))
        if key not in self._holders:
            self._keep(key, self.number(self.meaning(concepts)))
        return rarity(self.count, self._holders[key])

    def living(self, stem: str) -> int:
        """How many people hold a stem, without those who have left since."""
        found = int(self.searcher.doc_freq(f"terms_{self.tier}", stem))
        return found if found == 0 or found > _MANY else self.number(self.term(stem))

    def holds_word(self, word: str) -> bool:
        """Whether a whole word is in the lists, be it of somebody who has left."""
        return any(self.searcher.doc_freq(f"words_{tier}", word) for tier in range(self.tier + 1))

    def words_beginning(self, prefix: str, most: int) -> list[str]:
        """Whole words that begin so, those that most people hold first."""
        found: dict[str, int] = {}
        for tier in range(self.tier + 1):
            for word, held in self.searcher.terms_with_prefix(f"words_{tier}", prefix, None, most):
                found[word] = found.get(word, 0) + held
        return sorted(found, key=lambda word: (-found[word], word))[:most]

    @property
    def has_words(self) -> bool:
        """Whether the list of words has been read already."""
        return "words" in self.__dict__

    @cached_property
    def words(self) -> WordList:
        """Every whole word that the audience may find."""
        lists = (
            self.searcher.terms_with_prefix(f"words_{tier}", "", None, None) for tier in range(self.tier + 1)
        )
        return WordList(word for one in lists for word, _ in one)

    def codes_counted(self, query: Query, facets: Sequence[str], people: int) -> dict[str, dict[str, int]]:
        """For each facet the codes of those who fit a query, counted; `people` is about how many they are."""
        columns = {facet: self._columns(facet, people) for facet in facets}
        wanted: dict[str, Any] = {
            column: {"terms": {"field": column, "size": _EVERY_CODE}}
            for one in columns.values()
            for column in one
        }
        found = self.searcher.aggregate(query, wanted) if wanted else {}
        counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        for facet, held in counts.items():
            for column in columns[facet]:
                for bucket in found[column]["buckets"]:
                    if code := bucket["key"]:
                        held[code] = held.get(code, 0) + bucket["doc_count"]
        return counts

    def _columns(self, facet: str, people: int) -> list[str]:
        if people <= _FEW:
            return [f"{facet}_{self.tier}"]
        columns = slots_of(facet, self.tier)
        if facet not in self._overflows:
            overflow = overflow_of(facet, self.tier)
            held = self.searcher.terms_with_prefix(overflow, "", None, 1)
            self._overflows[facet] = [overflow] if held else []
        return columns + self._overflows[facet]

    def _holders_of(self, stems: tuple[str, ...]) -> int:
        if stems not in self._holders:
            if len(stems) == 1:
                self._keep(stems, int(self.searcher.doc_freq(f"terms_{self.tier}", stems[0])))
            else:
                self._keep(stems, self.number(self.phrase(stems)))
        return self._holders[stems]

    def _keep(self, key: tuple[str, ...], holders: int) -> None:
        if len(self._holders) >= _KEPT:
            self._holders = {}
        self._holders[key] = holders

    def _term(self, field: str, value: str, option: str = "basic") -> Query:
        return Query.term_query(self.generation.schema, field, value, option)


def any_of(queries: Sequence[Query]) -> Query:
    """Who fits any of the queries, with the best of their scores."""
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(list(queries))


def all_of(queries: Sequence[Query]) -> Query:
    """Who fits all of the queries."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, one) for one in queries])


@contextmanager
def calm() -> Iterator[None]:
    """Where the library panics over its own files, they are damaged: SearchUnavailable, as everybody expects."""
    try:
        yield
    except BaseException as fault:
        # The library's panic is no Exception, and its class cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise unavailable(IndexState.CORRUPT, f"cannot be read ({fault}) and has to be rebuilt") from fault
