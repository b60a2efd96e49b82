"""One need before its broker: read, asked back, opened with a list, refused, closed, handed on, noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import IntroductionState, NeedState, OrganisationState
from network.models import Chapter, Introduction, Need, NeedNote, Organisation, User
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_lead,
    make_need,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted
from tests.support.visitor import Page, Visitor

PEOPLE = Callable[..., Visitor]


@dataclass
class Scene:
    """A chapter with a lead, a firm that asks."""

    chapter: Chapter
    lead: User
    asker: User
    firm: Organisation


@pytest.fixture
def scene(session: Session) -> Scene:
    chapter = make_chapter(session, name="Gulf chapter")
    asker = make_user(session, name="Ada Asker")
    firm = make_organisation(session, owner=asker, name="Northfield Pumps")
    return Scene(chapter, make_lead(session, chapter, name="Lee Lead"), asker, firm)


def _need(session: Session, scene: Scene, state: NeedState = NeedState.IN_TRIAGE, **given: object) -> Need:
    return make_need(session, scene.firm, scene.asker, state=state, owner=scene.chapter, **given)


def _open(visitor: PEOPLE, user: User, need: Need) -> Page:
    return visitor(user).get(f"/queue/needs/{need.id}")


def _fresh(session: Session, need: Need) -> Need:
    return session.get_one(Need, need.id, populate_existing=True)


def _list(session: Session, need: Need) -> list[tuple[str, str]]:
    from network.models import Volunteer

    rows = session.execute(
        select(Volunteer.name, Introduction.state)
        .join(Introduction, Introduction.volunteer_id == Volunteer.id)
        .where(Introduction.need_id == need.id)
        .order_by(Introduction.position)
    )
    return [(name, state.value) for name, state in rows]


def test_broker_reads_the_story_the_risks_and_why_people_fit(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene, risk_answers="sensitive_market political_exposure")
    make_volunteer(session, chapter=scene.chapter, name="Fits Well")
    text = _open(visitor, scene.lead, need).text
    assert "may be under sanctions" in text
    assert "embarrass us, a university" in text
    assert "Fits Well" in text
    assert "Has lived in the United Arab Emirates" in text


def test_broker_picks_orders_and_opens_and_the_first_is_asked(
    visitor: PEOPLE, session: Session, scene: Scene, work: Callable[[], int]
) -> None:
    need = _need(session, scene, NeedState.SUBMITTED)
    first = make_volunteer(session, chapter=scene.chapter, name="First")
    second = make_volunteer(session, chapter=scene.chapter, name="Second")
    wished = make_volunteer(session, chapter=scene.chapter, name="Wished")
    make_introduction(session, need, wished, IntroductionState.PROPOSED, proposed_as="requester")
    page = _open(visitor, scene.lead, need)
    assert "Asked for by the requester" in page.text
    places = {f"place-{first.id}": "1", f"place-{second.id}": "2", f"place-{wished.id}": "3"}
    form = page.form("/arrange")
    sent = {name: ones[0] for name, ones in form.values.items() if ones} | places
    after = page.visitor.request("post", f"/queue/needs/{need.id}/open", data=sent)
    assert after.status == 200
    assert _fresh(session, need).state is NeedState.OPEN
    assert [name for name, _state in _list(session, need)] == ["First", "Second", "Wished"]
    work()
    assert _list(session, need) == [("First", "offered"), ("Second", "proposed"), ("Wished", "proposed")]


def test_broker_takes_somebody_off_and_changes_the_order(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    people = [make_volunteer(session, chapter=scene.chapter, name=name) for name in ("A", "B", "C")]
    for place, volunteer in enumerate(people):
        make_introduction(session, need, volunteer, IntroductionState.PROPOSED, position=place)
    page = _open(visitor, scene.lead, need)
    values = {f"place-{people[0].id}": "", f"place-{people[1].id}": "2", f"place-{people[2].id}": "1"}
    page.submit("/arrange", button="Save the list", **values)
    live = [name for name, state in _list(session, need) if state == "proposed"]
    assert live == ["C", "B"]


def test_broker_asks_back_or_refuses_what_was_just_sent_in_one_press(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    asked, refused = (_need(session, scene, NeedState.SUBMITTED) for _ in range(2))
    page = _open(visitor, scene.lead, asked).submit("/ask-for-more", reason="Which certificates do you hold?")
    assert page.status == 200
    _open(visitor, scene.lead, refused).submit("/refuse", reason="Weapons are not for this network.")
    assert (_fresh(session, asked).state, _fresh(session, refused).state) == (
        NeedState.NEEDS_INFO,
        NeedState.REFUSED,
    )


def test_staff_read_for_whom_a_need_of_a_chapter_waits(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene, NeedState.SUBMITTED)
    assert "Waiting for the Gulf chapter" in _open(visitor, make_staff(session), need).text
    assert "Waiting for you" in _open(visitor, scene.lead, need).text


def test_broker_finds_somebody_by_words(
    visitor: PEOPLE, session: Session, scene: Scene, work: Callable[[], int]
) -> None:
    from network.outbox.queue import enqueue

    need = _need(session, scene)
    volunteer = make_volunteer(session, chapter=scene.chapter, name="Quentin Quartz", markets=["DE"])
    enqueue(session, "volunteer.changed", now=NOW, volunteer_id=volunteer.id)
    work()
    page = visitor(scene.lead).get(f"/queue/needs/{need.id}?q=quartz")
    assert page.status == 200
    assert "Found for “quartz”" in page.text


def test_unchecked_organisation_is_checked_in_the_same_act(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    scene.firm.state = OrganisationState.UNVERIFIED
    need = _need(session, scene)
    make_volunteer(session, chapter=scene.chapter, name="Fits Well")
    page = _open(visitor, scene.lead, need)
    form = page.form("/arrange")
    sent = {name: ones[0] for name, ones in form.values.items() if ones}
    refused = page.visitor.request("post", f"/queue/needs/{need.id}/open", data=sent)
    assert refused.status == 422
    assert "Check the organisation first" in refused.text
    page.visitor.request("post", f"/queue/needs/{need.id}/open", data={**sent, "organisation_checked": "y"})
    assert _fresh(session, need).state is NeedState.OPEN
    assert (
        session.get_one(Organisation, scene.firm.id, populate_existing=True).state
        is OrganisationState.ELIGIBLE
    )


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("ask-for-more", NeedState.IN_TRIAGE, NeedState.NEEDS_INFO),
        ("refuse", NeedState.IN_TRIAGE, NeedState.REFUSED),
        ("refuse", NeedState.OPEN, NeedState.REFUSED),
        ("close", NeedState.OPEN, NeedState.CLOSED_UNMET),
        ("flag", NeedState.OPEN, NeedState.IN_TRIAGE),
    ],
)
def test_broker_explains_an_act(
    visitor: PEOPLE, session: Session, scene: Scene, act: str, before: NeedState, after: NeedState
) -> None:
    need = _need(session, scene, before)
    page = _open(visitor, scene.lead, need)
    empty = page.submit(f"/{act}")
    assert empty.status == 422
    assert _fresh(session, need).state is before
    empty.submit(f"/{act}", reason="Said in a sentence.")
    assert _fresh(session, need).state is after


def test_flag_is_not_read_by_the_asking_side(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.OPEN)
    _open(visitor, scene.lead, need).submit("/flag", reason="Smells of a front company")
    assert "front company" in visitor(scene.lead).get(f"/queue/needs/{need.id}").text
    assert "front company" not in visitor(scene.asker).get(f"/needs/{need.id}").text


def test_broker_begins_and_is_named(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.SUBMITTED)
    _open(visitor, scene.lead, need).submit("/begin")
    assert (_fresh(session, need).state, need.broker_id) == (NeedState.IN_TRIAGE, scene.lead.id)


def test_second_lead_takes_it(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, broker_id=scene.lead.id)
    second = make_lead(session, scene.chapter, name="Second Lead")
    _open(visitor, second, need).submit("/take")
    assert _fresh(session, need).broker_id == second.id


def test_broker_hands_it_to_another_chapter_and_sees_it_no_more(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    other = make_chapter(session, markets=["DE"], name="Rhine chapter")
    make_lead(session, other)
    page = _open(visitor, scene.lead, need).submit("/reassign", chapter=other.id, reason="German buyers")
    assert page.url == "/queue"
    assert _fresh(session, need).owner_chapter_id == other.id


def test_broker_passes_it_to_staff(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    make_staff(session)
    need = _need(session, scene)
    _open(visitor, scene.lead, need).submit("/escalate")
    assert _fresh(session, need).next_action_by == "staff"


def test_note_is_read_by_brokers_only(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    page = _open(visitor, scene.lead, need).submit("/note", text="Call the embassy first")
    assert "Call the embassy first" in page.text
    assert session.scalars(select(NeedNote.author_id)).all() == [scene.lead.id]
    assert "embassy" not in visitor(scene.asker).get(f"/needs/{need.id}").text


def test_broker_takes_an_offer_back(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.OPEN)
    row = make_introduction(session, need, make_volunteer(session, chapter=scene.chapter))
    _open(visitor, scene.lead, need).submit(f"/queue/introductions/{row.id}/withdraw")
    found = session.get_one(Introduction, row.id, populate_existing=True)
    assert found.state is IntroductionState.WITHDRAWN


def test_broker_keeps_it_open_for_longer(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.OPEN, exhausted_at=NOW)
    _open(visitor, scene.lead, need).submit("/renew", deadline_on="2026-09-01")
    assert _fresh(session, need).deadline_on == date(2026, 9, 1)


def test_second_broker_at_once_is_refused_and_keeps_their_words(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    second = make_lead(session, scene.chapter)
    late = _open(visitor, second, need)
    _open(visitor, scene.lead, need).submit("/ask-for-more", reason="Which pumps?")
    refused = late.submit("/refuse", reason="My careful words")
    assert refused.status == 409
    assert _fresh(session, need).state is NeedState.NEEDS_INFO
    assert "has changed since you opened the page" in refused.text
    assert "My careful words" in refused.text


def test_second_broker_does_not_write_over_the_list_of_the_first(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    first, last = (make_volunteer(session, chapter=scene.chapter, name=name) for name in ("Fi Rst", "La St"))
    for helper in (first, last):
        make_introduction(session, need, helper, IntroductionState.PROPOSED)
    late = _open(visitor, make_lead(session, scene.chapter), need)
    swapped = {f"place-{first.id}": "2", f"place-{last.id}": "1"}
    _open(visitor, scene.lead, need).submit("/arrange", button="Save the list", **swapped)
    refused = late.submit(
        "/arrange", button="Save the list", **{f"place-{first.id}": "1", f"place-{last.id}": ""}
    )
    assert refused.status == 409
    assert "has changed since you opened the page" in refused.text
    assert _list(session, need) == [("La St", "proposed"), ("Fi Rst", "proposed")]
    # The page that was refused can be saved, now that its reader knows.
    assert refused.submit("/arrange", button="Save the list", **{f"place-{last.id}": ""}).status == 200
    assert sorted(_list(session, need)) == [("Fi Rst", "proposed"), ("La St", "withdrawn")]


def test_lead_of_the_second_market_looks_on_and_cannot_act(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene, markets=("AE", "DE"))
    watcher = make_lead(session, make_chapter(session, markets=["DE"]))
    page = _open(visitor, watcher, need)
    assert "You look on. This one is moved along by the Gulf chapter." in page.text
    assert [form for form in page.forms if "/queue/needs" in form.action] == []
    values = {
        "version": "1",
        "reason": "Because",
        "text": "x",
        "chapter": "staff",
        "deadline_on": "2026-09-01",
    }
    for act in ("take", "escalate", "ask-for-more", "refuse", "open", "arrange", "note", "reassign"):
        assert page.visitor.post(f"/queue/needs/{need.id}/{act}", **values).status == 403, act
    opened = _need(session, scene, NeedState.OPEN, markets=("AE", "DE"))
    for act in ("flag", "close", "renew"):
        assert page.visitor.post(f"/queue/needs/{opened.id}/{act}", **values).status == 403, act
    assert _fresh(session, need).state is NeedState.IN_TRIAGE


ACTS = "begin take escalate ask-for-more refuse close flag open arrange renew reassign note".split()  # noqa: SIM905


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_a_broker_of_it_acts(visitor: PEOPLE, session: Session, scene: Scene, act: str) -> None:
    need = _need(session, scene)
    values = {
        "version": "1",
        "reason": "Because",
        "text": "x",
        "chapter": "staff",
        "deadline_on": "2026-09-01",
    }
    other_lead = make_lead(session, make_chapter(session, markets=["JP"]))
    conflicted = make_lead(session, scene.chapter)
    make_organisation(session, members=[conflicted])
    from network.domain.states import Role
    from network.models import OrganisationMember

    session.add(
        OrganisationMember(
            organisation_id=scene.firm.id,
            user_id=conflicted.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    url = f"/queue/needs/{need.id}/{act}"
    assert visitor(scene.asker).post(url, **values).status == 403
    assert visitor(other_lead).post(url, **values).status == 404
    assert visitor(conflicted).post(url, **values).status == 404
    assert visitor().post(url, follow=False, **values).status == 302
    assert _fresh(session, need).version == 1


@pytest.mark.parametrize("name", ["place-x", "place-", "place--1", "place-99999999999", "place-①"])
def test_hand_made_places_are_passed_over(visitor: PEOPLE, session: Session, scene: Scene, name: str) -> None:
    need = _need(session, scene)
    person = visitor(scene.lead)
    page = person.post(f"/queue/needs/{need.id}/arrange", version="1", **{name: "1"})
    assert page.status == 200
    assert _list(session, need) == []


def test_broker_cannot_list_a_volunteer_who_does_not_exist(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    page = visitor(scene.lead).post(f"/queue/needs/{need.id}/arrange", version="1", **{"place-999": "1"})
    assert page.status == 404


def test_page_takes_at_most_twelve_statements(
    app: Flask, visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene, NeedState.OPEN)
    volunteer = make_volunteer(session, chapter=scene.chapter, user=scene.lead)
    person, sizes = visitor(scene.lead), []
    for more in (3, 27):
        for _ in range(more):
            asked = make_volunteer(session, chapter=scene.chapter)
            make_introduction(session, need, asked, IntroductionState.DECLINED, ended_at=NOW)
            make_volunteer(session, chapter=scene.chapter)
        session.commit()
        with counted(app) as sent:
            assert person.client.get(f"/queue/needs/{need.id}").status_code == 200
        sizes.append(len(sent))
    assert volunteer.id
    assert sizes[0] == sizes[1]
    assert sizes[0] <= 12


def test_broker_names_a_colleague_as_its_broker(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    colleague = make_lead(session, scene.chapter, name="Mo Lead")
    page = _open(visitor, scene.lead, need).submit("/assign", broker=colleague.id)
    assert "It is theirs" in page.html
    assert _fresh(session, need).broker_id == colleague.id
