"""Everything for reports is made anew each day, step by step, also where a worker does a step twice."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.measures.jobs import begin_rebuild
from network.models import NeedFact, OutboxMessage
from tests.integration.outcomes.test_recording import Scene

STEPS = ("needs", "needs", "outcomes", "supply")


def steps(session: Session) -> list[str]:
    """The steps asked for so far, in order."""
    asked = select(OutboxMessage.payload).where(OutboxMessage.event == "measures.rebuild")
    return [payload["stage"] for payload in session.scalars(asked.order_by(OutboxMessage.id))]


def test_a_worker_that_does_each_step_twice_asks_for_the_next_once(
    session: Session, clock: FixedClock, work: Callable[[], int]
) -> None:
    Scene(session)
    session.commit()
    begin_rebuild(session, clock.now())
    session.commit()
    work()
    assert session.scalar(select(func.count()).select_from(NeedFact)) == 1
    before = steps(session)
    assert tuple(before[-len(STEPS) :]) == STEPS
    session.execute(
        update(OutboxMessage).values(finished_at=None).where(OutboxMessage.event == "measures.rebuild")
    )
    session.commit()
    work()
    assert steps(session) == before
