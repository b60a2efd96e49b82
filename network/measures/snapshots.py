"""What the public may read of breakdowns and values: fixed tables, made once a quarter, small cells kept back.

Tables that moved live would give a single outcome away by their difference; a quarter's snapshot never changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.domain.clock import zone_or_utc
from network.domain.hiding import Published, publish
from network.domain.outcome_moves import CountedAs
from network.measures.figures import confirmed_by, value_totals
from network.models import Outcome, PublicSnapshot
from network.rules import limits, network_config

# Of the form of the tables and the data: a change of meaning raises it.
VERSION = 2


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
            quarter=quarter, made_at=now, until=until, content=tables(session, until, all_snapshots(session))
        )
    )
    return True


def tables(session: Session, until: datetime, earlier: Sequence[PublicSnapshot] = ()) -> dict[str, Any]:
    """The fixed tables: one dimension each, confirmed outcomes only, published by the rules of domain/hiding.py.

    `earlier` are the snapshots before, the oldest first: no difference to any of them may give an outcome away.
    """
    by = {
        "market": confirmed_by(session, Outcome.market, until),
        "sector": by_top_sector(confirmed_by(session, Outcome.sector, until)),
        "home_place": confirmed_by(session, Outcome.home_place, until),
        "kind": confirmed_by(session, Outcome.kind, until),
    }
    smallest = limits().small_cell
    content: dict[str, Any] = {"version": VERSION, "rest": {}}
    for name, counts in by.items():
        table = publish(counts, [published_of(one.content, name) for one in earlier], smallest)
        content[name] = sorted(([code, count] for code, count in table.cells.items()), key=_largest_first)
        content["rest"][name] = table.rest
    value = _value(session, until, earlier, smallest)
    if value is not None:
        content["value"] = value
    return content


def published_of(content: dict[str, Any], name: str) -> Published:
    """A table of a snapshot as it was published."""
    cells = {code: count for code, count in content.get(name, []) if count is not None}
    return Published(cells, content.get("rest", {}).get(name, 0))


def _largest_first(row: list[Any]) -> tuple[int, str]:
    return -row[1], row[0]


def _value(
    session: Session, until: datetime, earlier: Sequence[PublicSnapshot], smallest: int
) -> dict[str, Any] | None:
    """The values, where at least five more name one than in every snapshot before; else those of the last one.

    Rounded to three figures: the total less the largest would else tell the largest to the pound.
    """
    value = value_totals(session, Outcome.first_confirmed_at < until)[CountedAs.CONFIRMED]
    before = [one.content["value"] for one in earlier if one.content.get("value")]
    fresh = all(
        value.valued == one["valued"] or abs(value.valued - one["valued"]) >= smallest for one in before
    )
    same = before and value.valued == before[-1]["valued"]
    if value.valued < smallest or not fresh or same:
        return dict(before[-1]) if before else None
    money = {
        name: str(rounded(getattr(value, name)))
        for name in ("median", "total", "total_less_largest", "attributable_low", "attributable_high")
    }
    return {"number": value.number, "valued": value.valued, **money}


def rounded(amount: Decimal | None) -> Decimal:
    """To three figures: 1,234,567 is 1,230,000."""
    if not amount:
        return Decimal(0)
    step = Decimal(10) ** (amount.adjusted() - 2)
    return ((amount / step).quantize(Decimal(1)) * step).quantize(Decimal(1))


def by_top_sector(counts: dict[str, int]) -> dict[str, int]:
    """Counts of sectors of all levels, added up to the top one."""
    tops: Counter[str] = Counter()
    for code, count in counts.items():
        tops[code.partition(".")[0]] += count
    return dict(tops)


def all_snapshots(session: Session) -> list[PublicSnapshot]:
    """Every quarter's tables, the oldest first."""
    return list(session.scalars(select(PublicSnapshot).order_by(PublicSnapshot.quarter)))


def latest_snapshot(session: Session) -> PublicSnapshot | None:
    """The newest quarter's tables, or None before the first."""
    return session.scalar(select(PublicSnapshot).order_by(PublicSnapshot.quarter.desc()).limit(1))
