"""The asks, and who is right for each: judged by the facts a profile was composed of, never by what an engine finds.

`asks.psv` names for each ask the facts that are wanted: markets, trades (any will do), kinds of help, languages,
a city. They were written before anything was tuned, one fifth is marked as held out and was never looked at while
tuning. A person's fit is the mean of how well they meet each kind of fact that the ask names; whoever knows none of
its markets or works in none of its trades is of no use.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from network.demo.knowledge import trade
from network.demo.people import VolunteerSeed, generate_volunteers

ASKS = Path(__file__).with_name("asks.psv")
PEOPLE, SEED, DAY = 1_500, 2026, date(2026, 11, 24)
DEPTHS = {"lived": 1.0, "worked": 0.85, "sells_into": 0.65, "knows": 0.4}
# What each kind of fact counts.
MARKET, TRADE, HELP, LANGUAGE, CITY = 0.4, 0.4, 0.15, 0.15, 0.15
SAME, NEAR, RELATED = 1.0, 0.7, 0.4
# How good a fit has to be for grades 3, 2 and 1.
GRADES = ((0.9, 3), (0.75, 2), (0.55, 1))
# An ask longer than this is a story: asked as such ("describe your need").
STORY = 120


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody typed, and the facts they want."""

    text: str
    markets: tuple[str, ...]
    trades: tuple[str, ...]
    help: tuple[str, ...]
    languages: tuple[str, ...]
    city: str
    held_out: bool

    @property
    def is_story(self) -> bool:
        """Whether it is a paragraph and not a question to a search field."""
        return len(self.text) > STORY


@cache
def asks() -> tuple[Ask, ...]:
    """All asks in the order of the file."""
    with ASKS.open(encoding="utf-8", newline="") as file:
        return tuple(_ask(row) for row in csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))


def _ask(row: dict[str, str]) -> Ask:
    return Ask(
        text=row["text"],
        markets=tuple(row["market"].split()),
        trades=tuple(row["trade"].split()),
        help=tuple(row["help"].split()),
        languages=tuple(row["language"].split()),
        city=row["city"],
        held_out=row["held_out"] == "x",
    )


@cache
def people() -> dict[str, VolunteerSeed]:
    """The facts of everybody in the demo network, by their address."""
    return {seed.email: seed for seed in generate_volunteers(PEOPLE, SEED, today=DAY)}


def grade(ask: Ask, seed: VolunteerSeed) -> int:
    """3 for somebody who fits in all, 2 and 1 for somebody who helps on, 0 for the others.

    One less for whoever is on leave on the day: they can be asked later.
    """
    parts: list[tuple[float, float]] = []
    if ask.markets:
        depths = dict(seed.markets)
        parts.append(
            (MARKET, max((DEPTHS[depths[code].value] for code in ask.markets if code in depths), default=0))
        )
    if ask.trades:
        parts.append((TRADE, max(_nearness(seed, wanted) for wanted in ask.trades)))
    if not all(value for _, value in parts):
        return 0
    if ask.help:
        parts.append((HELP, _share(ask.help, [one.help_type for one in seed.help])))
    if ask.languages:
        parts.append((LANGUAGE, _share(ask.languages, seed.languages)))
    if ask.city:
        parts.append((CITY, float(seed.city == ask.city)))
    fit = sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts)
    found = next((grade for least, grade in GRADES if fit >= least), 0)
    return max(found - (seed.standing.paused_for_days is not None), 0)


def _nearness(seed: VolunteerSeed, wanted: str) -> float:
    if seed.trade == wanted:
        return SAME
    sectors = trade(wanted).sectors
    if set(sectors) & set(seed.sectors):
        return NEAR
    tops = {code.partition(".")[0] for code in sectors}
    return RELATED if tops & {code.partition(".")[0] for code in seed.sectors} else 0.0


def _share(wanted: Sequence[str], held: Sequence[str]) -> float:
    return sum(code in held for code in wanted) / len(wanted)
