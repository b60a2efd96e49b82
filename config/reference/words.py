"""How words of people are compared: without case, accents or punctuation, and never bent.

"Türkiye", "TURKIYE" and "turkiye" are one; "Iran" and "Ireland", or "Niger" and "Nigeria", never are:
only whole words count, and no ending is cut off.
"""

import re
import unicodedata
from dataclasses import dataclass

# "U.A.E." is one word; otherwise a word is a run of letters, digits and the marks that belong to them.
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)|(?:[^\W_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff])+|&"
)
# Letters that no decomposition takes apart.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_BREAK = re.compile(r"[;:!?()\[\]\n]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, as written and folded. `breaks` ends a phrase before it."""

    start: int
    end: int
    written: str
    folded: str
    breaks: bool


def words_of(text: str) -> list[Word]:
    """The words of a text in their order, with their places in it."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        written = match.group().replace(".", "")
        before = text[found[-1].end : match.start()] if found else ""
        found.append(
            Word(
                match.start(),
                match.end(),
                written,
                _fold_word(written),
                bool(found) and _ends(found[-1], before),
            )
        )
    return found


def fold(text: str) -> str:
    """The text as it is compared: folded words with one space between."""
    return " ".join(word.folded for word in words_of(text))


def as_spelled(text: str) -> str:
    """The words as they are written, with one space between: for what must be spelled exactly."""
    return " ".join(word.written for word in words_of(text))


def _ends(previous: Word, between: str) -> bool:
    # "St. Lucia" goes on after its dot; a full stop after a longer word ends the phrase.
    return bool(_BREAK.search(between)) or ("." in between and len(previous.written) > 2)


def _fold_word(word: str) -> str:
    if word == "&":
        return "and"
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    bare = "".join(letter for letter in apart if not _is_accent(letter))
    return unicodedata.normalize("NFC", bare)  # what is left belongs together


def _is_accent(letter: str) -> bool:
    # Only the accents of Latin, Greek and Cyrillic: in other scripts a mark is a vowel.
    return "\u0300" <= letter <= "\u036f"
