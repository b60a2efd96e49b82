"""How well a volunteer fits a need, in points of a hundred, and the reasons that can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp

from babel.languages import get_official_languages
from sqlalchemy import Row

from network.domain.states import MarketDepth
from network.matching.capacity import load

# What each part counts, of 100 together. That somebody was spared lately weighs a third: with less the same few carry
# most of what is asked (docs/decisions/0017 tells what was measured).
MARKET, SECTOR, HELP, LANGUAGE, SPARED, ANSWERS = 28.0, 19.0, 9.0, 4.0, 35.0, 5.0
# After so many offers in half a year a bit more than a third of it is left.
ASKED_OFTEN = 6.0
DEPTHS = {
    MarketDepth.LIVED: 1.0,
    MarketDepth.WORKED: 0.85,
    MarketDepth.SELLS_INTO: 0.65,
    MarketDepth.KNOWS: 0.4,
}
DEPTH_OF = {depth.value: depth for depth in MarketDepth}
SAME, ABOVE_OR_BELOW, SAME_TOP = 1.0, 0.75, 0.4
# From here on it is said that somebody has time.
SPARED_ENOUGH = 0.6
_EVERYBODY_SPEAKS = "en"


# Of a candidate: id, capacity, charged, asked, answer_days, answers_count.
Candidate = Row[int, int, int, int, float | None, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody fits. `kind` is market, sector, help, language, answers, load or available, or the words found.

    `detail` is a depth, a number of days, or the words.
    """

    kind: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A volunteer for a need: the score is 0 to 100, the reasons stand in order of weight."""

    volunteer_id: int
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a need is about, by code."""

    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    help_types: tuple[str, ...] = ()


@dataclass(slots=True)
class Known:
    """What one candidate knows and offers."""

    markets: dict[str, MarketDepth] = field(default_factory=dict)
    sectors: list[str] = field(default_factory=list)
    help_types: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def parts_of(row: Candidate, known: Known, wanted: Wanted, fair: bool) -> dict[str, float]:
    """What each part of the score counts for a candidate, by the kind of reason that tells it; in points."""
    markets = max((value for value, _ in _markets_held(known, wanted.markets)), default=0.0)
    offered = sum(code in known.help_types for code in wanted.help_types)
    return {
        "market": MARKET * markets,
        "sector": SECTOR * _best_sector(known, wanted.sectors)[0],
        "help": HELP * offered / max(len(wanted.help_types), 1),
        "language": LANGUAGE * _is_understood(known, wanted.markets),
        "load": SPARED * (_spared(row) if fair else 1.0),
        "answers": ANSWERS * _answering(row.answer_days, row.answers_count),
    }


def score(row: Candidate, known: Known, wanted: Wanted, fair: bool) -> float:
    """How well a candidate fits, 0 to 100."""
    return float(round(sum(parts_of(row, known, wanted, fair).values()), 1))


def _spared(row: Candidate) -> float:
    """1 for who was not asked lately and has all their time, falling with each offer of the last half year."""
    return exp(-row.asked / ASKED_OFTEN) * (1.0 - load(row.capacity, row.charged) / 4)


def reasons(row: Candidate, known: Known, wanted: Wanted) -> tuple[Reason, ...]:
    """The parts of the score, what a reader asks first in front, as far as they speak for the candidate.

    Who was asked much lately or answers slowly stands further back, and nobody reads of it.
    """
    markets = sorted(_markets_held(known, wanted.markets), key=lambda pair: -pair[0])
    near, sector = _best_sector(known, wanted.sectors)
    return (
        *(Reason("market", code, known.markets[code].value) for _, code in markets),
        *([Reason("sector", sector)] if near else ()),
        *([Reason("load")] if _spared(row) >= SPARED_ENOUGH else ()),
        *(Reason("help", code) for code in wanted.help_types if code in known.help_types),
        *promptness(row.answer_days, row.answers_count),
        *(Reason("language", code) for code in _shared_languages(known, wanted.markets)[:1]),
    )


def _markets_held(known: Known, markets: Sequence[str]) -> list[tuple[float, str]]:
    """The markets wanted that they know; the first counts in full, the second for four fifths."""
    return [
        (DEPTHS[known.markets[code]] * 0.8**place, code)
        for place, code in enumerate(markets)
        if code in known.markets
    ]


def _best_sector(known: Known, sectors: Sequence[str]) -> tuple[float, str]:
    return max(
        ((_nearness(own, asked), own) for own in known.sectors for asked in sectors), default=(0.0, "")
    )


def _nearness(own: str, asked: str) -> float:
    if own == asked:
        return SAME
    if own.startswith(f"{asked}.") or asked.startswith(f"{own}."):
        return ABOVE_OR_BELOW
    return SAME_TOP if own.partition(".")[0] == asked.partition(".")[0] else 0.0


def _is_understood(known: Known, markets: Sequence[str]) -> bool:
    """Whether they speak a language of the market."""
    return bool(_shared_languages(known, markets))


def _shared_languages(known: Known, markets: Sequence[str]) -> list[str]:
    """The languages of the market that they speak; where English is one, it has to be English."""
    spoken = spoken_in(tuple(markets))
    counted = {_EVERYBODY_SPEAKS} if _EVERYBODY_SPEAKS in spoken else spoken
    return sorted(counted.intersection(known.languages))


def _answering(answer_days: float | None, answers: int) -> float:
    """The middle while nothing is known."""
    return 0.5 if answer_days is None or not answers else 1.0 / (1.0 + answer_days / 4.0)


def promptness(answer_days: float | None, answers: int) -> list[Reason]:
    """A reason only for who answered more than once, and soon."""
    if answer_days is None or answers <= 1 or answer_days > 3.0:
        return []
    return [Reason("answers", detail=str(max(1, round(answer_days))))]


@lru_cache(maxsize=400)
def spoken_in(markets: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(languages_of(market) for market in markets))


@lru_cache(maxsize=400)
def languages_of(market: str) -> frozenset[str]:
    """The languages (ISO 639) that are official in a market."""
    return frozenset(get_official_languages(market, de_facto=True))
