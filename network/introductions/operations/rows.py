"""What every act on an introduction does first and last: hold the rows, check, move, wind the clock, log.

Rows are held in one order everywhere, need before volunteer before introduction, so that no two acts
wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor, system_actor
from network.domain.clock import local_date, offer_expires_at
from network.domain.errors import Conflict, NotFound
from network.domain.introduction_moves import CONTACTS_SHARED, MOVES
from network.domain.introduction_timers import next_action
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState, Role, Waiting
from network.introductions.policy import is_volunteer_conflicted, roles_towards_introduction
from network.introductions.queries import (
    clock_of_introduction,
    contacts_of,
    load_of,
    need_of,
    shortlist_of,
)
from network.models import Disclosure, Introduction, Need, Organisation, User, Volunteer
from network.needs.queries import broker_calendar, lock_need, need_deadline
from network.outbox.queue import enqueue
from network.rules import periods
from network.volunteers.queries import is_paused, is_volunteer_findable

CLOCK = system_actor()
BY_CLOCK = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Held:
    """The three rows of one introduction, held until the transaction ends."""

    need: Need
    volunteer: Volunteer
    introduction: Introduction


def hold(session: Session, introduction: Introduction) -> Held:
    """The rows as they are now, held against other writers."""
    need = lock_need(session, introduction.need_id)
    volunteer = lock_volunteer(session, introduction.volunteer_id)
    return Held(need, volunteer, lock_introduction(session, introduction.id))


def lock_volunteer(session: Session, volunteer_id: int) -> Volunteer:
    """The volunteer, held: nobody else is offered or accepts anything in their name meanwhile."""
    query = select(Volunteer).where(Volunteer.id == volunteer_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def lock_introduction(session: Session, introduction_id: int) -> Introduction:
    """The introduction, held."""
    query = select(Introduction).where(Introduction.id == introduction_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("no_introduction", "There is no such introduction.")
    return found


def step(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    action: str,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> None:
    """Move the introduction by an act of the actor and write down that they did it."""
    need = need_of(session, introduction)
    roles = roles_towards_introduction(actor, introduction, need)
    move(session, actor, introduction, MOVES, action, now=now, reason=reason, seen=seen, roles=roles)
    record(session, actor, f"introduction.{action}", "introduction", introduction.id, now=now)


def finish(session: Session, introduction: Introduction, now: datetime) -> None:
    """The act is done: who is next, and by when, stands on the row; an end has its time."""
    if introduction.state in _ENDS and introduction.ended_at is None:
        introduction.ended_at = now
    elif introduction.state not in _ENDS:
        introduction.ended_at = None
    wind(session, introduction, now)


_ENDS = frozenset(
    {
        IntroductionState.DECLINED,
        IntroductionState.REFERRED_ON,
        IntroductionState.EXPIRED,
        IntroductionState.WITHDRAWN,
        IntroductionState.NO_CONTACT,
        IntroductionState.STALLED,
        IntroductionState.CANCELLED,
        IntroductionState.COMPLETED,
    }
)


def wind(session: Session, introduction: Introduction, now: datetime, *, quietly: bool = False) -> None:
    """Write on the row who has to act next, and by when."""
    session.flush()
    found = next_action(clock_of_introduction(session, introduction, now), periods())
    by, at = (found.waiting.value, found.at) if found else (None, None)
    need = need_of(session, introduction)
    if introduction.state == IntroductionState.PROPOSED and need.state != NeedState.OPEN:
        # A proposal waits with its need: whoever holds the need holds it too.
        by, at = need.next_action_by or Waiting.SYSTEM.value, need.next_action_at
        at = at if at is not None and at > now else now + timedelta(days=1)
    if quietly:
        set_quietly(session, introduction, next_action_by=by, next_action_at=at)
        return
    introduction.next_action_by, introduction.next_action_at = by, at
    session.flush()


def continue_cascade(session: Session, need_id: int, now: datetime) -> None:
    """Whom to ask next is found out in a transaction of its own, a moment later."""
    enqueue(session, "need.cascade", now=now, need_id=need_id)


def withdraw_by_network(session: Session, introduction: Introduction, why: str, now: datetime) -> None:
    """The network takes an introduction back, with thanks; `why` is a code that pages and mails put in words."""
    was = introduction.state
    move(session, CLOCK, introduction, MOVES, "withdraw", now=now, reason=why, roles=BY_CLOCK)
    introduction.state_reason = why
    record(session, CLOCK, "introduction.withdraw", "introduction", introduction.id, now=now)
    finish(session, introduction, now)
    enqueue(
        session,
        "introduction.withdrawn",
        now=now,
        introduction_id=introduction.id,
        round=introduction.offer_round,
        was=was.value,
        why=why,
    )


def disclose(
    session: Session, introduction: Introduction, now: datetime, purpose: str = "introduction"
) -> None:
    """Rows say that each side was given the other's details; where a pair has them already, nothing is added."""
    need = need_of(session, introduction)
    volunteer, requester = contacts_of(session, introduction)
    given = session.execute(
        select(Disclosure.subject_user_id, Disclosure.recipient_user_id).where(
            Disclosure.introduction_id == introduction.id
        )
    )
    known = {(subject_id, recipient_id) for subject_id, recipient_id in given}
    for subject, recipient in ((volunteer, requester), (requester, volunteer)):
        if (subject.user_id, recipient.user_id) in known:
            continue
        fields = ["name", "email", *(["phone"] if subject.phone else [])]
        session.add(
            Disclosure(
                subject_user_id=subject.user_id,
                recipient_user_id=recipient.user_id,
                introduction_id=introduction.id,
                organisation_id=need.organisation_id,
                fields=" ".join(fields),
                purpose=purpose,
                created_at=now,
            )
        )
    record(session, CLOCK, "introduction.disclose", "introduction", introduction.id, now=now)


