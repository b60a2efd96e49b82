"""Leaving: volunteers, requesters, organisations and chapters go, and nothing they held is left hanging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.chapters.memberships import leave_all_chapters, schedule_membership
from network.chapters.operations import schedule_chapter, step_down_everywhere
from network.chapters.policy import roles_towards_chapter
from network.chapters.queries import get_chapter
from network.domain.actor import Actor
from network.domain.chapter_moves import MOVES as CHAPTER_MOVES
from network.domain.chapter_moves import TAKES_NEEDS
from network.domain.errors import Invalid, NotAllowed
from network.domain.introduction_moves import CONTACTS_SHARED, LIVE, OFFERS, WITHDRAWN_ON_LEAVING
from network.domain.membership_moves import LIVE as LIVE_MEMBERSHIPS
from network.domain.membership_moves import MOVES as MEMBERSHIP_MOVES
from network.domain.need_moves import LIVE as LIVE_NEEDS
from network.domain.need_moves import MOVES as NEED_MOVES
from network.domain.states import IntroductionState, NeedState, Role
from network.introductions.operations.cascade import freeze_offers, thaw_offers
from network.introductions.operations.planning import invite_again
from network.introductions.operations.rows import (
    BY_CLOCK,
    CLOCK,
    continue_cascade,
    disclose_to_new_requester,
    lock_introduction,
    lock_volunteer,
    withdraw_by_network,
)
from network.introductions.queries import shortlist_of
from network.models import (
    Chapter,
    Introduction,
    Membership,
    Mission,
    Need,
    OrganisationMember,
    User,
    Volunteer,
)
from network.needs.operations import hand_over_need, may_own, wind_need
from network.needs.operations.clock import end_by_clock, pass_to_staff, steps_to_staff
from network.needs.operations.owners import Owned, log_owner
from network.needs.queries import clock_of_need, lock_need
from network.outbox.queue import enqueue
from network.volunteers.operations import mark_left, suspend_volunteer

# --- volunteers -------------------------------------------------------------------------


def leave_network(
    session: Session, actor: Actor, volunteer_id: int, *, now: datetime, reason: str | None = None
) -> Volunteer:
    """The volunteer is gone: nothing is asked of them any more, and whoever waited for them knows.

    Proposals, offers, questions and acceptances are withdrawn in this transaction and the cascades
    move on; where details were exchanged already the firm is told.
    """
    volunteer = lock_volunteer(session, volunteer_id)
    gone = mark_left(session, actor, volunteer.id, reason=reason, now=now)
    release_volunteer(session, volunteer.id, "volunteer_left", now)
    leave_all_chapters(session, CLOCK, volunteer.id, now)
    if volunteer.user_id is not None:
        step_down_everywhere(session, CLOCK, volunteer.user_id, now)
    return gone


def suspend_from_network(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Volunteer:
    """Staff suspend a volunteer: as with leaving, nothing is asked of them and nothing exchanged."""
    lock_volunteer(session, volunteer_id)
    suspended = suspend_volunteer(session, actor, volunteer_id, reason=reason, now=now, seen=seen)
    release_volunteer(session, volunteer_id, "volunteer_left", now)
    if suspended.user_id is not None:
        step_down_everywhere(session, CLOCK, suspended.user_id, now)
    return suspended


def release_volunteer(session: Session, volunteer_id: int, why: str, now: datetime) -> None:
    """Whatever was asked of the volunteer is taken back; firms that hold their details are told."""
    for row in _held_in(session, volunteer_id, LIVE):
        if row.state in WITHDRAWN_ON_LEAVING:
            withdraw_by_network(session, lock_introduction(session, row.id), why, now)
            continue_cascade(session, row.need_id, now)
        elif row.state in CONTACTS_SHARED:
            enqueue(session, "introduction.volunteer_left", now=now, introduction_id=row.id)


def take_back_unread(session: Session, volunteer_id: int, now: datetime) -> None:
    """Mail to the volunteer comes back: what waits for an answer of theirs is taken back, and the next is asked."""
    for row in _held_in(session, volunteer_id, OFFERS):
        if row.turn != "requester":
            withdraw_by_network(session, lock_introduction(session, row.id), "unreachable", now)
            continue_cascade(session, row.need_id, now)


def _held_in(
    session: Session, volunteer_id: int, states: frozenset[IntroductionState]
) -> Sequence[Introduction]:
    """The volunteer's introductions in these states, while nobody else changes what is asked of them."""
    lock_volunteer(session, volunteer_id)
    query = select(Introduction).where(
        Introduction.volunteer_id == volunteer_id, Introduction.state.in_(sorted(states))
    )
    return session.scalars(query.order_by(Introduction.id)).all()


