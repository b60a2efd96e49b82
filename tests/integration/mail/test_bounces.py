"""Delivery reports: the address is marked, its owner and staff see it, and nobody marks another's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.accounts.bounces import receive_bounce
from network.domain.clock import FixedClock
from network.mail.bounces import read_bounces
from network.mail.compose import post
from network.mail.recipients import recipient_of
from network.models import MailMessage, User
from tests.factories import make_staff, make_user
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


def report(address: str, message_id: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A report as Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: network@midhearth.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--XX
Content-Type: text/rfc822-headers

From: network@midhearth.example
To: {address}
Message-ID: {message_id}
Subject: A request waits for you

--XX--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session, email="amina@elsewhere.example")


@pytest.fixture
def sent(session: Session, user: User, clock: FixedClock) -> MailMessage:
    facts = {"need_id": 1, "url": "https://x.example", "about": "help", "due_at": clock.now()}
    post(
        session,
        "need_draft_ending",
        recipient_of(user),
        key="1",
        now=clock.now(),
        ends_at=clock.now(),
        **facts,
    )
    return session.query(MailMessage).one()


def test_a_report_about_our_mail_marks_the_address_and_stops_all_but_security_mail(
    session: Session, clock: FixedClock, user: User, sent: MailMessage
) -> None:
    raw = report("Amina@Elsewhere.example", sent.message_id)
    assert receive_bounce(session, raw, now=clock.now()) == "marked"
    session.refresh(user)
    assert user.mail_bounced_at == clock.now()
    facts = {"need_id": 1, "url": "https://x.example", "about": "help", "due_at": clock.now()}
    assert not post(
        session,
        "need_draft_ending",
        recipient_of(user),
        key="2",
        now=clock.now(),
        ends_at=clock.now(),
        **facts,
    )


@pytest.mark.parametrize(
    ("status", "action", "result"),
    [
        ("4.2.2", "delayed", "no_report"),
        ("5.2.2", "failed", "for_a_while"),
        ("5.7.1", "failed", "for_a_while"),
        ("5.2.1", "failed", "marked"),
        ("5.4.4", "failed", "marked"),
    ],
)
def test_a_full_or_strict_mailbox_is_not_a_dead_one(
    session: Session, clock: FixedClock, user: User, sent: MailMessage, status: str, action: str, result: str
) -> None:
    raw = report(user.email, sent.message_id, status, action)
    assert receive_bounce(session, raw, now=clock.now()) == result


def test_a_made_up_report_silences_nobody(
    session: Session, clock: FixedClock, user: User, sent: MailMessage
) -> None:
    other = make_user(session)
    for raw in (
        report(user.email, "<made-up@midhearth.example>"),
        report(other.email, sent.message_id),
        report("nobody@elsewhere.example", sent.message_id),
    ):
        assert receive_bounce(session, raw, now=clock.now()) == "not_ours"
    session.refresh(user)
    assert user.mail_bounced_at is None


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Subject: hello\r\n\r\nhello", b"Content-Type: multipart/report\r\n\r\n--"]
)
def test_what_is_no_report_leads_nowhere(raw: bytes) -> None:
    assert read_bounces(raw) == []


def test_person_reads_on_their_page_that_mail_comes_back_and_puts_it_right(
    visitor: PEOPLE, session: Session, clock: FixedClock, user: User
) -> None:
    user.mail_bounced_at = clock.now()
    page = visitor(user).get("/account")
    assert "Mail to your address comes back" in page.text
    page = page.follow("Put it right").submit("/write-again")
    assert "We write to you again" in page.html
    assert session.get_one(User, user.id).mail_bounced_at is None


def test_staff_find_whose_mail_comes_back(
    visitor: PEOPLE, session: Session, clock: FixedClock, user: User
) -> None:
    user.name, user.mail_bounced_at = "Amina Rahman", clock.now()
    page = visitor(make_staff(session)).get("/admin/users?role=mail-back")
    page = page.follow("Amina Rahman")
    assert "comes back since" in page.text
    page.submit("/write-again")
    assert session.get_one(User, user.id).mail_bounced_at is None


def test_command_takes_a_report_from_a_pipe(
    app: Flask, session: Session, user: User, sent: MailMessage
) -> None:
    raw = report(user.email, sent.message_id)
    session.commit()
    done = app.test_cli_runner().invoke(args=["mail", "bounce"], input=raw)
    assert (done.exit_code, done.output.strip()) == (0, "marked")
    session.expire_all()
    assert session.get_one(User, user.id).mail_bounced_at is not None
