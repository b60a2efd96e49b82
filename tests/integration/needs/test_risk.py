"""Risk in proportion: what passes, what is looked at, by whom, until when, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import NeedState, RiskState, Role
from network.models import MailMessage, Need, OutboxMessage, RiskReview, User, UserRole
from network.needs import operations as needs
from network.needs.queries import Topics
from network.needs.risk import latest_review
from tests.factories import make_staff
from tests.support.scene import Scene, content, draft, submitted

Mails = Callable[..., list[MailMessage]]
Work = Callable[[], int]
RISKY: dict[str, Any] = {"risk_answers": frozenset({"state_linked"})}


def _reviews(session: Session, need: Need) -> list[RiskReview]:
    query = select(RiskReview).where(RiskReview.need_id == need.id).order_by(RiskReview.id)
    return list(session.scalars(query))


def test_a_need_without_risk_passes_untouched(scene: Scene, session: Session, clock: FixedClock) -> None:
    assert _reviews(session, submitted(scene, clock)) == []
    in_europe = Topics(("ES",), ("energy",), ("market_insight",))
    assert _reviews(session, submitted(scene, clock, **RISKY, topics=in_europe)) == []


def test_a_risky_need_goes_to_the_least_busy_of_the_staff_with_a_time_limit(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    other = make_staff(session)
    first, second = submitted(scene, clock, **RISKY), submitted(scene, clock, **RISKY)
    reviews = [one for need in (first, second) for one in _reviews(session, need)]
    assert {one.reviewer_id for one in reviews} == {scene.staff.id, other.id}
    assert [one.kinds for one in reviews] == ["political", "political"]
    # Monday morning and two working days: the end of Wednesday in London.
    assert reviews[0].next_action_at is not None
    assert reviews[0].next_action_at.isoformat() == "2026-03-04T23:59:00+00:00"
    work()
    told = mails(event="risk_asked")
    assert {mail.to_address for mail in told} == {scene.staff.email, other.email}
    assert all("dosing pumps" not in mail.text for mail in told)


def test_the_market_or_the_sector_alone_can_ask_for_a_look(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    russia = Topics(("RU",), ("energy",), ("market_insight",))
    assert [one.kinds for one in _reviews(session, submitted(scene, clock, topics=russia))] == [
        "geopolitical"
    ]
    arms = Topics(("AE",), ("defence.land",), ("market_insight",))
    assert [one.kinds for one in _reviews(session, submitted(scene, clock, topics=arms))] == ["security"]


def test_nobody_opens_a_need_before_its_reviewer_cleared_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, **RISKY)
    need = needs.begin_triage(session, scene.broker, need, now=clock.now())
    with pytest.raises(Conflict, match="still looks at its risks"):
        needs.open_need(session, scene.broker, need, now=clock.now())
    review = _reviews(session, need)[0]
    with pytest.raises(NotAllowed):
        needs.clear_risk(session, scene.broker, review, "Fine by me.", now=clock.now())
    with pytest.raises(Invalid):
        needs.clear_risk(session, scene.concierge, review, " ", now=clock.now())
    needs.clear_risk(
        session, scene.concierge, review, "A plain tender.", conditions="No drawings.", now=clock.now()
    )
    assert (review.state, review.decided_by_id) == (RiskState.CLEARED, scene.staff.id)
    assert (review.reason, review.conditions) == ("A plain tender.", "No drawings.")
    work()
    assert [mail.to_address for mail in mails(event="risk_cleared")] == [scene.lead.email]
    assert needs.open_need(session, scene.broker, need, now=clock.now()).state is NeedState.OPEN


def test_a_stopped_need_is_refused_in_words_of_its_own_and_an_appeal_is_looked_at_anew(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, **RISKY)
    review = _reviews(session, need)[0]
    needs.stop_risk(
        session,
        scene.concierge,
        review,
        "The buyer is listed.",
        words="We cannot help here.",
        now=clock.now(),
    )
    session.refresh(need)
    assert (need.state, need.state_reason) == (NeedState.REFUSED, "We cannot help here.")
    assert review.state is RiskState.STOPPED
    work()
    told = mails(event="risk_stopped")
    assert {mail.to_address for mail in told} == {scene.lead.email, scene.second_lead.email}
    assert "You have nothing to do" in told[0].text
    assert "The buyer is listed." not in told[0].text
    needs.appeal_need(session, scene.asker, need, "The list is out of date.", now=clock.now())
    assert [one.state for one in _reviews(session, need)] == [RiskState.SUPERSEDED, RiskState.WAITING]


def test_nobody_looks_at_the_risks_of_what_they_ask_themselves(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    session.add(UserRole(user_id=scene.owner.id, role=Role.STAFF, given_at=clock.now()))
    session.flush()
    need = submitted(scene, clock, **RISKY)
    review = _reviews(session, need)[0]
    assert review.reviewer_id == scene.staff.id
    with pytest.raises(NotAllowed):
        needs.clear_risk(session, scene.actor(scene.owner), review, "It is ours.", now=clock.now())
    with pytest.raises(Invalid):
        needs.hand_over_risk(session, scene.concierge, review, scene.owner.id, now=clock.now())


def test_a_look_that_was_handed_over_is_told_to_each_reviewer_once_also_by_an_event_that_comes_twice(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    other = make_staff(session)
    review = _reviews(session, submitted(scene, clock, **RISKY))[0]
    first = session.get_one(User, review.reviewer_id)
    second = other if first.id == scene.staff.id else scene.staff
    work()
    clock.advance(hours=1)
    needs.hand_over_risk(session, scene.concierge, review, second.id, now=clock.now())
    work()
    told = OutboxMessage.event == "risk.asked"
    session.execute(update(OutboxMessage).where(told).values(finished_at=None))
    work()
    assert [len(mails(event="risk_asked", to=one.email)) for one in (first, second)] == [1, 1]


def test_a_changed_need_is_looked_at_anew_and_an_unchanged_answer_is_not(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = submitted(scene, clock, **RISKY)
    review = _reviews(session, need)[0]
    needs.clear_risk(session, scene.concierge, review, "A plain tender.", now=clock.now())
    needs.edit_need(session, scene.asker, need, content(**RISKY, wanted=2), now=clock.now())
    assert latest_review(session, need.id) is review
    needs.edit_need(session, scene.asker, need, content(**RISKY, ask="Sell it to the army."), now=clock.now())
    assert [one.state for one in _reviews(session, need)] == [RiskState.SUPERSEDED, RiskState.WAITING]
    needs.edit_need(session, scene.asker, need, content(), now=clock.now())
    assert latest_review(session, need.id) is None


def test_an_overdue_look_is_told_to_all_staff_again_and_again_until_the_need_ends(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    other = make_staff(session)
    need = submitted(scene, clock, **RISKY)
    review = _reviews(session, need)[0]
    clock.advance(days=4)
    work()
    assert {mail.to_address for mail in mails(event="risk_overdue")} == {scene.staff.email, other.email}
    assert review.escalated_at is not None
    assert review.next_action_at is not None
    assert review.next_action_at > clock.now()
    clock.advance(days=5)
    work()
    assert len(mails(event="risk_overdue")) == 4
    needs.withdraw_need(session, scene.asker, need, now=clock.now())
    work()
    session.refresh(review)
    assert (review.state, review.next_action_at) == (RiskState.SUPERSEDED, None)


def test_the_time_stands_still_while_the_requester_answers(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, **RISKY)
    need = needs.begin_triage(session, scene.broker, need, now=clock.now())
    needs.ask_info(session, scene.broker, need, "Who is the buyer?", now=clock.now())
    clock.advance(days=4)
    work()
    assert mails(event="risk_overdue") == []
    with pytest.raises(Conflict):
        needs.clear_risk(session, scene.concierge, _reviews(session, need)[0], "Fine.", now=clock.now())
    assert draft(scene, clock, **RISKY).state is NeedState.DRAFT