# --- requesters and organisations -------------------------------------------------------


def member_leaves_organisation(
    session: Session, actor: Actor, organisation_id: int, user_id: int, *, now: datetime
) -> list[Need]:
    """What the person asked for passes to the organisation's owner, else to staff; drafts end. The needs passed on.

    Their place in the organisation is its own operation's to end.
    """
    if not (actor.is_system or actor.is_staff or actor.is_user(user_id) or actor.owns(organisation_id)):
        raise NotAllowed("role_may_not", "This is not yours to do.")
    heir = _owner_of(session, organisation_id, besides=user_id)
    ids = session.scalars(
        select(Need.id)
        .where(
            Need.organisation_id == organisation_id,
            Need.requester_id == user_id,
            Need.state.in_(sorted(LIVE_NEEDS)),
        )
        .order_by(Need.id)
    ).all()
    return [_pass_on(session, lock_need(session, id), heir, now) for id in ids]


def hand_over(
    session: Session, actor: Actor, need: Need, requester_id: int, *, now: datetime, seen: int | None = None
) -> Need:
    """A colleague asks from now on, and has the details of those who were introduced; rows say so."""
    before_id = need.requester_id
    need = hand_over_need(session, actor, need, requester_id, now=now, seen=seen)
    _go_on_with(session, need, before_id, now)
    return need


def _go_on_with(session: Session, need: Need, before_id: int | None, now: datetime) -> None:
    """Who was introduced shares details with the new requester, is told who that is, and keeps the meeting."""
    disclose_to_new_requester(session, need, now)
    for row in shortlist_of(session, need.id):
        if row.state in CONTACTS_SHARED & LIVE:
            enqueue(
                session, "introduction.asker_changed", now=now, introduction_id=row.id, at=now.isoformat()
            )
            invite_again(session, row.id, before_id, now)


def requester_leaves(session: Session, actor: Actor, user_id: int, *, now: datetime) -> list[Need]:
    """The person leaves altogether: their needs pass on in every organisation they asked for."""
    organisations = session.scalars(
        select(Need.organisation_id)
        .where(Need.requester_id == user_id, Need.state.in_(sorted(LIVE_NEEDS)))
        .distinct()
    ).all()
    return [
        need
        for organisation_id in sorted(organisations)
        for need in member_leaves_organisation(session, actor, organisation_id, user_id, now=now)
    ]


def _owner_of(session: Session, organisation_id: int, besides: int) -> int | None:
    return session.scalar(
        select(OrganisationMember.user_id)
        .join(User, User.id == OrganisationMember.user_id)
        .where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.role == Role.ORGANISATION_OWNER,
            OrganisationMember.approved_at.is_not(None),
            OrganisationMember.user_id != besides,
            User.closed_at.is_(None),
        )
        .order_by(OrganisationMember.id)
        .limit(1)
    )


def _pass_on(session: Session, need: Need, heir: int | None, now: datetime) -> Need:
    if need.state == NeedState.DRAFT:
        end_by_clock(session, need, "withdraw", now)
        return need
    since, done = need.state_since, need.steps_done
    move(session, CLOCK, need, NEED_MOVES, "hand_over", now=now, roles=BY_CLOCK)
    need.state_since, need.steps_done = since, done
    if heir is not None:
        before_id, need.requester_id = need.requester_id, heir
        _go_on_with(session, need, before_id, now)
    wind_need(session, need)
    record(session, CLOCK, "need.hand_over", "need", need.id, now=now, fields=["requester_id"])
    if heir is None:
        # Nobody of the firm is left who could answer: staff look after it.
        pass_to_staff(session, need, steps_to_staff(clock_of_need(session, need)), now)
    else:
        enqueue(session, "need.handed_over", now=now, need_id=need.id, at=now.isoformat())
    return need


def freeze_organisation(session: Session, organisation_id: int, now: datetime) -> None:
    """The organisation is suspended: the clocks of its offers stand still."""
    for need_id in _live_needs(session, organisation_id):
        freeze_offers(session, need_id, now)


def thaw_organisation(session: Session, organisation_id: int, now: datetime) -> None:
    """The organisation is in order again: its offers go on, with time left to answer."""
    for need_id in _live_needs(session, organisation_id):
        thaw_offers(session, need_id, now)
        continue_cascade(session, need_id, now)


