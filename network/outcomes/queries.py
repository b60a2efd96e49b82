"""Looking outcomes up, always through who may see them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import Role
from network.models import (
    ChapterLead,
    Confirmation,
    Introduction,
    Organisation,
    Outcome,
    OutcomeValue,
    User,
    UserRole,
    Volunteer,
)
from network.outcomes.policy import outcomes_visible_to


def get_outcome(session: Session, actor: Actor, outcome_id: int, *, lock: bool = False) -> Outcome:
    """The outcome, or NotFound where there is none for this actor; `lock` holds the row for a move."""
    query = select(Outcome).where(Outcome.id == outcome_id)
    if not actor.is_system:
        query = query.where(outcomes_visible_to(actor))
    if lock:
        query = query.with_for_update()
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_outcome", "There is no such outcome, or it is not for you to see.")
    return found


def volunteer_of(session: Session, outcome: Outcome) -> Volunteer | None:
    """The volunteer of the outcome's introduction."""
    return session.scalar(
        select(Volunteer)
        .join(Introduction, Introduction.volunteer_id == Volunteer.id)
        .where(Introduction.id == outcome.introduction_id)
    )


def values_of(session: Session, outcome_id: int) -> list[OutcomeValue]:
    """The values by year, forecasts before actuals."""
    return list(
        session.scalars(
            select(OutcomeValue)
            .where(OutcomeValue.outcome_id == outcome_id)
            .order_by(OutcomeValue.basis.desc(), OutcomeValue.year, OutcomeValue.value_type)
        )
    )


def confirmations_of(session: Session, outcome_id: int) -> list[Confirmation]:
    """All answers of the beneficiary, the latest first."""
    return list(
        session.scalars(
            select(Confirmation)
            .where(Confirmation.outcome_id == outcome_id)
            .order_by(Confirmation.answered_at.desc(), Confirmation.id.desc())
        )
    )


def brokers_of(session: Session, outcome: Outcome) -> list[User]:
    """The unconflicted leads of the outcome's chapter, else staff."""
    leads = session.scalars(
        select(User)
        .join(ChapterLead, ChapterLead.user_id == User.id)
        .where(ChapterLead.chapter_id == outcome.chapter_id, User.closed_at.is_(None))
        .order_by(User.id)
    ).all()
    volunteer = volunteer_of(session, outcome)
    helper = volunteer.user_id if volunteer else None
    found = [lead for lead in leads if lead.id not in {helper, outcome.reporter_id}]
    if found:
        return found
    return list(
        session.scalars(
            select(User)
            .join(UserRole, UserRole.user_id == User.id)
            .where(UserRole.role.in_((Role.STAFF, Role.ADMINISTRATOR)), User.closed_at.is_(None))
            .distinct()
            .order_by(User.id)
        )
    )


def organisation_of(session: Session, outcome: Outcome) -> Organisation:
    """The beneficiary."""
    found = session.get(Organisation, outcome.organisation_id)
    if found is None:
        raise NotFound("no_organisation", "There is no such organisation.")
    return found
