"""Marks in a text the words it was found by."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from search.text import stem, tokens


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it is one of the words."""

    text: str
    is_match: bool


def mark(text: str, terms: Collection[str]) -> tuple[Piece, ...]:
    """The text in pieces, the ones that match `Hit.terms` marked; joined together they are the text again."""
    whole = unicodedata.normalize("NFC", text)
    pieces: list[Piece] = []
    done = 0
    for token in tokens(whole):
        stems = {stem(part) for part in (*token.parts, token.joined)}
        if stems.isdisjoint(terms):
            continue
        if token.start > done:
            pieces.append(Piece(whole[done : token.start], is_match=False))
        pieces.append(Piece(whole[token.start : token.end], is_match=True))
        done = token.end
    if done < len(whole):
        pieces.append(Piece(whole[done:], is_match=False))
    return tuple(pieces)
