"""Opening a need: the best three have a place already, nobody is promised who is not there, and risks come first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import IntroductionState, NeedState, VolunteerState
from network.models import Introduction, Need
from network.needs import operations as needs
from tests.factories import make_chapter, make_lead
from tests.support.scene import Scene, make_scene, submitted
from tests.support.visitor import Page, Visitor

PEOPLE = Callable[..., Visitor]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _press(page: Page, need: Need) -> Page:
    sent = {name: ones[0] for name, ones in page.form("/arrange").values.items() if ones}
    return page.visitor.request("post", f"/queue/needs/{need.id}/open", data=sent)


def test_lead_opens_a_new_need_in_one_press_and_the_best_fit_is_asked(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work
) -> None:
    need = submitted(scene, clock)
    page = visitor(scene.lead).get(f"/queue/needs/{need.id}")
    assert "Those who fit best have a place already" in page.text
    assert _press(page, need).status == 200
    work()
    listed = session.scalars(
        select(Introduction).where(Introduction.need_id == need.id).order_by(Introduction.position)
    ).all()
    assert len(listed) == 3
    assert [one.state for one in listed][:2] == [IntroductionState.OFFERED, IntroductionState.PROPOSED]
    assert all(one.proposed_as == "broker" for one in listed)


def test_lead_goes_from_what_is_done_to_what_stands_next_in_the_queue(
    scene: Scene, clock: FixedClock, visitor: PEOPLE
) -> None:
    scene.need.next_action_by = "system"
    first, second = (submitted(scene, clock, title=title) for title in ("The first one", "The second one"))
    page = visitor(scene.lead).get(f"/queue/needs/{first.id}")
    assert "Next in your queue" not in page.text
    after = _press(page, first)
    assert "Next in your queue: The second one (Read it)" in after.text
    page = _press(after.follow("The second one"), second)
    assert "Next in your queue" not in page.text


def test_lead_reads_who_on_the_list_cannot_be_asked_and_that_a_new_one_is_asked_in_a_moment(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work
) -> None:
    scene.need.exhausted_at, scene.amina.capacity = clock.now(), 0
    scene.introduce(scene.amina, IntroductionState.PROPOSED, created_at=clock.now())
    page = visitor(scene.lead).get(f"/queue/needs/{scene.need.id}")
    assert "Has as much to do as they wish" in page.text
    assert "Nobody is left to ask" in page.text
    scene.introduce(scene.badr, IntroductionState.PROPOSED, created_at=clock.now())
    page = visitor(scene.lead).get(f"/queue/needs/{scene.need.id}")
    assert "Badr Aziz is on the list and is asked in a moment" in page.text
    assert "Nobody is left to ask" not in page.text
    clock.advance(minutes=10)
    assert "Nobody is left to ask" in visitor(scene.lead).get(f"/queue/needs/{scene.need.id}").text


def test_broker_reads_above_the_need_why_it_came_back_and_what_whoever_gave_it_wanted_known(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE
) -> None:
    other = make_chapter(session, name="Pacific", markets=["AU"])
    receiver = make_lead(session, other)
    need = submitted(scene, clock)
    clock.advance(minutes=1)
    given = {"chapter_id": other.id, "reason": "They sit in Perth."}
    needs.reassign_need(session, scene.broker, need, **given, now=clock.now())
    top = visitor(receiver).get(f"/queue/needs/{need.id}").text.split("What they wrote")[0]
    assert "Handed to the Pacific chapter" in top
    assert "They sit in Perth." in top
    clock.advance(minutes=1)
    needs.begin_triage(session, scene.actor(receiver), need, now=clock.now())
    needs.open_need(session, scene.actor(receiver), need, now=clock.now())
    assert "Perth" not in visitor(receiver).get(f"/queue/needs/{need.id}").text.split("What they wrote")[0]
    clock.advance(minutes=1)
    needs.flag_need(session, scene.actor(receiver), need, "The name does not fit.", now=clock.now())
    top = visitor(receiver).get(f"/queue/needs/{need.id}").text.split("What they wrote")[0]
    assert "Flagged, so read again" in top
    assert "The name does not fit." in top
    assert "Its offers wait meanwhile" in top


def test_lead_who_lists_nobody_is_told_so_and_the_need_stays_to_be_read(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE
) -> None:
    for volunteer in (scene.amina, scene.badr, scene.carla):
        volunteer.state = VolunteerState.LEFT
    need = submitted(scene, clock)
    after = _press(visitor(scene.lead).get(f"/queue/needs/{need.id}"), need)
    assert after.status == 422
    assert "Nobody is on the list" in after.text
    session.refresh(need)
    assert need.state is NeedState.SUBMITTED


def test_lead_cannot_press_open_while_somebody_looks_at_the_risks(
    scene: Scene, clock: FixedClock, visitor: PEOPLE
) -> None:
    need = submitted(scene, clock, risk_answers=("sensitive_technology",))
    text = visitor(scene.lead).get(f"/queue/needs/{need.id}").text
    assert "Its risks are looked at until" in text
    assert "Open and offer" not in text
    assert "its risks are looked at first, until" in visitor(scene.lead).get("/queue").text
