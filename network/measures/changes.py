"""Writing down only what changed: rows made anew replace those that differ, and the months of these are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from network.models import StaleMonth

Row = dict[str, Any]


def write_facts(session: Session, table: Table, which: ColumnElement[bool], rows: Sequence[Row]) -> list[Row]:
    """The rows of a table that fit are these afterwards; those that are written, and those that are no more."""
    keys = [column.name for column in table.primary_key]

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in keys)

    old = {
        key(row): row
        for found in session.execute(select(table).where(which)).mappings()
        if (row := dict(found))
    }
    new = {key(row): row for row in rows}
    gone = [row for place, row in old.items() if new.get(place) != row]
    fresh = [row for place, row in new.items() if old.get(place) != row]
    if gone:
        same = and_(*(table.c[name] == bindparam(f"old_{name}") for name in keys))
        session.connection().execute(
            delete(table).where(same), [{f"old_{name}": row[name] for name in keys} for row in gone]
        )
    if fresh:
        session.execute(insert(table), fresh)
    return [*gone, *fresh]


def mark_stale(session: Session, months: Iterable[int]) -> None:
    """These months are to be added up again."""
    rows = [{"month": month} for month in sorted(set(months))]
    if rows:
        session.execute(insert(StaleMonth), rows)
