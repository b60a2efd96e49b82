"""What the clock does with an introduction when its time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.cascade import AfterSilence, after_silences, is_enough
from network.domain.clock import local_date
from network.domain.introduction_moves import COUNTS_TOWARDS_WANTED, MOVES, OFFERS
from network.domain.introduction_timers import due_action
from network.domain.schedule import HAND_OVERS, Overdue
from network.domain.states import IntroductionState, NeedState
from network.introductions.operations.following import FEEDBACK
from network.introductions.operations.meetings import (
    complete_introduction,
    mark_no_contact,
    stall,
)
from network.introductions.operations.rows import (
    BY_CLOCK,
    CLOCK,
    Held,
    continue_cascade,
    finish,
    hold,
    wind,
    withdraw_by_network,
)
from network.introductions.queries import clock_of_introduction, shortlist_of
from network.models import FollowUp, Introduction
from network.outbox.queue import enqueue
from network.rules import periods
from network.volunteers.operations import pause_volunteer

# Three silences pause a volunteer for so long; one click brings them back.
PAUSE_AFTER_SILENCES = timedelta(days=90)


def tick_introduction(session: Session, introduction_id: int, now: datetime) -> str | None:
    """Do what is due on this introduction, if anything; the name of the step that was taken."""
    introduction = session.get(Introduction, introduction_id)
    if introduction is None:
        return None
    held = hold(session, introduction)
    clock = clock_of_introduction(session, held.introduction, now)
    overdue = due_action(clock, now, periods())
    if overdue is None or not _is_its_turn(session, held, overdue):
        _wait_on(session, held, overdue, now)
        return None
    name = overdue.step.name
    act = _ACTS.get(name)
    if act is not None:
        act(session, held, now)
    else:
        _remind(session, held, overdue, now)
    return name


def _is_its_turn(session: Session, held: Held, overdue: Overdue) -> bool:
    """A proposal is late only when it is the next to be asked; behind an open offer it simply waits."""
    if held.introduction.state != IntroductionState.PROPOSED or overdue.step.name != "hand_to_broker":
        return True
    if held.need.state != NeedState.OPEN:
        return False
    rows = shortlist_of(session, held.need.id)
    enough = is_enough(sum(row.state in COUNTS_TOWARDS_WANTED for row in rows), held.need.wanted)
    return not enough and not any(row.state in OFFERS for row in rows)


def _wait_on(session: Session, held: Held, overdue: Overdue | None, now: datetime) -> None:
    if overdue is not None:
        set_quietly(session, held.introduction, state_since=now, steps_done=0)
    wind(session, held.introduction, now, quietly=True)


# --- steps that write to somebody -------------------------------------------------------


def _remind(session: Session, held: Held, overdue: Overdue, now: datetime) -> None:
    introduction, name = held.introduction, overdue.step.name
    values: dict[str, object] = {"steps_done": overdue.steps_done}
    if name == "nudge":
        values["nudges"] = introduction.nudges + 1
    if name in HAND_OVERS:
        values["escalated_at"] = now
    if name == "follow_up":
        values["followed_up_days"] = _ask_follow_up(session, held, overdue, now)
    if name == "ask_feedback":
        _ask_for_feedback(session, held, now)
    set_quietly(session, introduction, **values)
    wind(session, introduction, now, quietly=True)
    enqueue(
        session,
        "introduction.reminder",
        now=now,
        introduction_id=introduction.id,
        step=name,
        state=introduction.state.value,
        round=introduction.offer_round,
        steps_done=overdue.steps_done,
        at=now.isoformat(),
    )
    if name == "hand_to_broker":
        continue_cascade(session, held.need.id, now)


def _ask_follow_up(session: Session, held: Held, overdue: Overdue, now: datetime) -> int:
    """Both sides are asked what came of it; the days of the question, of 30, 90, 180 and 365."""
    begun = held.introduction.introduced_at or held.introduction.completed_at or now
    passed = (overdue.step.at - begun).days + 1
    days = max((one for one in periods().follow_up_days if one <= passed), default=passed)
    for side in ("requester", "volunteer"):
        session.add(FollowUp(introduction_id=held.introduction.id, days=days, asked_at=now, side=side))
    return days


def _ask_for_feedback(session: Session, held: Held, now: datetime) -> None:
    """Both sides are asked how the meeting was, each once for as long as it has not said so."""
    asked = select(FollowUp.side).where(
        FollowUp.introduction_id == held.introduction.id, FollowUp.days == FEEDBACK, FollowUp.answer.is_(None)
    )
    waiting = set(session.scalars(asked))
    for side in ("requester", "volunteer"):
        if side not in waiting:
            row = FollowUp(introduction_id=held.introduction.id, days=FEEDBACK, asked_at=now, side=side)
            session.add(row)


# --- steps that move the introduction ---------------------------------------------------


def _expire(session: Session, held: Held, now: datetime) -> None:
    introduction, volunteer = held.introduction, held.volunteer
    move(session, CLOCK, introduction, MOVES, "expire", now=now, roles=BY_CLOCK)
    finish(session, introduction, now)
    record(session, CLOCK, "introduction.expire", "introduction", introduction.id, now=now)
    enqueue(
        session,
        "introduction.expired",
        now=now,
        introduction_id=introduction.id,
        round=introduction.offer_round,
    )
    set_quietly(session, volunteer, silences=volunteer.silences + 1)
    _after_silence(session, held, now)
    continue_cascade(session, held.need.id, now)


def _after_silence(session: Session, held: Held, now: datetime) -> None:
    volunteer = held.volunteer
    calls_for = after_silences(volunteer.silences, periods())
    event = None
    if calls_for is AfterSilence.ASK_WHETHER_TO_PAUSE:
        event = "volunteer.pause_suggested"
    elif calls_for is AfterSilence.PAUSE:
        until = local_date(now, volunteer.timezone) + PAUSE_AFTER_SILENCES
        pause_volunteer(session, CLOCK, volunteer.id, until=until, now=now)
        event = "volunteer.paused_kindly"
    if event is not None:
        enqueue(
            session,
            event,
            now=now,
            volunteer_id=volunteer.id,
            introduction_id=held.introduction.id,
            silences=volunteer.silences,
        )


def _withdraw(session: Session, held: Held, now: datetime) -> None:
    withdraw_by_network(session, held.introduction, "requester_silent", now)
    continue_cascade(session, held.need.id, now)


def _complete(session: Session, held: Held, now: datetime) -> None:
    complete_introduction(session, CLOCK, held.introduction, now=now, reason="silent_after_meeting")


def _stall(session: Session, held: Held, now: datetime) -> None:
    stall(session, CLOCK, held.introduction, now=now, reason="silent")


def _no_contact(session: Session, held: Held, now: datetime) -> None:
    mark_no_contact(session, CLOCK, held.introduction, now=now)


_ACTS = {
    "expire": _expire,
    "withdraw": _withdraw,
    "complete": _complete,
    "stall": _stall,
    "mark_no_contact": _no_contact,
}
