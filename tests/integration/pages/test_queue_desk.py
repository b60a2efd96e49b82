"""Beside the queue: filters, views that are kept, one act on several needs that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import IntroductionState, NeedState
from network.models import MailMessage, Need, OutboxMessage
from tests.factories import NOW, make_introduction, make_lead, make_need, make_staff
from tests.support.scene import Scene, make_scene
from tests.support.statements import counted
from tests.support.visitor import Page, Visitor

PEOPLE = Callable[..., Visitor]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _read(scene: Scene, title: str, **given: object) -> Need:
    return scene.another_need(**{"state": NeedState.SUBMITTED, "title": title, "opened_at": None, **given})


def _hold(page: Page, act: str, needs: list[Need], **given: object) -> Page:
    form = page.form("/queue/hold")
    back = form.values["back"][0]
    picked = [f"{need.id}-{need.version}" for need in needs]
    data = {"csrf_token": page.visitor.token(), "back": back, "act": act, "picked": picked, **given}
    return page.visitor.request("post", "/queue/hold", data=data)


def test_broker_closes_two_at_once_and_nothing_happens_for_a_minute(
    visitor: PEOPLE,
    session: Session,
    scene: Scene,
    clock: FixedClock,
    work: Work,
    mails: Callable[..., list[MailMessage]],
) -> None:
    needs = [scene.another_need(title=title, exhausted_at=NOW) for title in ("Pumps", "Valves")]
    page = _hold(visitor(scene.lead).get("/queue"), "close", needs, reason="Nobody knows this.")
    assert "Closed as unmet: 2 needs. Nothing happens before" in page.text
    clock.advance(seconds=40)
    work()
    assert {session.get_one(Need, need.id).state for need in needs} == {NeedState.OPEN}
    assert mails(event="need_closed_unmet") == []
    clock.advance(seconds=30)
    work()
    assert {session.get_one(Need, need.id).state for need in needs} == {NeedState.CLOSED_UNMET}
    assert len(mails(event="need_closed_unmet")) == 2
    assert all("Nobody knows" not in str(row.payload) for row in session.scalars(select(OutboxMessage)))


def test_broker_takes_it_back_within_the_minute_and_not_after(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock, work: Work
) -> None:
    need = _read(scene, "Pumps")
    page = _hold(visitor(scene.lead).get("/queue"), "begin", [need])
    page = page.submit("/undo")
    assert "Taken back" in page.html
    clock.advance(minutes=2)
    work()
    assert session.get_one(Need, need.id).state is NeedState.SUBMITTED
    page = _hold(page, "begin", [need])
    clock.advance(minutes=2)
    page = page.submit("/undo")
    assert "The minute is over" in page.html
    work()
    assert session.get_one(Need, need.id).state is NeedState.IN_TRIAGE


def test_broker_gives_them_to_a_colleague_and_reads_what_was_refused(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock, work: Work
) -> None:
    first, second = _read(scene, "Pumps"), _read(scene, "Valves")
    _hold(visitor(scene.lead).get("/queue"), "assign", [first, second], person=scene.second_lead.id)
    second.title = "Valves, changed meanwhile"
    clock.advance(minutes=2)
    work()
    assert session.get_one(Need, first.id).broker_id == scene.second_lead.id
    assert session.get_one(Need, second.id).broker_id is None
    page = visitor(scene.lead).get("/queue")
    assert "Given to a colleague: not done for 1 need" in page.text
    assert "This has changed since" in page.text


def test_broker_acts_on_nothing_of_others_and_has_to_say_what_and_why(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _read(scene, "Pumps")
    page = visitor(scene.lead).get("/queue")
    assert "Tick the needs first" in _hold(page, "take", []).html
    assert "Say why" in _hold(page, "close", [need]).html
    assert "Choose who gets them" in _hold(page, "assign", [need]).html
    assert "Choose what to do" in _hold(page, "delete", [need]).html
    stranger = make_lead(session, make_scene(session).chapter)
    data = {"act": "take", "picked": f"{need.id}-{need.version}"}
    assert visitor(stranger).post("/queue/hold", **data).h1 == "What waits for you"
    assert session.scalar(select(OutboxMessage.id).where(OutboxMessage.event == "needs.held")) is None


def test_broker_narrows_the_queue_and_keeps_the_view(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    _read(scene, "Mine and late", broker_id=scene.lead.id, next_action_at=NOW - timedelta(days=1))
    _read(scene, "Mine for later", broker_id=scene.lead.id, next_action_at=NOW + timedelta(days=20))
    _read(scene, "Of nobody", next_action_at=NOW + timedelta(days=2))
    browser = visitor(scene.lead)
    page = browser.get("/queue?broker=me&due=late")
    assert "Mine and late" in page.text
    assert "Mine for later" not in page.text
    assert "Of nobody" not in page.text
    assert "Of nobody" in browser.get("/queue?broker=nobody&due=week").text
    page = page.submit("/queue/views/save", name="My late ones")
    assert ("My late ones", "/queue?broker=me&due=late") in page.links
    assert "My late ones" not in visitor(scene.second_lead).get("/queue").text
    page = page.submit("/forget")
    assert "My late ones" not in page.text


def test_broker_sees_offers_nobody_answered_and_introductions_gone_quiet(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    waits = {"next_action_by": "volunteer", "next_action_at": NOW + timedelta(days=1)}
    make_introduction(session, scene.need, scene.amina, offered_at=NOW - timedelta(days=9), **waits)
    make_introduction(session, scene.need, scene.badr, offered_at=NOW - timedelta(days=1), **waits)
    make_introduction(
        session,
        scene.need,
        scene.carla,
        IntroductionState.INTRODUCED,
        introduced_at=NOW - timedelta(days=8),
        next_action_by="requester",
        next_action_at=NOW + timedelta(days=2),
    )
    text = visitor(scene.lead).get("/queue").text
    assert "Offer not answered yet" in text
    assert "Amina Rahman" in text
    assert "Nobody wrote so far" in text
    assert "Badr Aziz" not in text
    assert "Nothing waits for you" in visitor(scene.staff).get("/queue").text


def test_desk_of_staff_takes_few_statements(
    app: Flask, visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    make_staff(session)
    for number in range(3):
        make_need(session, scene.firm, scene.owner, state=NeedState.SUBMITTED, title=f"Need {number}")
    browser = visitor(scene.staff)
    browser.get("/account")
    with counted(app) as sent:
        assert browser.get("/queue").status == 200
    assert len(sent) <= 12
