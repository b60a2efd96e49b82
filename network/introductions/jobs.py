"""The clocks of introductions, and what follows from acts elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.quiet import set_quietly
from network.domain.meeting_moves import MeetingState
from network.domain.states import IntroductionState, NeedState
from network.introductions.operations import (
    add_introduction,
    call_off,
    find_plan,
    freeze_offers,
    freeze_organisation,
    hold_for_leave,
    member_leaves_organisation,
    release_volunteer,
    run_cascade,
    take_back_unread,
    thaw_offers,
    thaw_organisation,
    tick_introduction,
    withdraw_offers,
)
from network.introductions.operations.rows import CLOCK, continue_cascade
from network.introductions.policy import is_volunteer_conflicted
from network.introductions.queries import find_live, shortlists_to_look_at
from network.mail.recipients import address_hash
from network.models import (
    Introduction,
    Membership,
    Need,
    OrganisationMember,
    ReferralInvitation,
    Transition,
    User,
    Volunteer,
)
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic
from network.volunteers.queries import find_volunteer_of, is_volunteer_findable

AT_ONCE = 500
STEPS_AT_ONCE = 12
_ANSWERS = ("accept", "accept_without_consent", "ask", "decline", "refer_on")


# --- by the clock -----------------------------------------------------------------------


@periodic("introductions.due", timedelta(minutes=1))
def find_due_introductions(session: Session, now: datetime) -> None:
    """The clock of each introduction whose time has come is due, once for each date."""
    due = session.execute(
        select(Introduction.id, Introduction.next_action_at)
        .where(Introduction.next_action_at <= now)
        .order_by(Introduction.next_action_at, Introduction.id)
        .limit(AT_ONCE)
    )
    for introduction_id, at in due.all():
        key = f"introduction.clock:{introduction_id}:{at}"
        enqueue(session, "introduction.clock", key=key, now=now, introduction_id=introduction_id)


@handles("introduction.clock")
def run_introduction_clock(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What is due on one introduction is done, if it still is; all of it, where the worker was away for long."""
    for _step in range(STEPS_AT_ONCE):
        if tick_introduction(session, payload["introduction_id"], now) is None:
            break
        due = session.get_one(Introduction, payload["introduction_id"]).next_action_at
        if due is None or due > now:
            break


@periodic("introductions.shortlists", timedelta(hours=6))
def look_again_at_shortlists(session: Session, now: datetime) -> None:
    """Somebody on a shortlist may be back from leave, or have room again: each need that waits for them asks on."""
    for need_id in session.scalars(shortlists_to_look_at(now)).all():
        continue_cascade(session, need_id, now)


# --- meetings that are planned ----------------------------------------------------------


