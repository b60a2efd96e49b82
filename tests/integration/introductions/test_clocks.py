"""The clocks of introductions: no silence lasts, and everything that waits has an owner and a next date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.introduction_moves import LIVE
from network.domain.states import IntroductionState, NeedState, Waiting
from network.introductions import operations as introductions
from network.models import FollowUp, Introduction, MailMessage, Need, OutboxMessage
from network.volunteers.operations import resume_volunteer
from tests.factories import make_chapter, make_volunteer
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def pass_days(clock: FixedClock, work: Work, days: int, step: int = 2) -> None:
    """At least so many days pass, and the worker runs every `step` of them."""
    for _round in range(-(-days // step)):
        clock.advance(days=step)
        work()


def test_an_offer_is_nudged_on_days_4_and_8_and_ends_after_day_10(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    seen = offered.version
    days = {}
    for day in range(1, 12):
        clock.advance(days=1)
        work()
        days[day] = (
            len(mails(event="introduction_offer_reminder")),
            session.get_one(Introduction, offered.id).state,
        )
    assert [days[day][0] for day in (3, 4, 7, 8, 10)] == [0, 1, 1, 2, 2]
    assert (days[10][1], days[11][1]) == (_I.OFFERED, _I.EXPIRED)
    session.refresh(offered)
    # Two nudges left the version alone; the end raised it.
    assert offered.nudges == 2
    assert offered.version > seen
    assert (
        "Thursday 12 March, 23:59 (United Arab Emirates time)" in mails(event="introduction_offered")[0].text
    )


def test_nudges_do_not_make_an_open_form_stale(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work
) -> None:
    seen = offered.version
    pass_days(clock, work, 9)
    session.refresh(offered)
    introductions.accept_introduction(
        session, scene.volunteer_actor(scene.amina), offered, now=clock.now(), seen=seen
    )
    assert offered.state == _I.INTRODUCED


def test_a_reminder_that_was_turned_off_is_not_sent(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    from network.models import User

    session.get_one(User, scene.amina.user_id).mail_off = "reminder"
    pass_days(clock, work, 9)
    assert mails(event="introduction_offer_reminder") == []


def test_an_urgent_offer_ends_after_three_working_days(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(urgent=True)
    scene.introduce(scene.amina, _I.PROPOSED, need)
    [made] = introductions.run_cascade(session, need, clock.now())
    assert made.expires_at is not None
    assert made.expires_at.isoformat() == "2026-03-05T19:59:00+00:00"


def test_an_offer_ends_two_days_before_the_deadline_but_not_under_48_hours(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    # The last day in London ends on the next one in Dubai, where days are counted here.
    for deadline, end in ((date(2026, 3, 8), "2026-03-07"), (date(2026, 3, 3), "2026-03-04")):
        need = scene.another_need(deadline_on=deadline)
        scene.introduce(make_volunteer(session, chapter=scene.chapter), _I.PROPOSED, need)
        [made] = introductions.run_cascade(session, need, clock.now())
        assert made.expires_at is not None
        assert made.expires_at.isoformat().startswith(end)


def test_the_requesters_silence_withdraws_a_question_and_spares_the_volunteer(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    introductions.ask_question(
        session, scene.volunteer_actor(scene.amina), offered, "Which plants?", now=clock.now()
    )
    pass_days(clock, work, 8)
    session.refresh(offered)
    session.refresh(scene.amina)
    assert (offered.state, offered.state_reason) == (_I.WITHDRAWN, "requester_silent")
    assert scene.amina.silences == 0
    assert len(mails(event="introduction_question")) == 2
    assert len(mails(event="introduction_lapsed")) == 1
    assert "not because of you" in mails(event="introduction_withdrawn")[0].text


def test_the_volunteers_silence_after_an_answer_is_an_expiry(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work
) -> None:
    actor = scene.volunteer_actor(scene.amina)
    introductions.ask_question(session, actor, offered, "Which plants?", now=clock.now())
    clock.advance(days=5)
    introductions.answer_question(session, scene.asker, offered, "Two.", now=clock.now())
    pass_days(clock, work, 8)
    session.refresh(offered)
    session.refresh(scene.amina)
    assert (offered.state, scene.amina.silences) == (_I.EXPIRED, 1)


def test_a_yes_that_the_requester_leaves_alone_is_withdrawn_and_not_charged(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    from network.introductions.queries import load_of

    one = scene.introduce(scene.amina, need=scene.another_need(consents=False))
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    assert load_of(session, scene.amina.id, clock.now()).charged == 1
    pass_days(clock, work, 6)
    session.refresh(one)
    assert (one.state, one.state_reason) == (_I.WITHDRAWN, "requester_silent")
    assert load_of(session, scene.amina.id, clock.now()).charged == 0
    assert len(mails(event="introduction_accepted")) == 2
    assert "does not count" in mails(event="introduction_withdrawn")[0].text


def test_an_introduction_without_a_word_is_nudged_asked_about_and_given_up(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), offered, now=clock.now())
    pass_days(clock, work, 15)
    session.refresh(offered)
    assert offered.state == _I.NO_CONTACT
    [first] = mails(event="introduction_write_first")
    assert first.user_id == scene.owner.id
    assert "On Monday 9 March we ask both of you whether you spoke." in first.text
    assert len(mails(event="introduction_did_you_speak")) == 2
    assert len(mails(event="introduction_no_contact")) == 2


def test_a_meeting_followed_by_30_silent_days_is_completed_with_a_note(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.INTRODUCED)
    introductions.log_meeting(session, scene.asker, one, held_on=date(2026, 3, 2), now=clock.now())
    pass_days(clock, work, 32, step=8)
    session.refresh(one)
    assert (one.state, one.state_reason) == (_I.COMPLETED, "silent_after_meeting")
    assert "had not heard" in mails(event="introduction_completed")[0].text


def test_progress_is_asked_about_after_30_days_and_stalls_after_60(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    introductions.start_progress(session, scene.asker, one, now=clock.now())
    pass_days(clock, work, 32, step=4)
    assert len(mails(event="introduction_progress")) == 2
    introductions.report_progress(session, scene.asker, one, now=clock.now())
    pass_days(clock, work, 60, step=10)
    session.refresh(one)
    assert one.state == _I.IN_PROGRESS
    pass_days(clock, work, 4, step=2)
    session.refresh(one)
    assert one.state == _I.STALLED


def test_two_silences_suggest_a_pause_and_three_make_one_kindly(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    for count in range(1, 4):
        need = scene.another_need()
        scene.introduce(scene.amina, _I.PROPOSED, need)
        introductions.run_cascade(session, need, clock.now())
        pass_days(clock, work, 12, step=6)
        session.refresh(scene.amina)
        assert scene.amina.silences == count
        assert len(mails(event="volunteer_pause_suggested")) == (1 if count > 1 else 0)
        assert (scene.amina.paused_until is not None) == (count == 3)
    assert len(mails(event="volunteer_paused_kindly")) == 1
    resume_volunteer(session, scene.volunteer_actor(scene.amina), scene.amina.id, clock.now())
    assert (scene.amina.paused_until, scene.amina.silences) == (None, 0)


def test_an_answer_ends_a_row_of_silences(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    from network.domain.states import DeclineReason

    scene.amina.silences = 2
    one = scene.introduce(scene.amina)
    clock.advance(days=2)
    introductions.decline(
        session, scene.volunteer_actor(scene.amina), one, DeclineReason.NO_CAPACITY, now=clock.now()
    )
    work()
    session.refresh(scene.amina)
    assert (scene.amina.silences, scene.amina.answers_count, scene.amina.answer_days) == (0, 1, 2.0)


def test_a_proposal_that_nobody_asks_is_handed_to_the_broker_and_then_to_staff(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.amina.paused_until = date(2026, 12, 1)
    [one] = introductions.propose(session, scene.broker, scene.need, [scene.carla.id], now=clock.now())
    scene.carla.paused_until = date(2026, 12, 1)
    pass_days(clock, work, 8)
    session.refresh(one)
    assert one.next_action_by == "broker"
    # The need itself lies with staff by then, and so does what is on its list.
    assert [mail.user_id for mail in mails(event="introduction_for_broker")] == [scene.staff.id]
    pass_days(clock, work, 5)
    session.refresh(one)
    assert one.next_action_by == "staff"


def test_whoever_has_a_proposal_when_it_is_handed_over_is_told_and_nobody_else_by_an_event_that_comes_again(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.amina.paused_until = scene.carla.paused_until = date(2026, 12, 1)
    introductions.propose(session, scene.broker, scene.need, [scene.carla.id], now=clock.now())
    scene.need.next_action_at = clock.now() + timedelta(days=30)
    clock.advance(days=8)
    work()
    told = {mail.user_id for mail in mails(event="introduction_for_broker")}
    assert told == {scene.lead.id, scene.second_lead.id}
    scene.need.next_action_by = Waiting.STAFF
    session.execute(
        update(OutboxMessage).values(finished_at=None).where(OutboxMessage.event == "introduction.reminder")
    )
    work()
    assert {mail.user_id for mail in mails(event="introduction_for_broker")} == told


def test_a_proposal_behind_an_open_offer_simply_waits(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    [one] = introductions.propose(session, scene.broker, scene.need, [scene.carla.id], now=clock.now())
    pass_days(clock, work, 8)
    session.refresh(one)
    assert one.next_action_by == "system"
    assert mails(event="introduction_for_broker") == []


def test_a_proposal_of_a_need_that_is_not_open_waits_with_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    need = scene.another_need(state=NeedState.IN_TRIAGE)
    [one] = introductions.propose(session, scene.asker, need, [scene.carla.id], now=clock.now())
    for _round in range(4):
        clock.advance(days=5)
        work()
        session.refresh(one)
        assert one.state == _I.PROPOSED
        assert one.next_action_at is not None
        assert one.next_action_at > clock.now()


def test_follow_ups_ask_both_sides_and_skip_days_that_went_by(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.IN_PROGRESS)
    clock.advance(days=45)
    introductions.complete_introduction(session, scene.asker, one, now=clock.now())
    pass_days(clock, work, 330, step=30)
    days = session.scalars(
        select(FollowUp.days).where(FollowUp.side == "volunteer").order_by(FollowUp.id)
    ).all()
    assert days == [90, 180, 365]
    session.refresh(one)
    assert (one.followed_up_days, one.next_action_at) == (365, None)
    asked = introductions.record_follow_up(session, scene.asker, one, "deal", now=clock.now())
    assert asked.days == 365
    assert "365 days ago" in mails(event="introduction_follow_up")[-1].text


def test_a_clock_that_runs_twice_does_nothing_twice(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    clock.advance(days=4, hours=1)
    work()
    sent = len(mails())
    assert introductions.tick_introduction(session, offered.id, clock.now()) is None
    work()
    assert len(mails()) == sent


def test_no_live_row_is_ever_without_owner_and_next_date(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    make_chapter(session, markets=["BR"])
    needs = [scene.need, scene.another_need(wanted=2), scene.another_need(urgent=True, consents=False)]
    for need in needs:
        for place, volunteer in enumerate((scene.amina, scene.badr, scene.carla)):
            scene.introduce(volunteer, _I.PROPOSED, need, position=place)
        introductions.run_cascade(session, need, clock.now())
    for week in range(9):
        clock.advance(days=6)
        work()
        if week == 2:
            for row in session.scalars(select(Introduction).where(Introduction.state == _I.OFFERED)).all():
                volunteer = row.volunteer_id
                actor = scene.volunteer_actor(session.get_one(type(scene.amina), volunteer))
                introductions.accept_introduction(session, actor, row, now=clock.now())
                break
        for row in session.scalars(select(Introduction).where(Introduction.state.in_(sorted(LIVE)))):
            assert row.next_action_by, row.state
            assert row.next_action_at is not None, row.state
            assert row.next_action_at > clock.now(), row.state
        for need in session.scalars(select(Need).where(Need.closed_at.is_(None))):
            assert need.next_action_by
            assert need.next_action_at is not None
            assert need.next_action_at > clock.now()
    keys = [mail.dedupe_key for mail in mails()]
    assert len(keys) == len(set(keys))
