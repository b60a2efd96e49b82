"""The clock of organisations: the first need, the check that is late, the yearly look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import log_transition
from network.audit.quiet import set_quietly
from network.domain.actor import system_actor
from network.domain.standing_timers import due_action
from network.models import Organisation
from network.organisations.standing import clock_of, schedule_organisation
from network.outbox.clocks import enqueue_due
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic
from network.rules import periods


@periodic("organisations.due", timedelta(minutes=10))
def find_due(session: Session, now: datetime) -> None:
    """Each organisation whose time has come gets its clock event, once per date."""
    enqueue_due(session, Organisation, "organisation", now)


@handles("organisation.clock")
def run_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Take the step that is due for one organisation, if it still is."""
    organisation = session.scalar(
        select(Organisation).where(Organisation.id == payload["organisation_id"]).with_for_update()
    )
    if organisation is None:
        return
    overdue = due_action(clock_of(session, organisation), now, periods())
    if overdue is not None:
        name = overdue.step.name
        if name == "escalate":
            state = organisation.state.value
            log_transition(
                session, system_actor(), organisation, "escalate", source=state, target=state, now=now
            )
            set_quietly(session, organisation, escalated_at=now)
        set_quietly(session, organisation, steps_done=overdue.steps_done)
        event = "organisation.nudge" if name == "nudge" else "organisation.review_wanted"
        enqueue(session, event, organisation_id=organisation.id, step=overdue.steps_done, now=now)
    schedule_organisation(session, organisation)
