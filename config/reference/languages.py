"""Languages: ISO 639-1, and some of ISO 639-3 that members name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.reference.tables import DATA, by_code, read_table, spoken


@dataclass(frozen=True, slots=True)
class Language:
    """A language: two letters for its code where ISO 639-1 has them, else three."""

    code: str
    alpha_3: str
    label: str
    aliases: tuple[str, ...]
    as_written: frozenset[str]
    retired: bool


@cache
def languages() -> tuple[Language, ...]:
    """All languages, the most asked for first, retired ones too."""
    found = []
    for row in read_table(DATA / "languages.csv"):
        aliases, as_written = spoken(row["aliases"])
        found.append(
            Language(row["code"], row["alpha_3"], row["label"], aliases, as_written, row["retired"] == "yes")
        )
    return tuple(found)


@cache
def _by_code() -> Mapping[str, Language]:
    return by_code(languages())


def language(code: str) -> Language:
    """The language of this code; KeyError where there is none."""
    return _by_code()[code]


def find_language(code: str) -> Language | None:
    """The language of this code, or None."""
    return _by_code().get(code)


def language_choices() -> list[tuple[str, str]]:
    """What a form offers: code and label, the most asked for first."""
    return [(one.code, one.label) for one in languages() if not one.retired]
