"""The clocks of needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import Waiting
from network.models import Need, RiskReview
from network.needs.operations import end_review_of, run_held, tick_need, tick_risk, wind_need
from network.needs.queries import lock_need
from network.outbox.clocks import enqueue_due
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic

AT_ONCE = 500
STEPS_AT_ONCE = 12


@periodic("needs.due", timedelta(minutes=1))
def find_due_needs(session: Session, now: datetime) -> None:
    """The clock of each need whose time has come is due, once for each date."""
    due = session.execute(
        select(Need.id, Need.next_action_at)
        .where(Need.next_action_at <= now)
        .order_by(Need.next_action_at, Need.id)
        .limit(AT_ONCE)
    )
    for need_id, at in due.all():
        key = f"need.clock:{need_id}:{at}"
        enqueue(session, "need.clock", key=key, now=now, need_id=need_id)


@handles("need.clock")
def run_need_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What is due on one need is done, if it still is; all of it, where the worker was away for long."""
    for _step in range(STEPS_AT_ONCE):
        if tick_need(session, payload["need_id"], now) is None:
            break


@periodic("risks.due", timedelta(minutes=1))
def find_due_risks(session: Session, now: datetime) -> None:
    """The clock of each look at risk whose time has come is due, once for each date."""
    enqueue_due(session, RiskReview, "risk", now)


@handles("risk.clock")
def run_risk_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What is due on one look is done, if it still is."""
    tick_risk(session, payload["risk_id"], now)


@handles("need.withdrawn", "need.refused", "need.closed_unmet", "need.fulfilled")
def end_risk_review(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Nobody looks at the risks of a need that has ended."""
    end_review_of(session, payload["need_id"], now)


@handles("chapter.calendar_changed")
def count_anew(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What waits for the chapter is due on the day that its holidays now give."""
    ids = session.scalars(
        select(Need.id)
        .where(
            Need.owner_chapter_id == payload["chapter_id"],
            Need.next_action_by.in_([Waiting.BROKER, Waiting.STAFF]),
        )
        .order_by(Need.id)
    ).all()
    for need_id in ids:
        wind_need(session, lock_need(session, need_id), quietly=True)


@handles("needs.held")
def do_held_act(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The minute in which an act on several needs could be taken back is over."""
    run_held(session, payload["held_id"], now)
