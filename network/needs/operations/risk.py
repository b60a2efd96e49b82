"""A look at the risks of a need: asked for by the rules, given to somebody by name, decided with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import log_transition, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.need_moves import ENDED, WAITS_FOR_TRIAGE
from network.domain.risk_moves import MOVES
from network.domain.states import RiskState, Role, Waiting
from network.domain.text import clean_text
from network.models import Need, RiskReview
from network.needs.operations.clock import BY_CLOCK, CLOCK
from network.needs.policy import roles_towards_need
from network.needs.risk import (
    can_decide_risk,
    latest_review,
    lock_risk_review,
    review_due,
    reviewers_for,
    risks_of,
)
from network.outbox.queue import enqueue

LONGEST = 2000


def screen_need(session: Session, need: Need, *, now: datetime, changed: bool = True) -> RiskReview | None:
    """The need waits for a look where the rules ask for one; what was looked at before it changed counts no more.

    Gives the look that is waiting or decided; None where the need passes untouched.
    """
    kinds = " ".join(risks_of(session, need))
    found = latest_review(session, need.id)
    if found is not None and not changed and found.kinds == kinds:
        return found
    if found is not None:
        _supersede(session, found, now)
    if not kinds:
        return None
    people = reviewers_for(session, need)
    due = review_due(now)
    review = RiskReview(
        need_id=need.id,
        state=RiskState.WAITING,
        kinds=kinds,
        answers=need.risk_answers,
        reviewer_id=people[0].id if people else None,
        next_action_by=Waiting.STAFF.value,
        next_action_at=due,
        state_since=now,
        created_at=now,
        updated_at=now,
    )
    session.add(review)
    session.flush()
    log_transition(session, CLOCK, review, "create", source=None, target=review.state, now=now)
    record(session, CLOCK, "risk.ask", "need", need.id, now=now)
    _ask_reviewer(session, review, now)
    return review


def _supersede(session: Session, review: RiskReview, now: datetime) -> None:
    move(session, CLOCK, review, MOVES, "supersede", now=now, roles=BY_CLOCK)
    review.next_action_by = review.next_action_at = None
    session.flush()


def refuse_while_risky(session: Session, need: Need) -> None:
    """Raise Conflict while somebody still looks at the risks of the need, or stopped it."""
    review = latest_review(session, need.id)
    if review is None or review.state is RiskState.CLEARED:
        return
    if review.state is RiskState.STOPPED:
        raise Conflict(
            "risk_stopped", "Its risks were found too high. Refuse it, or ask staff to look again."
        )
    raise Conflict("risk_waiting", "Somebody still looks at its risks. You can open it once they have.")


def clear_risk(
    session: Session,
    actor: Actor,
    review: RiskReview,
    reason: str,
    *,
    conditions: str = "",
    now: datetime,
    seen: int | None = None,
) -> RiskReview:
    """The need may be opened; why, and what brokers have to heed, is on record."""
    review, need = decide_risk(session, actor, review, "clear", reason, now, seen)
    review.conditions = _words(conditions, "conditions")
    session.flush()
    record(session, actor, "risk.clear", "need", need.id, now=now)
    enqueue(session, "risk.cleared", now=now, review_id=review.id)
    return review


def decide_risk(
    session: Session,
    actor: Actor,
    review: RiskReview,
    action: str,
    reason: str,
    now: datetime,
    seen: int | None,
) -> tuple[RiskReview, Need]:
    """The look is over by this act, with its reason on record; what follows for the need is the caller's."""
    need = session.get_one(Need, review.need_id)
    if not can_decide_risk(actor, need):
        raise NotAllowed("not_yours_to_review", "Somebody else looks at this one.")
    review = lock_risk_review(session, review.id)
    if need.state not in WAITS_FOR_TRIAGE:
        raise Conflict(
            "state_moved", "The need is with the requester, or has ended. Look again when it is back."
        )
    said = _words(reason, "reason")
    roles = roles_towards_need(actor, need) & {Role.STAFF, Role.ADMINISTRATOR}
    move(session, actor, review, MOVES, action, now=now, reason=said, seen=seen, roles=roles)
    review.reason, review.decided_at, review.decided_by_id = said, now, actor.user_id
    review.next_action_by = review.next_action_at = None
    session.flush()
    return review, need


def hand_over_risk(
    session: Session,
    actor: Actor,
    review: RiskReview,
    reviewer_id: int | None,
    *,
    now: datetime,
    seen: int | None = None,
) -> RiskReview:
    """Somebody else of the staff looks at it, with the full time."""
    need = session.get_one(Need, review.need_id)
    if not can_decide_risk(actor, need):
        raise NotAllowed("not_yours_to_review", "Somebody else looks at this one.")
    review = lock_risk_review(session, review.id)
    if reviewer_id not in {one.id for one in reviewers_for(session, need)}:
        raise Invalid("reviewer_cannot", "Choose somebody of the staff without a conflict.", "reviewer")
    roles = roles_towards_need(actor, need) & {Role.STAFF, Role.ADMINISTRATOR}
    move(session, actor, review, MOVES, "reassign", now=now, seen=seen, roles=roles)
    review.reviewer_id, review.escalated_at = reviewer_id, None
    review.next_action_at = review_due(now)
    session.flush()
    record(session, actor, "risk.hand_over", "need", need.id, now=now, fields=["reviewer_id"])
    _ask_reviewer(session, review, now)
    return review


def tick_risk(session: Session, review_id: int, now: datetime) -> None:
    """What is due on a look: all staff hear of one that is overdue; one whose need has ended is over."""
    review = lock_risk_review(session, review_id)
    if review.state is not RiskState.WAITING or review.next_action_at is None or review.next_action_at > now:
        return
    need = session.get_one(Need, review.need_id)
    if need.state in ENDED:
        _supersede(session, review, now)
        return
    if need.state not in WAITS_FOR_TRIAGE:
        # The requester's turn: the time begins again when the need is back.
        set_quietly(session, review, next_action_at=review_due(now))
        return
    if review.escalated_at is None:
        since = review.state_since
        move(session, CLOCK, review, MOVES, "escalate", now=now, roles=BY_CLOCK)
        review.state_since = since
    review.escalated_at, review.next_action_at = now, review_due(now)
    session.flush()
    enqueue(session, "risk.overdue", now=now, review_id=review.id, at=now.isoformat())


def end_review_of(session: Session, need_id: int, now: datetime) -> None:
    """A look that still waits is over with its need."""
    found = session.scalar(
        select(RiskReview).where(RiskReview.need_id == need_id, RiskReview.state == RiskState.WAITING)
    )
    if found is not None:
        _supersede(session, found, now)


def _words(text: str, field: str) -> str:
    words = clean_text(text, field=field)
    if len(words) > LONGEST:
        raise Invalid("too_long", f"Keep this under {LONGEST:,} characters.", field)
    return words


def _ask_reviewer(session: Session, review: RiskReview, now: datetime) -> None:
    # Who is named now, for by the time of a repeat it may be somebody else, whom an event of their own has told.
    named = review.reviewer_id
    enqueue(session, "risk.asked", now=now, review_id=review.id, reviewer_id=named, at=now.isoformat())
