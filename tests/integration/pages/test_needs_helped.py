"""The form of a need helps: examples by goal, what was asked before, how soon people there answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from network.domain.states import NeedState
from network.models import User
from network.web.need_words import EXAMPLES, GOALS
from tests.factories import make_chapter, make_need, make_organisation, make_user, make_volunteer
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@pytest.fixture
def asker(session: Session) -> User:
    return make_user(session, name="Ada Asker")


def test_firm_with_as_many_needs_as_it_may_have_is_told_before_it_writes_and_keeps_what_it_wrote(
    visitor: PEOPLE, session: Session, asker: User
) -> None:
    firm = make_organisation(session, owner=asker)
    for _need in range(4):
        make_need(session, firm, asker)
    browser = visitor(asker)
    assert "as many as it may have" not in browser.get("/needs/new").text
    make_need(session, firm, asker)
    page = browser.get("/needs/new")
    assert "as many as it may have at once. Write this one all the same" in page.text
    chosen = {"goal": "find_partner", "title": "One more", "markets": "OM", "help_types": ["market_insight"]}
    page = page.submit("/needs/new", button="Send it", ask="A call.", **chosen)
    assert page.status == 429
    assert "Save this one as a draft, and send it when one of them is closed." in page.text
    assert "One more" in page.submit("/needs/new", button="Save and finish later").text


def test_every_goal_has_an_example() -> None:
    assert set(EXAMPLES) == set(GOALS)


def test_firm_begins_from_what_it_asked_before_and_only_the_dates_are_asked_anew(
    visitor: PEOPLE, session: Session, asker: User
) -> None:
    firm = make_organisation(session, owner=asker)
    for title in ("Pumps for Oman", "Valves for Oman", "Pumps for Oman"):
        make_need(session, firm, asker, state=NeedState.FULFILLED, title=title)
    make_need(session, firm, asker, state=NeedState.DRAFT, title="Half a thought")
    make_need(session, firm, make_user(session), title="Of a colleague")
    page = visitor(asker).get("/needs/new")
    offered = [words for words, href in page.links if "copy=" in href]
    assert offered == ["Pumps for Oman", "Valves for Oman"]
    form = page.follow("Pumps for Oman").form("/needs/new")
    assert form.values["title"] == ["Pumps for Oman"]
    assert form.values["deadline_on"] == [""]


def test_firm_reads_an_example_and_how_soon_people_there_answer(
    visitor: PEOPLE, session: Session, asker: User
) -> None:
    make_organisation(session, owner=asker)
    chapter = make_chapter(session, name="Gulf chapter")
    make_volunteer(session, chapter=chapter, answer_days=2.2, answers_count=5)
    make_volunteer(session, chapter=chapter, answer_days=3.9, answers_count=2)
    make_volunteer(session, chapter=chapter, answer_days=None, answers_count=0)
    browser = visitor(asker)
    assert "Find a first distributor for dosing pumps in Oman" in browser.get("/needs/new").text
    told = browser.get("/needs/count.json?markets=AE").response.get_json()
    assert told["words"] == "3 volunteers could help"
    assert told["owner"].endswith("Who fits usually answers within 3 days.")
    assert "usually answers" not in browser.get("/needs/count.json?markets=DE").response.get_json()["owner"]


def test_firm_without_scripts_sees_who_could_help_before_it_sends(
    visitor: PEOPLE, session: Session, asker: User
) -> None:
    make_organisation(session, owner=asker, description="Pumps that stand sea water.")
    make_volunteer(session, chapter=make_chapter(session, name="Gulf chapter"))
    chosen = {"title": "Pumps for Oman", "goal": "find_partner", "markets": "AE", "deadline_on": "2030-05-02"}
    page = visitor(asker).get("/needs/new").submit("/needs/new", button="see who could help", **chosen)
    assert page.h1 == "Finish your need"
    assert "1 volunteer could help" in page.text
    assert "Gulf chapter will read it first" in page.text
    preview = page.text.split("What a volunteer reads")[1]
    for words in (GOALS["find_partner"], "Pumps that stand sea water.", "Needed by Thursday 2 May 2030."):
        assert str(words) in preview
