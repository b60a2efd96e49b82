"""The thread of an introduction: who writes, who reads, what is kept back, what is mailed to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import IntroductionState
from network.introductions import operations
from network.introductions.operations.questions import MESSAGES_PER_THREAD
from network.models import Introduction, IntroductionMessage, MailMessage, User
from network.privacy.exports import export_person
from network.privacy.operations import erase_person
from tests.support.scene import Scene, make_scene
from tests.support.statements import counted
from tests.support.visitor import Visitor

_I = IntroductionState
Browse = Callable[..., Visitor]
Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def amina(scene: Scene, session: Session) -> User:
    return session.get_one(User, scene.amina.user_id)


@pytest.fixture
def accepted(scene: Scene) -> Introduction:
    return scene.introduce(scene.amina, _I.ACCEPTED)


def page_of(browser: Visitor, one: Introduction):
    return browser.get(f"/introductions/{one.id}")


def test_both_sides_and_the_broker_write_and_read_and_each_other_one_has_a_mail(
    scene: Scene, visitor: Browse, amina: User, accepted: Introduction, work: Work, mails: Mails
) -> None:
    said = page_of(visitor(amina), accepted).submit("/message", text="I know two of the plants well.")
    assert "on its way" in said.html
    work()
    assert "I know two of the plants well." in page_of(visitor(scene.owner), accepted).text
    page_of(visitor(scene.lead), accepted).submit("/message", text="I can join the first call.")
    page_of(visitor(scene.owner), accepted).submit("/message", text="That would help.")
    work()
    told = [(mail.to_address, mail.text.count("> ")) for mail in mails(event="introduction_message")]
    # A broker hears of it from then on, when they have written themselves.
    assert sorted(told) == sorted(
        [
            (scene.owner.email, 1),
            (scene.owner.email, 1),
            (amina.email, 1),
            (amina.email, 1),
            (scene.lead.email, 1),
        ]
    )
    for mail in mails(event="introduction_message"):
        others = {scene.owner.email, amina.email, scene.lead.email} - {mail.to_address}
        assert not [address for address in others if address in mail.text + mail.html]
        assert mail.reply_to not in others


@pytest.mark.parametrize(
    "details", ["mail me: amina@example.org", "see https://example.org/x", "+971 50 555 0199"]
)
def test_details_before_the_exchange_are_kept_back_and_the_writer_told(
    scene: Scene,
    session: Session,
    visitor: Browse,
    amina: User,
    accepted: Introduction,
    work: Work,
    mails: Mails,
    details: str,
) -> None:
    page = page_of(visitor(amina), accepted).submit("/message", text=details)
    assert page.status == 422
    assert "take that out and send it again" in page.text
    assert page.form("/message").values["text"] == [details]
    assert "Kept back" in page_of(visitor(amina), accepted).text
    for person in (scene.owner, scene.lead, scene.staff):
        assert details not in page_of(visitor(person), accepted).html
    work()
    assert mails(event="introduction_message") == []
    operations.share_contacts(session, scene.asker, accepted, now=accepted.updated_at)
    assert page_of(visitor(amina), accepted).submit("/message", text=details).status == 200
    assert details in page_of(visitor(scene.owner), accepted).text


def test_nobody_writes_before_a_question_or_after_a_no_and_strangers_never(
    scene: Scene, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina, _I.DECLINED)
    for person in (scene.owner, amina, scene.lead):
        page = page_of(visitor(person), one)
        assert not [form for form in page.forms if form.action.endswith("/message")]
        assert visitor(person).post(f"/introductions/{one.id}/message", text="x", version="1").status == 409
    for act in ("message", "note"):
        assert visitor(scene.stranger).post(f"/introductions/{one.id}/{act}", text="x").status == 404
    for person in (scene.owner, amina):
        assert visitor(person).post(f"/introductions/{one.id}/note", text="x", version="1").status == 403


def test_brokers_keep_notes_that_neither_side_reads(
    scene: Scene, visitor: Browse, amina: User, accepted: Introduction, work: Work, mails: Mails
) -> None:
    page_of(visitor(scene.lead), accepted).submit("/note", text="Ring Amina: +971 50 555 0199")
    assert "Ring Amina" in page_of(visitor(scene.staff), accepted).text
    for person in (scene.owner, amina):
        body = page_of(visitor(person), accepted).html + visitor(person).get("/introductions").html
        assert "Ring Amina" not in body
        assert "new message" not in body
    work()
    assert mails(event="introduction_message") == []


def test_a_new_message_is_marked_until_it_was_read(
    app: Flask, scene: Scene, visitor: Browse, amina: User, accepted: Introduction
) -> None:
    page_of(visitor(amina), accepted).submit("/message", text="When do you travel?")
    browser = visitor(scene.owner)
    assert "1 new message" in browser.get("/introductions").text
    with counted(app) as sent:
        assert "New" in page_of(browser, accepted).text
    assert len(sent) <= 12
    assert "new message" not in browser.get("/introductions").text
    assert "new message" not in visitor(amina).get("/introductions").text


def test_what_was_written_stands_again_where_the_page_had_moved_on(
    scene: Scene, session: Session, visitor: Browse, amina: User, accepted: Introduction, clock: FixedClock
) -> None:
    page = page_of(visitor(amina), accepted)
    operations.share_contacts(session, scene.asker, accepted, now=clock.now())
    late = page.submit("/message", text="Shall we say Tuesday?")
    assert late.status == 409
    assert late.form("/message").values["text"] == ["Shall we say Tuesday?"]
    assert late.submit("/message").status == 200
    assert session.scalars(select(IntroductionMessage.text)).all() == ["Shall we say Tuesday?"]


def test_a_flood_of_messages_is_stopped_for_the_day(
    scene: Scene, session: Session, visitor: Browse, amina: User, accepted: Introduction
) -> None:
    browser = visitor(amina)
    for number in range(MESSAGES_PER_THREAD.tries):
        browser.post(
            f"/introductions/{accepted.id}/message", text=f"Word {number}", version=str(accepted.version)
        )
    page = page_of(browser, accepted).submit("/message", text="One more")
    assert page.status == 429
    assert page.form("/message").values["text"] == ["One more"]


def test_a_message_goes_with_its_writer_and_is_theirs_to_take_along(
    scene: Scene, session: Session, visitor: Browse, amina: User, accepted: Introduction, work: Work, mails: Mails,
    clock: FixedClock,
) -> None:  # fmt: skip
    page_of(visitor(amina), accepted).submit("/message", text="Zyxquorl is a word of mine.")
    work()
    assert any("Zyxquorl" in mail.text for mail in mails())
    actor = scene.volunteer_actor(scene.amina)
    assert "Zyxquorl" in str(export_person(session, actor, amina.id, clock.now()))
    erase_person(session, actor, amina.id, now=clock.now())
    assert not any("Zyxquorl" in mail.text + mail.html for mail in mails())
    assert "Zyxquorl" not in page_of(visitor(scene.owner), accepted).html
