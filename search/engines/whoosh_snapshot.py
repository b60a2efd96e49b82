"""One generation of the index: its segments side by side under common document numbers, for one audience at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from search.documents import VolunteerDocument
from search.engines.bits import numbers_of
from search.engines.whoosh_schema import TIERS
from search.engines.whoosh_segment import Postings, Segment
from search.facts import Facts
from search.query import FACETS, Sort
from search.ranking import Weights, rarity, standing
from search.spelling import WordList

_DAY = 86_400.0
_KEPT_TERMS = 2_000


class Snapshot:
    """A whole index as it was at one commit. Never changes; readers keep it until they notice a newer one."""

    def __init__(self, segments: Sequence[tuple[Segment, Iterable[int]]], weights: Weights) -> None:
        self.segments = tuple(segment for segment, _ in segments)
        self.offsets: list[int] = []
        self.facts: list[Facts | None] = []
        self.deleted = 0
        for segment, deleted in segments:
            offset = len(self.facts)
            self.offsets.append(offset)
            self.facts.extend(segment.facts)
            for document in deleted:
                self.facts[offset + document] = None
                self.deleted |= 1 << (offset + document)
        self._weights = weights
        self.views = tuple(View(self, tier) for tier in TIERS)

    @property
    def size(self) -> int:
        """How many document numbers there are, deleted ones included."""
        return len(self.facts)

    @cached_property
    def by_id(self) -> dict[int, int]:
        """Document number by the volunteer's id."""
        return {facts.id: document for document, facts in enumerate(self.facts) if facts}

    def holds(self, document: VolunteerDocument) -> bool:
        """Whether it stands here exactly so already."""
        number = self.by_id.get(document.id)
        facts = self.facts[number] if number is not None else None
        return facts is not None and facts.stamp == document.stamp

    @cached_property
    def standings(self) -> list[float]:
        """What speaks for each person whatever was asked; ages are counted from the newest profile."""
        return [sum(self.standing(document).values()) for document in range(self.size)]

    @cached_property
    def _newest(self) -> float:
        return max((facts.updated for facts in self.facts if facts), default=0.0)

    def standing(self, document: int) -> dict[str, float]:
        """The parts of a person's standing."""
        facts = self.facts[document]
        if facts is None:
            return {}
        return standing(
            self._weights,
            available=facts.available,
            age_days=(self._newest - facts.updated) / _DAY,
            answer_days=facts.answer_days,
            load=facts.load,
        )

    @cached_property
    def orders(self) -> dict[Sort, list[int]]:
        """Document numbers in each order that does not depend on the words. Every order ends with the id."""
        people = {document: facts for document, facts in enumerate(self.facts) if facts}
        return {sort: self._ordered(sort, people) for sort in Sort}

    def _ordered(self, sort: Sort, people: dict[int, Facts]) -> list[int]:
        return sorted(people, key=lambda document: self._key(sort, people[document], document))

    def _key(self, sort: Sort, facts: Facts, document: int) -> tuple[float | str, ...]:
        if sort is Sort.RECENT:
            return -facts.updated, facts.id
        if sort is Sort.NAME:
            return facts.name_key, facts.id
        if sort is Sort.SOONEST:
            days = float("inf") if facts.answer_days is None else facts.answer_days
            return not facts.available, days, facts.load, facts.id
        return not facts.available, -self.standings[document], facts.id


class View:
    """A generation as one audience may find it: nothing here was made from what is hidden from them."""

    def __init__(self, snapshot: Snapshot, tier: int) -> None:
        self.snapshot = snapshot
        self.tier = tier
        self._kept: dict[str, dict[int, float]] = {}

    @cached_property
    def listed(self) -> int:
        """The bits of everybody whom the audience finds."""
        bits = 0
        for segment, offset in self._placed():
            bits |= segment.listed[self.tier] << offset
        return bits & ~self.snapshot.deleted

    @cached_property
    def count(self) -> int:
        """How many people the audience finds."""
        return self.listed.bit_count()

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """For each facet the bits of the people by code."""
        found: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for segment, offset in self._placed():
            for column in segment.columns[: self.tier + 1]:
                for (facet, code), bits in column.items():
                    codes = found[facet]
                    codes[code] = codes.get(code, 0) | bits << offset
        return {
            facet: {code: live for code, bits in codes.items() if (live := bits & self.listed)}
            for facet, codes in found.items()
        }

    def people_with(self, facet: str, codes: Iterable[str]) -> int:
        """The bits of the people who bear any of these codes."""
        bits = 0
        for code in codes:
            bits |= self.facets[facet].get(code, 0)
        return bits

    def weights_of(self, term: str) -> dict[int, float]:
        """Who holds a term, and its weight with each."""
        kept = self._kept.get(term)
        if kept is not None:
            return kept
        found: dict[int, float] = {}
        facts = self.snapshot.facts
        for offset, postings in self._postings(term):
            for document, weight in zip(postings.documents, postings.weights, strict=True):
                number = document + offset
                if facts[number] is not None:
                    found[number] = found.get(number, 0.0) + weight
        if len(self._kept) >= _KEPT_TERMS:
            self._kept.clear()
        self._kept[term] = found
        return found

    def places_of(self, term: str, number: int) -> list[int]:
        """Where a term stands in a document, as far as the audience may know."""
        return [
            place
            for offset, postings in self._postings(term)
            if number >= offset
            for place in postings.places_in(number - offset)
        ]

    def rarity(self, holders: int) -> float:
        """How much a word tells that so many people hold (the idf of BM25)."""
        return rarity(self.count, holders)

    def word_lists(self) -> Iterator[WordList]:
        """The whole words that the audience may find."""
        for segment in self.snapshot.segments:
            for tier in range(self.tier + 1):
                yield segment.words(tier)

    def listed_numbers(self) -> list[int]:
        """The document numbers of everybody whom the audience finds."""
        return numbers_of(self.listed)

    def _postings(self, term: str) -> Iterator[tuple[int, Postings]]:
        for segment, offset in self._placed():
            for tier in range(self.tier + 1):
                postings = segment.postings(tier, term)
                if postings:
                    yield offset, postings

    def _placed(self) -> Iterator[tuple[Segment, int]]:
        return zip(self.snapshot.segments, self.snapshot.offsets, strict=True)
