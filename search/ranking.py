"""What makes one fit better than another, in numbers that can be read, tested and configured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log
from typing import NamedTuple

# Where a word stands says how much it tells about the person.
FIELD_WEIGHTS = {
    "name": 3.0,
    "headline": 2.0,
    "job_title": 1.6,
    "employer": 1.4,
    "labels": 1.4,
    "city": 1.4,
    "help_words": 1.2,
    "biography": 1.0,
    "affiliations": 0.8,
}
# How many words such a field usually holds: a word counts less in a longer one (the b of BM25).
USUAL_LENGTHS = {
    "name": 2,
    "headline": 8,
    "job_title": 3,
    "employer": 3,
    "labels": 20,
    "city": 1,
    "help_words": 12,
    "biography": 60,
    "affiliations": 6,
}
LENGTH_MATTERS = 0.5
# After how many weighted mentions a word stops telling more (the k1 of BM25).
SATURATION = 1.2

# A code understood from the words ("medtech") counts as this many mentions of a word.
UNDERSTOOD = {"market": 2.0, "sector": 4.0, "help": 1.0, "language": 1.0}
UNDERSTOOD_OTHERWISE = 1.0
DEPTHS = {"lived": 1.0, "worked": 0.8, "sells_into": 0.6, "knows": 0.3}
DEPTH_UNKNOWN = 0.5
FRESH_DAYS = 180.0
ANSWER_DAYS = 3.0
UNKNOWN_ANSWERS = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the ranking counts: words by field, codes by facet, and what speaks for the person."""

    fields: dict[str, float] = field(default_factory=lambda: dict(FIELD_WEIGHTS))
    understood: dict[str, float] = field(default_factory=lambda: dict(UNDERSTOOD))
    market_depth: float = 3.0
    available: float = 0.6
    freshness: float = 0.3
    answers: float = 0.2
    load: float = 0.3
    depths: dict[str, float] = field(default_factory=lambda: dict(DEPTHS))

    def __post_init__(self) -> None:
        if set(self.fields) != set(FIELD_WEIGHTS):
            raise ValueError(f"the fields to be weighed are {', '.join(FIELD_WEIGHTS)}")

    def print_of(self, *names: str) -> str:
        """A short print of some of the weights: an index that wrote others has to be rebuilt."""
        written = [(name, getattr(self, name)) for name in names]
        return blake2b(repr((written, USUAL_LENGTHS, LENGTH_MATTERS)).encode(), digest_size=4).hexdigest()


class Told(NamedTuple):
    """What a person's meeting one clause of a question counts: by words, and by a code of one kind of facet."""

    words: float = 0.0
    kind: str = ""
    meant: float = 0.0

    @property
    def total(self) -> float:
        """Both together."""
        return self.words + self.meant


def rarity(people: int, holders: int) -> float:
    """How much it tells that somebody is among so many holders, of so many people (the idf of BM25)."""
    return log(1.0 + max(people - holders + 0.5, 0.0) / (holders + 0.5))


def told(weight: float, rare: float) -> float:
    """Weighted mentions as a score that grows ever slower, larger for what is rare."""
    return rare * (SATURATION + 1.0) * weight / (weight + SATURATION)


def freshness(age_days: float) -> float:
    """1 for the newest profile, half of it after half a year."""
    return float(0.5 ** (max(age_days, 0.0) / FRESH_DAYS))


def answering(answer_days: float | None) -> float:
    """1 for who answers at once, falling with the days; the middle while nothing is known."""
    return UNKNOWN_ANSWERS if answer_days is None else 1.0 / (1.0 + max(answer_days, 0.0) / ANSWER_DAYS)


def standing(
    weights: Weights, *, available: bool, age_days: float, answer_days: float | None, load: float
) -> dict[str, float]:
    """What speaks for a person whatever was asked: can help now, is fresh, answers, is not overrun."""
    return {
        "available": weights.available * available,
        "freshness": weights.freshness * freshness(age_days),
        "answers": weights.answers * answering(answer_days),
        "load": weights.load * (1.0 - min(max(load, 0.0), 1.0)),
    }


def add_told(parts: dict[str, float], told: Iterable[Told]) -> None:
    """Adds to the parts of a score what the clauses count: "words", and each kind of code ("market", "sector", ...)."""
    for one in told:
        parts["words"] = parts.get("words", 0.0) + one.words
        if one.kind:
            parts[one.kind] = parts.get(one.kind, 0.0) + one.meant
