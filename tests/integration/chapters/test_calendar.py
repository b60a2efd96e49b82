"""A chapter's holidays: what waits already moves along, and the pages name the days that do not count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from network.chapters.operations import ChapterDetails, edit_chapter
from network.domain.clock import FixedClock
from network.domain.states import MembershipState
from network.models import User
from network.needs.operations import submit_need
from tests.factories import make_membership, make_volunteer
from tests.support.scene import Scene, draft, make_scene
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
Mails = Callable[..., list[object]]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _close_on(scene: Scene, clock: FixedClock, zone: str, *days: date) -> None:
    details = ChapterDetails(name=scene.chapter.name, timezone=zone, holidays=days)
    edit_chapter(scene.session, scene.broker, scene.chapter.id, details=details, now=clock.now())


def test_holiday_said_afterwards_moves_what_waits_for_the_chapter_and_the_page_names_it(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work
) -> None:
    newcomer = make_membership(session, make_volunteer(session), scene.chapter, MembershipState.APPLIED)
    newcomer.applied_at = clock.now()
    _close_on(scene, clock, "Asia/Dubai")
    need = submit_need(session, scene.asker, draft(scene, clock), now=clock.now())
    work()
    # Monday 2 March and three working days, then five.
    assert need.next_action_at is not None
    assert need.next_action_at.date() == date(2026, 3, 5)
    page = visitor(scene.lead).get(f"/queue/needs/{need.id}")
    assert "does not count" not in page.text
    _close_on(scene, clock, "Asia/Dubai", date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 7))
    work()
    session.refresh(need)
    session.refresh(newcomer)
    assert need.next_action_at.date() == date(2026, 3, 9)
    assert newcomer.next_action_at is not None
    assert newcomer.next_action_at.date() == date(2026, 3, 11)
    text = visitor(scene.lead).get(f"/queue/needs/{need.id}").text
    assert "By Monday 9 March" in text
    assert "Wednesday 4 March and Thursday 5 March do not count" in text


def test_firm_reads_the_working_day_of_a_chapter_to_its_west_and_no_saturday(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work, mails: Callable[..., list]
) -> None:
    session.get_one(User, scene.owner.id).timezone = "Europe/London"
    _close_on(scene, clock, "America/New_York", date(2026, 3, 3))
    need = submit_need(session, scene.asker, draft(scene, clock), now=clock.now())
    work()
    text = visitor(scene.owner).get(f"/needs/{need.id}").text
    assert "By Friday 6 March" in text
    assert "Saturday" not in text
    assert "answer by Friday 6 March" in visitor(scene.owner).get("/needs").text
    # Staff at home and a lead who lives elsewhere read the same day, on its page and in the queue.
    for broker in (scene.staff, scene.lead):
        session.get_one(User, broker.id).timezone = "Europe/London"
        assert "By Friday 6 March" in visitor(broker).get(f"/queue/needs/{need.id}").text
    assert "Fri 6 Mar" in visitor(scene.lead).get("/queue").text
    assert "You have an answer by Friday 6 March" in mails(event="need_received")[0].text
