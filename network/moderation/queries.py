"""Looking concerns up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import working_days_after
from network.domain.concerns import MEASURES, ConcernAbout, ConcernState, Measure
from network.domain.errors import NotFound
from network.domain.states import NeedState, VolunteerState
from network.models import Concern, Need, Transition, User, Volunteer
from network.moderation.policy import concerns_told_to, concerns_visible_to
from network.rules import network_config, periods


def get_concern(session: Session, actor: Actor, concern_id: int) -> Concern:
    """The concern, for staff who may look at it; NotFound otherwise."""
    found = session.scalar(select(Concern).where(Concern.id == concern_id, concerns_visible_to(actor)))
    if found is None:
        raise NotFound("no_concern", "There is no such report.")
    return found


def get_decision(session: Session, actor: Actor, concern_id: int) -> Concern:
    """The decision, for the person concerned; NotFound otherwise."""
    found = session.scalar(select(Concern).where(Concern.id == concern_id, concerns_told_to(actor)))
    if found is None:
        raise NotFound("no_concern", "There is no such decision.")
    return found


def decision_to_read(actor: Actor) -> ScalarSelect[int]:
    """Inside a select: the latest decision against the actor that an appeal is still open to."""
    query = select(Concern.id).where(concerns_told_to(actor), Concern.state == ConcernState.UPHELD)
    return query.order_by(Concern.decided_at.desc(), Concern.id.desc()).limit(1).scalar_subquery()


def appeal_to_follow(actor: Actor, since: datetime) -> ScalarSelect[int]:
    """Inside a select: the latest appeal of the actor that is being read, or was answered since."""
    answered = and_(
        Concern.state.in_([ConcernState.CONFIRMED, ConcernState.OVERTURNED]), Concern.decided_at >= since
    )
    query = select(Concern.id).where(
        concerns_told_to(actor), or_(Concern.state == ConcernState.APPEALED, answered)
    )
    return query.order_by(Concern.decided_at.desc(), Concern.id.desc()).limit(1).scalar_subquery()


def lock_concern(session: Session, concern_id: int) -> Concern:
    """The concern as it is now, held against other writers until this transaction ends."""
    query = select(Concern).where(Concern.id == concern_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def measures_open(session: Session, concern: Concern) -> tuple[Measure, ...]:
    """What can follow now: only an open request is stopped, only somebody who takes part is suspended."""
    if concern.about is ConcernAbout.NEED:
        need = session.get(Need, concern.subject_id)
        acts = need is not None and need.state is NeedState.OPEN
    else:
        volunteer = session.get(Volunteer, concern.subject_id)
        acts = volunteer is not None and volunteer.state is VolunteerState.ACTIVE
    return tuple(one for one in MEASURES[concern.about] if acts or one is Measure.WARNING)


def was_stopped_at(session: Session, need_id: int, at: datetime | None) -> bool:
    """Whether the need is still read again because of what was decided then, and not for another reason since."""
    latest = session.execute(
        select(Transition.action, Transition.at)
        .where(
            Transition.subject == "need",
            Transition.subject_id == need_id,
            Transition.source != Transition.target,
        )
        .order_by(Transition.at.desc(), Transition.id.desc())
        .limit(1)
    ).first()
    return latest is not None and latest.action == "flag" and latest.at == at


def record_of(session: Session, concern_id: int) -> Sequence[tuple[Transition, str | None]]:
    """All that was decided, said and answered, with who did, oldest first."""
    rows = session.execute(
        select(Transition, User.name)
        .outerjoin(User, User.id == Transition.actor_id)
        .where(Transition.subject == "concern", Transition.subject_id == concern_id)
        .order_by(Transition.at, Transition.id)
    )
    return [(row[0], row[1]) for row in rows]


def decision_due(now: datetime) -> datetime:
    """By when a concern is decided: as soon as a new need is read."""
    days = periods().need_triage_working_days
    return working_days_after(now, days, network_config().timezone)


def reported_today(session: Session, user_id: int, now: datetime) -> int:
    """How many concerns the person reported in the last 24 hours."""
    since = now - timedelta(days=1)
    query = select(func.count()).where(Concern.reporter_id == user_id, Concern.created_at > since)
    return session.scalar(query) or 0
