"""How a document lies in tantivy: what an audience finds, codes to filter and count, orders, and its facts.

Fields that end in `_0`, `_1`, `_2` are for one audience each. Terms and codes are written for every audience that
finds them, so that a question reads one list; places and whole words only for the widest, so that they stand once.
Traps: an int given to `add_integer` on an unsigned field ends the thread, and `delete_documents_by_term` on such a
field deletes nothing and says nothing: a query deletes.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from math import exp, log
from typing import NamedTuple

import tantivy

from search.documents import VolunteerDocument
from search.facts import Facts, facts_of
from search.query import FACETS
from search.ranking import Weights, standing
from search.terms import FIELD_SHIFT, FIELDS, Terms, Text, terms_by_tier, texts_of
from search.text import Token, stem, tokens

TIERS = (0, 1, 2)
# Grows with every change to what is written; the weights are written too, so they are part of it.
_FORMAT = "tantivy-3"
# Added to every native score before it is multiplied by the standing: so small beside one, the factor is as good as
# a sum, which the library cannot make.
BASE = 64.0
# What being able to help now counts where there are no words: more than all the rest.
HELPS_NOW = 8.0
SHORTEST_START = 2
_LONGEST_START = 12
# Codes are counted five times as fast in columns of exactly one value for each document: so many a facet has, filled
# up with "". What does not fit goes into one more column of many values; and all of them into one for small answers.
SLOTS = {
    "market": 3,
    "sector": 6,
    "help": 4,
    "language": 3,
    "chapter": 1,
    "affiliation": 2,
    "available": 1,
}
_DAY = 86_400.0
# A weight in one byte: steps of four per cent from a hundredth on.
_STEP, _LEAST = log(1.04), 0.01
_WEIGHTS = tuple(_LEAST * exp(_STEP * level) for level in range(256))
_ID_BITS = 31
_ID_MASK = (1 << _ID_BITS) - 1


def format_of(weights: Weights) -> str:
    """What an index is marked with: one of another format has to be rebuilt."""
    return f"{_FORMAT}-{weights.print_of('fields', 'available', 'freshness', 'answers', 'load')}"


def schema() -> tantivy.Schema:
    """The fields of the index."""
    made = tantivy.SchemaBuilder()
    made.add_unsigned_field("id", indexed=True, fast=True)
    made.add_text_field("seen", tokenizer_name="raw", index_option="basic")
    made.add_text_field("name_starts", tokenizer_name="whitespace", index_option="basic")
    for tier in TIERS:
        made.add_text_field(f"terms_{tier}", tokenizer_name="whitespace", index_option="freq")
        made.add_text_field(f"rows_{tier}", tokenizer_name="whitespace", index_option="position")
        made.add_text_field(f"words_{tier}", tokenizer_name="whitespace", index_option="basic")
        made.add_text_field(f"depth_{tier}", tokenizer_name="raw", index_option="basic")
        for facet in FACETS:
            for column in (f"{facet}_{tier}", overflow_of(facet, tier), *slots_of(facet, tier)):
                made.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    for order in ("best", "recent", "soonest"):
        made.add_unsigned_field(order, fast=True)
    made.add_text_field("name", tokenizer_name="raw", index_option="basic", fast=True)
    for number in ("updated", "weight", "weight_idle"):
        made.add_float_field(number, fast=True)
    made.add_bytes_field("kept", stored=True)
    return made.build()


def slots_of(facet: str, tier: int) -> list[str]:
    """The columns of exactly one code."""
    return [f"{facet}_{tier}_{slot}" for slot in range(SLOTS[facet])]


def overflow_of(facet: str, tier: int) -> str:
    """The column of the codes that the others have no room for."""
    return f"{facet}_{tier}_more"


# The stems that one tier holds beyond wider ones, with a byte of weight and two of fields (as bits) for each.
Held = tuple[str, bytes, bytes]


class Kept(NamedTuple):
    """What is stored of a document."""

    facts: Facts
    held: tuple[Held, ...]

    def of(self, term: str, tier: int) -> tuple[float, int]:
        """The weight of a stem for the audience of a tier, and the bits of the fields that hold it; zeros if none."""
        weight, fields = 0.0, 0
        wanted = f" {term} "
        for stems, weights, masks in self.held[: tier + 1]:
            start = stems.find(wanted)
            if start >= 0:
                at = stems.count(" ", 0, start)
                weight += _WEIGHTS[weights[at]]
                fields |= masks[2 * at] | masks[2 * at + 1] << 8
        return weight, fields

    def bears(self, facet: str, codes: tuple[str, ...], tier: int) -> bool:
        """Whether the audience of a tier finds the person by any of the codes."""
        return any(
            code in codes and kind == facet and narrowest <= tier
            for narrowest, kind, code in self.facts.codes
        )

    def codes(self, facet: str, tier: int) -> set[str]:
        """The codes of a facet by which the audience of a tier finds the person."""
        return {code for narrowest, kind, code in self.facts.codes if kind == facet and narrowest <= tier}


def fields_in(bits: int) -> Iterator[str]:
    """The names of a set of fields, in order."""
    return (name for number, name in enumerate(FIELDS) if bits >> number & 1)


def row_of(document: VolunteerDocument, now: float, weights: Weights) -> tantivy.Document:
    """The document as tantivy takes it. `now` (seconds) is what its age is counted from in the native orders."""
    row = tantivy.Document()
    facts = facts_of(document)
    texts = texts_of(document)
    terms = terms_by_tier(texts, weights)
    row.add_unsigned("id", document.id)
    row.add_bytes("kept", _packed(facts, terms))
    _add_orders(row, facts, now, weights)
    for start in sorted(_starts(document.name)):
        row.add_text("name_starts", start)
    for tier in range(facts.listed, len(TIERS)):
        row.add_text("seen", str(tier))
    _add_words(row, texts, terms)
    _add_codes(row, facts)
    return row


def _add_codes(row: tantivy.Document, facts: Facts) -> None:
    for tier in TIERS:
        by_facet: dict[str, list[str]] = {facet: [] for facet in FACETS}
        for narrowest, facet, code in facts.codes:
            if narrowest <= tier:
                by_facet[facet].append(code)
        for facet, codes in by_facet.items():
            for code in codes:
                row.add_text(f"{facet}_{tier}", code)
            for column, code in zip_longest(slots_of(facet, tier), codes, fillvalue=""):
                row.add_text(column or overflow_of(facet, tier), code)
        for code in by_facet["market"]:
            row.add_text(f"depth_{tier}", depth_term(code, facts.depths.get(code, "")))


def depth_term(market: str, depth: str) -> str:
    """A market with how it is known, in one term."""
    return f"{market} {depth}"


def unpacked(stored: bytes) -> Kept:
    """What was stored. The folder is trusted: only our own worker writes there."""
    facts, held = marshal.loads(stored)  # noqa: S302
    return Kept(Facts(*facts), held)


def _packed(facts: Facts, terms: Iterable[Terms]) -> bytes:
    return marshal.dumps((tuple(facts), tuple(_held(one) for one in terms)))


def _held(terms: Terms) -> Held:
    masks = array("H", (_fields_of(places) for places in terms.places.values()))
    levels = bytes(_level(terms.weights[term]) for term in terms.places)
    # A blank on either side of each stem, so that it is found whole.
    return f" {' '.join(terms.places)} ", levels, masks.tobytes()


def _level(weight: float) -> int:
    level = int(log(weight / _LEAST) / _STEP + 0.5)
    return 0 if level < 0 else 255 if level > 255 else level


def _fields_of(places: Iterable[int]) -> int:
    bits = 0
    for place in places:
        bits |= 1 << (place >> FIELD_SHIFT)
    return bits


def _add_words(row: tantivy.Document, texts: Iterable[Text], terms: Iterable[Terms]) -> None:
    weights: dict[str, float] = {}
    text = ""
    for tier, own in enumerate(terms):
        for term, weight in own.weights.items():
            weights[term] = weights.get(term, 0.0) + weight
        if own.weights:
            text = " ".join(term for term, weight in weights.items() for _ in range(max(1, round(weight))))
            row.add_text(f"words_{tier}", " ".join(own.words))
        if text:
            row.add_text(f"terms_{tier}", text)
    for _, tier, words in texts:
        # Each text is a value of its own: no phrase reaches from one into the next.
        if all(len(word.parts) == 1 for word in words):
            row.add_text(f"rows_{tier}", " ".join(stem(word.parts[0]) for word in words))
        else:
            row.add_pre_tokenized_text(f"rows_{tier}", _with_compounds(words))


def _with_compounds(words: list[Token]) -> tantivy.PreTokenizedString:
    """A row in which a compound stands both in parts and as one word at the place of its first part."""
    placed: list[tantivy.Token] = []
    position = 0
    for word in words:
        if len(word.parts) > 1:
            placed.append(tantivy.Token(stem(word.joined), position, 0, 0))
        for part in word.parts:
            placed.append(tantivy.Token(stem(part), position, 0, 0))
            position += 1
    return tantivy.PreTokenizedString("", placed)


def _starts(name: str) -> set[str]:
    words = [token.joined for token in tokens(name)]
    return {
        word[:length]
        for word in words
        for length in range(SHORTEST_START, min(len(word), _LONGEST_START) + 1)
    }


def start_of(word: str) -> str:
    """As much of the beginning of a word as is indexed."""
    return word[:_LONGEST_START]


def _add_orders(row: tantivy.Document, facts: Facts, now: float, weights: Weights) -> None:
    """Each order of the results as one number that ends with the id, the greatest (for names the first) foremost."""
    known = standing(
        weights,
        available=facts.available,
        age_days=(now - facts.updated) / _DAY,
        answer_days=facts.answer_days,
        load=facts.load,
    )
    total = sum(known.values())
    last = _ID_MASK - min(max(facts.id, 0), _ID_MASK)
    answers = 0 if facts.answer_days is None else (1 << 20) - 1 - min(round(facts.answer_days * 100), 1 << 19)
    free = round((1.0 - min(max(facts.load, 0.0), 1.0)) * 100)
    row.add_unsigned("recent", min(max(int(facts.updated), 0), (1 << 33) - 1) << _ID_BITS | last)
    row.add_unsigned("soonest", (((facts.available << 20) | answers) << 7 | free) << _ID_BITS | last)
    best = total + HELPS_NOW * facts.available
    row.add_unsigned("best", min(max(round(best * 1e5), 0), (1 << 32) - 1) << _ID_BITS | last)
    row.add_text("name", f"{facts.name_key}\x00{facts.id:020d}")
    row.add_float("updated", facts.updated)
    row.add_float("weight", 1.0 + total / BASE)
    row.add_float("weight_idle", 1.0 + best / BASE)
