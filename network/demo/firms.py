"""The eighty invented firms of the demo network and the people who ask for them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random
from typing import Any

from network.demo.data_files import read, read_all
from network.demo.home import towns
from network.demo.knowledge import trade
from network.demo.names import plain
from network.demo.phones import home_phone_number

STAFF = {"micro": (3, 9), "small": (11, 48), "medium": (54, 210)}
OLD_TRADES = frozenset(
    {"machining", "metals", "vehicles", "chemicals", "building", "furniture", "fashion", "grid", "oilgas"}
    | {"drinks", "foodproducts", "foodtech", "shipping", "mining", "rail", "infrastructure", "agritech"}
)
# What these sell cannot be put into a container.
SERVICES = frozenset(
    {
        "Wrekin Skills Online",
        "Derwent Weld Qualification",
        "Ledgerfold",
        "Shiftwell",
        "Rostered",
        "Homeward Care Systems",
        "Anker Freight Tech",
        "Bradgate Imaging",
        "Oldbury Ledger Finance",
        "Leamington Tall Games",
        "Canalside Animation",
    }
)


@dataclass(frozen=True, slots=True)
class FirmPerson:
    """Somebody who acts for a firm; the first of a firm is its owner on the network."""

    name: str
    given_name: str
    job_title: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class FirmSeed:
    """An invented firm of the Midlands."""

    index: int
    name: str
    registration_number: str
    website: str
    place: str
    town: str
    trade: str
    sectors: tuple[str, ...]
    size: str
    staff: int
    since: int
    export_experience: str
    description: str
    makes: str
    item: str
    buyers: str
    edge: str
    so_far: str
    worry: str
    markets: tuple[str, ...]
    # What it would most like to be told, by market.
    doubts: dict[str, str]
    people: tuple[FirmPerson, ...]

    @property
    def exports_regularly(self) -> bool:
        """Whether it has customers abroad already."""
        return self.export_experience == "regular"

    @property
    def is_young(self) -> bool:
        """Whether its founders still run it."""
        return any("Founder" in person.job_title for person in self.people)

    @property
    def ships_goods(self) -> bool:
        """Whether what it sells crosses a border in a box."""
        return self.name not in SERVICES


@functools.cache
def firms() -> tuple[FirmSeed, ...]:
    """Every firm, always the same."""
    return tuple(_firm(index, entry) for index, entry in enumerate(read_all("firms_")["firm"]))


def _firm(index: int, entry: dict[str, Any]) -> FirmSeed:
    rng = Random(entry["name"])
    site = f"{plain(entry['name'])}.example.org"
    young = any("Founder" in person for person in entry["people"])
    copied = ("name", "place", "trade", "size", "makes", "item", "buyers", "edge", "so_far", "worry")
    return FirmSeed(
        index=index,
        registration_number=f"MIDX{4071 + 37 * index}",
        website=f"https://{site}",
        town=rng.choice([town.name for town in towns() if town.place == entry["place"]]),
        sectors=trade(entry["trade"]).sectors[:2],
        staff=rng.randint(*STAFF[entry["size"]]),
        since=_founded(rng, entry["trade"], young=young),
        export_experience=entry["exports"],
        description=f"{entry['name']} makes {entry['makes']}. {entry['edge']} {entry['so_far']}",
        markets=tuple(entry["markets"]),
        doubts=dict(_doubt(line) for line in read("doubts")[entry["name"]]),
        people=tuple(_person(rng, person, site) for person in entry["people"]),
        **{key: entry[key] for key in copied},
    )


def _founded(rng: Random, trade_key: str, *, young: bool) -> int:
    if young:
        return rng.randint(2012, 2022)
    return rng.randint(1898, 1994) if trade_key in OLD_TRADES else rng.randint(1991, 2014)


def _doubt(line: str) -> tuple[str, str]:
    market, _, text = line.partition("|")
    return market, text


def _person(rng: Random, text: str, site: str) -> FirmPerson:
    name, _, job_title = text.partition(" | ")
    bare = name.removeprefix("Dr ").removeprefix("Professor ")
    given, _, family = bare.partition(" ")
    email = f"{plain(given)}.{plain(family).replace('-', '')}@{site}"
    return FirmPerson(name, given, job_title, email, home_phone_number(rng))
