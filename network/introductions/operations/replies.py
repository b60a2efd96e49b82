"""An answer by mail lands in the thread, under the rules that hold on the site."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.limits import Limit, count_try
from network.accounts.queries import load_actor
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import DomainError
from network.domain.introduction_moves import OFFERS
from network.domain.states import Channel, IntroductionState
from network.introductions.operations.conversation import write_message
from network.introductions.operations.questions import ask_question
from network.introductions.policy import can_view_introduction, writing_side
from network.introductions.queries import need_of, volunteer_of
from network.mail.inbound import EMPTY, TOO_LARGE, Inbound
from network.models import InboundMail, Introduction, IntroductionMessage, User
from network.outbox.queue import enqueue

TAKEN, HELD_BACK, REPEATED, WRONG_SENDER = "taken", "held_back", "repeated", "wrong_sender"
FILES_LEFT = "files_left"
# What the person is told of, at their own address: they write again, or on the page. The rest is left unanswered.
TOLD = frozenset({HELD_BACK, "closed", "too_many_messages", EMPTY, TOO_LARGE, WRONG_SENDER})
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
    why = FILES_LEFT if result == TAKEN and mail.has_files else result
    if (why in TOLD or why == FILES_LEFT) and count_try(session, _EXPLANATIONS, str(mail.user_id), now):
        enqueue(
            session,
            "introduction.reply_refused",
            now=now,
            introduction_id=mail.introduction_id,
            user_id=mail.user_id,
            why=why,
            mail_key=mail.key,
        )
    return result


def _take(session: Session, introduction: Introduction, user: User, mail: Inbound, now: datetime) -> str:
    actor = load_actor(session, user, Channel.MAIL)
    if user.closed_at is not None or not can_view_introduction(actor, introduction):
        return "not_yours"
    if mail.sender not in _addresses(session, introduction, user):
        return WRONG_SENDER
    if mail.problem is not None:
        return mail.problem
    try:
        with session.begin_nested():
            message = _write(session, actor, introduction, mail.text, now)
    except DomainError as error:
        return error.code if error.code in TOLD else "closed"
    record(session, actor, "introduction.reply_by_mail", "introduction", introduction.id, now=now)
    if message.held_back:
        return HELD_BACK
    if message.side == "volunteer" and introduction.state in OFFERS:
        # "Yes, gladly" in a mail is read by people and moves nothing: the writer has to know.
        enqueue(
            session,
            "introduction.reply_taken",
            now=now,
            introduction_id=introduction.id,
            message_id=message.id,
        )
    return TAKEN


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
