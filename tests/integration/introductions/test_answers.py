"""The volunteer's answers, from the site and from the mail, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.states import Channel, DeclineReason, IntroductionState, NeedState, Role, Waiting
from network.introductions import operations as introductions
from network.introductions.policy import can_read_contacts, can_view_introduction
from network.introductions.queries import find_answer, get_introduction, messages_of, shortlist_of
from network.models import (
    Disclosure,
    Introduction,
    IntroductionMessage,
    MailMessage,
    ReferralInvitation,
    Transition,
)
from network.volunteers.queries import disclosures_of
from tests.factories import make_membership, make_user, make_volunteer
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def secret_in(mail: MailMessage) -> str:
    """The secret of the answer link in a mail."""
    return mail.text.split("/answer/", 1)[1].split()[0]


@pytest.fixture
def offered(scene: Scene, session: Session, clock: FixedClock) -> Introduction:
    """An offer to Amina, really made by the cascade."""
    scene.introduce(scene.amina, _I.PROPOSED)
    [made] = introductions.run_cascade(session, scene.need, clock.now())
    return made


@pytest.fixture
def amina(scene: Scene) -> Actor:
    """Amina, signed in."""
    return scene.volunteer_actor(scene.amina)


# --- yes --------------------------------------------------------------------------------


def test_a_yes_gives_both_each_others_details_in_one_transaction(
    scene: Scene,
    session: Session,
    clock: FixedClock,
    offered: Introduction,
    amina: Actor,
    work: Work,
    mails: Mails,
) -> None:
    assert not can_read_contacts(amina, offered)
    introductions.accept_introduction(session, amina, offered, now=clock.now())
    assert offered.state == _I.INTRODUCED
    assert offered.introduced_at == clock.now()
    assert (offered.next_action_by, offered.next_action_at is not None) == (Waiting.REQUESTER, True)
    assert can_read_contacts(amina, offered)
    assert can_read_contacts(scene.asker, offered)
    assert not can_read_contacts(scene.broker, offered)
    rows = session.scalars(select(Disclosure).order_by(Disclosure.id)).all()
    assert [(row.subject_user_id, row.recipient_user_id) for row in rows] == [
        (scene.amina.user_id, scene.owner.id),
        (scene.owner.id, scene.amina.user_id),
    ]
    assert rows[0].fields == "name email phone"
    assert [line.recipient for line in disclosures_of(session, scene.owner.id)] == [scene.amina.name]
    work()
    sent = mails(event="introduction_introduced")
    assert {mail.user_id: mail.reply_to for mail in sent} == {
        scene.owner.id: scene.amina.contact_email,
        scene.amina.user_id: scene.owner.email,
    }
    for mail in sent:
        for value in (
            scene.owner.email,
            scene.amina.contact_email or "",
            "+971 50 555 0100",
            "+44 121 496 0100",
        ):
            assert value in mail.text
            assert value in mail.html
    assert session.get_one(type(scene.amina), scene.amina.id).introductions_count == 1


def test_no_mail_but_the_introduction_holds_contact_details(
    scene: Scene,
    session: Session,
    clock: FixedClock,
    offered: Introduction,
    amina: Actor,
    work: Work,
    mails: Mails,
) -> None:
    work()
    introductions.ask_question(session, amina, offered, "Which plants?", now=clock.now())
    work()
    introductions.answer_question(session, scene.asker, offered, "Two in Malta.", now=clock.now())
    work()
    introductions.accept_introduction(session, amina, offered, now=clock.now())
    work()
    for _round in range(5):
        clock.advance(days=4)
        work()
    for mail in mails():
        if mail.event != "introduction_introduced":
            words = mail.subject + mail.text + mail.html
            for value in (scene.owner.email, scene.amina.contact_email or "", "555 0100", "496 0100"):
                assert value not in words, mail.event


def test_without_consent_a_yes_waits_for_the_requester(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(consents=False)
    one = scene.introduce(scene.amina, need=need)
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    assert one.state == _I.ACCEPTED
    assert session.scalars(select(Disclosure)).all() == []
    work()
    assert [mail.event for mail in mails(to=scene.owner.email)] == ["introduction_accepted"]
    for actor in (scene.broker, scene.volunteer_actor(scene.amina)):
        with pytest.raises(NotAllowed):
            introductions.share_contacts(session, actor, one, now=clock.now())
    introductions.share_contacts(session, scene.asker, one, now=clock.now())
    assert one.state == _I.INTRODUCED
    assert len(session.scalars(select(Disclosure)).all()) == 2


def test_a_volunteer_thinks_better_of_a_yes_before_details_were_exchanged(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.ACCEPTED, scene.another_need(consents=False))
    introductions.withdraw_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    work()
    assert [mail.event for mail in mails(event="introduction_not_available")]
    assert mails(event="introduction_withdrawn") == []


def test_an_answer_after_its_time_is_refused(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    assert offered.expires_at is not None
    clock.set(offered.expires_at)
    clock.advance(minutes=1)
    for act in (
        lambda: introductions.accept_introduction(session, amina, offered, now=clock.now()),
        lambda: introductions.ask_question(session, amina, offered, "Why?", now=clock.now()),
        lambda: introductions.decline(session, amina, offered, DeclineReason.NO_CAPACITY, now=clock.now()),
        lambda: introductions.refer_on(session, amina, offered, now=clock.now(), volunteer_id=scene.badr.id),
    ):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "offer_expired"


def test_a_second_answer_is_refused(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    introductions.accept_introduction(session, amina, offered, now=clock.now())
    for act in (introductions.accept_introduction, introductions.late_yes):
        with pytest.raises(Conflict):
            act(session, amina, offered, now=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.decline(session, amina, offered, DeclineReason.NO_CAPACITY, now=clock.now())
    assert refusal.value.code == "answer_given"


def test_a_form_that_saw_an_older_version_is_refused(
    session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, amina, offered, now=clock.now(), seen=offered.version - 1)
    assert refusal.value.code == "stale"


def test_nobody_answers_for_the_volunteer(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction
) -> None:
    for actor in (scene.asker, scene.broker, scene.concierge, scene.volunteer_actor(scene.badr)):
        for act in (
            lambda actor=actor: introductions.accept_introduction(session, actor, offered, now=clock.now()),
            lambda actor=actor: introductions.late_yes(session, actor, offered, now=clock.now()),
            lambda actor=actor: introductions.decline(
                session, actor, offered, DeclineReason.NO_CAPACITY, now=clock.now()
            ),
            lambda actor=actor: introductions.pause_from_answer(
                session, actor, offered, date(2026, 4, 1), now=clock.now()
            ),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_the_second_of_two_yeses_reads_that_somebody_was_faster(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(urgent=True)
    one, other = scene.introduce(scene.amina, need=need), scene.introduce(scene.badr, need=need)
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, scene.volunteer_actor(scene.badr), other, now=clock.now())
    assert refusal.value.code == "enough_found"


def test_a_yes_beyond_capacity_is_refused(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    scene.amina.capacity = 1
    scene.introduce(scene.amina, _I.INTRODUCED, scene.another_need(), accepted_at=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, amina, offered, now=clock.now())
    assert refusal.value.code == "over_capacity"


def test_a_yes_to_a_firm_that_became_ones_own_is_refused(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    scene.amina.employer = scene.firm.name
    session.flush()
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, amina, offered, now=clock.now())
    assert refusal.value.code == "conflict_volunteer"


def test_a_yes_to_a_closed_need_is_refused(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor
) -> None:
    scene.need.state, scene.need.closed_at = NeedState.WITHDRAWN, clock.now()
    session.flush()
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, amina, offered, now=clock.now())
    assert refusal.value.code == "need_closed"


def test_a_late_yes_counts_while_the_need_is_open(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, amina: Actor, work: Work
) -> None:
    clock.advance(days=11)
    work()
    session.refresh(offered)
    assert offered.state == _I.EXPIRED
    introductions.late_yes(session, amina, offered, now=clock.now())
    assert (offered.state, offered.offer_round, offered.ended_at) == (_I.INTRODUCED, 2, None)


# --- the link in the mail ---------------------------------------------------------------


def test_a_link_answers_once_without_signing_in(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    work()
    secret = secret_in(mails(event="introduction_offered")[0])
    found = find_answer(session, secret)
    assert found is not None
    assert (found.volunteer.id, found.need.id, found.is_open(clock.now())) == (
        scene.amina.id,
        scene.need.id,
        True,
    )
    actor, asked = introductions.use_answer_link(session, secret, "accept", now=clock.now())
    assert (actor.channel, actor.roles, actor.volunteer_id) == (
        Channel.MAIL,
        {Role.VOLUNTEER},
        scene.amina.id,
    )
    introductions.accept_introduction(session, actor, asked, now=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.use_answer_link(session, secret, "accept", now=clock.now())
    assert refusal.value.code == "answer_given"
    moved = session.scalars(select(Transition).where(Transition.action == "accept")).one()
    assert moved.channel == Channel.MAIL


def test_each_act_of_a_link_is_used_once(
    session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    work()
    secret = secret_in(mails(event="introduction_offered")[0])
    introductions.use_answer_link(session, secret, "pause", now=clock.now())
    introductions.use_answer_link(session, secret, "decline", now=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.use_answer_link(session, secret, "pause", now=clock.now())
    assert refusal.value.code == "answer_used"


def test_a_link_of_an_earlier_round_or_past_its_time_or_made_up_does_nothing(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    work()
    secret = secret_in(mails(event="introduction_offered")[0])
    with pytest.raises(NotFound):
        introductions.use_answer_link(session, secret[:-1] + "!", "accept", now=clock.now())
    clock.advance(days=11)
    with pytest.raises(Conflict) as refusal:
        introductions.use_answer_link(session, secret, "accept", now=clock.now())
    assert refusal.value.code == "offer_expired"
    work()
    session.refresh(offered)
    introductions.offer_again(session, scene.broker, offered, now=clock.now())
    with pytest.raises(Conflict) as refusal:
        introductions.use_answer_link(session, secret, "accept", now=clock.now())
    assert refusal.value.code == "answer_old_round"


def test_each_reminder_carries_a_new_link(
    session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    for _round in range(2):
        clock.advance(days=4)
        work()
    sent = mails(event="introduction_offered") + mails(event="introduction_offer_reminder")
    secrets = {secret_in(mail) for mail in sent}
    assert len(sent) == len(secrets) == 3
    for secret in secrets:
        assert introductions.use_answer_link(session, secret, "decline", now=clock.now())


# --- a question -------------------------------------------------------------------------


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
    words = mails(event="introduction_question")[0].text + mails(event="introduction_answer")[0].text
    assert "plants" not in words
    assert "Malta" not in words


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


# --- no ---------------------------------------------------------------------------------


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


# --- seeing -----------------------------------------------------------------------------


def test_a_proposal_is_not_yet_the_volunteers_to_see(scene: Scene, session: Session) -> None:
    one = scene.introduce(scene.amina, _I.PROPOSED)
    with pytest.raises(NotFound):
        get_introduction(session, scene.volunteer_actor(scene.amina), one.id)
    assert get_introduction(session, scene.asker, one.id) is one


def test_errors_carry_a_code_and_a_sentence(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED)
    with pytest.raises(DomainError) as refusal:
        introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    assert (refusal.value.status, refusal.value.code) == (409, "answer_given")
    assert refusal.value.message.endswith(".")
