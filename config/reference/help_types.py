"""What volunteers offer and needs ask for, and how much time it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.reference.tables import DATA, by_code, read_table, spoken


@dataclass(frozen=True, slots=True)
class HelpType:
    """A kind of help. `example` is an offer of it as a volunteer would write it."""

    code: str
    label: str
    example: str
    aliases: tuple[str, ...]
    as_written: frozenset[str]
    retired: bool


@dataclass(frozen=True, slots=True)
class EffortLevel:
    """How much of a volunteer's time an offer takes."""

    code: str
    label: str
    aliases: tuple[str, ...]
    retired: bool


@cache
def help_types() -> tuple[HelpType, ...]:
    """All kinds of help in the order in which forms show them, retired ones too."""
    found = []
    for row in read_table(DATA / "help_types.csv"):
        aliases, as_written = spoken(row["aliases"])
        found.append(
            HelpType(row["code"], row["label"], row["example"], aliases, as_written, row["retired"] == "yes")
        )
    return tuple(found)


@cache
def _by_code() -> Mapping[str, HelpType]:
    return by_code(help_types())


def help_type(code: str) -> HelpType:
    """The kind of help of this code; KeyError where there is none."""
    return _by_code()[code]


def find_help_type(code: str) -> HelpType | None:
    """The kind of help of this code, or None."""
    return _by_code().get(code)


def help_type_choices() -> list[tuple[str, str]]:
    """What a form offers: code and label."""
    return [(kind.code, kind.label) for kind in help_types() if not kind.retired]


@cache
def effort_levels() -> tuple[EffortLevel, ...]:
    """The levels of effort, the least first."""
    return tuple(
        EffortLevel(row["code"], row["label"], spoken(row["aliases"])[0], row["retired"] == "yes")
        for row in read_table(DATA / "efforts.csv")
    )


@cache
def _efforts_by_code() -> Mapping[str, EffortLevel]:
    return by_code(effort_levels())


def effort_level(code: str) -> EffortLevel:
    """The level of effort of this code; KeyError where there is none."""
    return _efforts_by_code()[code]


def effort_choices() -> list[tuple[str, str]]:
    """What a form offers: code and label, the least effort first."""
    return [(level.code, level.label) for level in effort_levels() if not level.retired]
