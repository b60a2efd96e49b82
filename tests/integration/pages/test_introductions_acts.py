"""What is done with an introduction through its page, and what hand-made requests meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import DeclineReason, IntroductionState, NeedState
from network.introductions import operations
from network.matching.index import rebuild_index
from network.models import (
    Disclosure,
    FollowUp,
    Introduction,
    IntroductionMessage,
    Meeting,
    ReferralInvitation,
    User,
    Volunteer,
)
from tests.factories import NOW
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

_I = IntroductionState
Browse = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def amina(scene: Scene, session: Session) -> User:
    return session.get_one(User, scene.amina.user_id)


def state_of(session: Session, one: Introduction) -> IntroductionState:
    return session.scalars(select(Introduction.state).where(Introduction.id == one.id)).one()


# --- answers ----------------------------------------------------------------------------


def test_volunteer_accepts_and_both_are_introduced(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}").submit("/accept")
    assert state_of(session, one) is _I.INTRODUCED
    assert "details now, here and by mail" in page.html
    assert scene.owner.email in page.html
    assert len(session.scalars(select(Disclosure)).all()) == 2


def test_volunteer_asks_and_the_firm_answers(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}").submit("/ask", text="Which plants?")
    assert "Ask a question first" not in page.text
    asker = visitor(scene.owner).get(f"/introductions/{one.id}")
    assert "Which plants?" in asker.text
    answered = asker.submit(f"{one.id}/answer", text="Two in Malta.")
    assert "Answer the question" not in answered.text
    assert "Two in Malta." in visitor(amina).get(f"/introductions/{one.id}").text


def test_question_with_a_number_is_kept_back_and_can_be_written_again(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}").submit("/ask", text="Ring +971 50 555 0199")
    assert page.status == 422
    assert "take that out and send it again" in page.text
    assert page.form("/ask").values["text"] == ["Ring +971 50 555 0199"]
    assert state_of(session, one) is _I.OFFERED
    again = page.submit("/ask", text="Which plants?")
    assert again.status == 200
    assert state_of(session, one) is _I.EXPLORING
    kept = session.scalars(select(IntroductionMessage.held_back).order_by(IntroductionMessage.id)).all()
    assert kept == [True, False]


def test_volunteer_declines_until_a_day(scene: Scene, session: Session, visitor: Browse, amina: User) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    without = page.submit("/decline")
    assert without.status == 422
    assert "Choose the reason that fits best." in without.text
    no_day = page.submit("/decline", reason="not_now", words="Busy until spring.")
    assert no_day.status == 422
    assert "Say from which day on" in no_day.text
    assert no_day.form("/decline").values["words"] == ["Busy until spring."]
    done = no_day.submit("/decline", not_before="2026-04-01")
    assert "Thank you for answering" in done.html
    session.refresh(one)
    assert (one.state, one.decline_reason, one.not_before) == (
        _I.DECLINED,
        DeclineReason.NOT_NOW,
        date(2026, 4, 1),
    )


def test_volunteer_names_somebody_of_the_network(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    session.commit()
    rebuild_index(session, NOW)
    browser = visitor(amina)
    found = browser.get(f"/introductions/{one.id}?find=Badr")
    assert "Badr Aziz" in found.text
    own = browser.get(f"/introductions/{one.id}?find=Amina")
    assert "Nobody was found" in own.text
    page = found.submit(button="Name them")
    assert "They are asked next" in page.html
    assert state_of(session, one) is _I.REFERRED_ON
    made = session.scalars(select(Introduction).where(Introduction.referred_from_id == one.id)).one()
    assert made.volunteer_id == scene.badr.id


@pytest.mark.parametrize("wrong", ["0", "99999", "abc", "-1", "1" * 30, "own", "conflicted"])
def test_volunteer_cannot_name_whom_there_is_not_or_who_is_too_close(
    scene: Scene, session: Session, visitor: Browse, amina: User, wrong: str
) -> None:
    one = scene.introduce(scene.amina)
    scene.carla.employer = scene.firm.name
    named = {"own": str(scene.amina.id), "conflicted": str(scene.carla.id)}.get(wrong, wrong)
    page = visitor(amina).post(f"/introductions/{one.id}/refer", volunteer=named, version=str(one.version))
    assert page.status == 422
    assert state_of(session, one) is _I.OFFERED


def test_volunteer_invites_somebody_from_outside(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    for wrong in ("", "somebody", "a@b"):
        assert page.submit("/refer", button="Invite them", address=wrong).status == 422
    done = page.submit("/refer", button="Invite them", address="Zara@Example.org")
    assert "We invite them" in done.html
    assert session.scalars(select(ReferralInvitation.address)).all() == ["zara@example.org"]


def test_volunteer_pauses_and_keeps_the_place(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    assert page.submit("/pause", until="2026-02-01").status == 422
    done = page.submit("/pause", until="2026-03-20")
    assert "You are on leave" in done.text
    assert session.scalars(select(Volunteer.paused_until).where(Volunteer.id == scene.amina.id)).all() == [
        date(2026, 3, 20)
    ]
    assert state_of(session, one) is _I.OFFERED


# --- the forbidden ways round -----------------------------------------------------------


def test_volunteer_over_capacity_cannot_accept(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    scene.amina.capacity = 1
    scene.introduce(scene.amina, _I.INTRODUCED, scene.another_need())
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}").submit("/accept")
    assert page.status == 409
    assert "as much as you set yourself" in page.text
    assert state_of(session, one) is _I.OFFERED


def test_volunteer_cannot_answer_after_the_offer_expired(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    clock.advance(days=11)
    late = page.submit("/accept")
    assert late.status == 409
    assert "The time to answer is over" in late.text
    assert "Yes, I can help" not in visitor(amina).get(f"/introductions/{one.id}").text


def test_of_two_who_accept_at_the_same_moment_one_is_refused(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    badr = session.get_one(User, scene.badr.user_id)
    first, second = scene.introduce(scene.amina), scene.introduce(scene.badr)
    pages = [
        visitor(person).get(f"/introductions/{one.id}") for person, one in ((amina, first), (badr, second))
    ]
    answers = [page.submit("/accept") for page in pages]
    assert [page.status for page in answers] == [200, 409]
    assert "Somebody else said yes a moment ago" in answers[1].text
    assert (state_of(session, first), state_of(session, second)) == (_I.INTRODUCED, _I.OFFERED)


def test_a_form_from_an_older_page_is_refused_with_a_way_on(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    first, second = (visitor(amina).get(f"/introductions/{one.id}") for _tab in range(2))
    first.submit("/accept")
    page = second.submit("/decline", reason="no_capacity")
    assert page.status == 409
    assert (f"/introductions/{one.id}") in [href for _words, href in page.links]
    for version in ("", "-1", "99", "1; drop"):
        made = visitor(amina).post(f"/introductions/{one.id}/no-contact", version=version)
        assert made.status == 409
    assert state_of(session, one) is _I.INTRODUCED


def test_volunteer_who_leaves_in_mid_offer_can_accept_nothing(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    browser = visitor(amina)
    page = browser.get(f"/introductions/{one.id}")
    operations.leave_network(session, scene.volunteer_actor(scene.amina), scene.amina.id, now=clock.now())
    page.submit("/accept")
    assert state_of(session, one) is _I.WITHDRAWN
    assert session.scalars(select(Disclosure)).all() == []


def test_nobody_but_the_volunteer_answers_and_nobody_but_the_firm_shares(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    offered = scene.introduce(scene.amina)
    waiting = scene.introduce(scene.amina, _I.ACCEPTED, scene.another_need(consents=False))
    for person in (scene.owner, scene.lead, scene.staff):
        browser = visitor(person)
        for act in ("accept", "late-yes"):
            assert browser.post(f"/introductions/{offered.id}/{act}", version="1").status == 403
        made = browser.post(f"/introductions/{offered.id}/decline", version="1", reason="no_capacity")
        assert made.status == 403
    for person in (amina, scene.lead, scene.staff):
        made = visitor(person).post(f"/introductions/{waiting.id}/share-contacts", version="1")
        assert made.status == 403
    for person in (amina, scene.owner, scene.lead):
        made = visitor(person).post(f"/introductions/{offered.id}/cancel", version="1", reason="No.")
        assert made.status == 403
    assert (state_of(session, offered), state_of(session, waiting)) == (_I.OFFERED, _I.ACCEPTED)


def test_nothing_is_accepted_while_the_request_is_read_again(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    scene.need.state = NeedState.IN_TRIAGE
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    assert "Yes, I can help" not in page.text
    assert "will read the request once more" in page.text
    assert visitor(amina).post(f"/introductions/{one.id}/accept", version="1").status == 409


# --- what the two make of it ------------------------------------------------------------


def test_firm_agrees_and_is_introduced(scene: Scene, session: Session, visitor: Browse) -> None:
    one = scene.introduce(scene.amina, _I.ACCEPTED, scene.another_need(consents=False))
    page = visitor(scene.owner).get(f"/introductions/{one.id}").submit("/share-contacts")
    assert state_of(session, one) is _I.INTRODUCED
    assert "Write to Amina Rahman" in page.text


def test_the_two_go_from_a_meeting_to_the_end_with_thanks(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    asker, helper = visitor(scene.owner), visitor(amina)
    page = asker.get(f"/introductions/{one.id}")
    ahead = page.submit("/log-meeting", held_on="2026-03-09", note="Soon")
    assert ahead.status == 422
    assert "Log a meeting once it was held." in ahead.text
    met = ahead.submit("/log-meeting", held_on="2026-03-02", minutes="45", form="video")
    assert "45 minutes" in met.text
    assert session.scalars(select(Meeting.note)).all() == ["Soon"]
    going = helper.get(f"/introductions/{one.id}").submit("/start")
    assert "It is still going on" in going.text
    done = asker.get(f"/introductions/{one.id}").submit("/complete", thanks="You saved us a year.")
    assert state_of(session, one) is _I.COMPLETED
    assert "You saved us a year." in done.text
    assert "You saved us a year." in helper.get(f"/introductions/{one.id}").text
    assert "Say what came of it" in done.text


def test_what_rests_can_be_taken_up_again(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    page = visitor(scene.owner).get(f"/introductions/{one.id}").submit("/stall", reason="Budget.")
    assert state_of(session, one) is _I.STALLED
    assert "Budget." in page.text
    page.submit("/resume")
    assert state_of(session, one) is _I.IN_PROGRESS
    visitor(amina).get(f"/introductions/{one.id}").submit("/progress")
    assert state_of(session, one) is _I.IN_PROGRESS


def test_no_contact_is_put_right_by_a_meeting(scene: Scene, session: Session, visitor: Browse) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    page = visitor(scene.owner).get(f"/introductions/{one.id}").submit("/no-contact")
    assert state_of(session, one) is _I.NO_CONTACT
    page.submit("/log-meeting", held_on="2026-03-02")
    assert state_of(session, one) is _I.MET


def test_follow_up_is_answered_by_one_press_and_a_deal_leads_to_its_outcome(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED, met_at=clock.now())
    session.add(FollowUp(introduction_id=one.id, days=30, asked_at=clock.now(), side="requester"))
    browser = visitor(scene.owner)
    assert "Say what came of it" in browser.get("/introductions").text
    page = browser.get(f"/introductions/{one.id}")
    assert "Waiting for you" in page.text
    answered = page.submit(button="Still talking")
    assert "Waiting for you" not in answered.text
    assert session.scalars(select(FollowUp.answer)).all() == ["talking"]
    led = answered.submit(button="Something came of it")
    assert led.url == f"/introductions/{one.id}/outcomes/new"
    assert browser.post(f"/introductions/{one.id}/follow-up", answer="millions", version="1").status == 422


def test_firm_thanks_the_volunteer_once_they_met(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, _I.MET, met_at=clock.now())
    page = visitor(scene.owner).get(f"/introductions/{one.id}")
    assert page.submit("/thank", thanks=" ").status == 422
    done = page.submit("/thank", thanks="Thank you, Amina.")
    assert "Thank you, Amina." in done.text
    assert session.scalars(select(Volunteer.thanks_count).where(Volunteer.id == scene.amina.id)).one() == 1


def test_volunteer_says_yes_after_the_time_was_over(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina, _I.EXPIRED)
    visitor(amina).get(f"/introductions/{one.id}").submit("/late-yes")
    assert state_of(session, one) is _I.INTRODUCED
    scene.need.state = NeedState.FULFILLED
    other = scene.introduce(scene.badr, _I.EXPIRED)
    badr = visitor(session.get_one(User, scene.badr.user_id))
    assert "after all" not in badr.get(f"/introductions/{other.id}").text
    assert badr.post(f"/introductions/{other.id}/late-yes", version="1").status == 409


def test_either_side_takes_it_back_before_details_are_exchanged(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    offered = scene.introduce(scene.amina)
    visitor(scene.owner).get(f"/introductions/{offered.id}").submit("/withdraw", reason="Found somebody.")
    assert state_of(session, offered) is _I.WITHDRAWN
    assert "Found somebody." not in visitor(amina).get(f"/introductions/{offered.id}").html
    waiting = scene.introduce(scene.badr, _I.ACCEPTED, scene.another_need(consents=False))
    badr = visitor(session.get_one(User, scene.badr.user_id))
    badr.get(f"/introductions/{waiting.id}").submit("/withdraw")
    assert state_of(session, waiting) is _I.WITHDRAWN
