"""The queue of a broker as a page: filtered, in one order, with the number of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, case, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.waiting import KINDS, Share, count_waiting, waiting_for_broker
from network.pages.queue.lines import Item, lines_of
from network.web.paging import Page

SIZE = 30
# In the filter of chapters: what no chapter owns.
NO_OWNER = "none"


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many of each kind there are, and the chapters that may be picked."""

    page: Page[Item]
    counts: dict[str, int]
    chapters: list[tuple[str, str | None, int]]
    late: int


def queue_page(session: Session, actor: Actor, number: int, kind: str, chapter: str, now: datetime) -> Queue:
    """What needs this broker's hand: overdue first, then urgent, then by date; eight or nine statements."""
    waiting = waiting_for_broker(actor).subquery()
    late = waiting.c.due_at < now
    shares = count_waiting(session, actor, now)
    counts = {name: sum(one.number for one in shares if one.kind == name) for name in KINDS}
    counts["all"] = sum(counts.values())
    where = _filters(waiting, kind, chapter)
    total = sum(one.number for one in shares if _is_shown(one, kind, chapter))
    rows = session.execute(
        select(waiting.c.kind, waiting.c.id, waiting.c.due_at)
        .where(*where)
        .order_by(
            case((late, 0), else_=1),
            waiting.c.urgent.desc(),
            case((waiting.c.due_at.is_(None), 1), else_=0),
            waiting.c.due_at,
            waiting.c.kind,
            waiting.c.id,
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    ).all()
    found = lines_of(session, [(row[0], row[1]) for row in rows], now)
    items = [found[row[0], row[1]] for row in rows if (row[0], row[1]) in found]
    return Queue(Page(items, number, SIZE, total), counts, _chapters(shares), sum(one.late for one in shares))


def _filters(waiting: Subquery, kind: str, chapter: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if kind in KINDS:
        where.append(waiting.c.kind == kind)
    if chapter == NO_OWNER:
        where.append(waiting.c.chapter_id.is_(None))
    elif chapter:
        where.append(waiting.c.chapter_id == int(chapter))
    return where


def _is_shown(share: Share, kind: str, chapter: str) -> bool:
    of_chapter = not chapter or _value_of(share) == chapter
    return of_chapter and (kind not in KINDS or share.kind == kind)


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
