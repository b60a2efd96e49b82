"""What comes back: ids in order with the reasons, and counts for each facet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from search.vocabulary import Understood


@dataclass(frozen=True, slots=True)
class Match:
    """One reason why a person was found.

    `kind` is "word" (`value` is the word as searched, `fields` the document's fields that hold it) or a facet
    (`value` is the code; for a market `detail` is how they know it: "lived", "worked", ...).
    Only fields and codes that the asking audience may find are ever named. `worth` is what the word counts in the
    score; what codes count stands in `Hit.parts` by facet.
    """

    kind: str
    value: str
    fields: tuple[str, ...] = ()
    detail: str = ""
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A volunteer found. `parts` are the numbers that make up `score`; `terms` are for `mark()`."""

    id: int
    score: float
    matches: tuple[Match, ...] = ()
    terms: frozenset[str] = frozenset()
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many would be found with this code of the facet chosen."""

    code: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that nobody's profile holds, and the one that was searched for in its place."""

    typed: str
    shown: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to offer while typing: kind "person" (with the id) or "word"."""

    kind: str
    text: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `full` of the total meet all of the question; where a market or a sector is named and few do, others follow them
    who know that and meet something else. `matched_all` is False when nobody meets all and others are shown instead.
    `text` is the question as the places of `understood` count in it; `showing_for` is the same where words were
    mistyped and read as others, else empty.
    """

    hits: tuple[Hit, ...]
    total: int
    full: int
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    understood: tuple[Understood, ...] = ()
    corrections: tuple[Correction, ...] = ()
    text: str = ""
    showing_for: str = ""
    matched_all: bool = True
    took_ms: float = 0.0

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of this page, in order."""
        return tuple(hit.id for hit in self.hits)
