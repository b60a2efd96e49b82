"""What volunteers do by the clock: come back from leave, and be forgotten where they said no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.audit.quiet import set_quietly
from network.domain.clock import local_date
from network.domain.states import VolunteerState
from network.mail.recipients import address_hash
from network.models import DoNotAsk, Volunteer
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic


@periodic("volunteers.back_from_leave", timedelta(hours=1))
def end_leaves(session: Session, now: datetime) -> None:
    """Whose leave is over by their own calendar is available again, and found as such."""
    over = select(Volunteer).where(Volunteer.paused_until < local_date(now, "Pacific/Kiritimati"))
    for volunteer in session.scalars(over.limit(500)).all():
        if volunteer.paused_until and volunteer.paused_until < local_date(now, volunteer.timezone):
            set_quietly(session, volunteer, paused_until=None, leave_from=None)
            enqueue(session, "volunteer.resumed", volunteer_id=volunteer.id, now=now)
            enqueue(session, "volunteer.changed", volunteer_id=volunteer.id, now=now)


@periodic("volunteers.leaves_begin", timedelta(hours=1))
def begin_leaves(session: Session, now: datetime) -> None:
    """Whose leave begins today is found as away."""
    today = now.date()
    starting = select(Volunteer.id).where(
        Volunteer.leave_from.between(today - timedelta(days=1), today + timedelta(days=1)),
        Volunteer.paused_until >= today,
    )
    for volunteer_id in session.scalars(starting.limit(500)).all():
        key = f"volunteer.changed:leave:{volunteer_id}:{now:%Y-%m-%dT%H}"
        enqueue(session, "volunteer.changed", volunteer_id=volunteer_id, key=key, now=now)


@handles("volunteer.claim_refused")
def forget_refused(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The record of somebody who does not want to be here is gone; a keyed hash remembers not to ask again."""
    volunteer = session.get(Volunteer, payload["volunteer_id"])
    if volunteer is None or volunteer.state is not VolunteerState.IMPORTED or volunteer.user_id is not None:
        return
    if volunteer.contact_email:
        hashed = address_hash(volunteer.contact_email)
        if session.get(DoNotAsk, hashed) is None:
            session.add(DoNotAsk(address_hash=hashed, reason="erased", created_at=now))
    session.flush()
    session.execute(delete(Volunteer).where(Volunteer.id == volunteer.id))
