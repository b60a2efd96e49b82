"""Risk in proportion: what the network's rules say of a need, who looks at it, and whether it may be opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, or_, select
from sqlalchemy.orm import Session

from config.reference import find_market, find_sector, groups_of_market, sector_and_ancestors
from network.domain.actor import Actor
from network.domain.clock import working_days_after
from network.domain.errors import NotFound
from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.risk import assess
from network.domain.states import RiskKind, RiskState
from network.models import Need, RiskReview, User
from network.needs.policy import has_judged, is_conflicted, needs_judged_by, needs_watched_by
from network.needs.queries import get_topics, staff_users, unconflicted_with
from network.rules import network_config

# --- what the rules say --------------------------------------------------------------------


def risks_of(session: Session, need: Need) -> tuple[RiskKind, ...]:
    """The kinds of risk that the rules name for the need as it is, in a fixed order; none for most needs."""
    topics = get_topics(session, need)
    markets = [(code, *groups_of_market(code)) for code in topics.markets if find_market(code)]
    sectors = [part for code in topics.sectors if find_sector(code) for part in sector_and_ancestors(code)]
    found = assess(network_config().risk.rules, need.risk_answers.split(), markets, sectors)
    return tuple(kind for kind in RiskKind if kind in found)


def review_due(now: datetime) -> datetime:
    """The end of the time a reviewer has, counted by the network's own working days."""
    config = network_config()
    return working_days_after(now, config.risk.review_working_days, config.timezone)


# --- who may -------------------------------------------------------------------------------


def can_decide_risk(actor: Actor, need: Need) -> bool:
    """Whether the actor may clear or stop the need: staff without a conflict, who have not refused it before."""
    return actor.is_staff and not is_conflicted(actor, need) and not has_judged(actor, need)


def risk_reviews_decidable_by(actor: Actor) -> ColumnElement[bool]:
    """Looks at needs that the actor may decide on."""
    if not actor.is_staff:
        return false()
    return RiskReview.need_id.in_(select(Need.id).where(needs_watched_by(actor), ~needs_judged_by(actor)))


def risk_reviews_waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Looks that stand in this actor's queue: their own, those nobody is named for, and what is overdue."""
    mine = or_(
        RiskReview.reviewer_id == (actor.user_id or 0),
        RiskReview.reviewer_id.is_(None),
        RiskReview.escalated_at.is_not(None),
    )
    waits = and_(RiskReview.state == RiskState.WAITING, mine, risk_reviews_decidable_by(actor))
    return and_(
        waits, RiskReview.need_id.in_(select(Need.id).where(Need.state.in_(sorted(WAITS_FOR_TRIAGE))))
    )


# --- rows ----------------------------------------------------------------------------------


def get_risk_review(session: Session, actor: Actor, review_id: int) -> RiskReview:
    """The look, for staff who may decide on it; NotFound otherwise."""
    query = select(RiskReview).where(RiskReview.id == review_id, risk_reviews_decidable_by(actor))
    review = session.scalar(query)
    if review is None:
        raise NotFound("no_risk_review", "There is no such review.")
    return review


def lock_risk_review(session: Session, review_id: int) -> RiskReview:
    """The look as it is now, held against other writers until this transaction ends."""
    query = select(RiskReview).where(RiskReview.id == review_id).with_for_update()
    review = session.scalar(query.execution_options(populate_existing=True))
    if review is None:
        raise NotFound("no_risk_review", "There is no such review.")
    return review


def risk_due() -> ScalarSelect[datetime | None]:
    """Inside a select of needs: by when the look at their risks is due; None where none waits."""
    return (
        select(func.max(RiskReview.next_action_at))
        .where(RiskReview.need_id == Need.id, RiskReview.state == RiskState.WAITING)
        .correlate(Need)
        .scalar_subquery()
    )


def latest_review(session: Session, need_id: int) -> RiskReview | None:
    """The look at the need that counts now: the latest that was not superseded."""
    return session.scalar(
        select(RiskReview)
        .where(RiskReview.need_id == need_id, RiskReview.state != RiskState.SUPERSEDED)
        .order_by(RiskReview.id.desc())
        .limit(1)
    )


def reviewers_for(session: Session, need: Need) -> list[User]:
    """Staff without a conflict, whoever has the fewest looks waiting first."""
    people = unconflicted_with(session, staff_users(session), need)
    rows = session.execute(
        select(RiskReview.reviewer_id, func.count())
        .where(RiskReview.state == RiskState.WAITING, RiskReview.reviewer_id.in_([one.id for one in people]))
        .group_by(RiskReview.reviewer_id)
    )
    waiting = {row[0]: row[1] for row in rows}
    return sorted(people, key=lambda one: (waiting.get(one.id, 0), one.id))


def earlier_reviews(session: Session, need: Need) -> Sequence[tuple[RiskReview, str, str | None]]:
    """Decided looks at needs of the same organisation, with the need's title and who decided, the latest first."""
    query = (
        select(RiskReview, Need.title, User.name)
        .join(Need, Need.id == RiskReview.need_id)
        .outerjoin(User, User.id == RiskReview.decided_by_id)
        .where(Need.organisation_id == need.organisation_id, RiskReview.decided_at.is_not(None))
        .order_by(RiskReview.decided_at.desc(), RiskReview.id.desc())
        .limit(8)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
