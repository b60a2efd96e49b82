"""What a line of the queue says, and where it leads: the work itself, not a page on the way there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.concerns import ConcernAbout, ConcernKind, Measure
from network.domain.states import IntroductionState, MembershipState, NeedState
from network.models import Concern, User
from network.moderation import operations as moderation
from tests.factories import make_membership, make_staff, make_volunteer
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _about_amina(scene: Scene, clock: FixedClock, kind: ConcernKind = ConcernKind.RUDE) -> Concern:
    return moderation.report_concern(
        scene.session,
        scene.asker,
        ConcernAbout.VOLUNTEER,
        scene.amina.id,
        kind=kind,
        text="Shouted at our buyer.",
        now=clock.now(),
    )


def test_staff_find_a_report_in_the_queue_and_among_what_waits_and_decide_from_there(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    concern = _about_amina(scene, clock, ConcernKind.UNSAFE)
    staff = visitor(scene.staff)
    assert "report to decide on" in staff.get("/account").text
    queue = staff.get("/queue")
    assert "Something was reported: decide what follows · urgent" in queue.text
    assert "Shouted" not in queue.text
    page = queue.follow("Amina Rahman")
    assert "Shouted at our buyer." in page.text
    assert "Amina Rahman" not in visitor(scene.lead).get("/queue").text
    # The appeal waits for everybody of the staff but who decided.
    moderation.uphold_concern(
        session, scene.concierge, concern, Measure.WARNING, "So it is.", words="Calm.", now=clock.now()
    )
    moderation.appeal_concern(
        session, scene.volunteer_actor(scene.amina), concern, "It was not me.", now=clock.now()
    )
    assert "Amina Rahman" not in staff.get("/queue").text
    assert "Decide the appeal of somebody" in visitor(make_staff(session)).get("/queue").text


def test_lead_comes_from_a_newcomers_line_straight_to_the_decision(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    newcomer = make_volunteer(session, name="Nia Newcomer")
    make_membership(session, newcomer, scene.chapter, MembershipState.APPLIED)
    page = visitor(scene.lead).get("/queue").follow("Nia Newcomer")
    assert page.submit("/approve").status == 200
    assert "Nia Newcomer" not in visitor(scene.lead).get("/queue").text


def test_an_offer_that_waits_for_its_request_to_be_read_again_has_no_line_beside_it(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina)
    scene.need.state, scene.need.opened_at = NeedState.IN_TRIAGE, clock.now() - timedelta(days=1)
    one.next_action_by = scene.need.next_action_by = "staff"
    session.flush()
    assert one.state is IntroductionState.OFFERED
    text = visitor(scene.staff).get("/queue").text
    assert "1 thing needs a hand" in text
    assert "Read it again: its offers wait meanwhile" in text


def test_line_names_the_day_of_the_week_and_what_is_due_today(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    scene.need.state, scene.need.next_action_by = NeedState.SUBMITTED, "broker"
    session.get_one(User, scene.lead.id).timezone = "UTC"
    for days, words in ((0, "today"), (1, "tomorrow"), (4, "Fri 6 Mar")):
        scene.need.next_action_at = clock.now().replace(hour=23) + timedelta(days=days)
        session.flush()
        assert words in visitor(scene.lead).get("/queue").text.split("Next date")[1].split("Owner")[-1]


def test_lead_skips_to_the_lines_and_reads_how_the_week_of_their_chapter_went(
    visitor: PEOPLE, session: Session, scene: Scene, clock: FixedClock
) -> None:
    now = clock.now()
    scene.need.opened_at = scene.need.submitted_at = now - timedelta(days=2)
    scene.introduce(scene.amina, IntroductionState.INTRODUCED, introduced_at=now - timedelta(days=1))
    scene.introduce(scene.badr, IntroductionState.INTRODUCED, introduced_at=now - timedelta(days=9))
    closed = {"state": NeedState.CLOSED_UNMET, "closed_at": now - timedelta(days=3)}
    scene.another_need(**closed, submitted_at=now - timedelta(days=30), opened_at=now - timedelta(days=29))
    scene.another_need(**closed, owner=None, submitted_at=now - timedelta(days=1), opened_at=now)
    late = {"state": NeedState.SUBMITTED, "submitted_at": now - timedelta(days=8), "next_action_by": "broker"}
    scene.another_need(**late, next_action_at=now)
    page = visitor(scene.lead).get("/queue")
    words = "1 request came in, 1 was opened, 1 introduction was made, 1 request closed without help"
    assert f"The last seven days of your chapter: {words}" in page.text
    assert page.html.index('href="#lines"') < page.html.index('id="main"') < page.html.index('id="lines"')
    everywhere = "2 requests came in, 2 were opened, 1 introduction was made, 2 requests closed without help"
    assert (
        f"The last seven days of the whole network: {everywhere}" in visitor(scene.staff).get("/queue").text
    )
