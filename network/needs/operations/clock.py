"""The clock of a need: whose turn it is written on the row, and what happens when the time has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import system_actor
from network.domain.need_moves import MOVES
from network.domain.need_timers import NeedClock, due_action, next_action
from network.domain.schedule import Overdue
from network.domain.states import NeedState, Role
from network.models import Need
from network.needs.queries import clock_of_need, lock_need
from network.outbox.queue import enqueue
from network.rules import periods

CLOCK = system_actor()
BY_CLOCK = frozenset({Role.SYSTEM})


def wind_need(session: Session, need: Need, *, quietly: bool = False) -> None:
    """Write on the row who has to act next, and by when; nobody and never for an ended need."""
    session.flush()
    step = next_action(clock_of_need(session, need), periods())
    values = {
        "next_action_by": step.waiting.value if step else None,
        "next_action_at": step.at if step else None,
    }
    if quietly:
        set_quietly(session, need, **values)
        return
    need.next_action_by, need.next_action_at = values["next_action_by"], values["next_action_at"]  # type: ignore[assignment]
    session.flush()


def mark_exhausted(session: Session, need: Need, now: datetime) -> None:
    """Nobody is left to ask, or the time is over: a broker extends, renews or closes; they are told once."""
    if need.state != NeedState.OPEN or need.exhausted_at is not None or need.asked_if_done_at is not None:
        return
    set_quietly(session, need, exhausted_at=now, steps_done=0)
    wind_need(session, need, quietly=True)
    enqueue(session, "need.exhausted", now=now, need_id=need.id, at=now.isoformat())


def mark_under_way(session: Session, need: Need) -> None:
    """Somebody is being asked again: the broker's task is done."""
    if need.exhausted_at is not None:
        set_quietly(session, need, exhausted_at=None, steps_done=0)
        wind_need(session, need, quietly=True)


def mark_enough(session: Session, need: Need, now: datetime) -> None:
    """Enough introductions completed: the requester is asked, once, whether that was it."""
    if need.state != NeedState.OPEN or need.asked_if_done_at is not None:
        return
    set_quietly(session, need, asked_if_done_at=now, exhausted_at=None, steps_done=0)
    wind_need(session, need, quietly=True)
    enqueue(session, "need.enough", now=now, need_id=need.id)


def tick_need(session: Session, need_id: int, now: datetime) -> str | None:
    """Do what is due on this need, if anything; the name of the step that was taken."""
    need = lock_need(session, need_id)
    overdue = due_action(clock_of_need(session, need), now, periods())
    if overdue is None:
        wind_need(session, need, quietly=True)
        return None
    name = overdue.step.name
    if name in {"withdraw", "fulfil"}:
        end_by_clock(session, need, name, now)
    elif name == "escalate":
        pass_to_staff(session, need, overdue.steps_done, now)
    elif name == "hand_to_broker":
        mark_exhausted(session, need, now)
    else:
        _remind(session, need, overdue, now)
    return name


def _remind(session: Session, need: Need, overdue: Overdue, now: datetime) -> None:
    set_quietly(session, need, steps_done=overdue.steps_done)
    wind_need(session, need, quietly=True)
    enqueue(
        session,
        "need.reminder",
        now=now,
        need_id=need.id,
        step=overdue.step.name,
        state=need.state.value,
        at=now.isoformat(),
    )


def end_by_clock(session: Session, need: Need, action: str, now: datetime) -> None:
    """The need is withdrawn or fulfilled because nobody answered in time."""
    was = need.state
    move(session, CLOCK, need, MOVES, action, now=now, reason=_SILENCE.get(was), roles=BY_CLOCK)
    need.closed_at, need.state_reason = now, _SILENCE.get(was)
    wind_need(session, need)
    record(session, CLOCK, f"need.{action}", "need", need.id, now=now)
    event = {"withdraw": "need.withdrawn", "fulfil": "need.fulfilled"}[action]
    enqueue(session, event, now=now, need_id=need.id, was=was.value)


# Kept on the row as codes: pages and mails find the words.
_SILENCE = {
    NeedState.DRAFT: "draft_left_alone",
    NeedState.NEEDS_INFO: "question_unanswered",
    NeedState.OPEN: "no_answer_means_done",
}


def pass_to_staff(session: Session, need: Need, steps_done: int, now: datetime) -> None:
    """The owner let the time pass: staff have it now, and the state stays."""
    since = need.state_since
    move(session, CLOCK, need, MOVES, "escalate", now=now, roles=BY_CLOCK)
    # The schedule goes on where it was: an escalation is a step of it, not a new beginning.
    need.state_since, need.steps_done, need.escalated_at = since, steps_done, now
    wind_need(session, need)
    record(session, CLOCK, "need.escalate", "need", need.id, now=now)
    enqueue(session, "need.escalated", now=now, need_id=need.id, at=now.isoformat())


def steps_to_staff(clock: NeedClock) -> int:
    """How many steps of the present schedule are done once it lies with staff.

    A broker's task that is on keeps its day: nobody waits longer because it was passed on.
    """
    step = next_action(clock, periods())
    if clock.steps_done == 0 and step is not None and step.name in {"escalate", "remind_staff"}:
        return 0
    done = 0
    while (step := next_action(replace(clock, steps_done=done), periods())) is not None:
        done += 1
        if step.name in {"escalate", "remind_staff"}:
            return done
    return done
