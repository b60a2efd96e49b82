"""The clocks of memberships and chapters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import log_transition, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.chapters.memberships import membership_clock, schedule_membership
from network.chapters.operations import chapter_clock, schedule_chapter
from network.domain.actor import system_actor
from network.domain.membership_moves import MOVES
from network.domain.standing_timers import due_action
from network.domain.states import MembershipState, Role
from network.models import Chapter, Membership
from network.outbox.clocks import enqueue_due
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic
from network.rules import periods

CLOCK = system_actor()
EVENTS = {
    "nudge": "membership.nudge",
    "ask_fresh": "membership.ask_fresh",
    "escalate": "membership.escalated",
    "remind_staff": "membership.escalated",
    "review_due": "membership.review_wanted",
}


@periodic("chapters.due", timedelta(minutes=10))
def find_due(session: Session, now: datetime) -> None:
    """Each membership and chapter whose time has come gets its clock event, once per date."""
    enqueue_due(session, Membership, "membership", now)
    enqueue_due(session, Chapter, "chapter", now)


@handles("membership.clock")
def run_membership_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Take the step that is due for one membership, if it still is."""
    membership = session.scalar(
        select(Membership).where(Membership.id == payload["membership_id"]).with_for_update()
    )
    if membership is None:
        return
    overdue = due_action(membership_clock(session, membership), now, periods())
    if overdue is not None and overdue.step.name == "leave":
        # The question of the chapter was never answered: the application ends, and may begin again.
        move(session, CLOCK, membership, MOVES, "leave", now=now, roles={Role.SYSTEM})
        record(session, CLOCK, "membership.leave", "membership", membership.id, now=now)
    elif overdue is not None:
        if overdue.step.name == "escalate":
            _hand_to_staff(session, membership, now)
        set_quietly(session, membership, steps_done=overdue.steps_done)
        event = EVENTS[overdue.step.name]
        enqueue(session, event, membership_id=membership.id, step=overdue.steps_done, now=now)
    schedule_membership(session, membership)


def _hand_to_staff(session: Session, membership: Membership, now: datetime) -> None:
    """Staff have the turn; the state and the version that forms carry stay."""
    state = membership.state.value
    log_transition(session, CLOCK, membership, "escalate", source=state, target=state, now=now)
    set_quietly(session, membership, escalated_at=now)


@handles("chapter.calendar_changed")
def count_anew(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever knocked waits until the day that the chapter's holidays now give."""
    chapter = Membership.chapter_id == payload["chapter_id"]
    for membership in session.scalars(
        select(Membership).where(chapter, Membership.state == MembershipState.APPLIED).order_by(Membership.id)
    ).all():
        schedule_membership(session, membership)


@handles("chapter.clock")
def run_chapter_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Remind whoever looks after the chapter, if it is still due."""
    chapter = session.scalar(select(Chapter).where(Chapter.id == payload["chapter_id"]).with_for_update())
    if chapter is None:
        return
    overdue = due_action(chapter_clock(session, chapter), now, periods())
    if overdue is not None:
        set_quietly(session, chapter, steps_done=overdue.steps_done)
        enqueue(session, "chapter.review_wanted", chapter_id=chapter.id, now=now)
    schedule_chapter(session, chapter)
