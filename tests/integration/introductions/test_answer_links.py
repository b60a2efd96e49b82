"""Answer links: bound to one offer, each act once, never later than it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, NotFound
from network.domain.states import Channel, IntroductionState, Role
from network.introductions import operations as introductions
from network.introductions.queries import find_answer
from network.models import (
    Introduction,
    MailMessage,
    Transition,
)
from tests.support.scene import Scene, secret_in

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


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
