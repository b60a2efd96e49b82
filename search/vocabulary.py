"""What words mean besides themselves: "UAE" is a market, "medtech" a sector. Plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from search.text import Token, tokens


@dataclass(frozen=True, slots=True)
class Understood:
    """A stretch of the typed words, `text[start:end]`, that names a code of a facet ("market", "sector", "help").

    A group ("Gulf") gives several codes under one label.
    """

    kind: str
    codes: tuple[str, ...]
    label: str
    start: int
    end: int


class Vocabulary(Protocol):
    """The taxonomy as search sees it."""

    def understand(self, text: str) -> tuple[Understood, ...]:
        """What stands in the text, with the place of each find. Never raises."""
        ...

    def words(self) -> Iterable[str]:
        """Every single word it knows: such a word is never taken for a typing mistake."""
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    codes: tuple[str, ...]
    label: str


class PlainVocabulary:
    """A vocabulary out of `{phrase: (kind, codes, label)}`; the longest phrase wins, case and accents do not count."""

    def __init__(self, entries: Mapping[str, tuple[str, tuple[str, ...], str]]) -> None:
        self._entries: dict[tuple[str, ...], list[_Entry]] = {}
        self._longest = 1
        for phrase, (kind, codes, label) in entries.items():
            key = tuple(token.joined for token in tokens(phrase))
            if key:
                self._entries.setdefault(key, []).append(_Entry(kind, codes, label))
                self._longest = max(self._longest, len(key))

    def understand(self, text: str) -> tuple[Understood, ...]:
        """The phrases of the vocabulary in the text, from left to right, the longest first."""
        typed = tokens(text)
        found: list[Understood] = []
        at = 0
        while at < len(typed):
            length, entries = self._longest_at(typed, at)
            start, end = typed[at].start, typed[at + max(length, 1) - 1].end
            found.extend(Understood(e.kind, e.codes, e.label, start, end) for e in entries)
            at += max(length, 1)
        return tuple(found)

    def words(self) -> Iterable[str]:
        """Each word of each phrase."""
        return {word for key in self._entries for word in key}

    def _longest_at(self, typed: list[Token], at: int) -> tuple[int, list[_Entry]]:
        for length in range(min(self._longest, len(typed) - at), 0, -1):
            key = tuple(token.joined for token in typed[at : at + length])
            if key in self._entries:
                return length, self._entries[key]
        return 0, []


NOTHING = PlainVocabulary({})
