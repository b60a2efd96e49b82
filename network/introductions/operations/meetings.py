"""What the two make of it: meetings, progress, an end, a way back, thanks, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Invalid, NotAllowed
from network.domain.lifecycle import PARTIES, implied_roles
from network.domain.states import Role
from network.domain.text import clean_text
from network.introductions.operations.rows import Held, check_introduced, continue_cascade, finish, hold, step
from network.introductions.policy import roles_towards_introduction
from network.introductions.queries import need_of
from network.models import Introduction, Meeting
from network.outbox.queue import enqueue

FORMS = ("call", "video", "in_person", "mail")
_LONGEST = 2000


def log_meeting(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    *,
    held_on: date,
    now: datetime,
    form: str = "call",
    minutes: int | None = None,
    note: str = "",
    seen: int | None = None,
) -> Meeting:
    """They met, says either of the two. Possible also after the network had given up on it."""
    held = hold(session, introduction)
    _check_meeting(held, actor, held_on, form, minutes, now)
    step(session, actor, held.introduction, "log_meeting", now=now, seen=seen)
    held.introduction.met_at = held.introduction.met_at or now
    meeting = Meeting(
        introduction_id=held.introduction.id,
        held_on=held_on,
        form=form,
        minutes=minutes,
        note=clean_text(note, field="note")[:_LONGEST],
        logged_by_id=actor.user_id,
        created_at=now,
    )
    session.add(meeting)
    finish(session, held.introduction, now)
    enqueue(session, "introduction.met", now=now, introduction_id=held.introduction.id)
    # One that had failed counts again.
    continue_cascade(session, held.need.id, now)
    return meeting


def _check_meeting(
    held: Held, actor: Actor, held_on: date, form: str, minutes: int | None, now: datetime
) -> None:
    if held_on > local_date(now, actor.timezone):
        raise Invalid("meeting_ahead", "Log a meeting once it was held.", "held_on")
    begun = held.introduction.introduced_at
    if begun is not None and held_on < local_date(begun, actor.timezone):
        raise Invalid("meeting_before", "You were introduced after that day.", "held_on")
    if form not in FORMS:
        raise Invalid("form", "Choose how you met.", "form")
    if minutes is not None and not 1 <= minutes <= 24 * 60:
        raise Invalid("minutes", "Give the minutes as a number, such as 30.", "minutes")


def start_progress(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """It goes on after the meeting."""
    return _simple(session, actor, introduction, "start_progress", now=now, seen=seen)


def report_progress(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """It is still going on: the 60 days begin again."""
    return _simple(session, actor, introduction, "report_progress", now=now, seen=seen)


def stall(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Introduction:
    """Nothing moves any more; the next volunteer may be asked."""
    return _simple(session, actor, introduction, "stall", now=now, reason=reason, seen=seen)


def resume(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """It goes on after all."""
    return _simple(session, actor, introduction, "resume", now=now, seen=seen)


def mark_no_contact(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """They were introduced and never spoke; the next volunteer may be asked. A meeting leads back."""
    return _simple(session, actor, introduction, "mark_no_contact", now=now, seen=seen)


def complete_introduction(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Introduction:
    """The help was given. Follow-ups ask later what came of it."""
    held = hold(session, introduction)
    words = clean_text(reason, field="reason") or None
    step(session, actor, held.introduction, "complete", now=now, reason=words, seen=seen)
    held.introduction.completed_at = now
    held.introduction.state_reason = words
    finish(session, held.introduction, now)
    enqueue(session, "introduction.completed", now=now, introduction_id=held.introduction.id)
    continue_cascade(session, held.need.id, now)
    return held.introduction


def cancel_introduction(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    reason: str,
    *,
    now: datetime,
    seen: int | None = None,
) -> Introduction:
    """Staff end an introduction that must not go on; both sides are told that it ended, not why."""
    held = hold(session, introduction)
    was = held.introduction.state
    words = clean_text(reason, field="reason")
    step(session, actor, held.introduction, "cancel", now=now, reason=words, seen=seen)
    held.introduction.state_reason = words
    finish(session, held.introduction, now)
    enqueue(session, "introduction.cancelled", now=now, introduction_id=held.introduction.id, was=was.value)
    continue_cascade(session, held.need.id, now)
    return held.introduction


def _simple(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    action: str,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Introduction:
    held = hold(session, introduction)
    was = held.introduction.state
    words = clean_text(reason, field="reason") or None
    step(session, actor, held.introduction, action, now=now, reason=words, seen=seen)
    held.introduction.state_reason = words
    finish(session, held.introduction, now)
    enqueue(
        session,
        f"introduction.{_EVENTS[action]}",
        now=now,
        introduction_id=held.introduction.id,
        was=was.value,
        by_clock=actor.is_system,
    )
    if action in {"stall", "mark_no_contact", "resume"}:
        continue_cascade(session, held.need.id, now)
    return held.introduction


_EVENTS = {
    "start_progress": "progressed",
    "report_progress": "progressed",
    "stall": "stalled",
    "resume": "resumed",
    "mark_no_contact": "no_contact",
}


# --- thanks ----------------------------------------------------------------------------


def thank_volunteer(
    session: Session, actor: Actor, introduction: Introduction, words: str, *, now: datetime
) -> Introduction:
    """The asking side's thanks stand with the introduction and are counted for the volunteer, once."""
    held = hold(session, introduction)
    if side_of(session, actor, held.introduction) != "requester":
        raise NotAllowed("not_yours", "Thanks come from the side that was helped.")
    check_introduced(held.introduction)
    first = not held.introduction.thanks
    text = clean_text(words, field="thanks")[:_LONGEST]
    if not text:
        raise Invalid("missing", "Write something first.", "thanks")
    set_quietly(session, held.introduction, thanks=text)
    if first:
        set_quietly(session, held.volunteer, thanks_count=held.volunteer.thanks_count + 1)
        enqueue(session, "introduction.thanked", now=now, introduction_id=held.introduction.id)
    record(session, actor, "introduction.thank", "introduction", introduction.id, now=now)
    return held.introduction


def side_of(session: Session, actor: Actor, introduction: Introduction) -> str:
    """On which of the two sides the actor is; NotAllowed for anybody else."""
    roles = implied_roles(roles_towards_introduction(actor, introduction, need_of(session, introduction)))
    if not roles & PARTIES:
        raise NotAllowed("not_yours", "Only the two sides can say so.")
    return "volunteer" if Role.VOLUNTEER in roles else "requester"
