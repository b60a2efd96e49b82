"""Everything for reports is made anew each day, step by step, also where a worker does a step twice."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.domain.actor import system_actor
from network.domain.clock import FixedClock
from network.domain.states import OutcomeStatus
from network.measures.cells import stale_months
from network.measures.jobs import begin_rebuild
from network.measures.policy import Scope
from network.measures.reading import cut_for
from network.measures.reports import totals_of
from network.models import NeedFact, OutboxMessage, ReportState
from tests.factories import make_outcome
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


def test_what_is_written_down_stands_in_the_reports_after_the_next_round_with_its_age(
    session: Session, clock: FixedClock, work: Callable[[], int]
) -> None:
    scene, months = Scene(session), Scope(202601, 202612)
    session.commit()
    work()
    assert session.get_one(ReportState, "cells").made_at == clock.now()
    assert cut_for(session, system_actor(), months) is not None
    assert totals_of(session, system_actor(), months)["pending"].number == 0
    one = make_outcome(session, scene.introduction, scene.need, status=OutcomeStatus.AWAITING_CONFIRMATION)
    record(session, system_actor(), "outcome.record", "outcome", one.id, now=clock.now())
    session.commit()
    clock.advance(minutes=5)
    work()
    assert session.get_one(ReportState, "cells").made_at == clock.now()
    assert not stale_months(session)
    assert totals_of(session, system_actor(), months)["pending"].number == 1
