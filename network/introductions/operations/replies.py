"""An answer by mail lands in the thread, under the rules that hold on the site."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.limits import Limit, count_try
from network.accounts.queries import load_actor
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import DomainError
from network.domain.states import Channel, IntroductionState
from network.introductions.operations.conversation import write_message
from network.introductions.operations.questions import ask_question
from network.introductions.policy import can_view_introduction, writing_side
from network.introductions.queries import need_of, volunteer_of
from network.mail.inbound import Inbound
from network.models import InboundMail, Introduction, IntroductionMessage, User
from network.outbox.queue import enqueue

TAKEN, HELD_BACK, REPEATED = "taken", "held_back", "repeated"
# What the writer is told of: their mail is written again, or on the page. Everything else is left unanswered.
TOLD = frozenset({HELD_BACK, "closed", "too_many_messages"})
_EXPLANATIONS = Limit("replies.explained", 3, timedelta(days=1))


def receive_reply(session: Session, mail: Inbound, *, now: datetime) -> str:
    """The words of the mail stand in the thread, or the answer says why not; the same mail is taken once.

    The address it was sent to says which thread and which person, and its signature that we made it; the sender has
    to be that person's own address.
    """
    if session.get(InboundMail, mail.key) is not None:
        return REPEATED
    introduction = session.get(Introduction, mail.introduction_id)
    user = session.get(User, mail.user_id)
    result = (
        "unknown" if introduction is None or user is None else _take(session, introduction, user, mail, now)
    )
    session.add(
        InboundMail(
            key=mail.key,
            introduction_id=mail.introduction_id,
            user_id=mail.user_id,
            result=result,
            received_at=now,
        )
    )
    session.flush()
    if result in TOLD and count_try(session, _EXPLANATIONS, str(mail.user_id), now):
        enqueue(
            session,
            "introduction.reply_refused",
            now=now,
            introduction_id=mail.introduction_id,
            user_id=mail.user_id,
            why=result,
            mail_key=mail.key,
        )
    return result


def _take(session: Session, introduction: Introduction, user: User, mail: Inbound, now: datetime) -> str:
    if user.closed_at is not None or mail.sender not in _addresses(session, introduction, user):
        return "wrong_sender"
    actor = load_actor(session, user, Channel.MAIL)
    if not can_view_introduction(actor, introduction):
        return "not_yours"
    try:
        with session.begin_nested():
            message = _write(session, actor, introduction, mail.text, now)
    except DomainError as error:
        return error.code if error.code in TOLD else "closed"
    record(session, actor, "introduction.reply_by_mail", "introduction", introduction.id, now=now)
    return HELD_BACK if message.held_back else TAKEN


def _addresses(session: Session, introduction: Introduction, user: User) -> set[str]:
    """The person's own addresses: of the account, and the one a volunteer gave to be written to."""
    volunteer = volunteer_of(session, introduction)
    own = {user.email.lower()}
    if volunteer.user_id == user.id and volunteer.contact_email:
        own.add(volunteer.contact_email.lower())
    return own


def _write(
    session: Session, actor: Actor, introduction: Introduction, text: str, now: datetime
) -> IntroductionMessage:
    is_volunteer = writing_side(actor, introduction, need_of(session, introduction)) == "volunteer"
    if is_volunteer and introduction.state == IntroductionState.OFFERED:
        return ask_question(session, actor, introduction, text, now=now)
    return write_message(session, actor, introduction, text, now=now)
