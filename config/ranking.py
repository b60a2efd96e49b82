"""What each part of the ranking counts, as the network file sets it: the table `[ranking]` and those within it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordWeights:
    """How much a word tells about a person by where it stands in the profile."""

    name: float
    headline: float
    job_title: float
    employer: float
    labels: float
    city: float
    help_words: float
    biography: float
    affiliations: float


@dataclass(frozen=True, slots=True)
class UnderstoodWeights:
    """As how many mentions of a word it counts to bear a code that was understood from the words."""

    market: float
    sector: float
    help: float
    language: float


@dataclass(frozen=True, slots=True)
class DepthWeights:
    """How well somebody knows a market, from 0 to 1."""

    lived: float
    worked: float
    sells_into: float
    knows: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The parts of a score. Changed word weights make the index rebuild itself."""

    market_depth: float
    available: float
    freshness: float
    answers: float
    load: float
    words: WordWeights
    understood: UnderstoodWeights
    depths: DepthWeights
