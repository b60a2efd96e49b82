"""What is known of trades and markets: the stuff that profiles, needs and answers are made of."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from network.demo.data_files import read, read_all
from network.demo.dice import spread

# Trades found in every market, beside those a market is strong in.
EVERYWHERE = (
    "education",
    "technology",
    "financial",
    "food_drink",
    "consumer",
    "healthcare",
    "logistics",
    "creative_industries",
    "energy",
    "environment",
    "construction",
)
# Marks a sentence that only somebody who came from the Midlands would say.
CAME_OUT = "~"


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade within a sector: what its people are called, do, know and offer."""

    key: str
    sectors: tuple[str, ...]
    help: tuple[str, ...]
    area: str
    noun: str
    titles: tuple[str, ...]
    firms: tuple[str, ...]
    does: tuple[str, ...]
    does_came_out: tuple[str, ...]
    know: tuple[str, ...]
    offers: tuple[str, ...]

    @property
    def sector(self) -> str:
        """The top code of its sector."""
        return self.sectors[0].partition(".")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A city and its time zone."""

    city: str
    timezone: str


@dataclass(frozen=True, slots=True)
class MarketLore:
    """A market as somebody there would describe it. `know` and `fairs` are by top sector."""

    code: str
    weight: int
    name: str
    demonym: str
    places: tuple[Place, ...]
    languages: tuple[str, ...]
    cultures: tuple[str, ...]
    port: str
    fairs: dict[str, tuple[str, ...]]
    know: dict[str, tuple[str, ...]]
    how: tuple[str, ...]
    sectors: tuple[str, ...]

    def slots(self) -> dict[str, str]:
        """What a sentence about this market may name."""
        return {"country": self.name, "demonym": self.demonym, "port": self.port}


@functools.cache
def trades() -> tuple[Trade, ...]:
    """Every trade, in the order of the files."""
    more = read("more_trades")
    return tuple(_trade(entry, more.get(entry["key"], {})) for entry in read_all("trades_")["trade"])


def _trade(entry: dict[str, Any], more: dict[str, Any]) -> Trade:
    does = [*entry["does"], *more.get("does", [])]
    settled = tuple(sentence for sentence in does if not sentence.startswith(CAME_OUT))
    return Trade(
        key=entry["key"],
        sectors=tuple(entry["sectors"]),
        help=tuple(entry["help"]),
        area=entry["area"],
        noun=entry["noun"],
        titles=tuple(entry["titles"]),
        firms=tuple(entry["firms"]),
        does=settled,
        does_came_out=tuple(sentence.removeprefix(CAME_OUT) for sentence in does),
        know=(*entry["know"], *more.get("know", [])),
        offers=(*entry["offers"], *read("more_offers")[entry["key"]]),
    )


@functools.cache
def trades_of(sector: str) -> tuple[Trade, ...]:
    """The trades of one top sector."""
    return tuple(trade for trade in trades() if trade.sector == sector)


@functools.cache
def trade(key: str) -> Trade:
    """The trade of this key."""
    return next(found for found in trades() if found.key == key)


@functools.cache
def markets() -> dict[str, MarketLore]:
    """Every market by its ISO code."""
    return {code: _market(code, entry) for code, entry in read_all("markets_").items()}


def _market(code: str, entry: dict[str, Any]) -> MarketLore:
    return MarketLore(
        code=code,
        weight=entry["weight"],
        name=entry["name"],
        demonym=entry["demonym"],
        places=tuple(_place(city, entry["tz"]) for city in entry["cities"]),
        languages=tuple(entry["languages"]),
        cultures=spread([_weighted(item) for item in entry["cultures"]]),
        port=entry["port"],
        fairs=_by_sector(entry["fairs"]),
        know=_by_sector(entry["know"]),
        how=tuple(entry["how"]),
        sectors=_sector_cards(entry["strong"]),
    )


def _place(text: str, timezone: str) -> Place:
    city, _, own = text.partition("@")
    return Place(city, own or timezone)


def _weighted(item: str) -> tuple[str, int]:
    word, _, weight = item.partition(":")
    return word, int(weight or 1)


def _by_sector(lines: list[str]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for line in lines:
        sector, _, text = line.partition("|")
        grouped[sector] = (*grouped.get(sector, ()), text)
    return grouped


def _sector_cards(strong: list[str]) -> tuple[str, ...]:
    """What a market is known for comes up three times, then twice, and everything else once."""
    weighted = [(sector, 3 if rank < 3 else 2) for rank, sector in enumerate(strong)]
    rest = [(sector, 1) for sector in EVERYWHERE if sector not in strong]
    return spread(weighted + rest)
