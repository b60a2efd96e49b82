"""The twelve chapters of the demo network."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from network.demo.data_files import read


@dataclass(frozen=True, slots=True)
class ChapterSeed:
    """A chapter; its first market is where it sits."""

    slug: str
    name: str
    markets: tuple[str, ...]
    city: str
    timezone: str
    host: str
    summary: str
    description: str


@functools.cache
def chapters() -> tuple[ChapterSeed, ...]:
    """Every chapter, in the order of the file."""
    return tuple(
        ChapterSeed(**{**entry, "markets": tuple(entry["markets"])}) for entry in read("chapters")["chapter"]
    )


@functools.cache
def chapter_of_market(market: str) -> ChapterSeed | None:
    """The chapter that looks after a market, or None."""
    return next((chapter for chapter in chapters() if market in chapter.markets), None)
