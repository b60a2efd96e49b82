"""How a document lies in Whoosh: one field of weighted terms and one of whole words for each audience, and its facts.

Whoosh keeps and merges the postings; our own field types hand it terms already weighed (see `search.ranking`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec

from search.documents import VolunteerDocument
from search.facts import facts_of, packed
from search.ranking import Weights
from search.terms import Terms, terms_by_tier, texts_of

# Grows with every change to what is written; the weights are written too, so they are part of it.
_FORMAT = "whoosh-3"
TIERS = (0, 1, 2)
INDEX_NAME = "volunteers"


class WeightedTerms(fields.FieldType):  # type: ignore[misc]
    """Terms with their weights and places, as `search.terms` made them."""

    def __init__(self) -> None:
        super().__init__(formats.Format(), None)

    def index(self, value: Terms, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh writes for one document."""
        for term, places in value.places.items():
            yield term.encode(), len(places), value.weights[term], array("I", places).tobytes()


class WholeWords(fields.FieldType):  # type: ignore[misc]
    """The words a document holds, for spelling and suggestions."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Terms, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh writes for one document."""
        for word in value.words:
            yield word.encode(), 1, 1.0, b""


class PlainCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own files without what we never read: field lengths (asked of the disk for each posting), packing."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(compression=0)


def format_of(weights: Weights) -> str:
    """What an index is marked with: one of another format has to be rebuilt."""
    return f"{_FORMAT}-{weights.print_of('fields')}"


def schema() -> fields.Schema:
    """The fields of the index."""
    made = fields.Schema(facts=fields.STORED())
    for tier in TIERS:
        made.add(f"terms_{tier}", WeightedTerms())
        made.add(f"words_{tier}", WholeWords())
    return made


def fields_of(document: VolunteerDocument, weights: Weights) -> dict[str, object]:
    """The document as Whoosh takes it."""
    row: dict[str, object] = {"facts": packed(facts_of(document))}
    for tier, terms in enumerate(terms_by_tier(texts_of(document), weights)):
        if terms.places:
            row[f"terms_{tier}"] = row[f"words_{tier}"] = terms
    return row


def places_from(stored: bytes) -> array[int]:
    """The places of a term in a document."""
    return array("I", stored)
