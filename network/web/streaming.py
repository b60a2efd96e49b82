"""Rows on their way out one after another: however many there are, only some hundred are held at a time."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextvars import Context, copy_context
from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import Select

from network.db import db

AT_ONCE, PIECE = 500, 16_384


def rows_of(query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows of a select as they come, in a session of their own that lives as long as the answer.

    PostgreSQL keeps on its side what is not yet sent; SQLite finds it as it is asked for.
    """
    with db.new_session() as session:
        found = session.execute(query.execution_options(stream_results=True, yield_per=AT_ONCE))
        for part in found.partitions():
            yield from part


def stream(lines: Iterator[str], kind: str, name: str | None = None) -> Response:
    """An answer sent as its lines are made, in pieces that are worth sending."""
    response = Response(_pieces(lines, copy_context()), mimetype=kind)
    if name is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pieces(lines: Iterator[str], context: Context) -> Iterator[str]:
    """The lines are made in the context of the request, which is over when they are sent."""
    held: list[str] = []
    length = 0
    try:
        while (line := context.run(next, lines, None)) is not None:
            held.append(line)
            length += len(line)
            if length >= PIECE:
                yield "".join(held)
                held, length = [], 0
        if held:
            yield "".join(held)
    finally:
        if isinstance(lines, Generator):
            lines.close()


def json_response(about: Mapping[str, Any], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A JSON document: what it is about, and under "rows" one object for each row; money as text, to the penny."""
    return stream(_json_lines(about, header, rows), "application/json")


def _json_lines(
    about: Mapping[str, Any], header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[str]:
    yield json.dumps(about, ensure_ascii=False)[:-1] + (", " if about else "") + '"rows": ['
    before = "\n"
    for row in rows:
        values = dict(zip(header, map(_plain, row), strict=True))
        yield before + json.dumps(values, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, bool | int | float) or value is None else str(value)
