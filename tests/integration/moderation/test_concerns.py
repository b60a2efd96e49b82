"""Something is reported, decided with a reason, and looked at once more by another person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.concerns import ConcernAbout, ConcernKind, ConcernState, Measure
from network.domain.errors import Invalid, NotAllowed, NotFound, OverLimit
from network.domain.states import IntroductionState, NeedState, VolunteerState
from network.models import Concern, MailMessage, Need, Transition, User, Volunteer
from network.moderation import operations as moderation
from network.moderation.policy import can_view_concern, concerns_visible_to
from tests.factories import make_staff
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
Mails = Callable[..., list[MailMessage]]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _about_amina(scene: Scene, clock: FixedClock) -> Concern:
    return moderation.report_concern(
        scene.session,
        scene.asker,
        ConcernAbout.VOLUNTEER,
        scene.amina.id,
        kind=ConcernKind.RUDE,
        text="Shouted at our buyer.",
        now=clock.now(),
    )


def test_a_report_goes_to_staff_with_a_time_limit_and_comes_again_until_it_is_decided(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    concern = _about_amina(scene, clock)
    assert concern.next_action_at is not None
    assert concern.next_action_at.date().isoformat() == "2026-03-05"
    work()
    assert [mail.to_address for mail in mails(event="concern_reported")] == [scene.staff.email]
    assert all("Shouted" not in mail.text for mail in mails())
    clock.advance(days=5)
    work()
    assert len(mails(event="concern_reported")) == 2
    assert concern.next_action_at > clock.now()


def test_an_upheld_concern_suspends_withdraws_what_was_offered_and_never_says_who_told(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    offered = scene.introduce(scene.amina)
    concern = _about_amina(scene, clock)
    moderation.uphold_concern(
        session,
        scene.concierge,
        concern,
        Measure.SUSPENDED,
        "Two witnesses.",
        words="We do not shout here.",
        now=clock.now(),
    )
    assert scene.amina.state is VolunteerState.SUSPENDED
    assert offered.state is IntroductionState.WITHDRAWN
    work()
    person = session.get_one(User, scene.amina.user_id)
    told = mails(event="concern_decision", to=person.email)[0]
    assert "We do not shout here." in told.text
    # One mail says it, not two.
    assert not mails(event="volunteer_standing", to=person.email)
    assert "Olive" not in told.text
    assert "Two witnesses" not in told.text
    assert mails(event="concern_answered", to=scene.owner.email)


def test_an_appeal_is_decided_by_another_person_who_may_take_it_back(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    concern, other = _about_amina(scene, clock), make_staff(session)
    given = {"words": "We do not shout here.", "now": clock.now()}
    moderation.uphold_concern(session, scene.concierge, concern, Measure.SUSPENDED, "So it is.", **given)
    amina = scene.volunteer_actor(scene.amina)
    with pytest.raises(NotAllowed):
        moderation.appeal_concern(session, scene.asker, concern, "Again.", now=clock.now())
    moderation.appeal_concern(session, amina, concern, "It was somebody else.", now=clock.now())
    settle = {"stands": False, "reason": "True.", "words": "Sorry: we were wrong.", "now": clock.now()}
    with pytest.raises(NotAllowed):
        moderation.settle_appeal(session, scene.concierge, concern, **settle)
    moderation.settle_appeal(session, scene.actor(other), concern, **settle)
    assert concern.state is ConcernState.OVERTURNED
    assert scene.amina.state is VolunteerState.ACTIVE


def test_a_reported_request_is_stopped_and_read_again(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    scene.introduce(scene.amina)
    concern = moderation.report_concern(
        session,
        scene.volunteer_actor(scene.amina),
        ConcernAbout.NEED,
        scene.need.id,
        kind=ConcernKind.ADVERTISING,
        text="They only sell.",
        now=clock.now(),
    )
    assert concern.person_id == scene.owner.id
    with pytest.raises(Invalid):
        moderation.uphold_concern(
            session, scene.concierge, concern, Measure.SUSPENDED, "Yes.", words="No.", now=clock.now()
        )
    moderation.uphold_concern(
        session, scene.concierge, concern, Measure.STOPPED, "It sells.", words="Ask, please.", now=clock.now()
    )
    assert session.get_one(Need, scene.need.id).state is NeedState.IN_TRIAGE
    # Brokers of the chapter read what the asker was told, and not what is for the record of staff.
    flag = session.scalars(select(Transition).where(Transition.action == "flag")).one()
    assert flag.reason == "Ask, please."


def test_nobody_reports_what_they_cannot_see_themselves_or_all_day(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    with pytest.raises(NotFound):
        moderation.report_concern(
            session,
            scene.actor(scene.stranger),
            ConcernAbout.NEED,
            scene.need.id,
            kind=ConcernKind.OTHER,
            text="?",
            now=clock.now(),
        )
    with pytest.raises(Invalid):
        moderation.report_concern(
            session,
            scene.volunteer_actor(scene.amina),
            ConcernAbout.VOLUNTEER,
            scene.amina.id,
            kind=ConcernKind.OTHER,
            text="Me.",
            now=clock.now(),
        )
    for _number in range(moderation.MOST_A_DAY):
        _about_amina(scene, clock)
    with pytest.raises(OverLimit):
        _about_amina(scene, clock)


def test_every_reader_finds_by_the_filter_which_concerns_they_may_view(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    concern = _about_amina(scene, clock)
    reporter = make_staff(session)
    other = moderation.report_concern(
        session,
        scene.actor(reporter),
        ConcernAbout.VOLUNTEER,
        scene.badr.id,
        kind=ConcernKind.OTHER,
        text="Odd.",
        now=clock.now(),
    )
    people = [scene.owner, scene.lead, scene.staff, reporter, session.get_one(User, scene.amina.user_id)]
    for actor in (scene.actor(one) for one in people):
        found = set(session.scalars(select(Concern.id).where(concerns_visible_to(actor))))
        assert found == {one.id for one in (concern, other) if can_view_concern(actor, one)}
    with pytest.raises(NotAllowed):
        moderation.dismiss_concern(session, scene.actor(reporter), other, "Nothing.", now=clock.now())


def test_person_reports_and_staff_decide_and_the_person_concerned_appeals_on_pages(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    page = visitor(scene.owner).get(f"/volunteers/{scene.amina.id}").follow("Report this person")
    page = page.submit(f"/report/volunteers/{scene.amina.id}", kind="rude", text="")
    assert page.status == 422
    page = page.submit(f"/report/volunteers/{scene.amina.id}", kind="rude", text="Shouted at our buyer.")
    assert "Thank you for telling us" in page.html
    desk = visitor(scene.staff).get("/admin").follow("What was reported").follow("Amina Rahman")
    assert "Shouted at our buyer." in desk.text
    desk = desk.submit("/uphold", measure="warning", reason="Heard it.", words="Please keep calm.")
    assert "Decided" in desk.html
    concern = session.scalars(select(Concern)).one()
    person = session.get_one(User, session.get_one(Volunteer, scene.amina.id).user_id)
    read = visitor(person).get("/account").follow("Read the decision")
    assert "Please keep calm." in read.text
    assert "You are told, and nothing else happens" in read.text
    assert "They are told" not in read.text
    assert "Heard it" not in read.text
    read = read.submit("/account/decisions", reason="I was quoting.")
    assert "Another person than before decides" in read.text
    assert "Read the decision" not in visitor(person).get("/account").text
    assert "You decided it first" in visitor(scene.staff).get(f"/admin/concerns/{concern.id}").text
    page = visitor(make_staff(session)).get(f"/admin/concerns/{concern.id}")
    page.submit("/settle", stands="yes", reason="Still.", words="It stands.")
    assert "It stands." in visitor(person).get(f"/account/decisions/{concern.id}").text
    assert visitor(scene.owner).get(f"/account/decisions/{concern.id}").status == 404
