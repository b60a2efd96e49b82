"""The list of introductions and the page of one of them: who reads what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import Confidentiality, DeclineReason, IntroductionState, Visibility
from network.introductions import operations
from network.models import Introduction, IntroductionMessage, User
from tests.factories import NOW, make_organisation, make_user, make_volunteer
from tests.support.scene import Scene, make_scene
from tests.support.statements import counted
from tests.support.visitor import Visitor

_I = IntroductionState
BEFORE = (_I.OFFERED, _I.EXPLORING, _I.ACCEPTED, _I.DECLINED, _I.EXPIRED, _I.REFERRED_ON, _I.WITHDRAWN)
Browse = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def amina(scene: Scene, session: Session) -> User:
    return session.get_one(User, scene.amina.user_id)


def details_of(scene: Scene) -> tuple[str, ...]:
    """Every contact detail of both sides that the scene holds."""
    return (
        scene.owner.email,
        scene.amina.contact_email or "",
        "555 0100",
        "496 0100",
    )


@pytest.mark.parametrize("state", list(_I))
def test_every_reader_opens_every_state(
    scene: Scene, visitor: Browse, amina: User, state: IntroductionState
) -> None:
    one = scene.introduce(scene.amina, state)
    for person in (scene.owner, scene.lead, scene.staff, amina):
        page = visitor(person).get(f"/introductions/{one.id}")
        hidden = state is _I.PROPOSED and person is amina
        assert page.status == (404 if hidden else 200), person.name
        assert visitor(person).get("/introductions").status == 200


def test_strangers_find_no_introduction_and_cannot_act(
    scene: Scene, session: Session, visitor: Browse
) -> None:
    one = scene.introduce(scene.amina)
    other = make_user(session, name="Other Firm")
    make_organisation(session, owner=other)
    for person in (scene.stranger, other, scene.colleague, session.get_one(User, scene.badr.user_id)):
        browser = visitor(person)
        assert browser.get(f"/introductions/{one.id}").status == 404
        for act in ("accept", "ask", "decline", "refer", "pause", "withdraw", "share-contacts", "cancel"):
            assert browser.post(f"/introductions/{one.id}/{act}", version="1").status == 404, act
    page = visitor().get(f"/introductions/{one.id}", follow=False)
    assert page.headers["Location"].startswith("/sign-in")


# --- what is read -----------------------------------------------------------------------


@pytest.mark.parametrize("state", BEFORE)
def test_nobody_reads_contact_details_before_an_acceptance(
    scene: Scene, session: Session, visitor: Browse, amina: User, state: IntroductionState
) -> None:
    one = scene.introduce(scene.amina, state)
    for person in (scene.owner, scene.lead, scene.second_lead, scene.staff, amina):
        body = (
            visitor(person).get(f"/introductions/{one.id}").html + visitor(person).get("/introductions").html
        )
        for value in details_of(scene):
            assert value not in body, (person.name, value)


def test_each_side_reads_the_other_once_introduced_and_nobody_else_does(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    operations.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    owner, helper = visitor(scene.owner), visitor(amina)
    asker = owner.get(f"/introductions/{one.id}")
    assert scene.amina.contact_email in asker.html
    assert "555 0100" in asker.html
    assert "Write to Amina Rahman" in asker.text
    volunteer = helper.get(f"/introductions/{one.id}")
    assert scene.owner.email in volunteer.html
    assert "496 0100" in volunteer.html
    assert "Olive Owner writes to you first" in volunteer.text
    for person in (scene.lead, scene.staff):
        body = visitor(person).get(f"/introductions/{one.id}").html
        assert not [value for value in details_of(scene) if value in body]


def test_details_that_no_exchange_gave_are_not_shown(scene: Scene, visitor: Browse) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    page = visitor(scene.owner).get(f"/introductions/{one.id}")
    assert not [value for value in details_of(scene) if value in page.html]


def test_a_confidential_need_stays_unnamed_until_the_introduction(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    need = scene.another_need(
        confidentiality=Confidentiality.CONFIDENTIAL,
        title="Secret pumps",
        background="The plant at Ludlow",
        shareable="A maker of pumps asks.",
    )
    one = scene.introduce(scene.amina, need=need)
    browser = visitor(amina)
    body = browser.get(f"/introductions/{one.id}")
    listed = browser.get("/introductions")
    for value in ("Secret pumps", "Ludlow", scene.firm.name, "Olive Owner"):
        assert value not in body.html, value
        assert value not in listed.html, value
    assert "A maker of pumps asks." in body.text
    operations.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    told = browser.get(f"/introductions/{one.id}")
    assert "Secret pumps" in told.html
    assert "Olive Owner" in told.text


def test_requester_reads_of_a_no_only_that_they_are_not_available(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina)
    operations.decline(
        session,
        scene.volunteer_actor(scene.amina),
        one,
        DeclineReason.NOT_MY_AREA,
        words="Bad pumps.",
        now=clock.now(),
    )
    page = visitor(scene.owner).get(f"/introductions/{one.id}")
    assert "turned out not to be available" in page.text
    for words in ("Not my area", "Bad pumps", "said no", "declined"):
        assert words not in page.html
    broker = visitor(scene.lead).get(f"/introductions/{one.id}")
    assert "Not my area" in broker.text
    assert "Bad pumps." in broker.text


def test_requester_does_not_read_the_name_of_whom_they_cannot_find(
    scene: Scene, session: Session, visitor: Browse
) -> None:
    scene.amina.listing = Visibility.LEADS
    one = scene.introduce(scene.amina)
    browser = visitor(scene.owner)
    for url in (f"/introductions/{one.id}", "/introductions"):
        page = browser.get(url)
        assert "Amina" not in page.html
        assert f"A member of the {scene.chapter.name} chapter" in page.text


def test_a_message_that_was_held_back_is_read_by_its_writer_alone(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    operations.ask_question(
        session, scene.volunteer_actor(scene.amina), one, "Ring +971 50 555 0100", now=clock.now()
    )
    assert "Kept back" in visitor(amina).get(f"/introductions/{one.id}").text
    for person in (scene.owner, scene.lead, scene.staff):
        assert "555 0100" not in visitor(person).get(f"/introductions/{one.id}").html


def test_the_story_is_told_by_days_and_names(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    actor = scene.volunteer_actor(scene.amina)
    operations.ask_question(session, actor, one, "Which plants?", now=clock.now())
    clock.advance(days=1)
    operations.answer_question(session, scene.asker, one, "Two in Malta.", now=clock.now())
    operations.accept_introduction(session, actor, one, now=clock.now())
    page = visitor(scene.owner).get(f"/introductions/{one.id}")
    assert "Amina Rahman asked a question on Monday" in page.text
    assert "You answered it on Tuesday" in page.text
    assert "Amina Rahman accepted on Tuesday" in page.text
    assert "Which plants?" in page.text
    told = visitor(amina).get(f"/introductions/{one.id}")
    assert "You accepted on Tuesday" in told.text
    assert "The time now" in told.text


def test_staff_who_are_the_volunteer_stand_on_their_own_side(
    scene: Scene, session: Session, visitor: Browse
) -> None:
    helper = make_volunteer(session, user=scene.second_lead, chapter=scene.chapter, name="Mo Lead")
    one = scene.introduce(helper)
    page = visitor(scene.second_lead).get(f"/introductions/{one.id}")
    assert "Yes, I can help" in page.text
    assert "Answer for the asking side" not in page.text


# --- the list ---------------------------------------------------------------------------


def test_list_puts_first_what_waits_for_the_reader(scene: Scene, visitor: Browse, amina: User) -> None:
    asked = scene.another_need(title="Answer me")
    scene.introduce(scene.amina, need=asked)
    scene.introduce(
        scene.amina,
        _I.ACCEPTED,
        scene.another_need(title="They confirm", consents=False),
        next_action_by="requester",
    )
    scene.introduce(scene.amina, _I.DECLINED, scene.another_need(title="Long over"), next_action_by=None)
    text = visitor(amina).get("/introductions").text
    places = [
        text.index(words)
        for words in ("Waits for you", "Answer me", "Waits for others", "They confirm", "Done", "Long over")
    ]
    assert places == sorted(places)
    asker = visitor(scene.owner).get("/introductions").text
    assert asker.index("They confirm") < asker.index("Waits for others") < asker.index("Answer me")


def test_empty_lists_teach_the_next_step(scene: Scene, session: Session, visitor: Browse) -> None:
    alone = make_volunteer(session, name="Nia New")
    assert (
        "Nobody has asked you yet" in visitor(session.get_one(User, alone.user_id)).get("/introductions").text
    )
    assert "Write what you need" in visitor(scene.owner).get("/introductions").text
    assert "queue" in visitor(scene.staff).get("/introductions").text
    assert "Find a volunteer" in visitor(scene.stranger).get("/introductions").text


def test_who_named_whom_is_told_to_brokers_and_the_two_and_not_to_the_firm(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User, work: Callable[[], int]
) -> None:
    one = scene.introduce(scene.amina)
    actor = scene.volunteer_actor(scene.amina)
    operations.refer_to_volunteer(session, actor, one, scene.badr.id, now=clock.now())
    work()
    badr = session.get_one(User, scene.badr.user_id)
    made = session.scalars(select(Introduction).where(Introduction.referred_from_id == one.id)).one()
    assert made.state is _I.OFFERED
    assert "Named byAmina Rahman" in visitor(badr).get(f"/introductions/{made.id}").text
    assert "Passed on toBadr Aziz" in visitor(amina).get(f"/introductions/{one.id}").text
    page = visitor(scene.lead).get(f"/introductions/{made.id}")
    assert ("Amina Rahman", f"/introductions/{one.id}") in page.links
    asker = visitor(scene.owner).get(f"/introductions/{made.id}")
    assert "Suggested by another member" in asker.text
    assert "Amina" not in asker.html
    assert "Badr" not in visitor(scene.owner).get(f"/introductions/{one.id}").html


# --- statements -------------------------------------------------------------------------


def test_list_of_thirty_costs_what_a_list_of_three_costs(
    app: Flask, scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    costs = []
    for target in (3, 30):
        while target > _count(session):
            scene.introduce(scene.amina, need=scene.another_need(title="One more"))
        browser = visitor(amina)
        with counted(app) as sent:
            assert browser.get("/introductions").status == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]
    assert costs[0] <= 12


def _count(session: Session) -> int:
    return session.scalar(select(func.count(Introduction.id))) or 0


def test_page_of_a_long_story_costs_what_a_short_one_costs(
    app: Flask, scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    operations.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    costs: dict[str, list[int]] = {}
    for rounds in (3, 30):
        for number in range(rounds):
            operations.log_meeting(session, scene.asker, one, held_on=clock.now().date(), now=clock.now())
            session.add(
                IntroductionMessage(
                    introduction_id=one.id,
                    author_id=scene.owner.id,
                    side="requester",
                    text=f"Note {number}",
                    created_at=NOW + timedelta(minutes=number),
                )
            )
        for person in (scene.owner, amina, scene.lead, scene.staff):
            browser = visitor(person)
            with counted(app) as sent:
                assert browser.get(f"/introductions/{one.id}").status == 200
            costs.setdefault(person.name, []).append(len(sent))
    for name, (few, many) in costs.items():
        assert few == many, name
        assert many <= 12, (name, many)


@pytest.mark.parametrize("state", [_I.OFFERED, _I.EXPLORING, _I.ACCEPTED, _I.COMPLETED])
def test_page_costs_twelve_statements_at_most_in_any_state(
    app: Flask, scene: Scene, session: Session, visitor: Browse, amina: User, state: IntroductionState
) -> None:
    lead = make_volunteer(session, user=scene.lead, name="Lee Lead")
    assert lead.id
    one = scene.introduce(scene.amina, state)
    for person in (scene.owner, amina, scene.lead, scene.staff):
        browser = visitor(person)
        with counted(app) as sent:
            assert browser.get(f"/introductions/{one.id}").status == 200
        assert len(sent) <= 12, (person.name, len(sent))
