"""Which known word was probably meant: one edit from 4 letters, two from 8; two letters swapped are one edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SHORTEST = 4
LONG = 8
_MANY = 60


def edits_allowed(word: str) -> int:
    """How many typing mistakes a word of this length may hold."""
    if len(word) < SHORTEST:
        return 0
    return 2 if len(word) >= LONG else 1


def distance(one: str, other: str, limit: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour; `limit + 1` when it is more than the limit."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if before and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(last) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)


def letters(word: str) -> int:
    """The letters of a word as a set of bits: each edit changes at most two of them."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


class WordList:
    """Known words, kept so that the near ones are found without comparing all."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word in self.words:
            if not any(letter.isdigit() for letter in word):
                self._by_length.setdefault(len(word), []).append((letters(word), word))

    def near(self, typed: str) -> Iterator[tuple[int, str]]:
        """(edits, word) for each known word within the edits that the typed word allows."""
        allowed = edits_allowed(typed)
        bits = letters(typed)
        for length in range(len(typed) - allowed, len(typed) + allowed + 1):
            for other, word in self._by_length.get(length, ()):
                if (bits ^ other).bit_count() <= 2 * allowed:
                    edits = distance(typed, word, allowed)
                    if edits <= allowed:
                        yield edits, word


def nearest(typed: str, lists: Iterable[WordList]) -> list[tuple[int, str]]:
    """(edits, word) for the words that may have been meant, the likeliest first."""
    found = {word: edits for words in lists for edits, word in words.near(typed) if word != typed}
    ordered = sorted((edits, word[0] != typed[0], word) for word, edits in found.items())
    return [(edits, word) for edits, _, word in ordered[:_MANY]]
