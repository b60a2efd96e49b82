"""The page on which staff look at the risks of a need."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import NeedState, RiskState
from network.models import Need, RiskReview
from tests.factories import make_need, make_risk_review, make_staff
from tests.support.scene import Scene, make_scene
from tests.support.statements import counted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def need(session: Session, scene: Scene) -> Need:
    return make_need(
        session,
        scene.firm,
        scene.owner,
        state=NeedState.SUBMITTED,
        owner=scene.chapter,
        risk_answers="state_linked",
        title="Pumps for a ministry",
    )


@pytest.fixture
def review(session: Session, scene: Scene, need: Need) -> RiskReview:
    return make_risk_review(session, need, scene.staff)


def test_reviewer_finds_it_in_the_queue_and_clears_it_with_a_reason(
    visitor: PEOPLE, session: Session, scene: Scene, need: Need, review: RiskReview
) -> None:
    browser = visitor(scene.staff)
    page = browser.get("/queue?kind=risk").follow("Pumps for a ministry")
    assert "Political: public bodies" in page.text
    assert "state-owned body is on the other side" in page.text
    page = page.submit("/clear", reason="", conditions="No names of officials.")
    assert page.status == 422
    assert "No names of officials." in page.html
    page = page.submit("/clear", reason="An open tender.")
    assert "Cleared by" in page.text
    assert session.get_one(RiskReview, review.id).state is RiskState.CLEARED
    broker = visitor(scene.lead).get(f"/queue/needs/{need.id}").text
    assert "Its risks were cleared" in broker
    assert "No names of officials." in broker


def test_reviewer_stops_it_and_the_requester_reads_only_what_is_for_them(
    visitor: PEOPLE, session: Session, scene: Scene, need: Need, review: RiskReview
) -> None:
    waiting = visitor(scene.owner).get(f"/needs/{need.id}").text
    assert "Network staff look at what you answered" in waiting
    page = visitor(scene.staff).get(f"/queue/risk/{review.id}")
    page.submit("/stop", reason="The ministry is listed.", words="We cannot help with this buyer.")
    assert session.get_one(Need, need.id).state is NeedState.REFUSED
    read = visitor(scene.owner).get(f"/needs/{need.id}").text
    assert "We cannot help with this buyer." in read
    assert "listed" not in read


def test_reviewer_hands_it_to_a_colleague(
    visitor: PEOPLE, session: Session, scene: Scene, review: RiskReview
) -> None:
    colleague = make_staff(session, name="Kim Colleague")
    page = visitor(scene.staff).get(f"/queue/risk/{review.id}")
    page = page.submit("/hand-over", reviewer=colleague.id)
    assert "Kim Colleague" in page.text
    assert "Pumps for a ministry" not in visitor(scene.staff).get("/queue?kind=risk").text
    assert "Pumps for a ministry" in visitor(colleague).get("/queue?kind=risk").text


def test_broker_reads_that_it_waits_and_cannot_open_it(
    visitor: PEOPLE, session: Session, scene: Scene, need: Need, review: RiskReview
) -> None:
    page = visitor(scene.lead).get(f"/queue/needs/{need.id}")
    assert "Its risks are looked at until" in page.text
    sent = {name: ones[0] for name, ones in page.form("/arrange").values.items() if ones}
    after = page.visitor.request("post", f"/queue/needs/{need.id}/open", data=sent)
    assert after.status == 409
    assert "still looks at its risks" in after.text
    assert visitor(scene.lead).get(f"/queue/risk/{review.id}").status == 403


def test_page_of_a_look_takes_few_statements(
    app: Flask, visitor: PEOPLE, scene: Scene, review: RiskReview
) -> None:
    browser = visitor(scene.staff)
    browser.get("/account")
    with counted(app) as sent:
        assert browser.get(f"/queue/risk/{review.id}").status == 200
    assert len(sent) <= 12