@handles(
    "introduction.cancelled", "introduction.stalled", "introduction.withdrawn", "introduction.volunteer_left"
)
def call_off_with_it(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A meeting that is still to come ends with its introduction."""
    plan = find_plan(session, payload["introduction_id"])
    if plan is None or plan.state not in {MeetingState.PROPOSED, MeetingState.AGREED}:
        return
    if plan.starts_at is None or plan.starts_at > now:
        call_off(session, CLOCK, session.get_one(Introduction, plan.introduction_id), now=now)


# --- after acts on needs ----------------------------------------------------------------


@handles("need.cascade", "need.renewed", "need.widened")
def ask_next(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The next volunteer is asked, as far as the rule allows."""
    need = session.get(Need, payload["need_id"])
    if need is not None:
        run_cascade(session, need, now)


@handles("need.opened")
def begin_or_go_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Offers that waited go on, and the cascade begins."""
    thaw_offers(session, payload["need_id"], now)
    ask_next(session, payload, now)


@handles("need.edited", "need.flagged")
def let_offers_wait(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Nobody answers a need that is being read again."""
    freeze_offers(session, payload["need_id"], now)


@handles("need.withdrawn", "need.refused", "need.closed_unmet", "need.fulfilled")
def take_offers_back(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The need has ended: whoever was asked is thanked."""
    need = session.get_one(Need, payload["need_id"])
    why = "need_fulfilled" if need.state == NeedState.FULFILLED else "need_closed"
    withdraw_offers(session, need.id, why, now)


# --- after acts on volunteers and chapters ----------------------------------------------


@handles("volunteer.paused")
def hold_offers_of(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The clocks of a volunteer on leave stand still; where it takes too long the next is asked."""
    for need_id in hold_for_leave(session, payload["volunteer_id"], now):
        continue_cascade(session, need_id, now)


@handles("volunteer.resumed")
def welcome_back(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The clocks of their offers run again, and shortlists on which they stand look again."""
    hold_for_leave(session, payload["volunteer_id"], now)
    _ask_on_for(session, payload["volunteer_id"], now)


def _ask_on_for(session: Session, volunteer_id: int, now: datetime) -> None:
    needs = select(Introduction.need_id).where(
        Introduction.volunteer_id == volunteer_id, Introduction.state == IntroductionState.PROPOSED
    )
    for need_id in session.scalars(needs).all():
        continue_cascade(session, need_id, now)


@handles("account.bounced")
def ask_others_instead(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Nobody waits ten days for somebody whom no mail reaches."""
    user = session.get(User, payload["user_id"])
    volunteer = find_volunteer_of(session, payload["user_id"])
    if user is not None and user.mail_bounced_at is not None and volunteer is not None:
        take_back_unread(session, volunteer.id, now)


@handles("account.reached_again")
def ask_once_reached(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Shortlists on which somebody stands whom mail reaches again look again."""
    volunteer = find_volunteer_of(session, payload["user_id"])
    if volunteer is not None:
        _ask_on_for(session, volunteer.id, now)


@handles("volunteer.left", "volunteer.suspended")
def release_gone(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whichever way they went, nothing is asked of them any more."""
    release_volunteer(session, payload["volunteer_id"], "volunteer_left", now)


@handles("membership.left", "membership.suspended")
def release_unapproved(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Without any chapter's approval a volunteer is asked nothing."""
    membership = session.get(Membership, payload["membership_id"])
    if membership is not None and not is_volunteer_findable(session, membership.volunteer_id):
        release_volunteer(session, membership.volunteer_id, "volunteer_left", now)


@handles("membership.approved")
def connect_referrals(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Somebody who was invited from outside now stands on the shortlist for which they were named."""
    membership = session.get(Membership, payload["membership_id"])
    volunteer = session.get(Volunteer, membership.volunteer_id) if membership else None
    user = session.get(User, volunteer.user_id) if volunteer and volunteer.user_id else None
    if volunteer is None or user is None or not is_volunteer_findable(session, volunteer.id):
        return
    invitations = session.scalars(
        select(ReferralInvitation).where(
            ReferralInvitation.address_hash == address_hash(user.email),
            ReferralInvitation.registered_volunteer_id.is_(None),
        )
    ).all()
    for invitation in invitations:
        invitation.registered_volunteer_id, invitation.address = volunteer.id, None
        _put_on_shortlist(session, invitation, volunteer, now)


def _put_on_shortlist(
    session: Session, invitation: ReferralInvitation, volunteer: Volunteer, now: datetime
) -> None:
    named_by = session.get_one(Introduction, invitation.introduction_id)
    need = session.get_one(Need, named_by.need_id)
    if need.state != NeedState.OPEN or find_live(session, need.id, volunteer.id) is not None:
        return
    if is_volunteer_conflicted(session, volunteer, need):
        return
    add_introduction(
        session,
        CLOCK,
        need,
        volunteer,
        side="referral",
        now=now,
        position=named_by.position,
        referred_from_id=named_by.id,
    )
    continue_cascade(session, need.id, now)


@handles("volunteer.answered", "introduction.expired")
def count_answers(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """How fast a volunteer usually answers stands on their row, and the index knows their load."""
    volunteer_id = payload.get("volunteer_id")
    if volunteer_id is None:
        volunteer_id = session.get_one(Introduction, payload["introduction_id"]).volunteer_id
    volunteer = session.get_one(Volunteer, volunteer_id)
    answered = session.execute(
        select(Introduction.offered_at, Transition.at)
        .join(
            Transition,
            (Transition.subject == "introduction") & (Transition.subject_id == Introduction.id),
        )
        .where(
            Introduction.volunteer_id == volunteer_id,
            Introduction.offered_at.is_not(None),
            Transition.action.in_(_ANSWERS),
        )
    ).all()
    days = [
        (at - offered).total_seconds() / 86400
        for offered, at in answered
        if offered is not None and at >= offered
    ]
    if days:
        set_quietly(session, volunteer, answer_days=round(median(days), 2), answers_count=len(days))
    enqueue(session, "volunteer.changed", now=now, volunteer_id=volunteer_id)


# --- after acts on organisations --------------------------------------------------------


@handles("organisation.suspended")
def freeze(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Nothing of a suspended organisation goes on, and nobody loses time by it."""
    freeze_organisation(session, payload["organisation_id"], now)


@handles("organisation.reinstated", "organisation.verified")
def thaw(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What waited goes on."""
    thaw_organisation(session, payload["organisation_id"], now)


@handles("organisation.colleague_removed")
def pass_needs_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What somebody who left had asked for is looked after by the owner, else by staff."""
    belongs = session.scalar(
        select(OrganisationMember.id).where(
            OrganisationMember.organisation_id == payload["organisation_id"],
            OrganisationMember.user_id == payload["user_id"],
            OrganisationMember.approved_at.is_not(None),
        )
    )
    if belongs is None:
        member_leaves_organisation(session, CLOCK, payload["organisation_id"], payload["user_id"], now=now)
