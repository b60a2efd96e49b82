"""One segment of the index in memory. Segments never change, so what was read of one serves every later generation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

from whoosh.reading import SegmentReader, TermNotFound

from search.engines.bits import bits_of
from search.engines.whoosh_schema import TIERS, places_from
from search.facts import Facts, unpacked
from search.spelling import WordList
from search.text import tokens

_KEPT_TERMS = 4_000


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of a segment that hold a term, ascending, with its weight and places in each."""

    documents: tuple[int, ...]
    weights: tuple[float, ...]
    places: tuple[bytes, ...]

    def places_in(self, document: int) -> Iterable[int]:
        """Where the term stands in a document of the segment."""
        at = bisect_left(self.documents, document)
        held = at < len(self.documents) and self.documents[at] == document
        return places_from(self.places[at]) if held else ()


class Segment:
    """Facts, facet columns, terms and words of one segment, including documents deleted since it was written."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        # Whoosh's files keep a position of their own, and a process may answer several requests at once.
        self._lock = RLock()
        self._kept: dict[tuple[int, str], Postings | None] = {}
        self._words: dict[int, WordList] = {}
        self.size: int = reader.doc_count_all()
        self.facts: list[Facts | None] = [None] * self.size
        for document, stored in reader.iter_docs():
            self.facts[document] = unpacked(stored["facts"])
        self.columns = self._columns()

    def _columns(self) -> tuple[dict[tuple[str, str], int], ...]:
        """For each tier the bits of the documents that bear a code for that tier and no wider one."""
        numbers: tuple[dict[tuple[str, str], list[int]], ...] = ({}, {}, {})
        for document, facts in enumerate(self.facts):
            for tier, facet, code in facts.codes if facts else ():
                numbers[tier].setdefault((facet, code), []).append(document)
        return tuple({key: bits_of(held, self.size) for key, held in tier.items()} for tier in numbers)

    @cached_property
    def listed(self) -> tuple[int, ...]:
        """For each tier the bits of the documents that its audience finds at all."""
        return tuple(
            bits_of((n for n, facts in enumerate(self.facts) if facts and facts.listed <= tier), self.size)
            for tier in TIERS
        )

    def postings(self, tier: int, term: str) -> Postings | None:
        """Who holds a term in what just this tier may find."""
        key = (tier, term)
        with self._lock:
            if key not in self._kept:
                if len(self._kept) >= _KEPT_TERMS:
                    self._kept.clear()
                self._kept[key] = self._read(tier, term)
            return self._kept[key]

    def words(self, tier: int) -> WordList:
        """The whole words of just this tier."""
        with self._lock:
            if tier not in self._words:
                lexicon = self._reader.lexicon(f"words_{tier}")
                self._words[tier] = WordList(word.decode() for word in lexicon)
            return self._words[tier]

    @cached_property
    def names(self) -> list[tuple[str, int]]:
        """Each name from each of its words on, sorted: what somebody may begin to type."""
        found: list[tuple[str, int]] = []
        for document, facts in enumerate(self.facts):
            words = [token.joined for token in tokens(facts.name)] if facts else []
            found.extend((" ".join(words[at:]), document) for at in range(len(words)))
        return sorted(found)

    @cached_property
    def sorted_words(self) -> tuple[list[str], ...]:
        """The words of each tier in alphabetical order."""
        return tuple(sorted(self.words(tier).words) for tier in TIERS)

    def _read(self, tier: int, term: str) -> Postings | None:
        try:
            matcher: Any = self._reader.postings(f"terms_{tier}", term)
        except TermNotFound:
            return None
        rows = []
        while matcher.is_active():
            rows.append((matcher.id(), matcher.weight(), matcher.value()))
            matcher.next()
        return Postings(*zip(*rows, strict=True)) if rows else None
