"""A question before deciding, a no, somebody better, a pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed, OverLimit
from network.domain.states import DeclineReason, IntroductionState, NeedState
from network.introductions import operations as introductions
from network.introductions.policy import can_view_introduction
from network.introductions.queries import messages_of, shortlist_of
from network.models import (
    Introduction,
    IntroductionMessage,
    MailMessage,
    ReferralInvitation,
    User,
)
from tests.factories import make_membership, make_user, make_volunteer
from tests.support.scene import Scene, secret_in

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def test_one_question_and_one_answer_keep_the_place(
    scene: Scene,
    session: Session,
    clock: FixedClock,
    offered: Introduction,
    amina: Actor,
    work: Work,
    mails: Mails,
) -> None:
    introductions.ask_question(session, amina, offered, "Which plants?", now=clock.now())
    assert (offered.state, offered.turn, offered.next_action_by) == (_I.EXPLORING, "requester", "requester")
    with pytest.raises(Conflict) as refusal:
        introductions.ask_question(session, amina, offered, "And why?", now=clock.now())
    assert refusal.value.code == "asked_before"
    work()
    introductions.answer_question(session, scene.asker, offered, "Two in Malta.", now=clock.now())
    assert (offered.turn, offered.next_action_by) == ("volunteer", "volunteer")
    with pytest.raises(Conflict):
        introductions.answer_question(session, scene.asker, offered, "And more.", now=clock.now())
    assert [one.text for one in messages_of(session, offered.id)] == ["Which plants?", "Two in Malta."]
    work()
    assert "> Which plants?" in mails(event="introduction_question")[0].text
    assert "> Two in Malta." in mails(event="introduction_answer")[0].text


def test_a_volunteer_whose_address_is_not_verified_puts_no_words_into_mails(
    session: Session, clock: FixedClock, offered: Introduction, amina: Actor, work: Work, mails: Mails
) -> None:
    session.get_one(User, amina.user_id).email_verified_at = None
    introductions.ask_question(session, amina, offered, "Which plants?", now=clock.now())
    work()
    assert "plants" not in mails(event="introduction_question")[0].text


def test_contact_details_in_a_question_are_held_back_and_nothing_moves(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    kept = introductions.ask_question(session, amina, offered, "Ring me: +971 50 555 0100", now=clock.now())
    assert kept.held_back
    assert offered.state == _I.OFFERED
    assert messages_of(session, offered.id, side="requester") == []
    introductions.ask_question(session, amina, offered, "Which plants?", now=clock.now())
    answer = introductions.answer_question(
        session, scene.broker, offered, "See www.pumps.example", now=clock.now()
    )
    assert answer.held_back
    assert offered.turn == "requester"


def test_only_the_asking_side_answers_and_leaves_words(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    introductions.ask_question(session, amina, offered, "Which plants?", now=clock.now())
    for actor in (amina, scene.actor(scene.stranger), scene.volunteer_actor(scene.badr)):
        with pytest.raises(NotAllowed):
            introductions.answer_question(session, actor, offered, "a@b.example", now=clock.now())
    assert len(session.scalars(select(IntroductionMessage)).all()) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "nul\x00"])
def test_a_question_that_is_none_is_refused(
    session: Session, clock: FixedClock, offered: Introduction, amina: Actor, text: str
) -> None:
    with pytest.raises(Invalid):
        introductions.ask_question(session, amina, offered, text, now=clock.now())


def test_a_no_is_told_as_not_available_and_nothing_more(
    scene: Scene,
    session: Session,
    clock: FixedClock,
    offered: Introduction,
    amina: Actor,
    work: Work,
    mails: Mails,
) -> None:
    introductions.decline(
        session, amina, offered, DeclineReason.NOT_MY_AREA, words="They make bad pumps.", now=clock.now()
    )
    work()
    [mail] = mails(event="introduction_not_available")
    assert mail.to_address == scene.owner.email
    assert "not available" in mail.text
    assert "area" not in mail.text
    assert "bad pumps" not in mail.text + mail.html
    assert offered.decline_words == "They make bad pumps."


@pytest.mark.parametrize("day", [None, date(2026, 3, 2), date(2028, 1, 1)])
def test_not_now_needs_a_day_that_lies_ahead(
    session: Session, clock: FixedClock, offered: Introduction, amina: Actor, day: date | None
) -> None:
    with pytest.raises(Invalid):
        introductions.decline(session, amina, offered, DeclineReason.NOT_NOW, not_before=day, now=clock.now())


def test_a_need_found_not_appropriate_is_read_again(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    introductions.decline(session, amina, offered, DeclineReason.NOT_APPROPRIATE, now=clock.now())
    assert scene.need.state == NeedState.IN_TRIAGE


def test_pausing_from_the_answer_keeps_the_offer(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    work()
    secret = secret_in(mails(event="introduction_offered")[0])
    actor, asked = introductions.use_answer_link(session, secret, "pause", now=clock.now())
    introductions.pause_from_answer(session, actor, asked, date(2026, 4, 1), now=clock.now())
    work()
    session.refresh(offered)
    session.refresh(scene.amina)
    assert scene.amina.paused_until == date(2026, 4, 1)
    assert offered.state == _I.OFFERED


# --- somebody better --------------------------------------------------------------------


def test_a_referral_within_the_network_is_asked_next_with_its_lineage(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor, work: Work
) -> None:
    scene.introduce(scene.carla, _I.PROPOSED, position=5)
    made = introductions.refer_on(session, amina, offered, now=clock.now(), volunteer_id=scene.badr.id)
    assert isinstance(made, Introduction)
    assert (made.referred_from_id, made.proposed_as) == (offered.id, "referral")
    work()
    assert {one.volunteer_id: one.state.value for one in shortlist_of(session, scene.need.id)} == {
        scene.amina.id: "referred_on",
        scene.badr.id: "offered",
        scene.carla.id: "proposed",
    }


def test_nobody_is_referred_to_who_cannot_be_asked(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    scene.introduce(scene.carla, _I.PROPOSED, position=5)
    tied = make_volunteer(session, chapter=scene.chapter, employer=scene.firm.name)
    unapproved = make_volunteer(session)
    for volunteer_id in (scene.amina.id, scene.carla.id, tied.id, unapproved.id, 0):
        with pytest.raises(Invalid):
            introductions.refer_on(session, amina, offered, now=clock.now(), volunteer_id=volunteer_id)
    for address in ("", "nonsense", "a@b", "a b@c.example"):
        with pytest.raises(Invalid):
            introductions.refer_on(session, amina, offered, now=clock.now(), address=address)
    assert offered.state == _I.OFFERED


def test_somebody_outside_gets_the_networks_words_and_is_asked_after_approval(
    scene: Scene,
    session: Session,
    clock: FixedClock,
    offered: Introduction,
    amina: Actor,
    work: Work,
    mails: Mails,
) -> None:
    from network.chapters.memberships import approve_membership

    made = introductions.refer_on(session, amina, offered, now=clock.now(), address="Dana@Elsewhere.example")
    assert isinstance(made, ReferralInvitation)
    work()
    [mail] = mails(event="referral_invitation")
    assert mail.to_address == "dana@elsewhere.example"
    assert scene.amina.name in mail.text
    for secret in (scene.need.title, scene.firm.name, "United Arab Emirates", "energy"):
        assert secret not in mail.text + mail.html
    session.refresh(made)
    assert made.address is None

    dana = make_volunteer(session, user=make_user(session, email="dana@elsewhere.example"))
    membership = make_membership(session, dana, scene.chapter, state="applied")  # type: ignore[arg-type]
    assert not can_view_introduction(scene.volunteer_actor(dana), offered)
    approve_membership(session, scene.broker, membership.id, now=clock.now())
    work()
    rows = {one.volunteer_id: one for one in shortlist_of(session, scene.need.id)}
    assert rows[dana.id].state == _I.OFFERED
    assert rows[dana.id].referred_from_id == offered.id


def test_a_volunteer_does_not_flood_the_world_with_invitations(
    scene: Scene, session: Session, clock: FixedClock, amina: Actor
) -> None:
    scene.amina.capacity = 20
    for number in range(5):
        one = scene.introduce(scene.amina, need=scene.another_need())
        introductions.refer_on(session, amina, one, now=clock.now(), address=f"p{number}@elsewhere.example")
    one = scene.introduce(scene.amina, need=scene.another_need())
    with pytest.raises(OverLimit):
        introductions.refer_on(session, amina, one, now=clock.now(), address="p9@elsewhere.example")
