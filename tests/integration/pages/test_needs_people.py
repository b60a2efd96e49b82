"""Whom to ask, arranged by the side that asks: who comes earlier, who is taken off, and who may do neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from network.domain.states import Confidentiality, IntroductionState
from network.introductions.queries import shortlist_of
from network.models import User
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
_I = IntroductionState


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def test_firm_orders_its_list_and_takes_somebody_off_who_hears_nothing(
    visitor: PEOPLE,
    session: Session,
    scene: Scene,
    work: Callable[[], int],
    mails: Callable[..., list[object]],
) -> None:
    scene.introduce(scene.amina, _I.OFFERED)
    badr = scene.introduce(scene.badr, _I.PROPOSED, position=1)
    carla = scene.introduce(scene.carla, _I.PROPOSED, position=2)
    browser, address = visitor(scene.owner), f"/needs/{scene.need.id}/people"
    page = browser.get(f"/needs/{scene.need.id}")
    assert "then we ask Badr Aziz." in page.text
    assert page.html.count("/ask-earlier") == 1
    # Whoever is being asked can be looked at, and taken back there.
    assert "Take it back" in page.follow("Follow it").text
    before = page
    page = page.submit(f"{address}/{carla.id}/ask-earlier")
    assert "We ask in this order." in page.text
    assert "then we ask Carla Ruiz." in page.text
    assert [row.id for row in shortlist_of(session, scene.need.id)][1:] == [carla.id, badr.id]
    # The same press from a page that was left open does not turn it round again.
    assert "The list has changed meanwhile." in before.submit(f"{address}/{carla.id}/ask-earlier").text
    page = browser.get(f"/needs/{scene.need.id}").submit(f"{address}/{carla.id}/take-off")
    assert "They were not asked, and hear nothing of it." in page.text
    assert "then we ask Badr Aziz." in page.text
    assert carla.state is _I.WITHDRAWN
    work()
    assert not mails(to=session.get_one(User, scene.carla.user_id).email)


def test_firm_reads_that_somebody_on_its_list_is_asked_later_and_who_comes_first(
    visitor: PEOPLE, scene: Scene
) -> None:
    scene.introduce(scene.amina, _I.OFFERED)
    scene.introduce(scene.badr, _I.PROPOSED, position=1)
    scene.introduce(scene.carla, _I.PROPOSED, position=2)
    scene.badr.paused_until = date(2026, 4, 1)
    text = visitor(scene.owner).get(f"/needs/{scene.need.id}").text
    assert "then we ask Carla Ruiz." in text
    assert text.count("for when they have time again") == 1


def test_volunteer_reads_who_asks_beside_the_request_but_no_address_and_nothing_of_who_stays_unnamed(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    scene.firm.description, scene.firm.home_place = "Pumps that stand sea water.", "E06000018"
    scene.firm.website = "https://northfield.example"
    one = scene.introduce(scene.amina, _I.OFFERED)
    amina = visitor(session.get_one(User, scene.amina.user_id))

    def read() -> str:
        return amina.get(f"/introductions/{one.id}").text

    assert f"Who asks {scene.firm.name} in Nottingham. Pumps that stand sea water." in read()
    assert "northfield.example" not in read()
    assert "Pumps that stand sea water." in visitor(scene.owner).get(f"/needs/{scene.need.id}/preview").text
    scene.firm.description = "Pumps. Write to sales@northfield.example."
    assert "sales@" not in read()
    scene.firm.description, scene.need.confidentiality = "Pumps of Northfield.", Confidentiality.CONFIDENTIAL
    page = read()
    assert "Northfield" not in page
    assert "Nottingham" not in page


def test_nobody_else_orders_the_list_of_a_firm_and_who_was_asked_stays(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    amina = scene.introduce(scene.amina, _I.OFFERED)
    badr = scene.introduce(scene.badr, _I.PROPOSED, position=1)
    other = scene.introduce(scene.carla, _I.PROPOSED, scene.another_need())
    address = f"/needs/{scene.need.id}/people"
    for person in (scene.stranger, scene.lead, session.get_one(User, scene.badr.user_id)):
        assert visitor(person).post(f"{address}/{badr.id}/take-off", version=scene.need.version).status == 404
    mine = visitor(scene.owner)
    for one in (amina, other):
        page = mine.post(f"{address}/{one.id}/take-off", version=scene.need.version)
        assert "is not on the list any more, or is being asked already" in page.text
    assert (amina.state, badr.state, other.state) == (_I.OFFERED, _I.PROPOSED, _I.PROPOSED)


def test_words_from_the_right_run_from_the_right(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string("{{ words|paragraphs }}", words="שלום עולם.\n\nHello <b>")
    assert html == '<p dir="auto">שלום עולם.</p>\n<p dir="auto">Hello &lt;b&gt;</p>'


def test_both_clocks_of_a_meeting_name_the_day_where_it_is_another_one_there(app: Flask) -> None:
    words = "{% from 'components/time_pair.html' import time_pair %}{{ time_pair(at, sides) }}"
    sides = [{"name": "Amina", "zone": "Asia/Dubai"}, {"name": "You", "zone": "Europe/London"}]
    with app.test_request_context():
        late = render_template_string(words, at=datetime(2026, 12, 1, 21, tzinfo=UTC), sides=sides)
        noon = render_template_string(words, at=datetime(2026, 12, 1, 12, tzinfo=UTC), sides=sides)
    assert "Wednesday 2 December" in late
    assert "Tuesday 1 December" in late
    assert "December" not in noon
