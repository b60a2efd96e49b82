"""Mail about messages in a thread: to whoever takes part in it and did not write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.queries import load_actor
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.states import Channel
from network.introductions.emails import introduction_facts, issue_answer_url, tell_volunteer, words_of
from network.introductions.policy import writing_side
from network.introductions.queries import need_of, volunteer_of
from network.mail.compose import post
from network.mail.recipients import Recipient, recipient_of
from network.mail.replies import CUT, reply_address
from network.models import Introduction, IntroductionMessage, User
from network.outbox.registry import handles


@handles("introduction.message")
def tell_message(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both sides, and brokers who have written here before, know of a message; nobody's address stands in it."""
    message = session.get(IntroductionMessage, payload["message_id"])
    if message is None or message.held_back or message.for_brokers:
        return
    introduction = session.get_one(Introduction, message.introduction_id)
    facts = introduction_facts(session, introduction, now)
    for to in readers_of(session, introduction):
        if to.user_id == message.author_id:
            continue
        answer = reply_address(introduction.id, to.user_id)
        post(
            session,
            "introduction_message",
            to,
            key=f"introduction:{introduction.id}:message:{message.id}",
            now=now,
            reply_to=answer,
            reply_mark=CUT if answer else "",
            **facts,
            who=_who(message.side, facts),
            words=words_of(session, message.id),
            shared=introduction.state in CONTACTS_SHARED,
        )


def readers_of(session: Session, introduction: Introduction) -> Iterable[Recipient]:
    """Who is told: the volunteer, the requester, and the brokers and colleagues who wrote here themselves."""
    need, volunteer = need_of(session, introduction), volunteer_of(session, introduction)
    wrote = select(IntroductionMessage.author_id).where(
        IntroductionMessage.introduction_id == introduction.id, ~IntroductionMessage.for_brokers
    )
    ids = {volunteer.user_id, need.requester_id, *session.scalars(wrote.distinct())} - {None}
    for user in session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)):
        if writing_side(load_actor(session, user, Channel.CLOCK), introduction, need) is None:
            # They took part once, and have no part in it any more.
            continue
        is_volunteer = user.id == volunteer.user_id
        # Clocks run by the volunteer's own calendar, so their mail speaks of the same days.
        zone = volunteer.timezone if is_volunteer else user.timezone
        yield Recipient(user.email, volunteer.name if is_volunteer else user.name, zone, user.id)


def _who(side: str, facts: dict[str, Any]) -> str:
    if side == "volunteer":
        return str(facts["volunteer_name"])
    return str(facts["firm"]) if side == "requester" else str(_("Your broker"))


@handles("introduction.reply_refused")
def tell_reply_refused(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever answered by mail knows why it did not get there, and where to write instead."""
    introduction = session.get(Introduction, payload["introduction_id"])
    user = session.get(User, payload["user_id"])
    if introduction is None or user is None:
        return
    post(
        session,
        "introduction_reply_refused",
        recipient_of(user),
        key=f"introduction:{introduction.id}:reply:{payload['mail_key']}",
        now=now,
        **introduction_facts(session, introduction, now),
        why=payload["why"],
    )


@handles("introduction.reply_taken")
def tell_reply_taken(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A volunteer who answered an offer by mail knows that the yes or no is still theirs, and has the link."""
    introduction = session.get(Introduction, payload["introduction_id"])
    if introduction is None or introduction.state not in OFFERS:
        return
    answer_url = issue_answer_url(session, introduction, now)
    key = f"reply:message:{payload['message_id']}"
    tell_volunteer(session, introduction, "introduction_reply_taken", now, key, answer_url=answer_url)
