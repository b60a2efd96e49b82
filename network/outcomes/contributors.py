"""Who contributed to an outcome: one role a person, chosen among those who had a part in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from network.audit.moves import check_version
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed
from network.domain.states import Role
from network.models import ChapterLead, Introduction, Need, Outcome, OutcomeContributor, User, Volunteer
from network.outcomes.policy import roles_towards_outcome
from network.outcomes.queries import get_outcome, volunteer_of

ROLES = ("volunteer", "broker", "adviser")
# The firm knows whom it was introduced to, the brokers know everybody.
_CHOOSERS = {Role.ORGANISATION_MEMBER, Role.CHAPTER_LEAD, Role.STAFF}


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who had a part in it, or may have had; `role` is empty where they are not counted."""

    user_id: int
    name: str
    role: str


def contributors_of(session: Session, outcome_id: int) -> list[Contributor]:
    """Those who are counted, volunteers first."""
    rows = session.execute(
        select(OutcomeContributor.user_id, User.name, OutcomeContributor.role)
        .join(User, User.id == OutcomeContributor.user_id)
        .where(OutcomeContributor.outcome_id == outcome_id)
        .order_by(OutcomeContributor.role.desc(), User.name, User.id)
    )
    return [Contributor(*row) for row in rows]


def candidates(
    session: Session, actor: Actor, outcome: Outcome, helper: Volunteer | None
) -> list[Contributor]:
    """Everybody who may be counted: the need's introduced volunteers, its broker, the chapter's leads.

    `helper` is the volunteer of the outcome's introduction. Empty for whoever may not choose among them.
    """
    if not roles_towards_outcome(actor, outcome, helper.id if helper else None) & _CHOOSERS:
        return []
    return _candidates(session, outcome)


def _candidates(session: Session, outcome: Outcome) -> list[Contributor]:
    had_a_part = union(
        select(Volunteer.user_id)
        .join(Introduction, Introduction.volunteer_id == Volunteer.id)
        .where(
            Introduction.need_id == outcome.need_id,
            Introduction.introduced_at.is_not(None),
            Volunteer.user_id.is_not(None),
        ),
        select(Need.broker_id).where(Need.id == outcome.need_id, Need.broker_id.is_not(None)),
        select(ChapterLead.user_id).where(ChapterLead.chapter_id == outcome.chapter_id),
        select(OutcomeContributor.user_id).where(OutcomeContributor.outcome_id == outcome.id),
    ).subquery()
    rows = session.execute(
        select(User.id, User.name, OutcomeContributor.role)
        .outerjoin(
            OutcomeContributor,
            (OutcomeContributor.user_id == User.id) & (OutcomeContributor.outcome_id == outcome.id),
        )
        .where(User.id.in_(select(had_a_part.c[0])), User.closed_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Contributor(user_id, name, role or "") for user_id, name, role in rows]


def set_contributors(
    session: Session,
    actor: Actor,
    outcome_id: int,
    chosen: Mapping[int, str],
    *,
    seen: int | None,
    now: datetime,
) -> None:
    """Count exactly those chosen, one role each; raises Invalid for somebody who had no part in it."""
    outcome = get_outcome(session, actor, outcome_id, lock=True)
    check_version(outcome, seen)
    helper = volunteer_of(session, outcome)
    if not roles_towards_outcome(actor, outcome, helper.id if helper else None) & _CHOOSERS:
        raise NotAllowed("role_may_not", "The firm and its brokers say who contributed.")
    known = {one.user_id for one in _candidates(session, outcome)}
    roles = {user_id: role for user_id, role in chosen.items() if role}
    if not set(roles) <= known or not set(roles.values()) <= set(ROLES):
        raise Invalid("had_no_part", "Choose among those who had a part in it.")
    session.execute(delete(OutcomeContributor).where(OutcomeContributor.outcome_id == outcome.id))
    session.add_all(
        OutcomeContributor(outcome_id=outcome.id, user_id=user_id, role=role)
        for user_id, role in roles.items()
    )
    outcome.updated_at = now
    session.flush()
    record(session, actor, "outcome.contributors", "outcome", outcome.id, now=now, fields=["contributors"])