def disclose_to_new_requester(session: Session, need: Need, now: datetime) -> None:
    """Somebody else asks from now on: who was introduced already shares details with them, and rows say so."""
    for row in shortlist_of(session, need.id):
        if row.state in CONTACTS_SHARED:
            disclose(session, row, now, purpose="handed_over")


def check_introduced(introduction: Introduction) -> None:
    """Refuse what is for people who know each other by the network: before they do, and once that was ended."""
    if introduction.introduced_at is None:
        raise Conflict("not_introduced", "You have not been introduced yet.")
    if introduction.state not in CONTACTS_SHARED:
        raise Conflict(
            "introduction_ended", "This introduction was ended. Nothing more is to be done about it."
        )


def check_need_is_open(session: Session, need: Need) -> None:
    """Refuse what may only happen while the need is open and its organisation in order."""
    if need.state != NeedState.OPEN:
        code = "need_waits" if need.closed_at is None else "need_closed"
        message = (
            "This request is being read again. Your answer can wait until it is open."
            if code == "need_waits"
            else "This request has closed in the meantime. Thank you for looking at it."
        )
        raise Conflict(code, message)
    if session.get_one(Organisation, need.organisation_id).state not in MAY_EXCHANGE:
        raise Conflict("organisation_frozen", "This organisation's requests are on hold at the moment.")


def reason_not_to_ask(
    session: Session, volunteer: Volunteer, need: Need, now: datetime, besides: int | None = None
) -> str | None:
    """Why this volunteer cannot be offered this need now, as a code; None where they can."""
    if not is_volunteer_findable(session, volunteer.id):
        return "not_findable"
    if is_volunteer_conflicted(session, volunteer, need):
        return "conflict"
    if is_paused(volunteer, now) or _not_now(session, volunteer, now):
        return "on_leave"
    if _mail_comes_back(session, volunteer):
        return "unreachable"
    if load_of(session, volunteer.id, now, besides).charged >= volunteer.capacity:
        return "over_capacity"
    return None


def _mail_comes_back(session: Session, volunteer: Volunteer) -> bool:
    """A request they would never read of is put to nobody."""
    user = session.get(User, volunteer.user_id) if volunteer.user_id is not None else None
    return user is not None and user.mail_bounced_at is not None


def _not_now(session: Session, volunteer: Volunteer, now: datetime) -> bool:
    """They said "not now" until a day that is still to come."""
    today = local_date(now, volunteer.timezone)
    query = select(Introduction.id).where(
        Introduction.volunteer_id == volunteer.id,
        Introduction.state == IntroductionState.DECLINED,
        Introduction.not_before > today,
    )
    return session.scalar(query.limit(1)) is not None


def put_out(session: Session, actor: Actor, held: Held, action: str, now: datetime) -> None:
    """The offer is with the volunteer, with an end; the mail with its link follows."""
    introduction, need = held.introduction, held.need
    step(session, actor, introduction, action, now=now)
    introduction.offered_at = now
    introduction.offer_round += 1
    introduction.nudges = 0
    introduction.turn = introduction.state_reason = None
    introduction.expires_at = end_of_offer(session, held, now)
    finish(session, introduction, now)
    enqueue(
        session,
        "introduction.offered",
        now=now,
        introduction_id=introduction.id,
        round=introduction.offer_round,
        need_id=need.id,
    )


def end_of_offer(session: Session, held: Held, now: datetime) -> datetime:
    """When an offer made now ends, on the volunteer's calendar."""
    need, wait = held.need, periods()
    requester = session.get_one(User, need.requester_id)
    _zone, holidays = broker_calendar(session, need)
    return offer_expires_at(
        now,
        held.volunteer.timezone,
        need_deadline(need, requester.timezone),
        need.urgent,
        holidays,
        days=wait.offer_days,
        days_before_deadline=wait.offer_before_deadline_days,
        least_hours=wait.offer_minimum_hours,
        urgent_working_days=wait.offer_urgent_working_days,
    )
