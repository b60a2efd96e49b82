"""A question as it will be answered: taken apart, understood, mistyped words replaced by the nearest known ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Protocol

from search.results import Correction
from search.spelling import edits_allowed
from search.text import STOPWORDS, Token, stem
from search.vocabulary import Vocabulary
from search.words import Asked, Term, clean, parse, parse_told

# Looking for what was meant takes a while: so many unknown words are looked after, no text full of them.
MOST_MENDED = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it will be answered, mistyped words corrected."""

    asked: Asked
    corrections: tuple[Correction, ...] = ()


# Where fewer people meet all of a question, those follow who meet what it names and something else of it.
ENOUGH = 3


class Meets(Enum):
    """How far those who are shown meet a question: all of it, the market or sector it names, or most of its words."""

    ALL = "all"
    LEADING = "leading"
    MOST = "most"


class Lexicon(Protocol):
    """The words of an index that one audience may find, and those of the taxonomy."""

    def is_taxonomy(self, word: str) -> bool:
        """Whether the taxonomy knows the word: it is never bent."""
        ...

    def is_held(self, token: Token) -> bool:
        """Whether anybody's profile holds the word as it is."""
        ...

    def holders(self, term: str) -> int:
        """How many people hold a stem."""
        ...

    def near(self, word: str) -> Iterable[tuple[int, str]]:
        """(edits, known word) for the words that may have been meant; some may be of people who have left."""
        ...


def read(words: str, vocabulary: Vocabulary, lexicon: Lexicon, *, loosely: bool = False) -> Reading:
    """The question with unknown words replaced by the nearest known ones; known words are never bent.

    A paragraph stays as it was written. It is full of good words that happen to stand in nobody's profile ("dosing"),
    and has enough others to be found by; in a question of a few words each counts, and its writer is told.
    """
    text = clean(words)
    if loosely:
        return Reading(parse_told(text, vocabulary.understand(text)))
    asked = parse(text, vocabulary.understand(text))
    corrections: list[tuple[Token, str]] = []
    unknown = (token for token in _plain_words(asked) if _is_unknown(token, lexicon))
    for token in islice(unknown, MOST_MENDED):
        better = _better(token.joined, lexicon)
        if better:
            corrections.append((token, better))
    if not corrections:
        return Reading(asked)
    made = []
    corrected = text
    for token, better in sorted(corrections, key=lambda pair: -pair[0].start):
        made.append(Correction(text[token.start : token.end], better))
        corrected = corrected[: token.start] + better + corrected[token.end :]
    return Reading(parse(corrected, vocabulary.understand(corrected)), tuple(reversed(made)))


def telling(term: Term) -> tuple[Token, ...]:
    """The words of a term without those that say nothing, unless there are no others."""
    return tuple(token for token in term.tokens if token.joined not in STOPWORDS) or term.tokens


def stems_of(term: Term) -> tuple[str, ...]:
    """The index terms that a term of the question is looked up by, for reasons and for marking."""
    stems = {stem(token.joined) for token in telling(term)}
    stems.update(stem(part) for token in telling(term) for part in token.parts if len(part) > 1)
    return tuple(sorted(stems))


def said_by(term: Term, text: str, held: Collection[str]) -> str:
    """The words of a term that somebody's profile holds, as they stand in the question; `held` are stems.

    Of several that together mean something ("cultural advice") one alone says nothing.
    """
    found = [
        token
        for token in telling(term)
        if stem(token.joined) in held or any(stem(part) in held for part in token.parts)
    ]
    if len(found) == len(telling(term)):
        return text[term.start : term.end]
    return "" if term.concepts else " ".join(text[token.start : token.end] for token in found)


def _is_unknown(token: Token, lexicon: Lexicon) -> bool:
    """Whether nobody's profile holds the word, nor the taxonomy, and it is long enough to be mended."""
    typed = token.joined
    return not (
        not edits_allowed(typed) or typed in STOPWORDS or lexicon.is_taxonomy(typed) or lexicon.is_held(token)
    )


def _better(typed: str, lexicon: Lexicon) -> str | None:
    # A word may stand in the lists only because of people who have left since.
    alive = [
        (edits, word[0] != typed[0], -holders, word)
        for edits, word in lexicon.near(typed)
        if not ({word, stem(word)} & STOPWORDS)
        and ((holders := lexicon.holders(stem(word))) or lexicon.is_taxonomy(word))
    ]
    # Fewest edits first, then the same first letter, then the word that most people hold.
    return min(alive)[-1] if alive else None


def _plain_words(asked: Asked) -> Iterable[Token]:
    """The single words looked for that were not understood as anything."""
    for clause in asked.clauses:
        for term in clause:
            if not (term.is_phrase or term.concepts):
                yield from term.tokens