def _live_needs(session: Session, organisation_id: int) -> list[int]:
    query = select(Need.id).where(Need.organisation_id == organisation_id, Need.state.in_(sorted(LIVE_NEEDS)))
    return list(session.scalars(query.order_by(Need.id)))


# --- chapters ---------------------------------------------------------------------------


def close_chapter(
    session: Session,
    actor: Actor,
    chapter_id: int,
    *,
    now: datetime,
    reason: str,
    successor_id: int | None = None,
    seen: int | None = None,
) -> Chapter:
    """The chapter is closed. Its needs pass to its successor, else to staff, its members to its successor."""
    return _end_chapter(session, actor, chapter_id, "close", successor_id, reason, now, seen)


def merge_chapters(
    session: Session, actor: Actor, chapter_id: int, into_id: int, *, now: datetime, seen: int | None = None
) -> Chapter:
    """The chapter is merged into another, which has its needs and its members from now on."""
    return _end_chapter(session, actor, chapter_id, "merge", into_id, None, now, seen)


def _end_chapter(
    session: Session,
    actor: Actor,
    chapter_id: int,
    action: str,
    successor_id: int | None,
    reason: str | None,
    now: datetime,
    seen: int | None,
) -> Chapter:
    chapter = get_chapter(session, chapter_id)
    successor = None
    if successor_id is not None:
        successor = get_chapter(session, successor_id)
        if successor.id == chapter.id or successor.state not in TAKES_NEEDS:
            raise Invalid("successor", "Choose an active chapter.", "successor")
    roles = roles_towards_chapter(actor, chapter.id)
    move(session, actor, chapter, CHAPTER_MOVES, action, now=now, reason=reason, seen=seen, roles=roles)
    chapter.successor_id = successor.id if successor else None
    schedule_chapter(session, chapter)
    record(session, actor, f"chapter.{action}", "chapter", chapter.id, now=now)
    _hand_over_needs(session, chapter, successor, now)
    # Missions are looked after by the successor's leads, else by staff.
    owner = update(Mission).where(Mission.chapter_id == chapter.id)
    session.execute(owner.values(chapter_id=successor.id if successor else None))
    if successor is not None:
        _hand_over_members(session, chapter, successor, now)
    enqueue(session, "chapter.changed", chapter_id=chapter.id, now=now)
    return chapter


def _hand_over_needs(session: Session, chapter: Chapter, successor: Chapter | None, now: datetime) -> None:
    ids = session.scalars(
        select(Need.id)
        .where(Need.owner_chapter_id == chapter.id, Need.state.in_(sorted(LIVE_NEEDS)))
        .order_by(Need.id)
    ).all()
    for need in (lock_need(session, id) for id in ids):
        takes = successor is not None and may_own(session, successor, need)
        if need.state != NeedState.DRAFT:
            since, done = need.state_since, need.steps_done
            move(session, CLOCK, need, NEED_MOVES, "reassign", now=now, roles=BY_CLOCK)
            need.state_since, need.steps_done = since, done
        need.owner_chapter_id = successor.id if takes and successor is not None else None
        need.broker_id = None
        if need.state != NeedState.DRAFT:
            log_owner(session, CLOCK, need, Owned(True, need.owner_chapter_id, None), now)
        wind_need(session, need)
        record(session, CLOCK, "need.reassign", "need", need.id, now=now)
        enqueue(session, "need.reassigned", now=now, need_id=need.id, at=now.isoformat())


def _hand_over_members(session: Session, chapter: Chapter, successor: Chapter, now: datetime) -> None:
    there = set(session.scalars(select(Membership.volunteer_id).where(Membership.chapter_id == successor.id)))
    rows = session.scalars(
        select(Membership)
        .where(Membership.chapter_id == chapter.id, Membership.state.in_(sorted(LIVE_MEMBERSHIPS)))
        .order_by(Membership.id)
    ).all()
    for row in rows:
        # Whoever is in the successor already has their standing there; this one ends.
        action = "leave" if row.volunteer_id in there else "transfer"
        move(session, CLOCK, row, MEMBERSHIP_MOVES, action, now=now, roles=BY_CLOCK)
        if action == "transfer":
            row.chapter_id = successor.id
        schedule_membership(session, row)
        enqueue(session, "volunteer.changed", volunteer_id=row.volunteer_id, now=now)
