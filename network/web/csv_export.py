"""CSV that spreadsheets can open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from network.web.streaming import stream

# A cell that begins with one of these is a formula to a spreadsheet, full-width twins included.
LIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """The value as text; one that a spreadsheet would run is marked as text by an apostrophe."""
    text = "" if value is None else str(value)
    if text.startswith(LIVE) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdigit() and text.isascii()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file of UTF-8 with BOM, streamed row by row."""
    return stream(_lines(header, rows), "text/csv", name)


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line([safe_cell(value) for value in row])


def _line(values: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()
