"""What the two make of it after they were introduced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import IntroductionState
from network.introductions import operations as introductions
from network.introductions.queries import meetings_of, names_of
from network.models import MailMessage
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState
TODAY = date(2026, 3, 2)


def test_either_side_logs_a_meeting_and_its_feedback_is_asked_next_day(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    introductions.log_meeting(
        session,
        scene.volunteer_actor(scene.amina),
        one,
        held_on=TODAY,
        minutes=30,
        note="Good call.",
        now=clock.now(),
    )
    introductions.log_meeting(session, scene.asker, one, held_on=TODAY, form="video", now=clock.now())
    assert one.state == _I.MET
    assert [(row.form, row.minutes) for row in meetings_of(session, one.id)] == [
        ("call", 30),
        ("video", None),
    ]
    clock.advance(days=1, hours=1)
    work()
    assert {mail.user_id for mail in mails(event="introduction_feedback")} == {
        scene.owner.id,
        scene.amina.user_id,
    }
    assert "Good call" not in mails(event="introduction_feedback")[0].text
    assert names_of(session, [one]) == {scene.amina.id: "Amina Rahman"}


def test_a_meeting_brings_back_what_was_given_up(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.NO_CONTACT, ended_at=clock.now())
    introductions.log_meeting(session, scene.asker, one, held_on=TODAY, now=clock.now())
    assert (one.state, one.ended_at) == (_I.MET, None)
    assert one.next_action_at is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"held_on": date(2026, 3, 3)}, "held_on"),
        ({"held_on": date(2026, 3, 1)}, "held_on"),
        ({"form": "pigeon"}, "form"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_a_meeting_that_cannot_have_been_is_refused(
    scene: Scene, session: Session, clock: FixedClock, given: dict[str, Any], field: str
) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    with pytest.raises(Invalid) as refusal:
        introductions.log_meeting(
            session, scene.asker, one, **{"held_on": TODAY, "now": clock.now(), **given}
        )
    assert refusal.value.field == field


def test_brokers_and_strangers_log_no_meetings(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    for actor in (scene.broker, scene.actor(scene.stranger), scene.volunteer_actor(scene.badr)):
        with pytest.raises(NotAllowed):
            introductions.log_meeting(session, actor, one, held_on=TODAY, now=clock.now())


def test_progress_stalls_and_goes_on_and_completes(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    introductions.start_progress(session, scene.asker, one, now=clock.now())
    introductions.report_progress(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    assert one.state == _I.IN_PROGRESS
    introductions.stall(session, scene.asker, one, reason="Budget.", now=clock.now())
    assert (one.state, one.ended_at, one.next_action_at) == (_I.STALLED, clock.now(), None)
    introductions.resume(session, scene.asker, one, now=clock.now())
    introductions.complete_introduction(session, scene.broker, one, now=clock.now())
    assert (one.state, one.completed_at) == (_I.COMPLETED, clock.now())


def test_staff_cancel_with_a_reason_that_only_the_log_has(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    with pytest.raises(Invalid):
        introductions.cancel_introduction(session, scene.concierge, one, " ", now=clock.now())
    with pytest.raises(NotAllowed):
        introductions.cancel_introduction(session, scene.broker, one, "Rude.", now=clock.now())
    introductions.cancel_introduction(session, scene.concierge, one, "Rude mails.", now=clock.now())
    work()
    sent = mails(event="introduction_cancelled")
    assert len(sent) == 2
    assert "Rude" not in "".join(mail.text for mail in sent)


def test_thanks_are_passed_on_and_counted_once(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED)
    seen = one.version
    for words in ("Thank you, Amina.", "Thank you again."):
        introductions.thank_volunteer(session, scene.asker, one, words, now=clock.now())
    work()
    session.refresh(scene.amina)
    session.refresh(one)
    assert (one.thanks, scene.amina.thanks_count, one.version) == ("Thank you again.", 1, seen)
    assert len(mails(event="introduction_thanked")) == 1
    with pytest.raises(NotAllowed):
        introductions.thank_volunteer(
            session, scene.volunteer_actor(scene.amina), one, "Me!", now=clock.now()
        )
    with pytest.raises(Invalid):
        introductions.thank_volunteer(session, scene.asker, one, " ", now=clock.now())


def test_thanks_come_after_the_introduction(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina)
    with pytest.raises(Conflict):
        introductions.thank_volunteer(session, scene.asker, one, "Thanks.", now=clock.now())


def test_each_side_says_what_came_of_it(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED)
    asker = introductions.record_follow_up(session, scene.asker, one, "talking", now=clock.now())
    other = introductions.record_follow_up(
        session, scene.volunteer_actor(scene.amina), one, "nothing_yet", now=clock.now()
    )
    assert (asker.side, other.side) == ("requester", "volunteer")
    with pytest.raises(Invalid):
        introductions.record_follow_up(session, scene.asker, one, "perhaps", now=clock.now())
    with pytest.raises(NotAllowed):
        introductions.record_follow_up(session, scene.actor(scene.stranger), one, "deal", now=clock.now())
    offered = scene.introduce(scene.badr)
    with pytest.raises(Conflict):
        introductions.record_follow_up(session, scene.asker, offered, "deal", now=clock.now())
