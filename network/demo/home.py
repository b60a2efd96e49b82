"""The home territory: its towns, and the four invented universities."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from network.demo.data_files import read


@dataclass(frozen=True, slots=True)
class Town:
    """A town and the official code of its local authority."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class OfficeSeed:
    """Somebody in a university's international office."""

    name: str
    job_title: str
    email: str


@dataclass(frozen=True, slots=True)
class UniversitySeed:
    """One of the four invented universities."""

    index: int
    name: str
    short: str
    town: str
    place: str
    registration_number: str
    website: str
    about: str
    research: tuple[str, ...]
    office: tuple[OfficeSeed, ...]


@functools.cache
def towns() -> tuple[Town, ...]:
    """Every town people come from."""
    return tuple(Town(name, place) for place, names in read("home")["towns"].items() for name in names)


@functools.cache
def universities() -> tuple[UniversitySeed, ...]:
    """The four universities; a profile names one by its index."""
    return tuple(
        UniversitySeed(
            index=index,
            name=entry["name"],
            short=entry["short"],
            town=entry["town"],
            place=entry["place"],
            registration_number=entry["registration"],
            website=f"https://{entry['domain']}",
            about=entry["about"],
            research=tuple(entry["research"]),
            office=tuple(
                OfficeSeed(name, job, f"{name.lower().replace(' ', '.')}@{entry['domain']}")
                for name, job in entry["office"]
            ),
        )
        for index, entry in enumerate(read("home")["university"])
    )


@functools.cache
def courses() -> dict[str, tuple[str, ...]]:
    """The courses that lead into each top sector."""
    return {sector: tuple(names) for sector, names in read("home")["courses"].items()}
