"""Who decides on a concern, and who reads the decision: each rule as a question and as a filter."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from network.domain.actor import Actor
from network.domain.concerns import WAITS, ConcernState
from network.models import Concern

# What the person concerned may read of: decisions against them, never a report that came to nothing.
TOLD = (ConcernState.UPHELD, ConcernState.APPEALED, ConcernState.CONFIRMED, ConcernState.OVERTURNED)


def can_decide_concern(actor: Actor, concern: Concern) -> bool:
    """Staff who neither reported it nor are the person concerned; an appeal is for another than decided before."""
    if not actor.is_staff or actor.is_user(concern.reporter_id) or actor.is_user(concern.person_id):
        return False
    return concern.state is not ConcernState.APPEALED or not actor.is_user(concern.decided_by_id)


def concerns_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Concerns that staff may look at: not those they reported or that are about them."""
    if not actor.is_staff:
        return false()
    mine = actor.user_id or 0
    others = or_(Concern.person_id.is_(None), Concern.person_id != mine)
    return and_(Concern.reporter_id != mine, others)


def can_view_concern(actor: Actor, concern: Concern) -> bool:
    """The same, as a question."""
    return actor.is_staff and not (actor.is_user(concern.reporter_id) or actor.is_user(concern.person_id))


def concerns_waiting_for(actor: Actor) -> ColumnElement[bool]:
    """Concerns that wait for a decision which this actor may take."""
    others = or_(
        Concern.state != ConcernState.APPEALED, Concern.decided_by_id.is_distinct_from(actor.user_id or 0)
    )
    return and_(concerns_visible_to(actor), Concern.state.in_(sorted(WAITS)), others)


def concerns_told_to(actor: Actor) -> ColumnElement[bool]:
    """Decisions that the actor may read as the person concerned."""
    if actor.user_id is None:
        return false()
    return and_(Concern.person_id == actor.user_id, Concern.state.in_(TOLD))
