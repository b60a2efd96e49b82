"""Delivery: takes composed mails one at a time and gives them to the mail server; done by the worker only."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from flask_mail import Connection, Mail, Message
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from network.db import intending_to_write
from network.mail.bounces import is_gone
from network.models import MailMessage
from network.outbox.queue import enqueue
from network.outbox.worker import back_off

log = structlog.get_logger("mail")
TIMEOUT_SECONDS = 20
MAX_ATTEMPTS = 12


class TimedConnection(Connection):
    """Flask-Mail's connection with a deadline: its own waits for ever on a silent server."""

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """A connected host whose every step ends after TIMEOUT_SECONDS."""
        kind = smtplib.SMTP_SSL if self.mail.use_ssl else smtplib.SMTP
        host = kind(self.mail.server, self.mail.port or 0, timeout=TIMEOUT_SECONDS)
        if self.mail.use_tls:
            host.starttls()
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


class TimedMail(Mail):
    """Flask-Mail that opens connections with a deadline."""

    def connect(self) -> Connection:
        """A connection to the configured server."""
        return TimedConnection(current_app.extensions["mail"])


mailer = TimedMail()


def deliver_due(open_session: Callable[[], Session], now: datetime, limit: int = 50) -> int:
    """Send up to `limit` due mails, or leave them in the mailbox where no server is set; the number handled."""
    if current_app.config["MAIL_URL"] is None:
        return _leave_in_mailbox(open_session, now)
    handled = 0
    while handled < limit and deliver_one(open_session, now):
        handled += 1
    return handled


def _leave_in_mailbox(open_session: Callable[[], Session], now: datetime) -> int:
    with intending_to_write(), open_session() as session:
        left = session.execute(
            update(MailMessage)
            .where(*_due(now))
            .values(finished_at=now, sent_at=now)
            .returning(MailMessage.id)
        ).all()
        session.commit()
    return len(left)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return MailMessage.finished_at.is_(None), MailMessage.due_at <= now, MailMessage.gathered.is_(False)


def deliver_one(open_session: Callable[[], Session], now: datetime) -> bool:
    """Send the oldest due mail; False when none is due.

    A process killed between the server's yes and our commit sends the same Message-ID again, never another.
    """
    with intending_to_write(), open_session() as session:
        mail = session.scalars(
            select(MailMessage)
            .where(*_due(now))
            .order_by(MailMessage.due_at, MailMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if mail is None:
            session.rollback()
            return False
        mail_id, attempts = mail.id, mail.attempts
        message = as_message(mail)
        if session.get_bind().dialect.name == "sqlite":
            # The only worker: do not hold the database's one write lock while a mail server thinks.
            session.rollback()
        try:
            mailer.send(message)
        except Exception as error:
            session.rollback()
            _count_failure(session, mail_id, attempts, error, now)
            return True
        session.execute(
            update(MailMessage)
            .where(MailMessage.id == mail_id)
            .values(finished_at=now, sent_at=now, text="", html="", calendar="", to_address=None, error=None)
        )
        session.commit()
    return True


def _count_failure(session: Session, mail_id: int, attempts: int, error: Exception, now: datetime) -> None:
    refused = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _ in error.recipients.values()
    )
    dead = refused or attempts + 1 >= MAX_ATTEMPTS
    values: dict[str, Any] = {
        "attempts": attempts + 1,
        "due_at": now + back_off(attempts),
        "error": type(error).__name__,
    }
    if dead:
        values |= {"dead_at": now, "finished_at": now}
    session.execute(update(MailMessage).where(MailMessage.id == mail_id).values(**values))
    if refused and _says_gone(error):
        enqueue(session, "mail.refused", now=now, mail_id=mail_id)
    session.commit()
    log.warning("mail.failed", mail_id=mail_id, error=type(error).__name__, dead=dead)


def _says_gone(error: Exception) -> bool:
    """Whether the server said that there is no such mailbox, and not that it wants no mail of ours."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(is_gone(said.decode("utf-8", "replace")) for _, said in error.recipients.values())


def as_message(mail: MailMessage) -> Message:
    """The message a stored mail is: text and HTML, its own Message-ID, marked as sent by a program."""
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = Message(
        subject=mail.subject,
        recipients=[mail.to_address or ""],
        body=mail.text,
        html=mail.html,
        reply_to=mail.reply_to,
        extra_headers=headers,
    )
    if mail.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        kind = f"text/calendar; charset=utf-8; method={method}"
        message.attach("meeting.ics", kind, mail.calendar.encode())
    message.msgId = mail.message_id
    return message


def forget_bodies(session: Session, now: datetime) -> None:
    """Empty addresses and bodies of mails that ended 30 days ago."""
    session.execute(
        update(MailMessage)
        .where(MailMessage.finished_at < now - timedelta(days=30), MailMessage.to_address.is_not(None))
        .values(text="", html="", calendar="", to_address=None)
    )


def revive_mail(session: Session, mail_id: int, now: datetime) -> bool:
    """Make a mail that was given up due again; False where there is none."""
    revived = session.execute(
        update(MailMessage)
        .where(
            MailMessage.id == mail_id, MailMessage.dead_at.is_not(None), MailMessage.to_address.is_not(None)
        )
        .values(dead_at=None, finished_at=None, attempts=0, due_at=now, error=None)
        .returning(MailMessage.id)
    )
    return revived.first() is not None
