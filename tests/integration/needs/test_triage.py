"""What brokers do with needs, and what the conflicted are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import NeedState, OrganisationState
from network.models import MailMessage, Need
from network.needs import operations as needs
from network.needs.queries import needs_waiting_for, notes_of
from tests.factories import make_chapter, make_lead, make_volunteer
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


@pytest.fixture
def waiting(scene: Scene) -> Need:
    """A need that was submitted to the chapter."""
    return scene.another_need(state=NeedState.SUBMITTED)


@pytest.fixture
def read(scene: Scene) -> Need:
    """A need that is being read."""
    return scene.another_need(state=NeedState.IN_TRIAGE)


def test_a_lead_reads_opens_and_is_the_broker(
    scene: Scene, clock: FixedClock, waiting: Need, work: Work, mails: Mails
) -> None:
    needs.begin_triage(scene.session, scene.broker, waiting, now=clock.now())
    assert (waiting.state, waiting.broker_id) == (NeedState.IN_TRIAGE, scene.lead.id)
    needs.open_need(scene.session, scene.broker, waiting, now=clock.now())
    assert waiting.state == NeedState.OPEN
    work()
    assert [mail.event for mail in mails(to=scene.owner.email)][:1] == ["need_opened"]


def test_beginning_to_read_buys_no_time(scene: Scene, clock: FixedClock, waiting: Need) -> None:
    clock.advance(days=2)
    needs.begin_triage(scene.session, scene.broker, waiting, now=clock.now())
    assert waiting.next_action_at is not None
    assert waiting.next_action_at.isoformat() == "2026-03-05T19:59:00+00:00"


def test_an_unchecked_firm_is_checked_with_its_first_need(
    scene: Scene, clock: FixedClock, read: Need
) -> None:
    scene.firm.state = OrganisationState.UNVERIFIED
    with pytest.raises(Invalid) as refusal:
        needs.open_need(scene.session, scene.broker, read, now=clock.now())
    assert refusal.value.field == "organisation_checked"
    needs.open_need(scene.session, scene.broker, read, now=clock.now(), organisation_checked=True)
    assert scene.firm.state == OrganisationState.ELIGIBLE
    assert read.state == NeedState.OPEN


def test_a_question_gives_the_requester_14_days(
    scene: Scene, clock: FixedClock, read: Need, work: Work, mails: Mails
) -> None:
    needs.ask_info(scene.session, scene.broker, read, "Which countries do you sell in?", now=clock.now())
    assert read.next_action_by == "requester"
    work()
    [mail] = mails(event="need_info_asked")
    assert "Which countries" in mail.text
    assert "Monday 16 March" in mail.text
    needs.submit_need(scene.session, scene.asker, read, now=clock.now())
    assert read.state == NeedState.SUBMITTED


def test_a_question_or_a_refusal_without_words_is_refused(
    scene: Scene, clock: FixedClock, read: Need
) -> None:
    for act in (needs.ask_info, needs.refuse_need):
        with pytest.raises(Invalid):
            act(scene.session, scene.broker, read, "  ", now=clock.now())


def test_a_refused_need_tells_why_and_how_to_appeal(
    scene: Scene, clock: FixedClock, read: Need, work: Work, mails: Mails
) -> None:
    needs.refuse_need(scene.session, scene.broker, read, "We do not sell weapons.", now=clock.now())
    assert read.state == NeedState.REFUSED
    work()
    [mail] = mails(event="need_refused")
    assert "weapons" in mail.text
    assert "look again" in mail.text


def test_a_need_closed_unmet_says_that_it_is_a_gap(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    needs.close_unmet(scene.session, scene.broker, scene.need, "Nobody knows pumps there.", now=clock.now())
    assert scene.need.state == NeedState.CLOSED_UNMET
    work()
    assert "gap" in mails(event="need_closed_unmet")[0].text


def test_a_volunteer_with_the_offer_flags_and_others_do_not(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.introduce(scene.amina)
    with pytest.raises(NotAllowed):
        needs.flag_need(scene.session, scene.volunteer_actor(scene.badr), scene.need, "Odd.", now=clock.now())
    needs.flag_need(scene.session, scene.volunteer_actor(scene.amina), scene.need, "Odd.", now=clock.now())
    assert scene.need.state == NeedState.IN_TRIAGE
    work()
    assert "raised a doubt" in mails(to=scene.lead.email)[0].text


@pytest.mark.parametrize("act", ["begin_triage", "open_need", "escalate_need"])
def test_nobody_brokers_what_they_asked_for(
    scene: Scene, session: Session, clock: FixedClock, act: str
) -> None:
    need = scene.another_need(
        state=NeedState.SUBMITTED if act == "begin_triage" else NeedState.IN_TRIAGE,
        requester_id=scene.lead.id,
    )
    with pytest.raises(NotAllowed):
        getattr(needs, act)(session, scene.broker, need, now=clock.now())


def test_a_lead_of_another_chapter_has_no_say(
    scene: Scene, session: Session, clock: FixedClock, read: Need
) -> None:
    other = make_lead(session, make_chapter(session, markets=["BR"]))
    for act in (needs.open_need, needs.escalate_need):
        with pytest.raises(NotAllowed):
            act(session, scene.actor(other), read, now=clock.now())


def test_a_stale_form_is_refused(scene: Scene, clock: FixedClock, waiting: Need) -> None:
    seen = waiting.version
    needs.begin_triage(scene.session, scene.broker, waiting, now=clock.now(), seen=seen)
    with pytest.raises(Conflict):
        needs.begin_triage(scene.session, scene.concierge, waiting, now=clock.now(), seen=seen)


def test_a_need_passes_to_another_chapter_and_keeps_its_state(
    scene: Scene, session: Session, clock: FixedClock, read: Need, work: Work, mails: Mails
) -> None:
    other = make_chapter(session, markets=["SA"])
    heir = make_lead(session, other)
    needs.reassign_need(session, scene.broker, read, chapter_id=other.id, now=clock.now())
    assert (read.owner_chapter_id, read.state) == (other.id, NeedState.IN_TRIAGE)
    with pytest.raises(NotAllowed):
        needs.open_need(session, scene.broker, read, now=clock.now())
    work()
    assert "handed it to you" in mails(to=heir.email)[0].text


def test_a_need_does_not_pass_to_whoever_is_conflicted_or_closed(
    scene: Scene, session: Session, clock: FixedClock, read: Need
) -> None:
    resting = make_chapter(session, markets=["OM"], state="dormant")
    tied = make_chapter(session, markets=["QA"])
    make_volunteer(session, user=make_lead(session, tied), employer=scene.firm.name)
    for chapter in (resting, tied):
        with pytest.raises(Invalid):
            needs.reassign_need(session, scene.concierge, read, chapter_id=chapter.id, now=clock.now())
    for broker_id in (scene.owner.id, scene.stranger.id):
        with pytest.raises(Invalid):
            needs.reassign_need(
                session,
                scene.concierge,
                read,
                chapter_id=scene.chapter.id,
                broker_id=broker_id,
                now=clock.now(),
            )


def test_a_broker_takes_a_need_by_name(scene: Scene, clock: FixedClock, read: Need) -> None:
    needs.take_need(scene.session, scene.concierge, read, now=clock.now())
    assert (read.broker_id, read.owner_chapter_id) == (scene.staff.id, scene.chapter.id)


def test_an_escalated_need_waits_for_staff(
    scene: Scene, session: Session, clock: FixedClock, read: Need, work: Work, mails: Mails
) -> None:
    needs.escalate_need(session, scene.broker, read, reason="Beyond me.", now=clock.now())
    assert read.next_action_by == "staff"
    assert read in session.scalars(needs_waiting_for(scene.concierge)).all()
    work()
    assert [mail.event for mail in mails(to=scene.staff.email)] == ["need_for_staff"]


def test_only_brokers_leave_and_read_notes(scene: Scene, clock: FixedClock) -> None:
    needs.add_note(scene.session, scene.broker, scene.need, "Ring them first.", now=clock.now())
    assert [note.text for note, _author in notes_of(scene.session, scene.need)] == ["Ring them first."]
    for actor in (scene.asker, scene.actor(scene.stranger)):
        with pytest.raises(NotAllowed):
            needs.add_note(scene.session, actor, scene.need, "Me too.", now=clock.now())
    with pytest.raises(Invalid):
        needs.add_note(scene.session, scene.broker, scene.need, " ", now=clock.now())


def test_the_queue_holds_the_urgent_first_and_for_each_their_own(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    calm = scene.another_need(state=NeedState.SUBMITTED)
    hot = scene.another_need(state=NeedState.SUBMITTED, urgent=True)
    orphan = scene.another_need(state=NeedState.SUBMITTED, owner=None, next_action_by="staff")
    scene.another_need(state=NeedState.NEEDS_INFO, next_action_by="requester")
    leads = session.scalars(needs_waiting_for(scene.broker)).all()
    assert leads[0] is hot
    assert calm in leads
    assert orphan not in leads
    assert session.scalars(needs_waiting_for(scene.concierge)).all() == [orphan]
    assert session.scalars(needs_waiting_for(scene.asker)).all() == []
