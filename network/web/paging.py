"""Paging: one type for all lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows: `number` counts from 1, `total` is of all pages."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after."""
        return self.number < self.pages

    @property
    def first(self) -> int:
        """The number of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)


def page_number(text: str | None) -> int:
    """A page number out of an address: 1 for anything that is none."""
    return (
        min(max(int(text), 1), 10_000) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
    )


def asked_words(name: str, longest: int) -> str:
    """The words of an argument on one line, without what no database takes."""
    return " ".join(request.args.get(name, "").replace("\x00", " ").split())[:longest]


def fetch_page(session: Session, query: Select[Row], number: int, size: int) -> tuple[Sequence[Row], int]:
    """The rows of one page of an ordered select, with the total of all; two statements."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.limit(size).offset((number - 1) * size)).all()
    return rows, total  # type: ignore[return-value]
