"""What makes two volunteers alike: the markets, sectors and kinds of help they share, the rarer the more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.facts import Facts
from search.results import Hit, Match

# What sharing a code of the facet counts beside the others.
LIKENESS = {"market": 1.0, "sector": 1.0, "help": 0.5, "language": 0.15}
# Nobody is alike who shares none of these.
TELLING = ("market", "sector")
DEFAULT_SIZE = 6


@dataclass(frozen=True, slots=True)
class Shared:
    """A code of somebody, and what it counts that another bears it too."""

    facet: str
    code: str
    worth: float


def codes_to_share(facts: Facts, tier: int, rarity_of: Callable[[str, str], float]) -> tuple[Shared, ...]:
    """The codes by which others are like this person, as far as an audience may find them; the weightiest first."""
    found = [
        Shared(facet, code, LIKENESS[facet] * rarity_of(facet, code))
        for facet, code in seen_codes(facts, tier)
        if facet in LIKENESS
    ]
    return tuple(sorted(found, key=lambda one: (-one.worth, one.facet, one.code)))


def seen_codes(facts: Facts, tier: int) -> dict[tuple[str, str], None]:
    """(facet, code) of all by which the audience of a tier finds the person, each once, in order."""
    return dict.fromkeys((facet, code) for narrowest, facet, code in facts.codes if narrowest <= tier)


def alike(facts: Facts, tier: int, wanted: Iterable[Shared], standing: dict[str, float]) -> Hit:
    """Another person as a hit: what they share, what that counts, and their standing."""
    held = seen_codes(facts, tier)
    shared = [one for one in wanted if (one.facet, one.code) in held]
    parts = dict(standing)
    for one in shared:
        parts[one.facet] = parts.get(one.facet, 0.0) + one.worth
    matches = tuple(
        Match(one.facet, one.code, detail=facts.depths.get(one.code, "") if one.facet == "market" else "")
        for one in shared
    )
    return Hit(facts.id, sum(parts.values()), matches, parts=parts)


def first_of(hits: Iterable[Hit], size: int) -> tuple[Hit, ...]:
    """The likest, in order."""
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[: max(size, 0)])
