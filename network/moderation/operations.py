"""Reporting, deciding, appealing. What follows from a decision is done in the same transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from network.audit.moves import log_transition, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.concerns import MOVES, WAITS, ConcernAbout, ConcernKind, ConcernState, Measure
from network.domain.errors import DomainError, Invalid, NotAllowed, OverLimit
from network.domain.states import NeedState, Role, VolunteerState, Waiting
from network.domain.text import clean_text
from network.introductions.operations import suspend_from_network
from network.models import Concern, Need, Volunteer
from network.moderation.policy import can_decide_concern
from network.moderation.queries import (
    decision_due,
    lock_concern,
    measures_open,
    reported_today,
    was_stopped_at,
)
from network.needs.operations import flag_need, open_need
from network.needs.queries import get_need
from network.outbox.queue import enqueue
from network.volunteers.operations import reinstate_volunteer
from network.volunteers.queries import visible_volunteer

LONGEST = 2000
MOST_A_DAY = 5


def report_concern(
    session: Session,
    actor: Actor,
    about: ConcernAbout,
    subject_id: int,
    *,
    kind: ConcernKind,
    text: str,
    now: datetime,
) -> Concern:
    """Staff look at what the actor says is wrong with a volunteer or a need they can see."""
    if actor.user_id is None:
        raise NotAllowed("sign_in_first", "Sign in first.")
    if about is ConcernAbout.VOLUNTEER:
        volunteer = visible_volunteer(session, actor, subject_id)
        subject_id, person_id = volunteer.id, volunteer.user_id
    else:
        person_id = get_need(session, actor, subject_id).requester_id
    if actor.is_user(person_id):
        raise Invalid("oneself", "This is about yourself. Write to us instead.", "text")
    if reported_today(session, actor.user_id, now) >= MOST_A_DAY:
        raise OverLimit("too_many_reports", "That is a lot for one day. Write to us, and a person answers.")
    concern = Concern(
        state=ConcernState.OPEN,
        about=about,
        subject_id=subject_id,
        person_id=person_id,
        reporter_id=actor.user_id,
        kind=kind,
        text=_words(text, "text", "Say what happened, in a sentence or two."),
        next_action_by=Waiting.STAFF.value,
        next_action_at=decision_due(now),
        state_since=now,
        created_at=now,
        updated_at=now,
    )
    session.add(concern)
    session.flush()
    log_transition(session, actor, concern, "report", source=None, target=concern.state, now=now)
    record(session, actor, "concern.report", "concern", concern.id, now=now)
    enqueue(session, "concern.reported", now=now, concern_id=concern.id, at=now.isoformat())
    return concern


def dismiss_concern(
    session: Session, actor: Actor, concern: Concern, reason: str, *, now: datetime, seen: int | None = None
) -> Concern:
    """Nothing follows; the one who reported it hears that it was looked at."""
    concern = _decided(session, actor, concern, "dismiss", reason, now, seen)
    enqueue(session, "concern.decided", now=now, concern_id=concern.id)
    return concern


def uphold_concern(
    session: Session,
    actor: Actor,
    concern: Concern,
    measure: Measure,
    reason: str,
    *,
    words: str,
    now: datetime,
    seen: int | None = None,
) -> Concern:
    """The person concerned reads `words` and is warned, or their request stopped, or they are suspended."""
    told = _words(words, "words", "Say what the person concerned reads.")
    if measure not in measures_open(session, concern):
        raise Invalid("no_such_measure", "That cannot follow here. Choose what can.", "measure")
    concern = _decided(session, actor, concern, "uphold", reason, now, seen)
    concern.measure = measure
    _tell(session, actor, concern, told, now)
    _carry_out(session, actor, concern, now)
    enqueue(session, "concern.decided", now=now, concern_id=concern.id)
    return concern


def _carry_out(session: Session, actor: Actor, concern: Concern, now: datetime) -> None:
    if concern.measure is Measure.SUSPENDED:
        volunteer = session.get_one(Volunteer, concern.subject_id)
        if volunteer.state is VolunteerState.ACTIVE:
            suspend_from_network(session, actor, volunteer.id, reason=concern.words, now=now)
    elif concern.measure is Measure.STOPPED:
        need = session.get_one(Need, concern.subject_id)
        if need.state is NeedState.OPEN:
            # Brokers of the chapter read a flag: what is for the record of staff is not for them.
            flag_need(session, actor, need, concern.words, now=now)


def appeal_concern(
    session: Session, actor: Actor, concern: Concern, text: str, *, now: datetime, seen: int | None = None
) -> Concern:
    """Somebody else looks at the decision, once, at the wish of the person concerned."""
    if not actor.is_user(concern.person_id):
        raise NotAllowed("not_yours", "Only the person concerned can appeal.")
    concern = lock_concern(session, concern.id)
    said = _words(text, "reason", "Say what we should look at again.")
    role = Role.VOLUNTEER if concern.about is ConcernAbout.VOLUNTEER else Role.ORGANISATION_MEMBER
    move(session, actor, concern, MOVES, "appeal", now=now, reason=said, seen=seen, roles=[role])
    concern.appeal = said
    concern.next_action_by, concern.next_action_at = Waiting.STAFF.value, decision_due(now)
    session.flush()
    record(session, actor, "concern.appeal", "concern", concern.id, now=now)
    enqueue(session, "concern.reported", now=now, concern_id=concern.id, at=now.isoformat())
    return concern


def settle_appeal(
    session: Session,
    actor: Actor,
    concern: Concern,
    *,
    stands: bool,
    reason: str,
    words: str,
    now: datetime,
    seen: int | None = None,
) -> Concern:
    """The decision stands for good, or it is taken back with what followed from it."""
    told = _words(words, "words", "Say what the person concerned reads.")
    upheld_at = concern.decided_at
    concern = _decided(session, actor, concern, "confirm" if stands else "overturn", reason, now, seen)
    _tell(session, actor, concern, told, now)
    if not stands:
        _take_back(session, actor, concern, upheld_at, now)
    enqueue(session, "concern.decided", now=now, concern_id=concern.id)
    return concern


def _take_back(
    session: Session, actor: Actor, concern: Concern, upheld_at: datetime | None, now: datetime
) -> None:
    """What followed from the decision is undone: nobody waits for somebody to think of it."""
    if concern.measure is Measure.SUSPENDED:
        volunteer = session.get_one(Volunteer, concern.subject_id)
        if volunteer.state is VolunteerState.SUSPENDED:
            reinstate_volunteer(session, actor, volunteer.id, reason=concern.words, now=now)
    elif concern.measure is Measure.STOPPED and was_stopped_at(session, concern.subject_id, upheld_at):
        need = session.get_one(Need, concern.subject_id)
        # Something else may hold it by now, such as a look at its risks: then its brokers open it when that is over.
        with suppress(DomainError):
            open_need(session, actor, need, now=now, reason="stop_taken_back")
        enqueue(session, "concern.stop_taken_back", now=now, concern_id=concern.id)


def _tell(session: Session, actor: Actor, concern: Concern, words: str, now: datetime) -> None:
    """What the person concerned reads stands on the row, and for good in the record: the next words take its place."""
    concern.words = words
    session.flush()
    log_transition(session, actor, concern, "tell", source=None, target=concern.state, now=now, reason=words)


def tick_concern(session: Session, concern_id: int, now: datetime) -> None:
    """A concern that is overdue is told to all staff again, until somebody decides."""
    concern = lock_concern(session, concern_id)
    at = concern.next_action_at
    if concern.state not in WAITS or at is None or at > now:
        return
    set_quietly(session, concern, next_action_at=decision_due(now), escalated_at=now)
    enqueue(session, "concern.reported", now=now, concern_id=concern.id, at=now.isoformat())


def _decided(
    session: Session,
    actor: Actor,
    concern: Concern,
    action: str,
    reason: str,
    now: datetime,
    seen: int | None,
) -> Concern:
    if not can_decide_concern(actor, concern):
        raise NotAllowed("not_yours_to_decide", "Somebody else has to decide this one.")
    concern = lock_concern(session, concern.id)
    said = _words(reason, "reason", "Say why, in a sentence.")
    roles = actor.roles & {Role.STAFF, Role.ADMINISTRATOR}
    move(session, actor, concern, MOVES, action, now=now, reason=said, seen=seen, roles=roles)
    concern.reason, concern.decided_by_id, concern.decided_at = said, actor.user_id, now
    concern.next_action_by = concern.next_action_at = None
    session.flush()
    record(session, actor, f"concern.{action}", "concern", concern.id, now=now)
    return concern


def _words(text: str, field: str, missing: str) -> str:
    words = clean_text(text, field=field)
    if not words:
        raise Invalid("missing", missing, field)
    if len(words) > LONGEST:
        raise Invalid("too_long", f"Keep this under {LONGEST:,} characters.", field)
    return words
