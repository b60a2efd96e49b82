"""The stretch of a text that says most about the words looked for, with those words marked."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup, escape

from search import Piece, mark

LENGTH = 190
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def snippet(text: str, terms: Collection[str], length: int = LENGTH) -> Markup:
    """About `length` letters of the text, beginning with the first sentence that holds one of the words."""
    flat = " ".join(text.split())
    return marked(_cut(flat, terms, length), terms)


def marked(text: str, terms: Collection[str]) -> Markup:
    """The text escaped, the words found in <mark>."""
    pieces = mark(text, terms) if terms else (Piece(text, is_match=False),)
    parts = (f"<mark>{escape(one.text)}</mark>" if one.is_match else str(escape(one.text)) for one in pieces)
    return Markup("".join(parts))  # noqa: S704 - every piece was escaped above


def _cut(text: str, terms: Collection[str], length: int) -> str:
    sentences = _SENTENCE.split(text)
    first = next((i for i, one in enumerate(sentences) if terms and _holds(one, terms)), 0)
    # The last sentence alone would leave half of the two lines empty.
    while first and len(" ".join(sentences[first:])) < length:
        first -= 1
    found = ("… " if first else "") + " ".join(sentences[first:])
    if len(found) <= length:
        return found
    return found[:length].rsplit(" ", maxsplit=1)[0].rstrip(",;:.–- ") + " …"


def _holds(text: str, terms: Collection[str]) -> bool:
    return any(piece.is_match for piece in mark(text, terms))
