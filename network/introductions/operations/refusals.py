"""No, not now, and somebody better: each moves the cascade on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.limits import REFERRALS_PER_VOLUNTEER, count_try
from network.audit.moves import check_version
from network.domain.actor import Actor
from network.domain.cascade import flags_need
from network.domain.clock import local_date
from network.domain.errors import Invalid, NotAllowed, OverLimit
from network.domain.states import DeclineReason
from network.domain.text import clean_text
from network.introductions.operations.answers import answered, check_answerable
from network.introductions.operations.questions import LONGEST_MESSAGE
from network.introductions.operations.rows import (
    CLOCK,
    Held,
    continue_cascade,
    finish,
    hold,
    step,
)
from network.introductions.operations.shortlist import add_introduction
from network.introductions.policy import is_volunteer_conflicted
from network.introductions.queries import (
    find_live,
)
from network.mail.recipients import address_hash
from network.models import (
    Introduction,
    ReferralInvitation,
    Volunteer,
)
from network.needs.operations import flag_need
from network.outbox.queue import enqueue
from network.volunteers import operations as volunteers
from network.volunteers.policy import volunteers_visible_to
from network.volunteers.queries import is_volunteer_findable


def decline(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    reason: DeclineReason,
    *,
    now: datetime,
    words: str | None = None,
    not_before: date | None = None,
    seen: int | None = None,
) -> Introduction:
    """The volunteer says no; the requester reads only "not available", and the next is asked."""
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    check_answerable(actor, held, now)
    introduction = held.introduction
    if reason == DeclineReason.NOT_NOW:
        today = local_date(now, held.volunteer.timezone)
        if not_before is None or not today < not_before <= today + timedelta(days=366):
            raise Invalid("not_before", "Say from which day on we may ask you again.", "not_before")
    step(session, actor, introduction, "decline", now=now, reason=reason.value)
    introduction.decline_reason = reason
    introduction.decline_words = clean_text(words, field="words")[:LONGEST_MESSAGE] or None
    introduction.not_before = not_before if reason == DeclineReason.NOT_NOW else None
    finish(session, introduction, now)
    answered(session, held, now)
    enqueue(session, "introduction.declined", now=now, introduction_id=introduction.id)
    if flags_need(reason) and held.need.closed_at is None:
        _flag_for(session, held, now)
    continue_cascade(session, held.need.id, now)
    return introduction


def _flag_for(session: Session, held: Held, now: datetime) -> None:
    if held.need.state == "open":
        flag_need(session, CLOCK, held.need, "found_not_appropriate", now=now)


def refer_to_volunteer(
    session: Session, actor: Actor, introduction: Introduction, volunteer_id: int, *, now: datetime
) -> Introduction:
    """Somebody better in the network stands next on the shortlist, with the lineage; a new introduction."""
    held = hold(session, introduction)
    check_answerable(actor, held, now)
    visible = select(Volunteer).where(Volunteer.id == volunteer_id, volunteers_visible_to(actor))
    better = session.scalar(visible)
    if better is None or better.id == held.volunteer.id or not is_volunteer_findable(session, better.id):
        raise Invalid("no_such_volunteer", "Choose somebody else of the network.", "volunteer")
    if is_volunteer_conflicted(session, better, held.need):
        raise Invalid("conflict_volunteer", "This person is too close to the organisation.", "volunteer")
    if find_live(session, held.need.id, better.id) is not None:
        raise Invalid("asked_already", "This person is on the list already.", "volunteer")
    _refer(session, actor, held, now)
    made = add_introduction(
        session,
        actor,
        held.need,
        better,
        side="referral",
        now=now,
        position=held.introduction.position,
        referred_from_id=held.introduction.id,
    )
    continue_cascade(session, held.need.id, now)
    return made


def refer_outside(
    session: Session, actor: Actor, introduction: Introduction, address: str, *, now: datetime
) -> ReferralInvitation:
    """Somebody outside is invited with the network's words and the inviter's name; they see nothing of the need.

    Once they are approved, and the need is open still, they stand on its shortlist.
    """
    held = hold(session, introduction)
    check_answerable(actor, held, now)
    plain = clean_text(address, field="address").lower()
    if plain.count("@") != 1 or " " in plain or "\n" in plain or "." not in plain.split("@")[1]:
        raise Invalid("address", "Give an e-mail address, like name@example.org.", "address")
    if not count_try(session, REFERRALS_PER_VOLUNTEER, str(actor.user_id), now):
        raise OverLimit("too_many_referrals", "You invited several people today. Go on tomorrow.")
    _refer(session, actor, held, now)
    invitation = ReferralInvitation(
        introduction_id=held.introduction.id,
        inviter_id=actor.user_id,
        address=plain,
        address_hash=address_hash(plain),
        created_at=now,
    )
    session.add(invitation)
    session.flush()
    enqueue(session, "referral.invited", now=now, invitation_id=invitation.id)
    continue_cascade(session, held.need.id, now)
    return invitation


def refer_on(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    *,
    now: datetime,
    volunteer_id: int | None = None,
    address: str | None = None,
) -> Introduction | ReferralInvitation:
    """Somebody better: a volunteer of the network, or an address outside it. Give one of the two."""
    if volunteer_id is not None:
        return refer_to_volunteer(session, actor, introduction, volunteer_id, now=now)
    if address:
        return refer_outside(session, actor, introduction, address, now=now)
    raise Invalid("missing", "Name somebody of the network, or give an address.", "address")


def _refer(session: Session, actor: Actor, held: Held, now: datetime) -> None:
    step(session, actor, held.introduction, "refer_on", now=now)
    finish(session, held.introduction, now)
    answered(session, held, now)
    enqueue(session, "introduction.referred_on", now=now, introduction_id=held.introduction.id)


def pause_from_answer(
    session: Session, actor: Actor, introduction: Introduction, until: date, *, now: datetime
) -> Volunteer:
    """The volunteer is on leave until that day; what they were asked waits, and perhaps somebody else is asked."""
    held = hold(session, introduction)
    if not actor.is_volunteer(held.volunteer.id):
        raise NotAllowed("not_yours_to_answer", "This was asked of somebody else.")
    answered(session, held, now)
    # `volunteer.paused` holds the clocks of all their offers.
    return volunteers.pause_volunteer(session, actor, held.volunteer.id, until=until, now=now)
