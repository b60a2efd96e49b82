"""The cascade: one volunteer is asked at a time (two when it is urgent), and a no leads to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import prolong_links
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.cascade import (
    expires_after_leave,
    is_enough,
    offers_allowed,
    parallel_offers,
    should_ask_next,
)
from network.domain.clock import end_of_day_after
from network.domain.errors import Conflict, NotAllowed
from network.domain.introduction_moves import COUNTS_TOWARDS_WANTED, OFFERS, WITHDRAWN_ON_LEAVING
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState
from network.introductions.operations.rows import (
    CLOCK,
    Held,
    check_need_is_open,
    end_of_offer,
    hold,
    lock_introduction,
    lock_volunteer,
    put_out,
    reason_not_to_ask,
    wind,
    withdraw_by_network,
)
from network.introductions.queries import answer_due, leave_of, need_of, shortlist_of, volunteer_of
from network.models import Introduction, Need, Organisation, User
from network.needs.operations import mark_enough, mark_exhausted, mark_under_way
from network.needs.policy import can_triage_need
from network.needs.queries import lock_need, need_deadline
from network.rules import limits, periods


def run_cascade(session: Session, need: Need, now: datetime) -> list[Introduction]:
    """Offers go out as far as the rule allows; the introductions that were offered now.

    Once enough accepted, the other offers are withdrawn with thanks and the shortlist keeps its
    places. With nobody left to ask, a broker has a task. A second run changes nothing.
    """
    need = lock_need(session, need.id)
    if not _may_ask(session, need):
        return []
    rows = shortlist_of(session, need.id)
    accepted = sum(row.state in COUNTS_TOWARDS_WANTED for row in rows)
    if is_enough(accepted, need.wanted):
        _thank_the_others(session, rows, now)
        completed = sum(row.state == IntroductionState.COMPLETED for row in rows)
        if completed >= need.wanted:
            mark_enough(session, need, now)
        else:
            mark_under_way(session, need)
        return []
    made = _ask_next(session, need, rows, room_of(session, need, rows, now), now)
    if made or _still_answering(session, need, rows, now):
        mark_under_way(session, need)
    else:
        mark_exhausted(session, need, now)
    return made


def _may_ask(session: Session, need: Need) -> bool:
    organisation = session.get_one(Organisation, need.organisation_id)
    return need.state == NeedState.OPEN and organisation.state in MAY_EXCHANGE


def room_of(session: Session, need: Need, rows: Sequence[Introduction], now: datetime) -> int:
    """How many more offers of this need may go out now."""
    accepted = sum(row.state in COUNTS_TOWARDS_WANTED for row in rows)
    live = sum(row.state in OFFERS and not _next_may_be_asked(session, need, row, now) for row in rows)
    bounds = limits()
    parallel = parallel_offers(need.urgent, bounds.parallel_offers, bounds.parallel_offers_urgent)
    return offers_allowed(live, accepted, need.wanted, parallel)


def _next_may_be_asked(session: Session, need: Need, row: Introduction, now: datetime) -> bool:
    """Whether the volunteer who holds this offer is away for so long that another is asked as well."""
    requester = session.get_one(User, need.requester_id)
    leave_from, leave_until = leave_of(volunteer_of(session, row))
    deadline = need_deadline(need, requester.timezone)
    return should_ask_next(leave_from, leave_until, now, deadline, periods())


def _still_answering(session: Session, need: Need, rows: Sequence[Introduction], now: datetime) -> bool:
    return any(row.state in OFFERS and not _next_may_be_asked(session, need, row, now) for row in rows)


def _ask_next(
    session: Session, need: Need, rows: Sequence[Introduction], room: int, now: datetime
) -> list[Introduction]:
    waiting = [row for row in rows if row.state == IntroductionState.PROPOSED]
    if room < 1 or not waiting:
        return []
    # Held in the order of their ids, however they stand on the list: two cascades never cross.
    volunteers = {id: lock_volunteer(session, id) for id in sorted(row.volunteer_id for row in waiting)}
    made: list[Introduction] = []
    for row in waiting:
        if len(made) == room:
            break
        volunteer = volunteers[row.volunteer_id]
        if reason_not_to_ask(session, volunteer, need, now) is None:
            held = Held(need, volunteer, lock_introduction(session, row.id))
            put_out(session, CLOCK, held, "offer", now)
            made.append(held.introduction)
    return made


def _thank_the_others(session: Session, rows: Sequence[Introduction], now: datetime) -> None:
    for row in rows:
        if row.state in OFFERS:
            withdraw_by_network(session, lock_introduction(session, row.id), "enough_found", now)


def offer(session: Session, actor: Actor, introduction: Introduction, *, now: datetime) -> Introduction:
    """A broker asks this one now, out of turn; never more at a time than the cascade itself would."""
    return _offer_by_hand(session, actor, introduction, "offer", now)


def offer_again(session: Session, actor: Actor, introduction: Introduction, *, now: datetime) -> Introduction:
    """A broker puts an offer that expired to the same volunteer once more, while the need is open."""
    return _offer_by_hand(session, actor, introduction, "late_offer", now)


def _offer_by_hand(
    session: Session, actor: Actor, introduction: Introduction, action: str, now: datetime
) -> Introduction:
    if not actor.is_system and not can_triage_need(actor, need_of(session, introduction)):
        raise NotAllowed("not_yours_to_broker", "Somebody else moves this one along.")
    held = hold(session, introduction)
    check_need_is_open(session, held.need)
    if room_of(session, held.need, shortlist_of(session, held.need.id), now) < 1:
        raise Conflict("one_at_a_time", "Somebody else is being asked at the moment.")
    why = reason_not_to_ask(session, held.volunteer, held.need, now)
    if why is not None:
        raise Conflict(f"volunteer_{why}", "This person cannot be asked at the moment.")
    put_out(session, actor, held, action, now)
    mark_under_way(session, held.need)
    return held.introduction


# --- needs that close, wait and go on ---------------------------------------------------


def withdraw_offers(session: Session, need_id: int, why: str, now: datetime) -> None:
    """The need has ended: whoever was asked is thanked, whoever was to be asked is not asked."""
    lock_need(session, need_id)
    for row in shortlist_of(session, need_id):
        if row.state in WITHDRAWN_ON_LEAVING:
            withdraw_by_network(session, lock_introduction(session, row.id), why, now)


def freeze_offers(session: Session, need_id: int, now: datetime) -> None:
    """The need went back to triage, or its organisation is suspended: its offers wait, and cost nobody time."""
    lock_need(session, need_id)
    for row in shortlist_of(session, need_id):
        if row.state in WITHDRAWN_ON_LEAVING:
            set_quietly(session, row, steps_done=0)
            wind(session, row, now, quietly=True)


def thaw_offers(session: Session, need_id: int, now: datetime) -> None:
    """The need is open (again): offers that waited have at least 48 hours, and shortlists a fresh clock."""
    need = lock_need(session, need_id)
    if not _may_ask(session, need):
        return
    for row in shortlist_of(session, need_id):
        if row.state in WITHDRAWN_ON_LEAVING:
            _thaw(session, need, row, now)


def _thaw(session: Session, need: Need, row: Introduction, now: datetime) -> None:
    values: dict[str, object] = {"steps_done": 0, "state_since": now}
    if row.state in OFFERS and row.expires_at is not None:
        least = end_of_day_after(now, 2, volunteer_of(session, row).timezone)
        values["expires_at"] = max(row.expires_at, least)
    set_quietly(session, row, **values)
    wind(session, row, now, quietly=True)
    _lengthen(session, row, now)
    _prolong(session, row)


def _prolong(session: Session, row: Introduction) -> None:
    """The link in a volunteer's mail lives as long as the offer, however that was put off."""
    if row.state in OFFERS and row.expires_at is not None:
        prolong_links(session, "answer", row.id, round=row.offer_round, expires_at=row.expires_at)


