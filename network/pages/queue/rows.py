"""The queue of a broker as a page: filtered, in one order, with the number of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, not_, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.waiting import KINDS, Share, count_waiting, waiting_for_broker
from network.pages.queue.lines import Item, lines_of
from network.web.paging import Page

SIZE = 30
# In the filter of chapters: what no chapter owns.
NO_OWNER = "none"


# In the filters: whose it is, and by when.
MINE, NOBODY = "me", "nobody"
BROKERS = (MINE, NOBODY)
LATE, WEEK, URGENT = "late", "week", "urgent"
DUE = (LATE, WEEK, URGENT)


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is shown; an empty word asks for everything."""

    kind: str = ""
    chapter: str = ""
    broker: str = ""
    due: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of a query; what is not known asks for nothing."""
        kind, chapter = asked.get("kind", ""), asked.get("chapter", "")
        broker, due = asked.get("broker", ""), asked.get("due", "")
        known = chapter == NO_OWNER or (chapter.isascii() and chapter.isdigit() and len(chapter) < 10)
        return cls(
            kind if kind in KINDS else "",
            chapter if known else "",
            broker if broker in BROKERS else "",
            due if due in DUE else "",
        )

    def query(self, **changes: str | None) -> dict[str, str]:
        """The filters as a query, some of them changed; those that ask for nothing left out."""
        return {name: value for name, value in {**asdict(self), **changes}.items() if value}


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many of each kind there are, and the chapters that may be picked."""

    page: Page[Item]
    counts: dict[str, int]
    chapters: list[tuple[str, str | None, int]]
    late: int


def queue_page(session: Session, actor: Actor, number: int, filters: Filters, now: datetime) -> Queue:
    """What needs this broker's hand: overdue first, then urgent, then by date; eight or nine statements."""
    waiting = waiting_for_broker(actor, now).subquery()
    shares = count_waiting(session, actor, now)
    counts = {name: sum(one.number for one in shares if one.kind == name) for name in KINDS}
    counts["all"] = sum(counts.values())
    rows = session.execute(
        select(waiting.c.kind, waiting.c.id, func.count().over())
        .where(*_filters(waiting, actor, filters, now))
        .order_by(*_urgency(waiting, now))
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    ).all()
    found = lines_of(session, [(row[0], row[1]) for row in rows], now)
    items = [found[row[0], row[1]] for row in rows if (row[0], row[1]) in found]
    # A page past the end has no rows to carry the number.
    total = rows[0][2] if rows else 0
    return Queue(Page(items, number, SIZE, total), counts, _chapters(shares), sum(one.late for one in shares))


def next_line(session: Session, actor: Actor, need_id: int, now: datetime) -> Item | None:
    """What stands first in the queue of this broker, apart from one need they have just done with; two statements."""
    waiting = waiting_for_broker(actor, now).subquery()
    this = and_(waiting.c.kind.in_(["need", "exhausted"]), waiting.c.id == need_id)
    query = select(waiting.c.kind, waiting.c.id).where(not_(this)).order_by(*_urgency(waiting, now)).limit(1)
    row = session.execute(query).first()
    return lines_of(session, [(row[0], row[1])], now).get((row[0], row[1])) if row is not None else None


def _urgency(waiting: Subquery, now: datetime) -> tuple[Any, ...]:
    """Overdue first, then urgent, then by date."""
    return (
        case((waiting.c.due_at < now, 0), else_=1),
        waiting.c.urgent.desc(),
        case((waiting.c.due_at.is_(None), 1), else_=0),
        waiting.c.due_at,
        waiting.c.kind,
        waiting.c.id,
    )


def _filters(waiting: Subquery, actor: Actor, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.kind:
        where.append(waiting.c.kind == filters.kind)
    if filters.chapter == NO_OWNER:
        where.append(waiting.c.chapter_id.is_(None))
    elif filters.chapter:
        where.append(waiting.c.chapter_id == int(filters.chapter))
    if filters.broker:
        wanted = actor.user_id if filters.broker == MINE else None
        where.append(waiting.c.broker_id.is_not_distinct_from(wanted))
    if filters.due == URGENT:
        where.append(waiting.c.urgent == 1)
    elif filters.due:
        where.append(waiting.c.due_at < (now if filters.due == LATE else now + timedelta(days=7)))
    return where


def _value_of(share: Share) -> str:
    """What stands for its owner in the filter."""
    return NO_OWNER if share.chapter_id is None else str(share.chapter_id)


def _chapters(shares: Sequence[Share]) -> list[tuple[str, str | None, int]]:
    """Value, name and number of each owner in the queue, by name; nobody's last."""
    found: dict[tuple[str, str | None], int] = {}
    for one in shares:
        key = (_value_of(one), one.chapter)
        found[key] = found.get(key, 0) + one.number
    return sorted(((*key, n) for key, n in found.items()), key=lambda one: (one[1] is None, one[1] or ""))
