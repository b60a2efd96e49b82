"""Months as the facts keep them: year * 100 + month."""

from __future__ import annotations

from datetime import date


def month_start(month: int) -> date:
    """Its first day."""
    return date(month // 100, month % 100, 1)


def next_month(month: int, number: int = 1) -> int:
    """So many months later, or earlier where the number is below nought."""
    count = month // 100 * 12 + month % 100 - 1 + number
    return count // 12 * 100 + count % 12 + 1


def months_between(first: int, last: int) -> list[int]:
    """Every month from the first to the last, both counted."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def read_month(text: str | None) -> int | None:
    """ "2026-03" as a month; None for anything else."""
    year, _, month = (text or "").partition("-")
    if len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit():
        found = int(year) * 100 + int(month)
        return found if 1 <= found % 100 <= 12 and 2000 <= found // 100 <= 2100 else None
    return None


def write_month(month: int) -> str:
    """A month as "2026-03"."""
    return f"{month // 100}-{month % 100:02d}"
