"""Invented people's names, by culture, and the addresses made of them."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from random import Random

from network.demo.data_files import read

# Letters that Unicode does not take apart into a plain letter and an accent.
PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae"}
)
DOMAINS = ("example.org", "example.com", "example.net")


@dataclass(frozen=True, slots=True)
class Culture:
    """Given and family names that go together; a family name may have a women's form."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's two names as they are written in English mail."""

    given: str
    family: str

    @property
    def full(self) -> str:
        """Given name first, as alumni write it."""
        return f"{self.given} {self.family}"


@functools.cache
def cultures() -> dict[str, Culture]:
    """Every culture by its key."""
    return {
        key: Culture(
            women=tuple(words["f"].split(", ")),
            men=tuple(words["m"].split(", ")),
            families=tuple(_forms(word) for word in words["s"].split(", ")),
        )
        for key, words in read("names").items()
    }


def _forms(word: str) -> tuple[str, str]:
    man, _, woman = word.partition("|")
    return man, woman or man


def pick_name(rng: Random, culture: str, *, woman: bool) -> PersonName:
    """An invented name of this culture."""
    names = cultures()[culture]
    family = rng.choice(names.families)
    return PersonName(rng.choice(names.women if woman else names.men), family[1] if woman else family[0])


def plain(text: str) -> str:
    """The text in lower-case letters and digits of ASCII, words joined by hyphens."""
    bare = unicodedata.normalize("NFKD", text.translate(PLAIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")


class Addresses:
    """Hands out mail addresses, no two alike."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def address(self, rng: Random, name: PersonName) -> str:
        """An address of this person that nobody else was given; the domains cannot receive mail."""
        given, family = plain(name.given).replace("-", ""), plain(name.family).replace("-", "")
        style = rng.randrange(4)
        local = (f"{given}.{family}", f"{given[:1]}.{family}", f"{given}{family}", f"{family}.{given}")[style]
        stem = f"{local}@{rng.choice(DOMAINS)}"
        count = self._taken.get(stem, 0) + 1
        self._taken[stem] = count
        if count == 1:
            return stem
        # A dot before the number keeps "x.2" of one stem apart from every other stem.
        return stem.replace("@", f".{count}@")
