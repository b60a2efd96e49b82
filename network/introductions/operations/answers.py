"""Who answers, by the link in the mail or signed in, and the yes that introduces both sides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from network.accounts.links import use_act
from network.audit.moves import check_version
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.cascade import is_enough
from network.domain.errors import Conflict, NotAllowed, NotFound
from network.domain.introduction_moves import COUNTS_TOWARDS_WANTED, OFFERS, accept_action
from network.domain.states import Channel, Role, VolunteerState
from network.introductions.operations.rows import (
    Held,
    check_need_is_open,
    continue_cascade,
    disclose,
    finish,
    hold,
    put_out,
    step,
)
from network.introductions.policy import is_volunteer_conflicted
from network.introductions.queries import (
    find_answer,
    load_of,
    shortlist_of,
)
from network.models import (
    Introduction,
    Volunteer,
)
from network.outbox.queue import enqueue
from network.volunteers.queries import is_volunteer_findable

# --- by the link in the mail ------------------------------------------------------------


def use_answer_link(session: Session, secret: str, act: str, *, now: datetime) -> tuple[Actor, Introduction]:
    """Who answers by this link, and what: the act is used up, and with it may be done once.

    Acts are accept, ask, decline, refer_on, pause. NotFound for no link of ours; Conflict where it
    is of an earlier offer, too late, used, or already answered.
    """
    answer = find_answer(session, secret)
    if answer is None:
        raise NotFound("no_link", "This link is not one of ours.")
    if answer.link.round != answer.introduction.offer_round:
        raise Conflict("answer_old_round", "This link belongs to an earlier request.")
    if answer.introduction.state not in OFFERS:
        raise Conflict("answer_given", "This has been answered already, or is no longer asked.")
    if not answer.is_open(now):
        raise Conflict("offer_expired", "The time to answer is over. Thank you for looking at it.")
    # One question is for the offer itself to count: one that was kept back may be written again.
    if act != "ask" and not use_act(session, answer.link, act):
        raise Conflict("answer_used", "This link was used for that already.")
    return answering_actor(session, answer.volunteer), answer.introduction


def answering_actor(session: Session, volunteer: Volunteer) -> Actor:
    """The volunteer who holds an answer link: may answer this, and nothing else they may do when signed in."""
    return Actor(
        user_id=volunteer.user_id,
        volunteer_id=volunteer.id,
        roles=frozenset({Role.VOLUNTEER}),
        channel=Channel.MAIL,
        timezone=volunteer.timezone,
    )


# --- yes --------------------------------------------------------------------------------


def accept_introduction(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """The volunteer helps. Where the requester agreed beforehand both have each other's details from now on.

    Otherwise the requester has five days to share theirs. Of two answers at the same moment one is
    refused with Conflict: the need wants no more, the capacity is used, or the offer has moved.
    """
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    check_answerable(actor, held, now)
    return _accept(session, actor, held, now)


def late_yes(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """The volunteer accepts after the offer expired, while the need is open and wants somebody still."""
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    if not actor.is_volunteer(held.volunteer.id):
        raise NotAllowed("not_yours_to_answer", "This was asked of somebody else.")
    check_need_is_open(session, held.need)
    put_out(session, actor, held, "late_offer", now)
    return _accept(session, actor, held, now)


def _accept(session: Session, actor: Actor, held: Held, now: datetime) -> Introduction:
    introduction, need = held.introduction, held.need
    check_need_is_open(session, need)
    _check_volunteer(session, held, now)
    accepted = sum(row.state in COUNTS_TOWARDS_WANTED for row in shortlist_of(session, need.id))
    if is_enough(accepted, need.wanted):
        raise Conflict("enough_found", "Somebody else said yes a moment ago. Thank you all the same.")
    action = accept_action(need.consents)
    step(session, actor, introduction, action, now=now)
    introduction.accepted_at = now
    introduction.turn = None
    if need.consents:
        _exchange(session, held, now)
    else:
        enqueue(session, "introduction.accepted", now=now, introduction_id=introduction.id)
    finish(session, introduction, now)
    answered(session, held, now)
    continue_cascade(session, need.id, now)
    return introduction


def _check_volunteer(session: Session, held: Held, now: datetime) -> None:
    volunteer = held.volunteer
    if volunteer.state != VolunteerState.ACTIVE or not is_volunteer_findable(session, volunteer.id):
        raise Conflict("volunteer_not_active", "Your place in the network is not active at the moment.")
    if is_volunteer_conflicted(session, volunteer, held.need):
        raise Conflict("conflict_volunteer", "You are too close to this organisation to help it here.")
    # Other offers that are out do not stand in the way of this yes; acceptances of the month do.
    if load_of(session, volunteer.id, now, besides=held.introduction.id).acceptances >= volunteer.capacity:
        raise Conflict("over_capacity", "You have taken on as much as you set yourself for this month.")


def share_contacts(
    session: Session, actor: Actor, introduction: Introduction, *, now: datetime, seen: int | None = None
) -> Introduction:
    """The requester shares their details after the volunteer's yes: both sides are introduced."""
    held = hold(session, introduction)
    check_need_is_open(session, held.need)
    step(session, actor, held.introduction, "share_contacts", now=now, seen=seen)
    _exchange(session, held, now)
    finish(session, held.introduction, now)
    continue_cascade(session, held.need.id, now)
    return held.introduction


def _exchange(session: Session, held: Held, now: datetime) -> None:
    """Each side has the other's details: two rows that say so, and one mail to both."""
    introduction = held.introduction
    introduction.introduced_at = now
    disclose(session, introduction, now)
    set_quietly(session, held.volunteer, introductions_count=held.volunteer.introductions_count + 1)
    enqueue(session, "introduction.introduced", now=now, introduction_id=introduction.id)


# --- shared -----------------------------------------------------------------------------


def check_answerable(actor: Actor, held: Held, now: datetime) -> None:
    """Only the volunteer answers, only an offer that is out, and only in time."""
    if not actor.is_volunteer(held.volunteer.id):
        raise NotAllowed("not_yours_to_answer", "This was asked of somebody else.")
    if held.introduction.state not in OFFERS:
        raise Conflict("answer_given", "This has been answered already, or is no longer asked.")
    if held.introduction.expires_at is not None and now > held.introduction.expires_at:
        raise Conflict("offer_expired", "The time to answer is over. Thank you for looking at it.")


def answered(session: Session, held: Held, now: datetime) -> None:
    """They are heard of: silences are forgotten, and how long they took is counted."""
    if held.volunteer.silences:
        set_quietly(session, held.volunteer, silences=0)
    enqueue(session, "volunteer.answered", now=now, volunteer_id=held.volunteer.id)
