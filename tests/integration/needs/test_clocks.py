"""What the clock does with needs that nobody moves: everything that waits has an owner and a next date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import NotAllowed, OverLimit
from network.domain.need_moves import LIVE
from network.domain.states import NeedState
from network.models import MailMessage, Need
from network.needs import operations as needs
from tests.support.scene import Scene, content

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


def pass_days(clock: FixedClock, work: Work, days: int, step: int = 1) -> None:
    """At least so many days pass, and the worker runs every `step` of them."""
    for _round in range(-(-days // step)):
        clock.advance(days=step)
        work()


@pytest.fixture
def waiting(scene: Scene, clock: FixedClock) -> Need:
    """A need that was submitted now."""
    need = needs.create_draft(scene.session, scene.asker, scene.firm.id, content(), now=clock.now())
    needs.withdraw_need(scene.session, scene.asker, scene.need, now=clock.now())
    return needs.submit_need(scene.session, scene.asker, need, now=clock.now())


def test_a_draft_is_warned_of_and_then_set_aside(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = needs.create_draft(scene.session, scene.asker, scene.firm.id, content(), now=clock.now())
    needs.withdraw_need(scene.session, scene.asker, scene.need, now=clock.now())
    clock.advance(days=77)
    work()
    assert [mail.event for mail in mails(event="need_draft_ending")] == ["need_draft_ending"]
    assert need.state == NeedState.DRAFT
    clock.advance(days=14)
    work()
    session_need = scene.session.get_one(Need, need.id)
    assert session_need.state == NeedState.WITHDRAWN
    assert "did not finish" in mails(event="need_withdrawn")[-1].text


def test_triage_that_is_overdue_passes_to_staff_who_are_reminded(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails, waiting: Need
) -> None:
    work()
    pass_days(clock, work, 3)
    scene.session.refresh(waiting)
    assert waiting.next_action_by == "broker"
    pass_days(clock, work, 1)
    scene.session.refresh(waiting)
    assert waiting.next_action_by == "staff"
    assert waiting.escalated_at is not None
    assert waiting.state == NeedState.SUBMITTED
    assert len(mails(event="need_for_staff")) == 1
    pass_days(clock, work, 6, step=3)
    assert len(mails(event="need_for_staff")) == 2


def test_an_overdue_need_that_staff_hand_on_has_its_full_time_again(
    scene: Scene, clock: FixedClock, work: Work, waiting: Need
) -> None:
    pass_days(clock, work, 5)
    clock.advance(hours=1)
    needs.reassign_need(scene.session, scene.concierge, waiting, chapter_id=scene.chapter.id, now=clock.now())
    assert waiting.next_action_by == "broker"
    assert waiting.next_action_at is not None
    assert waiting.next_action_at - clock.now() > timedelta(days=2)


def test_a_question_unanswered_for_14_days_sets_the_need_aside(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails, waiting: Need
) -> None:
    needs.begin_triage(scene.session, scene.broker, waiting, now=clock.now())
    needs.ask_info(scene.session, scene.broker, waiting, "Which countries?", now=clock.now())
    pass_days(clock, work, 15, step=5)
    scene.session.refresh(waiting)
    assert waiting.state == NeedState.WITHDRAWN
    assert waiting.state_reason == "question_unanswered"
    asked = mails(event="need_info_asked")
    assert len(asked) == 2
    assert "have not heard" in asked[1].text
    assert "did not hear" in mails(event="need_withdrawn")[-1].text


def test_a_need_with_nobody_to_ask_is_a_brokers_task_and_then_staffs(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails, waiting: Need
) -> None:
    needs.begin_triage(scene.session, scene.broker, waiting, now=clock.now())
    needs.open_need(scene.session, scene.broker, waiting, now=clock.now())
    work()
    scene.session.refresh(waiting)
    assert waiting.exhausted_at == clock.now()
    assert waiting.next_action_by == "broker"
    assert len(mails(event="need_exhausted")) == 1
    assert len(mails(event="need_all_asked")) == 1
    pass_days(clock, work, 4)
    scene.session.refresh(waiting)
    assert waiting.next_action_by == "staff"
    assert len(mails(event="need_exhausted")) == 1


def test_a_need_whose_deadline_passed_is_a_brokers_task(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.need
    need.deadline_on = date(2026, 3, 10)
    needs.wind_need(scene.session, need)
    assert need.next_action_by == "system"
    clock.set(datetime(2026, 3, 11, 0, 5, tzinfo=UTC))
    work()
    scene.session.refresh(need)
    assert need.exhausted_at is not None
    assert need.next_action_by == "broker"
    needs.renew_need(scene.session, scene.broker, need, date(2026, 5, 1), now=clock.now())
    assert (need.exhausted_at, need.next_action_by) == (None, "system")


def test_a_requester_silent_about_enough_has_the_need_closed_as_fulfilled(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    needs.mark_enough(session, scene.need, clock.now())
    needs.mark_enough(session, scene.need, clock.now())
    pass_days(clock, work, 15, step=5)
    session.refresh(scene.need)
    assert scene.need.state == NeedState.FULFILLED
    assert len(mails(event="need_enough")) == 2
    assert "had no answer" in mails(event="need_fulfilled")[0].text


def test_a_clock_that_runs_twice_does_nothing_twice(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails, waiting: Need
) -> None:
    clock.advance(days=5)
    work()
    sent = len(mails())
    needs.tick_need(scene.session, waiting.id, clock.now())
    work()
    assert len(mails()) == sent


def test_no_live_need_is_without_owner_and_date(scene: Scene, clock: FixedClock, work: Work) -> None:
    session = scene.session
    for _number in range(3):
        need = needs.create_draft(session, scene.asker, scene.firm.id, content(), now=clock.now())
        needs.submit_need(session, scene.asker, need, now=clock.now())
    for _round in range(8):
        clock.advance(days=9)
        work()
        for need in session.scalars(select(Need).where(Need.state.in_(sorted(LIVE)))):
            assert need.next_action_by
            assert need.next_action_at is not None
            assert need.next_action_at > clock.now()


def test_a_requester_who_still_needs_somebody_stops_the_countdown(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    needs.mark_enough(session, scene.need, clock.now())
    needs.ask_for_more(session, scene.asker, scene.need, now=clock.now())
    assert (scene.need.wanted, scene.need.asked_if_done_at) == (2, None)
    pass_days(clock, work, 20, step=10)
    session.refresh(scene.need)
    assert scene.need.state == NeedState.OPEN
    needs.ask_for_more(session, scene.asker, scene.need, now=clock.now())
    with pytest.raises(OverLimit):
        needs.ask_for_more(session, scene.asker, scene.need, now=clock.now())
    with pytest.raises(NotAllowed):
        needs.ask_for_more(session, scene.broker, scene.need, now=clock.now())
    same = content(ask=scene.need.ask, wanted=2)
    needs.edit_need(session, scene.asker, scene.need, same, now=clock.now())
    assert scene.need.state == NeedState.OPEN
