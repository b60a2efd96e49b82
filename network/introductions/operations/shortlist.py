"""The shortlist of a need: who is put on it, in which order, and who is taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from network.audit.moves import log_transition
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.introduction_moves import LIVE
from network.domain.states import DeclineReason, IntroductionState, NeedState
from network.domain.text import clean_text
from network.introductions.operations.rows import (
    continue_cascade,
    finish,
    hold,
    step,
    wind,
)
from network.introductions.policy import can_propose, is_volunteer_conflicted
from network.introductions.queries import shortlist_of
from network.models import Introduction, Need, Volunteer
from network.needs.policy import can_triage_need
from network.needs.queries import count_asks_today, lock_need
from network.outbox.queue import enqueue
from network.rules import limits
from network.volunteers.policy import is_findable, volunteers_visible_to

_PROPOSERS = ("requester", "broker", "matcher", "referral")


def propose(
    session: Session,
    actor: Actor,
    need: Need,
    volunteer_ids: Sequence[int],
    *,
    now: datetime,
    as_: str | None = None,
    reasons: Mapping[int, str] | None = None,
) -> list[Introduction]:
    """The volunteers stand on the shortlist, in this order, after those who stand there already.

    Who is on it already stays where they are. While the need is open the cascade looks at once.
    """
    if not can_propose(actor, need):
        raise NotAllowed("not_yours_to_propose", "Only the asking side and its broker choose whom to ask.")
    need = lock_need(session, need.id)
    side = _side(actor, need, as_)
    rows = shortlist_of(session, need.id, afresh=True)
    live = {row.volunteer_id for row in rows if row.state in LIVE}
    wanted = [volunteer_id for volunteer_id in dict.fromkeys(volunteer_ids) if volunteer_id not in live]
    _check_room(need, len(live), len(wanted))
    if side == "requester":
        _check_day(session, need, len(wanted), now)
    last = max((row.position for row in rows), default=-1)
    made = [
        add_introduction(
            session,
            actor,
            need,
            _choosable(session, actor, need, volunteer_id, rows, now),
            side=side,
            reason=(reasons or {}).get(volunteer_id, ""),
            position=position,
            now=now,
        )
        for position, volunteer_id in enumerate(wanted, last + 1)
    ]
    if made:
        _mark_changed(need, now)
        continue_cascade(session, need.id, now)
    return made


def _mark_changed(need: Need, now: datetime) -> None:
    """A list that somebody still has open as it was is refused from now on, not written over this one."""
    need.updated_at = now
    # A new version also where two changes share one moment.
    flag_modified(need, "updated_at")


def _side(actor: Actor, need: Need, as_: str | None) -> str:
    if actor.is_system:
        return as_ if as_ in _PROPOSERS else "matcher"
    return "broker" if can_triage_need(actor, need) else "requester"


def _check_room(need: Need, live: int, more: int) -> None:
    if need.state not in _TAKES_PROPOSALS:
        raise Conflict("need_closed", "This need has closed. Nobody else can be asked for it.")
    most = limits().shortlist_per_need
    if live + more > most:
        raise OverLimit("shortlist_full", f"A shortlist holds {most} people. Take somebody off first.")


_TAKES_PROPOSALS = frozenset(
    {NeedState.DRAFT, NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO, NeedState.OPEN}
)


def _check_day(session: Session, need: Need, more: int, now: datetime) -> None:
    if count_asks_today(session, need.organisation_id, now) + more > limits().asks_per_organisation_per_day:
        raise OverLimit("too_many_asks", "That is a lot for one day. Ask the next people tomorrow.")


def add_introduction(
    session: Session,
    actor: Actor,
    need: Need,
    volunteer: Volunteer,
    *,
    side: str,
    now: datetime,
    reason: str = "",
    position: int | None = None,
    referred_from_id: int | None = None,
) -> Introduction:
    """One more place on the shortlist, the last unless a position is given."""
    if position is None:
        last = session.scalar(select(func.max(Introduction.position)).where(Introduction.need_id == need.id))
        position = 0 if last is None else last + 1
    introduction = Introduction(
        need_id=need.id,
        volunteer_id=volunteer.id,
        state=IntroductionState.PROPOSED,
        position=position,
        reason=clean_text(reason, field="reason")[:500],
        proposed_by_id=actor.user_id,
        proposed_as=side,
        referred_from_id=referred_from_id,
        created_at=now,
        updated_at=now,
        state_since=now,
    )
    session.add(introduction)
    session.flush()
    wind(session, introduction, now)
    log_transition(
        session, actor, introduction, "propose", source=None, target=introduction.state.value, now=now
    )
    record(session, actor, "introduction.propose", "introduction", introduction.id, now=now)
    return introduction


def _choosable(
    session: Session,
    actor: Actor,
    need: Need,
    volunteer_id: int,
    rows: Sequence[Introduction],
    now: datetime,
) -> Volunteer:
    """The volunteer, if this actor may ask them for this need; NotFound for whom they may not see."""
    volunteer = session.scalar(
        select(Volunteer).where(Volunteer.id == volunteer_id, volunteers_visible_to(actor), is_findable())
    )
    if volunteer is None:
        raise NotFound("no_such_volunteer", "There is no such volunteer.")
    if actor.is_volunteer(volunteer_id):
        raise NotAllowed("conflict_oneself", "You cannot put yourself forward. Another broker can.")
    if is_volunteer_conflicted(session, volunteer, need):
        raise Invalid(
            "conflict_volunteer", "This person is too close to the organisation to be asked.", "volunteers"
        )
    if _said_no(volunteer, rows, now):
        raise Invalid("declined_before", "This person was asked and is not available.", "volunteers")
    return volunteer


def _said_no(volunteer: Volunteer, rows: Sequence[Introduction], now: datetime) -> bool:
    """They declined or referred this very need on; a "not now" counts until its day."""
    today = local_date(now, volunteer.timezone)
    noes = (
        row
        for row in rows
        if row.volunteer_id == volunteer.id
        and row.state in {IntroductionState.DECLINED, IntroductionState.REFERRED_ON}
    )
    return any(
        row.decline_reason != DeclineReason.NOT_NOW or row.not_before is None or row.not_before > today
        for row in noes
    )


def reorder_shortlist(
    session: Session, actor: Actor, need: Need, introduction_ids: Sequence[int], *, now: datetime
) -> list[Introduction]:
    """Those who were not asked yet stand in the given order; who is left out comes after them as before."""
    if not can_propose(actor, need):
        raise NotAllowed("not_yours_to_propose", "Only the asking side and its broker choose whom to ask.")
    need = lock_need(session, need.id)
    rows = shortlist_of(session, need.id)
    waiting = {row.id: row for row in rows if row.state == IntroductionState.PROPOSED}
    first = [waiting[id] for id in dict.fromkeys(introduction_ids) if id in waiting]
    rest = [row for row in waiting.values() if row not in first]
    start = max((row.position for row in rows if row.id not in waiting), default=-1) + 1
    for place, row in enumerate([*first, *rest], start):
        row.position = place
        row.updated_at = now
    _mark_changed(need, now)
    session.flush()
    record(session, actor, "need.reorder_shortlist", "need", need.id, now=now)
    return shortlist_of(session, need.id)


def withdraw_introduction(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Introduction:
    """Taken back before details were exchanged: off the shortlist, or an offer withdrawn with thanks."""
    held = hold(session, introduction)
    introduction = held.introduction
    was = introduction.state
    words = clean_text(reason, field="reason") or None
    step(session, actor, introduction, "withdraw", now=now, reason=words, seen=seen)
    if was is IntroductionState.PROPOSED:
        _mark_changed(held.need, now)
    introduction.state_reason = "by_volunteer" if actor.is_volunteer(held.volunteer.id) else "by_asker"
    finish(session, introduction, now)
    enqueue(
        session,
        "introduction.withdrawn",
        now=now,
        introduction_id=introduction.id,
        round=introduction.offer_round,
        was=was.value,
        why=introduction.state_reason,
    )
    continue_cascade(session, held.need.id, now)
    return introduction
