"""Whatever is typed, there is an answer: never an error, never everybody by accident."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Audience, PlainVocabulary, Query, Sort, mark
from search.query import FACETS
from search.spelling import WordList, distance, nearest
from search.words import clean, parse
from tests.unit.search.conftest import Holding
from tests.unit.search.people import crowd, person

SIGNS = [
    '"',
    "'",
    "-",
    "--",
    "*",
    "?",
    "~",
    "^",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "OR",
    "AND",
    "NOT",
    "|",
    "||",
    "&&",
]
SIGNS += [
    "\\",
    "/",
    "name:",
    "id:[1 TO 2]",
    "\x00",
    "\n",
    "\t",
    "\u200b",
    "\u202e",
    "<!",
    "%",
    "$",
    "“",
    "«",
    "`",
]
WORDS = [
    "battery",
    "batery",
    "UAE",
    "export",
    "the",
    "Zürich",
    "上海",
    "😀",
    "é",
    "a" * 300,
    "O'",
    "'n'",
    "name:",
    "market:UAE",
    "sector:medtech",
    "find a distributor",
    "German",
    "Gulf",
    "medtech",
    "-Gulf",
    "1e9",
]


def _strings(count: int, seed: int) -> list[str]:
    dice = random.Random(seed)

    def letter() -> str:
        return chr(
            dice.choice([dice.randint(0, 255), dice.randint(0, 0xFFFF), dice.randint(0, sys.maxunicode)])
        )

    made = []
    for _ in range(count):
        pieces = [
            dice.choice([dice.choice(SIGNS), dice.choice(WORDS), letter()])
            for _ in range(dice.randint(0, 12))
        ]
        made.append(dice.choice(["", " "]).join(pieces))
    return [
        *made,
        '"' * 5_000,
        "- " * 5_000,
        "OR " * 5_000,
        "a " * 5_000,
        "a'" * 5_000,
        "x" * 100_000,
        "\ud800 \udfff",
    ]


@pytest.mark.parametrize(
    ("count", "seed"),
    [(1_500, 5), pytest.param(10_000, 6, marks=pytest.mark.long)],
    ids=["some", "ten thousand"],
)
def test_reader_types_hostile_strings_and_is_always_answered(holding: Holding, count: int, seed: int) -> None:
    engine = holding(*crowd(60), person(900, "Zürich O'Neill", listed=Audience.LEADS))
    for at, words in enumerate(_strings(count, seed)):
        audience = list(Audience)[at % 3]
        result = engine.search(
            Query(
                words=words,
                audience=audience,
                facets=FACETS,
                sort=list(Sort)[at % 4],
                loosely=at % 5 == 0,
            )
        )
        assert result.full <= result.total
        assert 0 <= len(result.hits) <= result.total <= 61
        engine.suggest(words, audience)


@given(st.text())
def test_any_text_is_parsed_within_itself(words: str) -> None:
    text = clean(words)
    asked = parse(text, PlainVocabulary({"a b": ("market", ("AB",), "AB")}).understand(text))
    for term in [*(term for clause in asked.clauses for term in clause), *asked.excluded]:
        assert 0 <= term.start < term.end <= len(text)
        assert all(part for token in term.tokens for part in token.parts)


@given(st.text(), st.sets(st.text(min_size=1, max_size=4)))
def test_marked_pieces_make_the_text_again(text: str, terms: set[str]) -> None:
    import unicodedata

    pieces = mark(text, terms)
    assert "".join(piece.text for piece in pieces) == unicodedata.normalize("NFC", text)
    assert all(piece.text for piece in pieces)


def test_mark_finds_the_words_however_they_are_written() -> None:
    pieces = mark("Łukasz’s Batteries, in Zürich & more", {"batteri", "zurich"})
    assert [piece.text for piece in pieces if piece.is_match] == ["Batteries", "Zürich"]


def _table(one: str, other: str) -> int:
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            cost = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            rows[i][j] = cost
    return rows[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(1, 2))
def test_distance_agrees_with_the_plain_table(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(_table(one, other), limit + 1)


@given(
    st.text("abcd", min_size=4, max_size=9), st.sets(st.text("abcd", min_size=3, max_size=10), max_size=30)
)
def test_nearest_words_are_those_of_a_full_comparison(typed: str, words: set[str]) -> None:
    allowed = 2 if len(typed) >= 8 else 1
    far = {word: _table(typed, word) for word in words - {typed}}
    closest = min((edits for edits in far.values() if edits <= allowed), default=0)
    wanted = {word for word, edits in far.items() if closest and edits == closest}
    # Of words two edits away those that begin with the same letter are likelier.
    alike = {word for word in wanted if word[0] == typed[0]}
    found = {word for edits, word in nearest(typed, [WordList(words)]) if edits == closest}
    assert found == wanted or (closest == 2 and found == alike)
