"""Words of a spreadsheet as our codes, remembered: a list of a hundred thousand rows repeats a few hundred words."""

from __future__ import annotations

import re
from functools import lru_cache

from config.reference import understand_help_type, understand_language, understand_market, understand_sector

# How lists kept by hand write countries: in the country's own language, or shortened.
_BY_HAND = {
    "norge": "NO",
    "sverige": "SE",
    "danmark": "DK",
    "polska": "PL",
    "hellas": "GR",
    "brasil": "BR",
    "schweiz": "CH",
    "suisse": "CH",
    "osterreich": "AT",
    "españa": "ES",
    "italia": "IT",
    "nederland": "NL",
    "w. germany": "DE",
    "s. africa": "ZA",
    "s. korea": "KR",
    "s'pore": "SG",
    "hongkong": "HK",
    "p.r. china": "CN",
}
_ASIDE = re.compile(r"\s*\([^()]*\)")
_TURNED = re.compile(r", (?:the|islamic republic of)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def find_country_word(text: str) -> str | None:
    """The market a cell names, or None."""
    plain = _TURNED.sub("", _ASIDE.sub("", text)).strip()
    found = understand_market(text) or understand_market(plain)
    return found.code if found else _BY_HAND.get(plain.lower())


@lru_cache(maxsize=4096)
def find_sector_word(text: str) -> str | None:
    """The sector a cell names, or None."""
    found = understand_sector(text)
    return found.code if found else None


@lru_cache(maxsize=4096)
def find_language_word(text: str) -> str | None:
    """The language a cell names, or None."""
    found = understand_language(text)
    return found.code if found else None


@lru_cache(maxsize=4096)
def find_help_word(text: str) -> str | None:
    """The kind of help a cell names, or None."""
    found = understand_help_type(text)
    return found.code if found else None
