"""Mail that came back: the address is marked and gets no more until its owner says or shows that it works."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.operations import mark_bounced
from network.accounts.queries import get_user
from network.audit.operations import record
from network.domain.actor import Actor, system_actor
from network.domain.errors import NotAllowed
from network.domain.states import Channel
from network.mail.bounces import read_bounces
from network.models import MailMessage, User
from network.outbox.queue import enqueue

MAIL = system_actor(Channel.MAIL)


def receive_bounce(session: Session, raw: bytes, *, now: datetime) -> str:
    """A delivery report has come in; what was done about it, as a word for the log.

    Only a report about a mail of ours to the very person counts: nobody silences another by a made-up report.
    """
    bounces = read_bounces(raw)
    if not bounces:
        return "no_report"
    results = [_take(session, one.address, one.is_permanent, one.message_ids, now) for one in bounces]
    return "marked" if "marked" in results else results[0]


def _take(
    session: Session, address: str, is_permanent: bool, message_ids: tuple[str, ...], now: datetime
) -> str:
    if not is_permanent:
        return "for_a_while"
    user = session.scalar(
        select(User)
        .join(MailMessage, MailMessage.user_id == User.id)
        .where(MailMessage.message_id.in_(message_ids), User.email == address)
    )
    if user is None:
        return "not_ours"
    _mark(session, user, now)
    return "marked"


def take_refusal(session: Session, mail_id: int, now: datetime) -> None:
    """The mail server said of the address at once that there is no such mailbox."""
    mail = session.get(MailMessage, mail_id)
    user = session.get(User, mail.user_id) if mail is not None and mail.user_id is not None else None
    if user is not None and mail is not None and user.email == mail.to_address:
        _mark(session, user, now)


def _mark(session: Session, user: User, now: datetime) -> None:
    if user.mail_bounced_at is None:
        mark_bounced(session, user.email, now)
        record(session, MAIL, "account.bounced", "user", user.id, now=now, fields=["mail_bounced_at"])
        enqueue(session, "account.bounced", now=now, user_id=user.id)


def write_again(session: Session, actor: Actor, user_id: int, *, now: datetime) -> User:
    """The address works again, by the word of its owner or of staff: mail goes there as before."""
    if not (actor.is_user(user_id) or actor.is_staff):
        raise NotAllowed("not_yours", "Only the person themselves or staff can say so.")
    user = get_user(session, user_id)
    if user.mail_bounced_at is not None:
        user.mail_bounced_at = None
        user.updated_at = now
        session.flush()
        record(session, actor, "account.write_again", "user", user.id, now=now, fields=["mail_bounced_at"])
        enqueue(session, "account.reached_again", now=now, user_id=user.id)
    return user
