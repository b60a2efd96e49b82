"""What an appeal changes: a stopped request goes on by itself, and the record keeps every word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.concerns import ConcernAbout, ConcernKind, Measure
from network.domain.errors import Invalid
from network.domain.states import IntroductionState, NeedState, OrganisationState
from network.models import Concern, Introduction, MailMessage, User
from network.moderation import operations as moderation
from network.needs import operations as needs
from tests.factories import make_staff
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
Mails = Callable[..., list[MailMessage]]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _stopped(scene: Scene, clock: FixedClock) -> Concern:
    """The firm's request is stopped after a report of Amina's, who was asked; its owner appeals a day later."""
    scene.introduce(scene.amina, offered_at=clock.now())
    concern = moderation.report_concern(
        scene.session,
        scene.volunteer_actor(scene.amina),
        ConcernAbout.NEED,
        scene.need.id,
        kind=ConcernKind.DISHONEST,
        text="They were struck off.",
        now=clock.now(),
    )
    moderation.uphold_concern(
        scene.session,
        scene.concierge,
        concern,
        Measure.STOPPED,
        "The register says so.",
        words="We found a notice.",
        now=clock.now(),
    )
    clock.advance(days=1)
    return moderation.appeal_concern(
        scene.session, scene.asker, concern, "It was withdrawn.", now=clock.now()
    )


def _overturn(scene: Scene, concern: Concern, clock: FixedClock) -> None:
    other = scene.actor(make_staff(scene.session, name="Olga Other"))
    moderation.settle_appeal(
        scene.session,
        other,
        concern,
        stands=False,
        reason="The notice was withdrawn.",
        words="You were right, and we are sorry.",
        now=clock.now(),
    )


def test_request_that_was_stopped_wrongly_goes_on_by_itself_and_everybody_hears_of_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    concern = _stopped(scene, clock)
    work()
    assert scene.need.state is NeedState.IN_TRIAGE
    _overturn(scene, concern, clock)
    assert scene.need.state is NeedState.OPEN
    work()
    one = session.scalars(select(Introduction)).one()
    assert one.state is IntroductionState.OFFERED
    assert one.next_action_by == "volunteer"
    assert "goes on where it was" in mails(event="concern_decision", to=scene.owner.email)[-1].text
    reporter = session.get_one(User, scene.amina.user_id)
    heard = [mail.text for mail in mails(event="concern_answered", to=reporter.email)]
    assert "took our decision back" in heard[-1]
    assert not any("withdrawn" in text for text in heard)
    told = mails(event="need_stop_taken_back")
    assert {mail.to_address for mail in told} == {scene.lead.email, scene.second_lead.email}
    assert "You have nothing to do" in told[0].text
    assert "notice" not in told[0].text


@pytest.mark.parametrize("held_by", ["organisation", "another flag"])
def test_request_that_something_else_holds_stays_and_its_brokers_are_told(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails, held_by: str
) -> None:
    concern = _stopped(scene, clock)
    if held_by == "organisation":
        scene.firm.state = OrganisationState.SUSPENDED
    else:
        needs.open_need(session, scene.broker, scene.need, now=clock.now())
        needs.flag_need(
            session, scene.broker, scene.need, "It reads oddly.", now=clock.now() + timedelta(hours=1)
        )
    _overturn(scene, concern, clock)
    work()
    assert scene.need.state is NeedState.IN_TRIAGE
    told = mails(event="need_stop_taken_back")
    assert len(told) == (2 if held_by == "organisation" else 0)
    assert all("open it when you can" in mail.text for mail in told)


def test_only_what_is_open_is_stopped_and_only_who_takes_part_is_suspended(
    scene: Scene, session: Session, visitor: PEOPLE, clock: FixedClock
) -> None:
    scene.introduce(scene.amina)
    concern = moderation.report_concern(
        session,
        scene.volunteer_actor(scene.amina),
        ConcernAbout.NEED,
        scene.need.id,
        kind=ConcernKind.OTHER,
        text="Odd.",
        now=clock.now(),
    )
    scene.need.state = NeedState.FULFILLED
    session.flush()
    page = visitor(scene.staff).get(f"/admin/concerns/{concern.id}")
    assert "nothing else happens" in page.text
    assert "The request is stopped" not in page.text
    with pytest.raises(Invalid):
        moderation.uphold_concern(
            session, scene.concierge, concern, Measure.STOPPED, "So.", words="So.", now=clock.now()
        )


def test_staff_and_the_person_concerned_read_the_whole_record_after_an_appeal(
    scene: Scene, session: Session, visitor: PEOPLE, clock: FixedClock
) -> None:
    concern = _stopped(scene, clock)
    _overturn(scene, concern, clock)
    text = visitor(scene.staff).get(f"/admin/concerns/{concern.id}").text
    said = ["The register says so.", "We found a notice.", "It was withdrawn.", "The notice was withdrawn."]
    places = [text.index(words) for words in (*said, "You were right, and we are sorry.")]
    assert places == sorted(places)
    assert "Olga Other" in text
    read = visitor(scene.owner).get("/account").follow("See where your appeal stands").text
    assert scene.need.title in read
    for words in ("We found a notice.", "It was withdrawn.", "goes on where it was"):
        assert words in read
    for words in ("The register says so.", "The notice was withdrawn.", "Olga", "Amina"):
        assert words not in read
