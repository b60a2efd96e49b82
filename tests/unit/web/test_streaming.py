"""Answers sent as they are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from network.web.streaming import PIECE, json_response, stream


def test_a_reader_who_leaves_half_way_ends_what_was_being_read() -> None:
    made: list[int] = []
    ended: list[bool] = []

    def lines() -> Iterator[str]:
        try:
            for number in range(1_000):
                made.append(number)
                yield "x" * 1_000
        finally:
            ended.append(True)

    answer = stream(lines(), "text/csv", "rows.csv")
    piece = next(iter(answer.response))
    answer.close()
    assert len(piece) >= PIECE
    assert len(made) <= 20
    assert ended == [True]


def test_a_reader_of_json_finds_every_row_and_money_to_the_penny() -> None:
    rows = [("Ä\n", Decimal("30000.10"), 3, None), ("b", Decimal("0.00"), 0, True)]
    answer = json_response({"version": 1}, ("name", "total", "number", "more"), rows)
    assert json.loads(answer.get_data()) == {
        "version": 1,
        "rows": [
            {"name": "Ä\n", "total": "30000.10", "number": 3, "more": None},
            {"name": "b", "total": "0.00", "number": 0, "more": True},
        ],
    }
    assert json.loads(json_response({}, ("a",), []).get_data()) == {"rows": []}
