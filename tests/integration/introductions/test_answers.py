"""The volunteer's answers, from the site and from the mail, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from network.domain.states import DeclineReason, IntroductionState, NeedState, Waiting
from network.introductions import operations as introductions
from network.introductions.policy import can_read_contacts
from network.introductions.queries import get_introduction
from network.models import (
    Disclosure,
    Introduction,
    MailMessage,
)
from network.volunteers.queries import disclosures_of
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


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
