"""Invented employers' names that fit the place and the trade."""

from __future__ import annotations

import functools
from random import Random

from network.demo.data_files import read
from network.demo.knowledge import Trade

# Trades that are named without a company's ending.
PUBLIC_BODIES = frozenset({"universities", "hospitals", "training", "airports"})


@functools.cache
def _region_of() -> dict[str, str]:
    return {code: key for key, entry in read("employers").items() for code in entry["markets"].split()}


def employer_name(rng: Random, trade: Trade, country: str, family: str) -> str:
    """A name for somebody's employer; now and then it is a family firm, not always their own family's."""
    words = read("employers")[_region_of()[country]]
    suffix = rng.choice(trade.firms)
    if trade.key in PUBLIC_BODIES:
        return f"{rng.choice(words['roots'])} {suffix}"
    style = rng.random()
    if style < 0.12:
        return f"{family} {suffix}"
    name = f"{rng.choice(words['roots'])} {suffix}"
    return f"{name} {rng.choice(words['forms'])}" if style > 0.82 else name