def _lengthen(session: Session, row: Introduction, now: datetime) -> None:
    """While a question is open the offer ends with the turn that is on, however that was put off."""
    due = answer_due(session, row, now) if row.state == IntroductionState.EXPLORING else None
    if due is not None and (row.expires_at is None or row.expires_at < due):
        set_quietly(session, row, expires_at=due)


# --- leave ------------------------------------------------------------------------------


def hold_for_leave(session: Session, volunteer_id: int, now: datetime) -> list[int]:
    """The clocks of the volunteer's offers stand still over their leave; the needs whose next may be asked."""
    volunteer = lock_volunteer(session, volunteer_id)
    leave_from, leave_until = leave_of(volunteer)
    rows = session.scalars(
        select(Introduction).where(
            Introduction.volunteer_id == volunteer_id, Introduction.state.in_(sorted(OFFERS))
        )
    ).all()
    for row in rows:
        if leave_until is None and row.turn == "volunteer":
            # Back again: the days to decide begin anew, for the clock knows leaves only while they last.
            set_quietly(session, row, state_since=now, steps_done=0)
        offered = row.state == IntroductionState.OFFERED
        if offered and leave_from and leave_until and row.offered_at and row.expires_at:
            # Worked out from the offer itself, so that the same leave said twice counts once.
            first = end_of_offer(session, Held(need_of(session, row), volunteer, row), row.offered_at)
            after = expires_after_leave(first, row.offered_at, leave_from, leave_until)
            set_quietly(session, row, expires_at=max(row.expires_at, after))
        wind(session, row, now, quietly=True)
        _lengthen(session, row, now)
        _prolong(session, row)
    return sorted({row.need_id for row in rows})
