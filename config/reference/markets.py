"""Markets (ISO 3166-1), the groups they belong to, their main cities and zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from config.reference.tables import DATA, by_code, listed, read_table, spoken
from config.reference.words import fold


class GroupKind(StrEnum):
    """What a group of markets is made for."""

    TRADE_REGION = "trade_region"  # every market is in exactly one
    CUSTOM = "custom"
    M49_REGION = "m49_region"
    M49 = "m49"


@dataclass(frozen=True, slots=True)
class Market:
    """A country or territory. `region` is its trade region, `m49` its UN sub-region, `zone` its main IANA zone."""

    code: str
    alpha_3: str
    numeric: str
    label: str
    region: str
    groups: tuple[str, ...]
    m49: str
    zone: str
    aliases: tuple[str, ...]
    as_written: frozenset[str]
    retired: bool


@dataclass(frozen=True, slots=True)
class MarketGroup:
    """A named group of markets; `parent` only where a UN sub-region lies in a region."""

    code: str
    kind: GroupKind
    label: str
    parent: str | None
    aliases: tuple[str, ...]
    as_written: frozenset[str]
    retired: bool


@dataclass(frozen=True, slots=True)
class City:
    """A main city of a market. Degrees are rounded to a tenth: enough for a map of the world."""

    market: str
    label: str
    zone: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...]
    as_written: frozenset[str]


@cache
def markets() -> tuple[Market, ...]:
    """All markets by label, retired ones too."""
    rows = (_market(row) for row in read_table(DATA / "markets.csv"))
    return tuple(sorted(rows, key=lambda market: fold(market.label)))


def _market(row: dict[str, str]) -> Market:
    aliases, as_written = spoken(row["aliases"])
    return Market(
        code=row["code"],
        alpha_3=row["alpha_3"],
        numeric=row["numeric"],
        label=row["label"],
        region=row["region"],
        groups=listed(row["groups"]),
        m49=row["m49"],
        zone=row["zone"],
        aliases=aliases,
        as_written=as_written,
        retired=row["retired"] == "yes",
    )


@cache
def _by_code() -> Mapping[str, Market]:
    return by_code(markets())


def market(code: str) -> Market:
    """The market of this two-letter code; KeyError where there is none."""
    return _by_code()[code]


def find_market(code: str) -> Market | None:
    """The market of this two-letter code, or None."""
    return _by_code().get(code)


@cache
def market_groups() -> tuple[MarketGroup, ...]:
    """All groups: trade regions, then custom groups, then those of the UN."""
    found = []
    for row in read_table(DATA / "market_groups.csv"):
        aliases, as_written = spoken(row["aliases"])
        kind = GroupKind(row["kind"])
        found.append(
            MarketGroup(
                row["code"],
                kind,
                row["label"],
                row["parent"] or None,
                aliases,
                as_written,
                row["retired"] == "yes",
            )
        )
    return tuple(found)


@cache
def _groups_by_code() -> Mapping[str, MarketGroup]:
    return by_code(market_groups())


def market_group(code: str) -> MarketGroup:
    """The group of this code; KeyError where there is none."""
    return _groups_by_code()[code]


def find_market_group(code: str) -> MarketGroup | None:
    """The group of this code, or None."""
    return _groups_by_code().get(code)


def trade_regions() -> tuple[MarketGroup, ...]:
    """The groups that divide the world: every market is in exactly one of them."""
    return tuple(group for group in market_groups() if group.kind is GroupKind.TRADE_REGION)


@cache
def _members() -> Mapping[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {group.code: [] for group in market_groups()}
    for one in markets():
        m49_region = market_group(one.m49).parent
        for group in (one.region, *one.groups, one.m49, *([m49_region] if m49_region else [])):
            members[group].append(one.code)
    return {group: tuple(codes) for group, codes in members.items()}


def markets_in_group(code: str) -> tuple[str, ...]:
    """The codes of a group's markets, by label; KeyError where there is no such group."""
    return _members()[code]


@cache
def groups_of_market(code: str) -> tuple[str, ...]:
    """The codes of a market's groups: its trade region first, then custom groups, then the UN's."""
    one = market(code)
    above = market_group(one.m49).parent
    return (one.region, *one.groups, one.m49, *([above] if above else []))


def market_choices() -> list[tuple[str, str]]:
    """What a form offers: code and label by label."""
    return [(one.code, one.label) for one in markets() if not one.retired]


def market_choices_by_region() -> dict[str, list[tuple[str, str]]]:
    """What a form offers, under the labels of the trade regions."""
    return {
        region.label: [
            (code, market(code).label) for code in markets_in_group(region.code) if not market(code).retired
        ]
        for region in trade_regions()
        if not region.retired
    }


@cache
def cities() -> tuple[City, ...]:
    """The main cities, market by market, the largest first."""
    found = []
    for row in read_table(DATA / "cities.csv"):
        aliases, as_written = spoken(row["aliases"])
        place = float(row["latitude"]), float(row["longitude"])
        found.append(City(row["market"], row["city"], row["zone"], *place, aliases, as_written))
    return tuple(found)


def market_cities(code: str) -> tuple[City, ...]:
    """The main cities of a market, the largest first; none where none are known."""
    return tuple(city for city in cities() if city.market == code)


@cache
def market_zones(code: str) -> tuple[str, ...]:
    """The IANA zones of a market's main cities, its main zone first."""
    return tuple(dict.fromkeys((market(code).zone, *(city.zone for city in market_cities(code)))))
