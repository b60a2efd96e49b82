"""The clocks of outcomes: links reissued, silence told to brokers, the lapse, the later checks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.domain.actor import system_actor
from network.domain.outcome_moves import MOVES
from network.domain.outcome_timers import due_action
from network.models import Outcome
from network.outbox.clocks import enqueue_due
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic
from network.outcomes.asking import ask_contact, clock_of, schedule
from network.outcomes.policy import roles_towards_outcome
from network.rules import periods

CLOCK = system_actor()


@periodic("outcomes.due", timedelta(minutes=1))
def find_due(session: Session, now: datetime) -> None:
    """Make the clock of each outcome whose time has come due, once per date."""
    enqueue_due(session, Outcome, "outcome", now)


@handles("outcome.clock")
def run_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Take the step that is due for one outcome, if it still is."""
    outcome = session.scalar(select(Outcome).where(Outcome.id == payload["outcome_id"]).with_for_update())
    if outcome is None:
        return
    overdue = due_action(clock_of(session, outcome), now, periods())
    if overdue is None:
        schedule(session, outcome)
        return
    _take_step(session, outcome, overdue.step.name, overdue.steps_done, now)


def _take_step(session: Session, outcome: Outcome, name: str, steps_done: int, now: datetime) -> None:
    roles = roles_towards_outcome(CLOCK, outcome, None)
    if name == "reissue" and outcome.declared_at is None:
        move(session, CLOCK, outcome, MOVES, "reissue", now=now, roles=roles)
        ask_contact(session, outcome, now, fresh=False)
        return
    if name in {"mark_unanswered", "lapse"}:
        move(session, CLOCK, outcome, MOVES, name, now=now, roles=roles)
        record(session, CLOCK, f"outcome.{name}", "outcome", outcome.id, now=now)
        enqueue(
            session,
            f"outcome.{'unanswered' if name == 'mark_unanswered' else 'lapsed'}",
            now=now,
            outcome_id=outcome.id,
        )
        schedule(session, outcome)
        return
    outcome.steps_done = steps_done
    if name == "escalate":
        outcome.escalated_at = now
    schedule(session, outcome)
    reminder = "declared" if name == "reissue" else name
    enqueue(session, f"outcome.{reminder}", now=now, outcome_id=outcome.id, step=steps_done)
