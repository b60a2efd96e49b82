"""What the public may read of breakdowns and values: fixed tables, made once a quarter, small cells hidden.

Tables that moved live would give a single outcome away by their difference; a quarter's snapshot never changes.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.domain.clock import zone_or_utc
from network.domain.outcome_moves import CountedAs
from network.domain.values import visible_count
from network.measures.figures import confirmed_by, value_totals
from network.models import Outcome, PublicSnapshot
from network.rules import limits, network_config


def quarter_of(day: date) -> str:
    """ "2026-Q1" for the quarter a day falls in."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_start(day: date) -> date:
    """The first day of the quarter a day falls in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def last_quarter(today: date) -> tuple[str, date]:
    """The quarter that ended before `today`, and the first day after it."""
    start = quarter_start(today)
    before = date.fromordinal(start.toordinal() - 1)
    return quarter_of(before), start


def make_snapshot(session: Session, now: datetime) -> bool:
    """Make the last quarter's tables once and for ever; False where they stand already."""
    zone = zone_or_utc(network_config().timezone)
    quarter, end = last_quarter(now.astimezone(zone).date())
    if session.scalar(select(PublicSnapshot.id).where(PublicSnapshot.quarter == quarter)):
        return False
    until = datetime(end.year, end.month, end.day, tzinfo=zone).astimezone(UTC)
    session.execute(
        insert(PublicSnapshot).values(
            quarter=quarter, made_at=now, until=until, content=tables(session, until)
        )
    )
    return True


def tables(session: Session, until: datetime) -> dict[str, Any]:
    """The fixed tables: one dimension each, confirmed outcomes only, counts under five hidden.

    Where exactly one cell of a table is hidden the next smallest is hidden with it: otherwise the total gives it
    away.
    """
    by = {
        "market": confirmed_by(session, Outcome.market, until),
        "sector": by_top_sector(confirmed_by(session, Outcome.sector, until)),
        "home_place": confirmed_by(session, Outcome.home_place, until),
        "kind": confirmed_by(session, Outcome.kind, until),
    }
    smallest = limits().small_cell
    content: dict[str, Any] = {name: hide_small(counts, smallest) for name, counts in by.items()}
    value = value_totals(session, Outcome.first_confirmed_at < until)[CountedAs.CONFIRMED]
    if value.valued >= smallest:
        content["value"] = {
            "number": value.number,
            "valued": value.valued,
            "median": str(value.median),
            "total": str(value.total),
            "total_less_largest": str(value.total_less_largest),
            "attributable_low": str(value.attributable_low),
            "attributable_high": str(value.attributable_high),
        }
    return content


def by_top_sector(counts: dict[str, int]) -> dict[str, int]:
    """Counts of sectors of all levels, added up to the top one."""
    tops: Counter[str] = Counter()
    for code, count in counts.items():
        tops[code.partition(".")[0]] += count
    return dict(tops)


def hide_small(counts: dict[str, int], smallest: int) -> list[list[Any]]:
    """Rows [code, count or None], the largest first, hidden ones last in order of their code."""
    shown = {code: visible_count(count, smallest) for code, count in counts.items()}
    hidden = [code for code, count in shown.items() if count is None]
    if len(hidden) == 1 and len(shown) > 1:
        rest = [code for code in shown if code not in hidden and counts[code] > 0]
        if rest:
            shown[min(rest, key=lambda code: (counts[code], code))] = None
    visible = sorted(
        ((code, count) for code, count in shown.items() if count), key=lambda row: (-row[1], row[0])
    )
    return [[code, count] for code, count in visible] + [
        [code, None] for code in sorted(code for code, count in shown.items() if count is None)
    ]


def latest_snapshot(session: Session) -> PublicSnapshot | None:
    """The newest quarter's tables, or None before the first."""
    return session.scalar(select(PublicSnapshot).order_by(PublicSnapshot.quarter.desc()).limit(1))
