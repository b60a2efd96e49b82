"""Mail about looks at risk, by event. A mail names the kinds of risk and never what the requester wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.domain.states import NeedState, RiskKind, RiskState
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Need, RiskReview, User
from network.needs.emails import need_facts
from network.needs.queries import brokers_of, leads_of, staff_users, unconflicted_with
from network.outbox.registry import handles


def _waiting(session: Session, payload: dict[str, Any]) -> tuple[RiskReview, Need] | None:
    review = session.get(RiskReview, payload["review_id"])
    if review is None or review.state is not RiskState.WAITING:
        return None
    return review, session.get_one(Need, review.need_id)


def _facts(session: Session, review: RiskReview, need: Need) -> dict[str, Any]:
    kinds = [RiskKind(kind) for kind in review.kinds.split()]
    return need_facts(session, need) | {
        "kinds": kinds,
        "due_at": review.next_action_at,
        "review_url": link(f"/queue/risk/{review.id}"),
    }


@handles("risk.asked")
def tell_reviewer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever is named knows what to look at and by when; all staff, where nobody could be named."""
    found = _waiting(session, payload)
    if found is None:
        return
    review, need = found
    if payload.get("reviewer_id", review.reviewer_id) != review.reviewer_id:
        return
    named = session.get(User, review.reviewer_id) if review.reviewer_id else None
    people = [named] if named else unconflicted_with(session, staff_users(session), need)
    for user in people:
        key = f"risk:{review.id}:asked:{payload['at']}"
        post(session, "risk_asked", recipient_of(user), key=key, now=now, **_facts(session, review, need))


@handles("risk.overdue")
def tell_staff_overdue(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """All staff know that a look is late, and whose it was."""
    found = _waiting(session, payload)
    if found is None:
        return
    review, need = found
    named = session.get(User, review.reviewer_id) if review.reviewer_id else None
    for user in unconflicted_with(session, staff_users(session), need):
        post(
            session,
            "risk_overdue",
            recipient_of(user),
            key=f"risk:{review.id}:overdue:{payload['at']}",
            now=now,
            reviewer=named.name if named else "",
            **_facts(session, review, need),
        )


@handles("risk.stopped")
def tell_leads_stopped(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The leads of the chapter, who had it to read, know that they have nothing to do with it any more."""
    review = session.get(RiskReview, payload["review_id"])
    need = session.get(Need, review.need_id) if review is not None else None
    if review is None or need is None or need.owner_chapter_id is None:
        return
    if review.state is not RiskState.STOPPED or need.state is not NeedState.REFUSED:
        return
    facts = need_facts(session, need) | {"url": link(f"/queue/needs/{need.id}")}
    for user in unconflicted_with(session, leads_of(session, need.owner_chapter_id), need):
        if user.id != review.decided_by_id:
            key = f"risk:{review.id}:stopped"
            post(session, "risk_stopped", recipient_of(user), key=key, now=now, **facts)


@handles("risk.cleared")
def tell_brokers_cleared(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The need's brokers know that they may open it."""
    review = session.get(RiskReview, payload["review_id"])
    if review is None or review.state is not RiskState.CLEARED:
        return
    need = session.get_one(Need, review.need_id)
    if need.escalated_at and review.decided_at and need.escalated_at > review.decided_at:
        # Passed on since: whoever has it now was told so, and finds the decision with the need.
        return
    facts = need_facts(session, need) | {"url": link(f"/queue/needs/{need.id}")}
    for user in brokers_of(session, need):
        if user.id != review.decided_by_id:
            key = f"risk:{review.id}:cleared"
            conditions = bool(review.conditions)
            post(
                session, "risk_cleared", recipient_of(user), key=key, now=now, conditions=conditions, **facts
            )
