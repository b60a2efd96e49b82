"""Which known word was probably meant: one edit from 4 letters, two from 8; two letters swapped are one edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from string import ascii_lowercase

SHORTEST = 4
LONG = 8
_MANY = 60


def edits_allowed(word: str) -> int:
    """How many typing mistakes a word of this length may hold."""
    if len(word) < SHORTEST:
        return 0
    return 2 if len(word) >= LONG else 1


def distance(one: str, other: str, limit: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour; `limit + 1` when it is more than the limit.

    Optimal string alignment in bits: one column of the usual table at a time (H. Hyyrö, 2003).
    """
    if not one or abs(len(one) - len(other)) > limit:
        return min(max(len(one), len(other)), limit + 1)
    places = _places(one)
    last = 1 << (len(one) - 1)
    rises, falls, diagonal, former, edits = (1 << len(one)) - 1, 0, 0, 0, len(one)
    for left, letter in enumerate(other, 1 - len(other)):
        here = places.get(letter, 0)
        swap = ((~diagonal & here) << 1) & former
        diagonal = (((here & rises) + rises) ^ rises) | here | falls | swap
        up, down = falls | ~(diagonal | rises), diagonal & rises
        edits += bool(up & last) - bool(down & last)
        if edits + left > limit:
            return limit + 1
        up, down = up << 1 | 1, down << 1
        rises, falls, former = down | ~(diagonal | up), up & diagonal, here
    return min(edits, limit + 1)


@lru_cache(maxsize=64)
def _places(word: str) -> Mapping[str, int]:
    """Where each letter of a word stands, as bits."""
    places: dict[str, int] = {}
    for at, letter in enumerate(word):
        places[letter] = places.get(letter, 0) | 1 << at
    return places


def letters(word: str) -> int:
    """The letters of a word as a set of bits, the first, second and third of a kind apart.

    A letter put in or left out changes one of them at most, one that was changed two, swapped ones none.
    """
    bits = 0
    for letter in word:
        bit = 1 << 3 * (ord(letter) & 63)
        bits |= bit if not bits & bit else bit << 1 if not bits & bit << 1 else bit << 2
    return bits


def one_edit_away(word: str) -> set[str]:
    """Every string of plain letters that one edit makes of a word: many, but quicker to look up than to compare."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in halves if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in halves if b for letter in ascii_lowercase}
    put_in = {a + letter + b for a, b in halves for letter in ascii_lowercase}
    return left_out | swapped | changed | put_in


class WordList:
    """Known words, kept so that the near ones are found without comparing all."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)

    @cached_property
    def _by_start(self) -> dict[str, dict[int, list[tuple[int, str]]]]:
        """The words with their letters, by first letter and length."""
        found: dict[str, dict[int, list[tuple[int, str]]]] = {}
        for word in self.words:
            if word and not any(letter.isdigit() for letter in word):
                found.setdefault(word[0], {}).setdefault(len(word), []).append((letters(word), word))
        return found

    def within(self, typed: str, allowed: int, *, same_start: bool) -> Iterator[tuple[int, str]]:
        """(edits, word) for each known word so many edits away that begins with the same letter, or with another."""
        for start, by_length in self._by_start.items():
            if (start == typed[:1]) is same_start:
                yield from self._near(typed, allowed, by_length)

    @staticmethod
    def _near(
        typed: str, allowed: int, by_length: Mapping[int, list[tuple[int, str]]]
    ) -> Iterator[tuple[int, str]]:
        bits = letters(typed)
        for length in range(len(typed) - allowed, len(typed) + allowed + 1):
            most = 2 * allowed - abs(length - len(typed))
            for other, word in by_length.get(length, ()):
                if (bits ^ other).bit_count() <= most:
                    edits = distance(typed, word, allowed)
                    if edits <= allowed:
                        yield edits, word


def nearest(typed: str, lists: Sequence[WordList]) -> list[tuple[int, str]]:
    """(edits, word) for the words that may have been meant, the likeliest first: those one edit away, if any are.

    Else those further away that begin with the same letter, as mistyped words mostly do; else the others.
    """
    found: dict[str, int] = {}
    if typed.isascii():
        near = one_edit_away(typed) - {typed}
        found = {word: 1 for words in lists for word in near & words.words}
    allowed = edits_allowed(typed)
    for same_start in (True, False):
        found = found or {
            word: edits
            for words in lists
            for edits, word in words.within(typed, allowed, same_start=same_start)
            if word != typed
        }
    ordered = sorted((edits, word[0] != typed[0], word) for word, edits in found.items())
    return [(edits, word) for edits, _, word in ordered[:_MANY]]
