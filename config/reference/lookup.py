"""Understand what people write: a whole field, or the terms inside a sentence.

A whole field is understood only where it equals a label, an alias or a code. In a sentence the longest
term wins, whole words only. Whatever is not known stays unknown: a wrong country is worse than none.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from config.reference.currencies import currencies
from config.reference.help_types import HelpType, help_type, help_types
from config.reference.home_places import HomePlace, home_place, home_places
from config.reference.languages import Language, language, languages
from config.reference.markets import (
    GroupKind,
    Market,
    MarketGroup,
    cities,
    market,
    market_group,
    market_groups,
    markets,
)
from config.reference.sectors import Sector, sector, sectors
from config.reference.words import Word, as_spelled, fold, words_of

_SPEAKING = ("speaking", "speaker", "speakers")
# A word this short is left in the number it is written in.
_SHORT = 3


class TermKind(StrEnum):
    """What a term in a sentence speaks of."""

    MARKET = "market"
    MARKET_GROUP = "market_group"
    SECTOR = "sector"
    HELP_TYPE = "help_type"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Understood:
    """A term found in a sentence: `sentence[start:end] == matched`, and what it stands for."""

    kind: TermKind
    code: str
    start: int
    end: int
    matched: str


@dataclass(frozen=True, slots=True)
class Term:
    """A way to say something; `spelled` is set where a sentence must write it exactly so."""

    words: tuple[str, ...]
    code: str
    spelled: str | None


class _Named(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def as_written(self) -> frozenset[str]: ...


def _terms_of(named: _Named, code: str) -> Iterable[Term]:
    for said in (named.label, *named.aliases):
        exact = as_spelled(said) if said in named.as_written else None
        yield Term(tuple(fold(said).split()), code, exact)


def _market_terms() -> Iterable[Term]:
    for one in markets():
        yield from _terms_of(one, one.code)
    for city in cities():
        yield from _terms_of(city, city.market)


def _group_terms() -> Iterable[Term]:
    for group in market_groups():
        if group.kind in (GroupKind.TRADE_REGION, GroupKind.CUSTOM):
            yield from _terms_of(group, group.code)


def _sector_terms() -> Iterable[Term]:
    return (term for one in sectors() for term in _terms_of(one, one.code))


def _help_terms() -> Iterable[Term]:
    return (term for one in help_types() for term in _terms_of(one, one.code))


def _language_terms() -> Iterable[Term]:
    """Names, and what is said of whoever speaks it: "French-speaking" means the language and not the country."""
    for one in languages():
        for term in _terms_of(one, one.code):
            yield term
            if term.spelled is None:
                yield from (Term((*term.words, said), one.code, None) for said in _SPEAKING)


_SOURCES: Mapping[TermKind, Callable[[], Iterable[Term]]] = {
    TermKind.MARKET: _market_terms,
    TermKind.MARKET_GROUP: _group_terms,
    TermKind.SECTOR: _sector_terms,
    TermKind.HELP_TYPE: _help_terms,
    TermKind.LANGUAGE: _language_terms,
}


@cache
def terms(kind: TermKind) -> tuple[Term, ...]:
    """Every way to say something of this kind."""
    return tuple(dict.fromkeys(_SOURCES[kind]()))


@cache
def _whole(kind: TermKind) -> Mapping[str, str]:
    return {" ".join(term.words): term.code for term in terms(kind)}


@cache
def _codes(kind: TermKind) -> Mapping[str, str]:
    """What else a column of a file may hold: our codes, and the three letters of the standards."""
    if kind is TermKind.MARKET:
        return {key.lower(): one.code for one in markets() for key in (one.alpha_3, one.code)}
    if kind is TermKind.LANGUAGE:
        return {key.lower(): one.code for one in languages() for key in (one.alpha_3, one.code)}
    return {term.code.lower(): term.code for term in terms(kind)}


def _understand(kind: TermKind, text: str) -> str | None:
    said = fold(text)
    return (
        _whole(kind).get(said.removeprefix("the "))
        or _whole(kind).get(said)
        or _codes(kind).get(text.strip().lower())
    )


def understand_market(text: str) -> Market | None:
    """The market a field names: by name, adjective, main city, abbreviation or code."""
    code = _understand(TermKind.MARKET, text)
    return market(code) if code else None


find_market_by_words = understand_market


def understand_market_group(text: str) -> MarketGroup | None:
    """The trade region or custom group a field names."""
    code = _understand(TermKind.MARKET_GROUP, text)
    return market_group(code) if code else None


def understand_sector(text: str) -> Sector | None:
    """The sector a field names, at the finest step that is meant."""
    code = _understand(TermKind.SECTOR, text)
    return sector(code) if code else None


def understand_help_type(text: str) -> HelpType | None:
    """The kind of help a field names."""
    code = _understand(TermKind.HELP_TYPE, text)
    return help_type(code) if code else None


def understand_language(text: str) -> Language | None:
    """The language a field names: in English, in its own words, or by code."""
    code = _understand(TermKind.LANGUAGE, text)
    return language(code) if code else None


def understand_home_place(text: str) -> HomePlace | None:
    """The place at home a field names: by name, alias or official code, a replaced one by its successor."""
    code = _home_words().get(fold(text).removeprefix("the "))
    return home_place(code) if code else None


@cache
def _home_words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for place in home_places():
        for said in (place.code, place.label, *place.aliases):
            # The wider place comes first in the file and keeps a name that a smaller one shares.
            words.setdefault(fold(said), place.successor or place.code)
    return words


def understand_currency(text: str) -> str | None:
    """The code of the currency a field names."""
    return _currency_words().get(fold(text))


@cache
def _currency_words() -> Mapping[str, str]:
    return {fold(said): one.code for one in currencies() for said in (one.code, one.label, *one.aliases)}


@cache
def _starts() -> Mapping[str, tuple[tuple[TermKind, Term], ...]]:
    """The terms by their first word, the longest first."""
    starts: dict[str, list[tuple[TermKind, Term]]] = {}
    for kind in TermKind:
        for term in (*terms(kind), *_other_numbers(kind)):
            starts.setdefault(term.words[0], []).append((kind, term))
    return {
        word: tuple(sorted(found, key=lambda pair: -len(pair[1].words))) for word, found in starts.items()
    }


def _other_numbers(kind: TermKind) -> Iterable[Term]:
    """The sectors in the plural where the table has the singular, and the other way round ("lawyers", "railway")."""
    if kind is not TermKind.SECTOR:
        return
    known = {term.words for term in terms(kind)}
    for term in terms(kind):
        last = term.words[-1]
        words = (*term.words[:-1], last.removesuffix("s") if last.endswith("s") else f"{last}s")
        if term.spelled is None and len(last) > _SHORT and words not in known:
            known.add(words)
            yield Term(words, term.code, None)


def find_terms(text: str, kinds: Collection[TermKind] = tuple(TermKind)) -> list[Understood]:
    """The terms inside a sentence in their order, the longest where several begin together.

    Where one phrase means things of two kinds ("German": a market and a language), both are told.
    """
    words = words_of(text)
    found: list[Understood] = []
    at = 0
    while at < len(words):
        here = _longest(words, at, kinds)
        for kind, term in here:
            start, end = words[at].start, words[at + len(term.words) - 1].end
            found.append(Understood(kind, term.code, start, end, text[start:end]))
        at += len(here[0][1].words) if here else 1
    return found


def _longest(words: list[Word], at: int, kinds: Collection[TermKind]) -> list[tuple[TermKind, Term]]:
    here: list[tuple[TermKind, Term]] = []
    for kind, term in _starts().get(words[at].folded, ()):
        if here and len(term.words) < len(here[0][1].words):
            break
        if kind in kinds and _stands(words[at : at + len(term.words)], term):
            here.append((kind, term))
    return here


def _stands(here: list[Word], term: Term) -> bool:
    if tuple(word.folded for word in here) != term.words or any(word.breaks for word in here[1:]):
        return False
    return term.spelled is None or " ".join(word.written for word in here) == term.spelled
