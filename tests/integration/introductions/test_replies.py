"""Answers by mail: they land in the thread under the rules of the site, once, from the right person only."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import Channel, IntroductionState
from network.introductions import operations
from network.mail.inbound import read_inbound
from network.mail.replies import reply_address
from network.models import Introduction, IntroductionMessage, MailMessage, User
from tests.support.scene import Scene

_I = IntroductionState
Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
SECRET = "inbound-secret-" * 3


@pytest.fixture(autouse=True)
def _inbound(app: Flask) -> Iterator[None]:
    app.config.update(INBOUND_ADDRESS="reply@in.network.example", INBOUND_SECRET=SECRET)
    yield
    app.config.update(INBOUND_ADDRESS=None, INBOUND_SECRET=None)


def answer(to: str, sender: str, text: str, number: int = 1, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": sender, "To": to, "Message-ID": f"<{number}@x>", **headers}.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def said(session: Session) -> list[tuple[str, str]]:
    return [
        (one.side, one.text)
        for one in session.scalars(select(IntroductionMessage).order_by(IntroductionMessage.id))
    ]


def test_a_whole_conversation_goes_by_mail(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    work()
    [offer] = mails(event="introduction_offered")
    question = answer(
        offer.reply_to, offer.to_address, f"Which plants?\n\nOn Monday we wrote:\n> {offer.text[:90]}"
    )
    assert operations.receive_reply(session, read_inbound(question), now=clock.now()) == "taken"
    assert operations.receive_reply(session, read_inbound(question), now=clock.now()) == "repeated"
    assert (offered.state, offered.turn) == (_I.EXPLORING, "requester")
    work()
    # A yes in a mail moves nothing, so the writer has the page that does.
    [taken] = mails(event="introduction_reply_taken")
    assert (taken.to_address, "/answer/" in taken.text) == (offer.to_address, True)
    [asked] = mails(event="introduction_question")
    assert "Which plants?" in asked.text
    assert asked.text.startswith("_ _ _")
    assert offer.to_address not in asked.text + asked.html + (asked.reply_to or "")
    reply = answer(asked.reply_to, scene.owner.email.upper(), "Two in Malta.\n\n" + asked.text, 2)
    assert operations.receive_reply(session, read_inbound(reply), now=clock.now()) == "taken"
    assert said(session) == [("volunteer", "Which plants?"), ("requester", "Two in Malta.")]
    assert offered.turn == "volunteer"
    assert set(session.scalars(select(IntroductionMessage.channel))) == {Channel.MAIL}
    work()
    [told] = mails(event="introduction_answer")
    thanks = answer(told.reply_to, told.to_address, "Thank you, I think about it.", 3)
    assert operations.receive_reply(session, read_inbound(thanks), now=clock.now()) == "taken"
    work()
    assert "I think about it" in mails(event="introduction_message")[0].text


def test_details_in_a_reply_are_kept_back_and_the_writer_told_once(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    user = session.get_one(User, scene.amina.user_id)
    to = reply_address(offered.id, user.id) or ""
    for number in range(5):
        raw = answer(to, user.email, "Ring me: +971 50 555 0199", number)
        assert operations.receive_reply(session, read_inbound(raw), now=clock.now()) == "held_back"
    assert offered.state is _I.OFFERED
    work()
    told = mails(event="introduction_reply_refused")
    assert len(told) == 3
    assert "555 0199" not in told[0].text
    assert mails(event="introduction_question") == []


def test_nobody_writes_in_anothers_name_or_where_they_have_no_part(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.ACCEPTED)
    user = session.get_one(User, scene.amina.user_id)
    own = reply_address(one.id, user.id) or ""
    stranger = reply_address(one.id, scene.stranger.id) or ""
    results = [
        operations.receive_reply(session, read_inbound(raw), now=clock.now())
        for raw in (
            answer(own, scene.owner.email, "It is me.", 1),
            answer(stranger, scene.stranger.email, "Let me in.", 2),
            answer(reply_address(999, user.id) or "", user.email, "Nowhere.", 3),
        )
    ]
    assert results == ["wrong_sender", "not_yours", "unknown"]
    closed = scene.introduce(scene.badr, _I.DECLINED)
    badr = session.get_one(User, scene.badr.user_id)
    late = answer(reply_address(closed.id, badr.id) or "", badr.email, "Am I late?", 4)
    assert operations.receive_reply(session, read_inbound(late), now=clock.now()) == "closed"
    assert said(session) == []
    work()
    told = {mail.to_address: mail.text for mail in mails(event="introduction_reply_refused")}
    # Whoever wrote from another address of theirs learns it at the one we know; nobody else hears anything.
    assert set(told) == {badr.email, user.email}
    assert "another address" in told[user.email]
    assert scene.owner.email not in told[user.email]


def test_who_sends_a_file_or_no_words_is_told(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    user = session.get_one(User, scene.amina.user_id)
    message = message_from_bytes(
        answer(reply_address(one.id, user.id) or "", user.email, "See the plan."), policy=policy.default
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    for raw in (message.as_bytes(), answer(reply_address(one.id, user.id) or "", user.email, "> quoted", 2)):
        operations.receive_reply(session, read_inbound(raw), now=clock.now())
    assert said(session) == [("volunteer", "See the plan.")]
    work()
    subjects = [mail.subject for mail in mails(event="introduction_reply_refused")]
    assert [subject.partition(":")[0] for subject in subjects] == [
        "Your words are there, the file is not",
        "Your answer did not get there",
    ]


def signed(raw: bytes, at: int, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Kinbridge-Signature": f"t={at},v1={digest}"}


def test_a_mail_service_posts_what_it_signed_and_nobody_else_does(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, _I.ACCEPTED)
    user = session.get_one(User, scene.amina.user_id)
    raw = answer(reply_address(one.id, user.id) or "", user.email, "I am in.")
    session.commit()
    client, at = app.test_client(), int(clock.now().timestamp())
    wrong = [
        {},
        {"X-Kinbridge-Signature": "x"},
        {"X-Kinbridge-Signature": f"t={at},v1=é"},
        signed(raw, at, "another secret " * 3),
        signed(raw, at - 3600),
        signed(raw + b"x", at),
    ]
    assert {client.post("/mail/receive", data=raw, headers=headers).status_code for headers in wrong} == {403}
    taken = client.post("/mail/receive", data=raw, headers=signed(raw, at))
    assert (taken.status_code, taken.text.strip()) == (202, "taken")
    assert client.post("/mail/receive", data=b"x", headers=signed(b"x", at)).text.startswith("dropped")
    session.expire_all()
    assert said(session) == [("volunteer", "I am in.")]
    app.config["INBOUND_SECRET"] = None
    assert client.post("/mail/receive", data=raw, headers=signed(raw, at)).status_code == 404


def test_a_mail_server_pipes_what_it_took(app: Flask, scene: Scene, session: Session) -> None:
    one = scene.introduce(scene.amina, _I.ACCEPTED)
    user = session.get_one(User, scene.amina.user_id)
    raw = answer(reply_address(one.id, user.id) or "", user.email, "I am in.")
    session.commit()
    runner = app.test_cli_runner()
    for mail, result in (
        (raw, "taken"),
        (raw, "repeated"),
        (b"Auto-Submitted: auto-replied\n\nx", "dropped: automatic"),
    ):
        found = runner.invoke(args=["mail", "receive"], input=mail)
        assert (found.exit_code, found.output.strip()) == (0, result)
    session.expire_all()
    assert said(session) == [("volunteer", "I am in.")]
