"""The first page of each side: what waits for others too, and a history that survives people leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import IntroductionState, NeedState
from network.introductions.operations import member_leaves_organisation
from network.models import User
from tests.factories import NOW, make_need
from tests.support.scene import Scene, make_scene, submitted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def test_each_side_reads_for_whom_the_rest_waits(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    scene.introduce(
        scene.amina, next_action_by="volunteer", next_action_at=NOW, expires_at=NOW + timedelta(days=9)
    )
    scene.introduce(scene.badr, IntroductionState.INTRODUCED, next_action_by="requester", next_action_at=NOW)
    asks = visitor(scene.owner)
    firm = asks.get("/account").text
    assert "Amina Rahman · Waits for the volunteer until " in firm
    assert "1 introduction made, 1 person is being asked." in firm
    assert re.search(r"Being asked until \w+ \d+ March", asks.get("/introductions").text)
    volunteer = visitor(session.get_one(User, scene.badr.user_id)).get("/account").text
    assert "Waits for the one who asks" in volunteer


def test_asker_reads_who_has_a_need_until_when_and_that_a_draft_lies_with_nobody(
    visitor: PEOPLE, scene: Scene, clock: FixedClock
) -> None:
    submitted(scene, clock, title="Sell pumps")
    scene.another_need(title="Half a thought", state=NeedState.DRAFT, next_action_by="requester")
    asked = {"state": NeedState.NEEDS_INFO, "next_action_by": "requester", "state_since": clock.now()}
    scene.another_need(title="Unclear", **asked)
    scene.need.exhausted_at, scene.need.next_action_by = clock.now(), "broker"
    scene.need.next_action_at = datetime(2026, 3, 6, 23, 59, tzinfo=UTC)
    page = visitor(scene.owner).get("/account")
    reads = f"The {scene.chapter.name} chapter will read it and answer by Thursday 5 March."
    looks = f"The {scene.chapter.name} chapter will look for more people to ask by Friday 6 March."
    for words in (reads, looks):
        assert words in page.text
        assert words in visitor(scene.owner).get("/needs").text
    assert "“Half a thought” is not sent yet. Nobody reads it before. Go on writing" in page.text
    assert "We have a question about “Unclear”. By Monday 16 March." in page.text
    assert page.follow("Go on writing").h1 == "Finish your need"
    for number in range(10):
        drafted = {"updated_at": NOW + timedelta(days=number), "next_action_by": "requester"}
        scene.another_need(title=f"Another {number}", state=NeedState.DRAFT, **drafted)
    page = visitor(scene.owner).get("/account")
    assert "Some of your requests are not sent yet. Nobody reads them before. See your drafts" in page.text
    assert "We have a question about “Unclear”." in page.text


def test_owner_still_reads_what_a_colleague_asked_who_has_left(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    over = make_need(session, scene.firm, scene.colleague, state=NeedState.FULFILLED, title="Asked long ago")
    met = scene.introduce(scene.amina, IntroductionState.COMPLETED, need=over)
    session.flush()
    member_leaves_organisation(session, scene.asker, scene.firm.id, scene.colleague.id, now=clock.now())
    owner = visitor(scene.owner)
    assert "Asked long ago" in owner.get("/needs?show=closed").text
    assert owner.get(f"/needs/{over.id}").status == 200
    assert owner.get(f"/introductions/{met.id}").status == 200
    gone = visitor(scene.colleague)
    assert "Amina Rahman" not in gone.get("/needs").text
