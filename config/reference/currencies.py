"""Currencies in use (ISO 4217)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.reference.tables import DATA, by_code, listed, read_table


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency. `decimals` is how many places its amounts are usually written with."""

    code: str
    label: str
    symbol: str
    decimals: int
    aliases: tuple[str, ...]
    retired: bool


@cache
def currencies() -> tuple[Currency, ...]:
    """All currencies, the most used here first, retired ones too."""
    return tuple(
        Currency(
            row["code"],
            row["label"],
            row["symbol"],
            int(row["decimals"]),
            listed(row["aliases"]),
            row["retired"] == "yes",
        )
        for row in read_table(DATA / "currencies.csv")
    )


@cache
def _by_code() -> Mapping[str, Currency]:
    return by_code(currencies())


def currency(code: str) -> Currency:
    """The currency of this code; KeyError where there is none."""
    return _by_code()[code]


def find_currency(code: str) -> Currency | None:
    """The currency of this code, or None."""
    return _by_code().get(code)


def currency_choices() -> list[tuple[str, str]]:
    """What a form offers: code, and code with name, the most used first."""
    return [(one.code, f"{one.code} – {one.label}") for one in currencies() if not one.retired]
