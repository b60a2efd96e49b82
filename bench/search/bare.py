"""The engines' own libraries asked the same, as their manuals do it: what our code adds is told beside them.

tantivy reads our index: find and order the first 20, count six facets, fetch 20 documents. Each facet is counted as if
nothing of its own were chosen, which is an aggregation more for each that is; where nobody holds all words it is asked
for those who hold half of them, else any. That is the least that gives the answer which our search gives. Whoosh has a
stock index of the same people: its text fields asked, scored by BM25, grouped by six facets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from bench.search.people import FACETS
from search import Audience, Query, VolunteerDocument
from search.text import stem

TIER = Audience.MEMBERS.tier
SHOWN = 20
FEW = 3_000


class Bare(Protocol):
    """A library asked without us."""

    def ask(self, kind: str, query: Query) -> object:
        """The same answer as far as the library gives it: ids, counts, the stored documents."""
        ...

    def suggest(self, prefix: str) -> object:
        """Words that begin so."""
        ...


class BareTantivy:
    """The library over our own index."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        from search.engines.tantivy_schema import overflow_of, slots_of

        build = json.loads((folder / "CURRENT").read_text(encoding="utf-8"))["build"]
        opened = tantivy.Index.open(str(folder / "builds" / build))
        self._schema, self._searcher, self._query = opened.schema, opened.searcher(), tantivy.Query
        self._must, self._should = tantivy.Occur.Must, tantivy.Occur.Should
        self._slots = {facet: slots_of(facet, TIER) for facet in FACETS}
        for facet, columns in self._slots.items():
            more = overflow_of(facet, TIER)
            columns += [more] if self._searcher.terms_with_prefix(more, "", None, 1) else []

    def ask(self, kind: str, query: Query) -> object:
        """Found and ordered, counted, fetched."""
        best = None if query.words else "best"
        chosen, words = self._chosen(query), self._words(kind, query)
        for needed in dict.fromkeys((len(words), (len(words) + 1) // 2, min(len(words), 1))):
            held = self._any_of(words, needed)
            found = self._searcher.search(self._all_of(chosen, held), SHOWN, order_by_field=best)
            people = found.count  # type: ignore[attr-defined]
            if people:
                break
        free = [facet for facet in FACETS if facet not in query.filters]
        counts = [self._counted(self._all_of(chosen, held), free, people)]
        for facet in query.filters:
            wider = {other: one for other, one in chosen.items() if other != facet}
            counts.append(
                self._counted(self._all_of(wider, held), [facet], self._at_most(query, facet, people))
            )
        return counts, [self._searcher.doc(address) for _, address in found.hits]

    def _counted(self, query: Any, facets: list[str], people: int) -> Any:
        """One column of several codes is quicker for few people, several of one code for many."""
        columns = [
            column
            for facet in facets
            for column in ([f"{facet}_{TIER}"] if people <= FEW else self._slots[facet])
        ]
        return self._searcher.aggregate(query, _counted(columns))

    def _at_most(self, query: Query, facet: str, people: int) -> int:
        """No more than so many fit where one facet's choice is left aside."""
        held = [
            sum(self._searcher.doc_freq(f"{other}_{TIER}", code) for code in codes)
            for other, codes in query.filters.items()
            if other != facet
        ]
        return min(held) if held else FEW + people

    def suggest(self, prefix: str) -> object:
        """Words that begin so."""
        return self._searcher.terms_with_prefix(f"words_{TIER}", prefix.lower(), None, 8)

    def _chosen(self, query: Query) -> dict[str, Any]:
        make, schema = self._query.term_query, self._schema
        chosen = {"": make(schema, "seen", str(TIER), "basic")}
        for facet, codes in query.filters.items():
            some = [make(schema, f"{facet}_{TIER}", code, "basic") for code in codes]
            chosen[facet] = some[0] if len(some) == 1 else self._query.disjunction_max_query(some)
        return chosen

    def _any_of(self, words: list[Any], needed: int) -> list[Any]:
        some = [(self._should, one) for one in words]
        return [self._query.boolean_query(some, minimum_number_should_match=needed)] if words else []

    def _all_of(self, chosen: dict[str, Any], held: list[Any]) -> Any:
        return self._query.boolean_query([(self._must, one) for one in (*chosen.values(), *held)])

    def _words(self, kind: str, query: Query) -> list[Any]:
        make, schema = self._query, self._schema
        stems = [stem(word) for word in query.words.strip('"').split()]
        if kind == "phrase":
            rows = [make.phrase_query(schema, f"rows_{tier}", stems) for tier in range(TIER + 1)]
            return [make.disjunction_max_query(rows)]
        if not kind.startswith("typo"):
            return [make.term_query(schema, f"terms_{TIER}", word, "freq") for word in stems]
        # Whole words, as ours: a stem lies further from a mistyped word than the word does.
        edits = 2 if "two" in kind else 1
        return [
            make.disjunction_max_query(
                [
                    make.fuzzy_term_query(
                        schema, f"words_{tier}", word, distance=edits, transposition_cost_one=True
                    )
                    for tier in range(TIER + 1)
                ]
            )
            for word in query.words.lower().split()
        ]


def _counted(columns: Iterable[str]) -> dict[str, Any]:
    return {column: {"terms": {"field": column, "size": 65_000}} for column in columns}


class BareWhoosh:
    """A stock index in a folder of its own."""

    TEXTS = ("name", "headline", "job_title", "employer", "biography", "city")

    def __init__(self, folder: Path, people: Iterable[VolunteerDocument]) -> None:
        from whoosh import fields, index, sorting
        from whoosh.analysis import StemmingAnalyzer

        text = fields.TEXT(analyzer=StemmingAnalyzer(), phrase=True)
        columns = {facet: fields.KEYWORD(stored=True, sortable=True) for facet in FACETS}
        schema = fields.Schema(id=fields.ID(stored=True), **dict.fromkeys(self.TEXTS, text), **columns)
        folder.mkdir(parents=True, exist_ok=True)
        opened = index.create_in(str(folder), schema)
        writer = opened.writer(limitmb=256)
        for one in people:
            writer.add_document(
                id=str(one.id), **{name: getattr(one, name) for name in self.TEXTS}, **_stock_codes(one)
            )
        writer.commit()
        self._searcher = opened.searcher()
        facets = {facet: sorting.FieldFacet(facet, allow_overlap=True) for facet in FACETS}
        self._grouped = facets, sorting.Count

    def ask(self, kind: str, query: Query) -> object:
        """Found and ordered, counted, fetched."""
        from whoosh import query as q

        parts: list[Any] = [
            q.Or([q.Term(facet, code) for code in codes]) for facet, codes in query.filters.items()
        ]
        words = [stem(word) for word in query.words.strip('"').split()]
        make: Callable[[str], Any] = lambda word: q.Or([q.Term(name, word) for name in self.TEXTS])  # noqa: E731
        if kind == "phrase":
            parts.append(q.Or([q.Phrase(name, words) for name in self.TEXTS]))
        elif kind.startswith("typo"):
            edits = 2 if "two" in kind else 1
            parts += [q.Or([q.FuzzyTerm(name, word, edits) for name in self.TEXTS]) for word in words]
        else:
            parts += [make(word) for word in words]
        facets, counted = self._grouped
        found = self._searcher.search(q.And(parts), limit=SHOWN, groupedby=facets, maptype=counted)
        return [found.groups(facet) for facet in FACETS], [hit.fields() for hit in found]

    def suggest(self, prefix: str) -> object:
        """Words that begin so."""
        terms = self._searcher.reader().expand_prefix("biography", prefix.lower())
        return [word for word, _ in zip(terms, range(8), strict=False)]


def _stock_codes(one: VolunteerDocument) -> dict[str, str]:
    return {
        "market": " ".join(one.markets),
        "sector": " ".join(one.sector_paths),
        "help": " ".join(one.help_types),
        "language": " ".join(one.languages),
        "chapter": " ".join(one.chapters),
        "available": one.availability,
    }
