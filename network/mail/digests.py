"""Gathered mail: what waited for a reader's day and hour goes out as one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import MailMessage, User
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic

AT_ONCE = 500
MOST_LINES = 40
_ADDRESS = re.compile(r"https?://\S+")


@periodic("mail.digests", timedelta(minutes=5))
def find_due_digests(session: Session, now: datetime) -> None:
    """Each reader whose gathered mail is due gets it, once for each date."""
    due = session.execute(
        select(MailMessage.user_id, MailMessage.due_at)
        .where(MailMessage.gathered.is_(True), MailMessage.finished_at.is_(None), MailMessage.due_at <= now)
        .distinct()
        .limit(AT_ONCE)
    )
    for user_id, at in due.all():
        key = f"mail.digest:{user_id}:{at.isoformat()}"
        enqueue(session, "mail.digest", key=key, now=now, user_id=user_id)


@handles("mail.digest")
def send_digest(session: Session, payload: dict[str, int], now: datetime) -> None:
    """One mail with a line for each that waited; they count as sent with it."""
    user = session.get(User, payload["user_id"])
    waiting = session.scalars(
        select(MailMessage)
        .where(
            MailMessage.user_id == payload["user_id"],
            MailMessage.gathered.is_(True),
            MailMessage.finished_at.is_(None),
            MailMessage.due_at <= now,
        )
        .order_by(MailMessage.id)
    ).all()
    if user is None or not waiting:
        return
    # Kinds that were turned off meanwhile are not told after all.
    off = user.mail_off.split()
    told = [one for one in waiting if one.kind not in off]
    lines = [(one.subject, _first_link(one.text)) for one in told[:MOST_LINES]]
    if lines:
        post(
            session,
            "mail_digest",
            recipient_of(user),
            key=f"digest:{waiting[-1].id}",
            now=now,
            kind=told[0].kind,
            at_once=True,
            lines=lines,
            more=len(told) - len(lines),
            url=link("/account"),
        )
    session.execute(
        update(MailMessage)
        .where(MailMessage.id.in_([one.id for one in waiting]))
        .values(finished_at=now, text="", html="", to_address=None)
    )


def _first_link(text: str) -> str:
    found = _ADDRESS.search(text)
    # The link to a page of answers, rather than to the first of them.
    return found.group(0).partition("?answer=")[0] if found else ""
