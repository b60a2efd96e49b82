"""Read the versioned files of reference data, and look rows up by code.

The files are ours and small: names and codes are kept here and not asked of a library at run time, so
that a library's new release never takes away a code that a record holds. Tests compare the two.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

DATA = Path(__file__).parent / "data"
AS_WRITTEN = "="  # before an alias: in a sentence it counts only in exactly this spelling


class Coded(Protocol):
    """A row of reference data: it has a code that stays."""

    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=Coded)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a file, comment lines left out. A row of another width than the head is refused."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    if not rows:
        raise ValueError(f"{path.name} has no heading")
    head, *body = rows
    for row in body:
        if len(row) != len(head):
            raise ValueError(f"{path.name}: {len(row)} cells instead of {len(head)} in the row of {row[:2]}")
    return [dict(zip(head, row, strict=True)) for row in body]


def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, divided by bars."""
    return tuple(part for part in cell.split("|") if part)


def spoken(cell: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The aliases in a cell, and those of them that a sentence must spell exactly."""
    parts = listed(cell)
    exact = frozenset(part[1:] for part in parts if part.startswith(AS_WRITTEN))
    return tuple(part.removeprefix(AS_WRITTEN) for part in parts), exact


def by_code(rows: Iterable[T]) -> Mapping[str, T]:
    """The rows under their codes, for reading only. A code that comes twice is refused."""
    index: dict[str, T] = {}
    for row in rows:
        if row.code in index:
            raise ValueError(f"the code {row.code!r} comes twice")
        index[row.code] = row
    return MappingProxyType(index)


@cache
def versions() -> Mapping[str, str]:
    """The version of each reference file by its name."""
    manifest = tomllib.loads((DATA / "manifest.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: str(version) for name, version in manifest["versions"].items()})
