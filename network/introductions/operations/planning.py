"""Finding a time to meet: suggested, chosen, moved, called off, held with one click, or kindly named as missed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import check_version, log_transition, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.clock import in_utc, local_date
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import ENDED, MAY_PLAN, MOVES, MeetingState
from network.domain.states import IntroductionState
from network.domain.text import clean_line, contains_contact_details
from network.introductions.operations.meetings import FORMS, log_meeting
from network.introductions.operations.rows import Held, check_introduced, hold, wind
from network.introductions.policy import roles_towards_introduction, writing_side
from network.models import Introduction, Meeting, MeetingPlan
from network.outbox.queue import enqueue

MINUTES = (15, 30, 45, 60, 90)
MOST_TIMES = 3
FURTHEST = timedelta(days=180)
LONGEST_PLACE = 200
# So long after the end both are asked whether they spoke.
ASK_AFTER = timedelta(hours=1)
MISSED_BY = ("volunteer", "requester", "both")


def propose_times(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    times: Sequence[datetime],
    *,
    now: datetime,
    minutes: int = 30,
    form: str = "video",
    place: str = "",
    seen: int | None = None,
) -> MeetingPlan:
    """One side suggests up to three times; the other has a mail and chooses. `seen` is the plan's version.

    A meeting that was agreed keeps its place in both calendars until another time is chosen.
    """
    held, side = _party(session, actor, introduction)
    if held.introduction.state not in MAY_PLAN:
        raise Conflict("not_now", "A meeting can be planned once the answer is yes.")
    where = _check_proposal(held, times, minutes, form, place, now)
    plan = find_plan(session, held.introduction.id, lock=True)
    fresh = {
        "side": side,
        "slots": [in_utc(at).isoformat() for at in sorted(set(times))],
        "minutes": minutes,
        "form": form,
        "place": where,
    }
    if plan is None:
        plan = MeetingPlan(
            introduction_id=held.introduction.id,
            state=MeetingState.PROPOSED,
            uid=_new_uid(),
            sequence=0,
            created_at=now,
            updated_at=now,
            **fresh,
        )
        session.add(plan)
        session.flush()
        log_transition(session, actor, plan, "propose", source=None, target="proposed", now=now)
    else:
        check_version(plan, seen)
        if plan.state in ENDED:
            plan.uid, plan.sequence, plan.starts_at, plan.missed_by = _new_uid(), 0, None, None
        for name, value in fresh.items():
            setattr(plan, name, value)
        _step(session, actor, held, plan, "propose", now)
    record(session, actor, "meeting.propose", "introduction", held.introduction.id, now=now)
    enqueue(session, "meeting.proposed", now=now, plan_id=plan.id, version=plan.version)
    return plan


def _check_proposal(
    held: Held, times: Sequence[datetime], minutes: int, form: str, place: str, now: datetime
) -> str:
    if not times or len(set(times)) > MOST_TIMES:
        raise Invalid("times", "Suggest one to three times.", "time_1")
    for number, at in enumerate(times, 1):
        if not now < at <= now + FURTHEST:
            raise Invalid(
                "time_past", "Suggest a time that is still to come, within half a year.", f"time_{number}"
            )
    if minutes not in MINUTES:
        raise Invalid("minutes", "Choose how long it takes.", "minutes")
    if form not in FORMS:
        raise Invalid("form", "Choose how you meet.", "form")
    where = clean_line(place, field="place")[:LONGEST_PLACE]
    if held.introduction.state not in CONTACTS_SHARED and contains_contact_details(where):
        words = "Leave out addresses, numbers and links for now: you have each other's details once you are introduced."
        raise Invalid("held_back", words, "place")
    return where


def agree_time(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    at: datetime,
    *,
    now: datetime,
    seen: int | None = None,
) -> MeetingPlan:
    """The other side chooses one of the times: both have an invitation for their calendars."""
    held, side = _party(session, actor, introduction)
    check_introduced(held.introduction)
    plan = _plan(session, held, seen)
    if plan.side == side:
        raise NotAllowed("not_yours", "The other side chooses among the times you suggested.")
    if in_utc(at).isoformat() not in plan.slots:
        raise Conflict("stale", "This time is no longer suggested. Look at those that are.")
    if at <= now:
        raise Conflict("time_past", "This time has passed. Choose another, or suggest your own.")
    plan.starts_at = at
    plan.sequence += 1
    _step(session, actor, held, plan, "agree", now)
    record(session, actor, "meeting.agree", "introduction", held.introduction.id, now=now)
    _invite(session, plan, at, now)
    _hold_clock(session, held, at, now)
    return plan


def _invite(session: Session, plan: MeetingPlan, at: datetime, now: datetime) -> None:
    """Both have the invitation, and are asked after the end whether they spoke."""
    enqueue(session, "meeting.agreed", now=now, plan_id=plan.id, sequence=plan.sequence)
    ends = at + timedelta(minutes=plan.minutes)
    enqueue(
        session, "meeting.past", now=now, due_at=ends + ASK_AFTER, plan_id=plan.id, sequence=plan.sequence
    )


def invite_again(session: Session, introduction_id: int, before_id: int | None, now: datetime) -> None:
    """Somebody else asks now: both have the invitation to a meeting ahead anew, and who asked before has it no more."""
    plan = find_plan(session, introduction_id, lock=True)
    if (
        plan is None
        or plan.state is not MeetingState.AGREED
        or plan.starts_at is None
        or plan.starts_at <= now
    ):
        return
    plan.sequence += 1
    session.flush()
    _invite(session, plan, plan.starts_at, now)
    enqueue(session, "meeting.passed_on", now=now, plan_id=plan.id, sequence=plan.sequence, user_id=before_id)


def call_off(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> MeetingPlan:
    """The meeting, or the suggestion of one, is taken back; what stands in calendars is cancelled there."""
    held = hold(session, introduction)
    plan = _plan(session, held, seen)
    _step(session, actor, held, plan, "call_off", now)
    if plan.sequence:
        plan.sequence += 1
        session.flush()
    record(session, actor, "meeting.call_off", "introduction", held.introduction.id, now=now)
    by = None if actor.is_system else writing_side(actor, held.introduction, held.need)
    enqueue(session, "meeting.called_off", now=now, plan_id=plan.id, version=plan.version, by=by)
    if plan.starts_at is not None and plan.starts_at > now:
        _hold_clock(session, held, now, now)
    return plan


def hold_meeting(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Meeting:
    """They met as planned: logged with one click."""
    held, _side = _party(session, actor, introduction)
    plan = _plan(session, held, seen)
    starts = _began(plan, now)
    _step(session, actor, held, plan, "hold", now)
    return log_meeting(
        session,
        actor,
        held.introduction,
        held_on=local_date(starts, actor.timezone),
        form=plan.form,
        minutes=plan.minutes,
        now=now,
    )


def miss_meeting(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    missed_by: str,
    *,
    now: datetime,
    seen: int | None = None,
) -> MeetingPlan:
    """It did not happen. Who could not come is named without blame, and both may suggest new times."""
    held, _side = _party(session, actor, introduction)
    check_introduced(held.introduction)
    plan = _plan(session, held, seen)
    if missed_by not in MISSED_BY:
        raise Invalid("missed_by", "Say who could not come.", "missed_by")
    _began(plan, now)
    plan.missed_by = missed_by
    _step(session, actor, held, plan, "miss", now)
    record(session, actor, "meeting.miss", "introduction", held.introduction.id, now=now)
    enqueue(session, "meeting.missed", now=now, plan_id=plan.id, version=plan.version)
    return plan


def find_plan(session: Session, introduction_id: int, *, lock: bool = False) -> MeetingPlan | None:
    """The plan of an introduction, or None."""
    query = select(MeetingPlan).where(MeetingPlan.introduction_id == introduction_id)
    return session.scalar(query.with_for_update() if lock else query)


def _party(session: Session, actor: Actor, introduction: Introduction) -> tuple[Held, str]:
    held = hold(session, introduction)
    side = writing_side(actor, held.introduction, held.need)
    if side not in {"volunteer", "requester"}:
        raise NotAllowed("not_yours", "The two sides plan their meeting themselves.")
    return held, str(side)


def _plan(session: Session, held: Held, seen: int | None) -> MeetingPlan:
    plan = find_plan(session, held.introduction.id, lock=True)
    if plan is None:
        raise Conflict("no_plan", "There is no meeting planned at the moment.")
    check_version(plan, seen)
    return plan


def _began(plan: MeetingPlan, now: datetime) -> datetime:
    if plan.starts_at is None or plan.starts_at > now:
        raise Conflict("meeting_ahead", "The meeting is still to come.")
    return plan.starts_at


def _step(session: Session, actor: Actor, held: Held, plan: MeetingPlan, action: str, now: datetime) -> None:
    roles = roles_towards_introduction(actor, held.introduction, held.need)
    move(session, actor, plan, MOVES, action, now=now, roles=roles)


def _hold_clock(session: Session, held: Held, since: datetime, now: datetime) -> None:
    """A meeting ahead is no silence: the days in which they have to reach each other count from it."""
    if held.introduction.state == IntroductionState.INTRODUCED:
        set_quietly(session, held.introduction, state_since=since, steps_done=0)
        wind(session, held.introduction, now, quietly=True)


def _new_uid() -> str:
    return uuid.uuid4().hex
