"""Places at home, by official code: nations, regions, strategic authorities, counties, local authorities.

Regions and counties are steps of one tree. A strategic authority may cross a region's border (Greater
Lincolnshire does), so it stands beside the tree: a local authority names the one it belongs to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.reference.tables import DATA, by_code, listed, read_table


class HomePlaceKind(StrEnum):
    """What sort of place it is, the widest first."""

    STATE = "state"
    NATION = "nation"
    REGION = "region"
    STRATEGIC_AUTHORITY = "strategic_authority"
    COUNTY = "county"
    LOCAL_AUTHORITY = "local_authority"


@dataclass(frozen=True, slots=True)
class HomePlace:
    """A place at home. A retired code names its `successor`, so that old records still count somewhere."""

    code: str
    label: str
    kind: HomePlaceKind
    parent: str | None
    strategic_authority: str | None
    aliases: tuple[str, ...]
    retired: bool
    successor: str | None


def home_places_from(path: Path) -> tuple[HomePlace, ...]:
    """The places of a file, in its order. One that names a place the file lacks is refused."""
    places = tuple(_place(row) for row in read_table(path))
    known = by_code(places)
    for place in places:
        for named in (place.parent, place.strategic_authority, place.successor):
            if named is not None and named not in known:
                raise ValueError(f"{path.name}: {place.code} names {named}, which is not there")
    return places


def _place(row: dict[str, str]) -> HomePlace:
    return HomePlace(
        code=row["code"],
        label=row["label"],
        kind=HomePlaceKind(row["kind"]),
        parent=row["parent"] or None,
        strategic_authority=row["strategic_authority"] or None,
        aliases=listed(row["aliases"]),
        retired=row["retired"] == "yes",
        successor=row["successor"] or None,
    )


@cache
def home_places() -> tuple[HomePlace, ...]:
    """All places at home, the widest first, retired ones too."""
    return home_places_from(DATA / "home_places.csv")


@cache
def _by_code() -> Mapping[str, HomePlace]:
    return by_code(home_places())


def home_place(code: str) -> HomePlace:
    """The place of this code; KeyError where there is none."""
    return _by_code()[code]


def find_home_place(code: str) -> HomePlace | None:
    """The place of this code, or None."""
    return _by_code().get(code)


def home_places_of_kind(kind: HomePlaceKind) -> tuple[HomePlace, ...]:
    """The places of one kind that are in use."""
    return tuple(place for place in home_places() if place.kind is kind and not place.retired)


@cache
def home_place_ancestors(code: str) -> tuple[str, ...]:
    """The codes of the places it lies in, the nearest first, the place itself left out."""
    above: list[str] = []
    place = home_place(code)
    while place.parent is not None:
        if place.strategic_authority and place.strategic_authority not in above:
            above.append(place.strategic_authority)
        above.append(place.parent)
        place = home_place(place.parent)
    # A county comes before the wider authority it is part of, and both before the region.
    return tuple(sorted(above, key=lambda one: -_WIDTH[home_place(one).kind]))


@cache
def home_place_and_ancestors(code: str) -> tuple[str, ...]:
    """The code itself, then the places it lies in, the nearest first."""
    return (code, *home_place_ancestors(code))


@cache
def local_authorities_in(code: str) -> tuple[str, ...]:
    """The codes of the local authorities in use that lie in a place, or the code itself if it is one."""
    home_place(code)
    inside = home_places_of_kind(HomePlaceKind.LOCAL_AUTHORITY)
    return tuple(place.code for place in inside if code in home_place_and_ancestors(place.code))


def home_place_choices(within: Iterable[str] = ()) -> dict[str, list[tuple[str, str]]]:
    """What a form offers: local authorities by name, under their region or nation.

    `within` narrows it to some regions or nations; without it, all are offered.
    """
    wanted = set(within)
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in home_places_of_kind(HomePlaceKind.LOCAL_AUTHORITY):
        above = home_place_ancestors(place.code)
        if wanted and wanted.isdisjoint(above):
            continue
        group = next(
            one for one in above if home_place(one).kind in (HomePlaceKind.REGION, HomePlaceKind.NATION)
        )
        groups.setdefault(home_place(group).label, []).append((place.code, place.label))
    return {label: sorted(choices, key=lambda choice: choice[1]) for label, choices in groups.items()}


_WIDTH = {kind: width for width, kind in enumerate(HomePlaceKind)}
