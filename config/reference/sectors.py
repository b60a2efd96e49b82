"""The tree of sectors: 27 top sectors, finer nodes under them, in a few places a third step."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.reference.tables import DATA, by_code, read_table, spoken

Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Sector:
    """A node of the tree. `level` is 1 for a top sector; `parent` is None there."""

    code: str
    label: str
    parent: str | None
    aliases: tuple[str, ...]
    as_written: frozenset[str]
    retired: bool
    level: int


@cache
def sectors() -> tuple[Sector, ...]:
    """All sectors, retired ones too, each parent before its children."""
    return tuple(_sector(row) for row in read_table(DATA / "sectors.csv"))


def _sector(row: dict[str, str]) -> Sector:
    aliases, as_written = spoken(row["aliases"])
    code = row["code"]
    return Sector(
        code=code,
        label=row["label"],
        parent=row["parent"] or None,
        aliases=aliases,
        as_written=as_written,
        retired=row["retired"] == "yes",
        level=code.count(".") + 1,
    )


@cache
def _by_code() -> Mapping[str, Sector]:
    return by_code(sectors())


@cache
def _children() -> Mapping[str | None, tuple[Sector, ...]]:
    children: dict[str | None, list[Sector]] = {}
    for node in sectors():
        children.setdefault(node.parent, []).append(node)
    return {parent: tuple(nodes) for parent, nodes in children.items()}


def sector(code: str) -> Sector:
    """The sector of this code; KeyError where there is none."""
    return _by_code()[code]


def find_sector(code: str) -> Sector | None:
    """The sector of this code, or None."""
    return _by_code().get(code)


def top_sectors() -> tuple[Sector, ...]:
    """The 27 sectors at the top."""
    return _children()[None]


def sector_children(code: str) -> tuple[Sector, ...]:
    """The sectors one step below."""
    sector(code)
    return _children().get(code, ())


@cache
def sector_and_ancestors(code: str) -> tuple[str, ...]:
    """The code itself, then its parents' codes up to the top."""
    chain = [code]
    node = sector(code)
    while node.parent is not None:
        node = sector(node.parent)
        chain.append(node.code)
    return tuple(chain)


@cache
def sector_descendants(code: str) -> tuple[str, ...]:
    """The codes of everything below, without the code itself."""
    below: list[str] = []
    for child in sector_children(code):
        below.append(child.code)
        below.extend(sector_descendants(child.code))
    return tuple(below)


def sector_choices() -> Choices:
    """What a form offers, under the labels of the top sectors, each group beginning with the whole sector."""
    return {
        top.label: [
            (code, sector(code).label) for code in (top.code, *sector_descendants(top.code)) if _open(code)
        ]
        for top in top_sectors()
        if not top.retired
    }


def _open(code: str) -> bool:
    return not sector(code).retired
