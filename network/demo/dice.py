"""Repeatable chance: decks that are dealt out before they repeat, and weighted lists."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from random import Random


class Decks:
    """Deals from lists so that every card comes once before any comes again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._left: dict[Hashable, list[str]] = {}

    def deal(self, key: Hashable, cards: Sequence[str]) -> str:
        """The next card of the deck `key`, which is shuffled anew when it runs out."""
        left = self._left.get(key)
        if not left:
            left = list(cards)
            self._rng.shuffle(left)
            self._left[key] = left
        return left.pop()

    def deal_other(self, key: Hashable, cards: Sequence[str], used: Sequence[str]) -> str:
        """The next card that is not in `used`; a used one only where there is no other."""
        for _ in range(len(cards)):
            card = self.deal(key, cards)
            if card not in used:
                return card
        return card


def spread(weighted: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Each word as often as its weight, ready to be dealt from."""
    return tuple(word for word, weight in weighted for _ in range(weight))


def chance(rng: Random, probability: float) -> bool:
    """True with this probability."""
    return rng.random() < probability


def fill(text: str, slots: dict[str, str]) -> str:
    """The sentence with its {slots} filled in; a name that ends in a stop ("Inc.") does not double it."""
    return text.format_map(slots).replace("..", ".") if "{" in text else text


def capital(text: str) -> str:
    """The text with a capital letter in front and the rest untouched."""
    return text[:1].upper() + text[1:]


SMALL_NUMBERS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def in_words(number: int) -> str:
    """One to twelve in words, as they are written in a sentence; figures above."""
    return SMALL_NUMBERS[number - 1] if 1 <= number <= 12 else str(number)
