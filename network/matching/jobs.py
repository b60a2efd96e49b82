"""What the worker does for search: changed volunteers into the index, many at once; the index mended when it broke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from network.matching.capacity import PERIOD
from network.matching.index import engine, index_volunteers, rebuild_index, what_is_wrong
from network.models import Affiliation, Introduction, OutboxMessage, SavedSearch
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic
from search import Differences, WriterBusy

INDEX = "search.index"
# How many changes go into the index in one commit of it, at most.
GATHERED = 400
REFRESH = timedelta(minutes=10)
# Of the lock that lets one worker at a time read and write what is indexed.
_LOCK = 74_201
log = structlog.get_logger("search")


@handles("volunteer.changed", "volunteer.activated")
def ask_for_indexing(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A volunteer may be found differently: an event of our own, so that several are done as one."""
    enqueue(session, INDEX, volunteer_id=payload["volunteer_id"], now=now)


@handles("organisation.changed")
def ask_for_graduates(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A university's name stands with its graduates."""
    query = select(Affiliation.volunteer_id).where(Affiliation.organisation_id == payload["organisation_id"])
    for volunteer_id in sorted(set(session.scalars(query))):
        enqueue(session, INDEX, volunteer_id=volunteer_id, now=now)


@handles(INDEX)
def index_changed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """This volunteer and all others who are due stand in the index as their rows do, by one commit of it."""
    _alone(session)
    ids = {payload["volunteer_id"], *_gather(session, now)}
    index_volunteers(session, ids, now)
    log.info("search.indexed", count=len(ids))


def mend_differences(session: Session, found: Differences, now: datetime) -> None:
    """Each volunteer of whom index and rows differ stands in the index as the rows do."""
    _alone(session)
    index_volunteers(session, [*found.missing, *found.stale, *found.extra], now)


def _alone(session: Session) -> None:
    """Nobody else reads until what is read here is written: an older state never follows a newer one.

    SQLite's write lock, which whoever indexes has taken already, does the same.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _gather(session: Session, now: datetime) -> list[int]:
    """The volunteers of all due events of this kind, which are finished with this one."""
    query = (
        select(OutboxMessage.id, OutboxMessage.payload)
        .where(
            OutboxMessage.event == INDEX,
            OutboxMessage.finished_at.is_(None),
            OutboxMessage.due_at <= now,
        )
        .order_by(OutboxMessage.id)
        .limit(GATHERED)
        .with_for_update(skip_locked=True)
    )
    due = session.execute(query).all()
    session.execute(
        update(OutboxMessage).where(OutboxMessage.id.in_([row.id for row in due])).values(finished_at=now)
    )
    return [row.payload["volunteer_id"] for row in due]


@periodic("search.loads", REFRESH)
def ask_for_loads(session: Session, now: datetime) -> None:
    """Whose introductions moved lately is freer or busier than the index says; so is whose period ended."""
    since = now - 2 * REFRESH
    counted_from = func.coalesce(Introduction.accepted_at, Introduction.offered_at)
    moved = or_(Introduction.updated_at >= since, counted_from.between(since - PERIOD, now - PERIOD))
    query = select(Introduction.volunteer_id).where(moved).distinct()
    for volunteer_id in session.scalars(query.order_by(Introduction.volunteer_id)).all():
        enqueue(session, INDEX, volunteer_id=volunteer_id, now=now)


@periodic("matching.saved_searches", REFRESH)
def find_due_searches(session: Session, now: datetime) -> None:
    """Each saved search whose morning has come is asked again, once per morning."""
    due = select(SavedSearch.id, SavedSearch.next_at).where(SavedSearch.next_at <= now)
    for row in session.execute(due.order_by(SavedSearch.next_at, SavedSearch.id).limit(GATHERED)).all():
        key = f"saved_search.clock:{row.id}:{row.next_at.isoformat()}"
        enqueue(session, "saved_search.clock", key=key, now=now, saved_search_id=row.id)


def mend_index(open_session: Callable[[], Session], now: datetime) -> int:
    """Rebuild the index if it cannot answer; 1 where it was rebuilt. Called by the worker between its rounds.

    It reads in a transaction of its own that writes nothing: a long rebuild keeps nobody from writing.
    """
    wrong = what_is_wrong(engine())
    if not wrong:
        return 0
    log.warning("search.rebuild", why=wrong)
    with open_session() as session:
        try:
            count = rebuild_index(session, now)
        except WriterBusy:
            # Another worker, or the command, is at it already.
            return 0
        finally:
            session.rollback()
    log.info("search.rebuilt", count=count)
    return 1
