"""A need changes hands: the story says whose it became, whoever gets it hears from whom, who takes it hears nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import DeclineReason, IntroductionState
from network.introductions import operations as introductions
from network.introductions.queries import shortlist_of
from network.models import MailMessage
from network.needs import operations as needs
from tests.factories import make_chapter, make_lead
from tests.support.scene import Scene, make_scene, submitted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
Mails = Callable[..., list[MailMessage]]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def test_need_handed_to_another_chapter_keeps_who_gave_it_to_whom_and_why(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work, mails: Mails
) -> None:
    other = make_chapter(session, name="Pacific", markets=["AU"])
    receiver = make_lead(session, other, name="Pat Pacific")
    need = submitted(scene, clock)
    work()
    clock.advance(minutes=5)
    needs.reassign_need(
        session, scene.broker, need, chapter_id=other.id, reason="They sit in Perth.", now=clock.now()
    )
    work()
    told = mails(event="need_for_broker", to=receiver.email)
    assert len(told) == 1
    assert f"{scene.lead.name} handed it to you" in told[0].text
    clock.advance(minutes=5)
    needs.begin_triage(session, scene.actor(receiver), need, now=clock.now())
    second = make_lead(session, other, name="Sam Second")
    clock.advance(minutes=5)
    owner = need.owner_chapter_id
    needs.reassign_need(
        session, scene.actor(receiver), need, chapter_id=owner, broker_id=second.id, now=clock.now()
    )
    work()
    clock.advance(minutes=5)
    needs.take_need(session, scene.actor(receiver), need, now=clock.now())
    work()
    assert len(mails(event="need_for_broker", to=receiver.email)) == 1
    assert len(mails(event="need_for_broker", to=second.email)) == 1
    story = visitor(receiver).get(f"/queue/needs/{need.id}").text.split("The story so far")[1]
    said = ("Taken on as its broker", "Sam Second made its broker", "Handed to the Pacific chapter")
    places = [story.index(words) for words in (*said, "They sit in Perth.")]
    assert places == sorted(places)
    assert "owned" not in story.casefold()
    read = visitor(scene.owner).get(f"/needs/{need.id}").text.split("So far")[1]
    said = (
        "Sent to the network",
        "Looked after by the Pacific chapter from now on",
        "Somebody began to read it",
    )
    places = [read.index(words) for words in (*said, "The Pacific chapter · ")]
    assert places == sorted(places)
    for words in (scene.lead.name, "Sam Second", "They sit in Perth."):
        assert words not in read


def test_story_names_who_or_what_made_the_network_ask_the_next(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work
) -> None:
    need = submitted(scene, clock)
    needs.begin_triage(session, scene.broker, need, now=clock.now())
    needs.open_need(session, scene.broker, need, now=clock.now())
    people = [scene.amina.id, scene.badr.id]
    introductions.propose(session, scene.broker, need, people, now=clock.now())
    work()
    first = shortlist_of(session, need.id)[0]
    assert first.state is IntroductionState.OFFERED
    clock.advance(days=1)
    introductions.decline(
        session, scene.volunteer_actor(scene.amina), first, DeclineReason.NO_CAPACITY, now=clock.now()
    )
    work()
    story = visitor(scene.lead).get(f"/queue/needs/{need.id}").text.split("The story so far")[1]
    assert f"In turn, once {scene.lead.name} had opened it" in story
    assert "In turn, after Amina Rahman had declined" in story
    assert "By the clock" not in story


def test_need_passed_to_staff_keeps_its_day_and_leaves_the_queue_of_the_chapter(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, title="Beyond the chapter")
    promised = need.next_action_at
    work()
    clock.advance(hours=2)
    page = visitor(scene.lead).get(f"/queue/needs/{need.id}")
    assert need.title in visitor(scene.lead).get("/queue").text
    page = page.submit("/escalate")
    assert "Waiting for network staff" in page.text
    session.refresh(need)
    assert (need.next_action_by, need.next_action_at) == ("staff", promised)
    assert need.title not in visitor(scene.lead).get("/queue").text
    assert need.title in visitor(scene.staff).get("/queue").text
    assert "Waiting for you" in visitor(scene.staff).get(f"/queue/needs/{need.id}").text
    read = visitor(scene.owner).get(f"/needs/{need.id}").text
    assert "Network staff will read it" in read
    assert "Passed to network staff, who look after it now" in read
    clock.advance(days=4)
    work()
    session.refresh(need)
    assert len(mails(event="need_for_staff", to=scene.staff.email)) == 2
    assert need.next_action_by == "staff"
    assert need.next_action_at is not None
    assert need.next_action_at > clock.now()
