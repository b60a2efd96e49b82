"""The worker: takes due outbox rows one at a time, each in a transaction of its own, and runs periodic jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network.db import intending_to_write, keep_rows
from network.models import OutboxMessage, PeriodicRun
from network.outbox.queue import MAILED
from network.outbox.registry import HANDLERS, PERIODIC, Periodic, slot_of

MAX_ATTEMPTS = 8
log = structlog.get_logger("worker")


def back_off(attempts: int) -> timedelta:
    """How long to wait after a failure: 10 s doubling to an hour and a half."""
    return timedelta(seconds=min(10 * 2**attempts, 5400))


def run_due(open_session: Callable[[], Session], now: datetime, limit: int = 100) -> int:
    """Do up to `limit` due outbox rows; the number done or failed. An empty outbox gives 0."""
    done = 0
    while done < limit and run_one(open_session, now):
        done += 1
    return done


def run_one(open_session: Callable[[], Session], now: datetime) -> bool:
    """Do the oldest due row; False when nothing is due.

    The effect and the mark "finished" commit together. A failure is rolled back whole, then counted; after
    MAX_ATTEMPTS the row is a dead letter for staff to look at. A row that was done once makes no mails
    when it is done again.
    """
    with intending_to_write(), open_session() as session:
        message = _claim(session, now)
        if message is None:
            session.rollback()
            return False
        keep_rows(session)
        session.info[MAILED] = message.mailed
        try:
            for handler in HANDLERS.get(message.event, []):
                handler(session, dict(message.payload), now)
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message.id)
                .values(finished_at=now, mailed=True),
                execution_options={"synchronize_session": False},
            )
            session.commit()
        except Exception as error:
            session.rollback()
            _count_failure(session, message.id, message.attempts, type(error).__name__, now)
            log.warning(
                "outbox.failed",
                event_name=message.event,
                outbox_id=message.id,
                error=type(error).__name__,
                exc_info=True,
            )
    return True


def _claim(session: Session, now: datetime) -> Row[int, str, dict[str, Any], int, bool] | None:
    row = OutboxMessage
    query = (
        select(row.id, row.event, row.payload, row.attempts, row.mailed)
        .where(OutboxMessage.finished_at.is_(None), OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.execute(query).first()


def _count_failure(session: Session, message_id: int, attempts: int, error: str, now: datetime) -> None:
    dead = attempts + 1 >= MAX_ATTEMPTS
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(
            attempts=attempts + 1,
            due_at=now + back_off(attempts),
            error=error,
            dead_at=now if dead else None,
            finished_at=now if dead else None,
        )
    )
    session.commit()


def run_periodic(open_session: Callable[[], Session], now: datetime) -> int:
    """Run each periodic job whose slot has not run; the number run."""
    slots = {job.name: slot_of(now, job.every) for job in PERIODIC.values()}
    with open_session() as session:
        place = tuple_(PeriodicRun.name, PeriodicRun.slot)
        ran = set(session.scalars(select(PeriodicRun.name).where(place.in_(slots.items()))))
    return sum(_run_job(open_session, PERIODIC[name], slots[name], now) for name in slots if name not in ran)


def _run_job(open_session: Callable[[], Session], job: Periodic, slot: str, now: datetime) -> int:
    with intending_to_write(), open_session() as session:
        try:
            session.execute(
                insert(PeriodicRun).values(name=job.name, slot=slot, started_at=now, finished_at=now)
            )
            job.run(session, now)
            session.commit()
        except IntegrityError:
            # Another worker took the slot first.
            session.rollback()
            return 0
        except Exception as error:
            session.rollback()
            log.warning("periodic.failed", job=job.name, error=type(error).__name__, exc_info=True)
            return 0
    return 1


def tidy(session: Session, now: datetime) -> None:
    """Forget finished outbox rows after 30 days and the slots of periodic jobs after 60."""
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.finished_at < now - timedelta(days=30),
            OutboxMessage.dead_at.is_(None),
            OutboxMessage.key.is_(None),
        )
    )
    session.execute(delete(PeriodicRun).where(PeriodicRun.started_at < now - timedelta(days=60)))
