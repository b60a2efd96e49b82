"""The cascade: one at a time, two when it is urgent, never over anybody's capacity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, NotAllowed
from network.domain.states import DeclineReason, IntroductionState, NeedState, OrganisationState
from network.introductions import operations as introductions
from network.introductions.queries import load_of, shortlist_of
from network.models import Introduction, MailMessage, Need
from network.needs import operations as needs
from network.volunteers.operations import pause_volunteer, resume_volunteer
from tests.factories import make_membership, make_volunteer
from tests.support.scene import Scene, content

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def shortlist(scene: Scene, need: Need | None = None) -> list[Introduction]:
    """All three stand on the list."""
    made = scene.need if need is None else need
    return [
        scene.introduce(one, _I.PROPOSED, made, position=place)
        for place, one in enumerate((scene.amina, scene.badr, scene.carla))
    ]


def states(scene: Scene, need: Need | None = None) -> list[str]:
    """The states of a shortlist, in order, as they are in the database."""
    scene.session.expire_all()
    return [one.state.value for one in shortlist_of(scene.session, (need or scene.need).id)]


def test_one_is_asked_and_a_second_run_changes_nothing(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    shortlist(scene)
    [asked] = introductions.run_cascade(session, scene.need, clock.now())
    assert asked.volunteer_id == scene.amina.id
    assert (asked.offer_round, asked.offered_at) == (1, clock.now())
    # Day 10 ends at 23:59 in Dubai.
    assert asked.expires_at is not None
    assert asked.expires_at.isoformat() == "2026-03-12T19:59:00+00:00"
    assert introductions.run_cascade(session, scene.need, clock.now()) == []
    assert states(scene) == ["offered", "proposed", "proposed"]


def test_two_are_asked_when_it_is_urgent_and_one_yes_withdraws_the_other_with_thanks(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(urgent=True)
    first, _second, _third = shortlist(scene, need)
    introductions.run_cascade(session, need, clock.now())
    assert states(scene, need) == ["offered", "offered", "proposed"]
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    work()
    assert states(scene, need) == ["introduced", "withdrawn", "proposed"]
    [thanks] = mails(event="introduction_withdrawn")
    assert "Somebody else has said yes" in thanks.text


def test_a_need_that_wants_two_asks_for_two(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    need = scene.another_need(wanted=2)
    first, *_rest = shortlist(scene, need)
    introductions.run_cascade(session, need, clock.now())
    assert states(scene, need) == ["offered", "offered", "proposed"]
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    work()
    assert states(scene, need) == ["introduced", "offered", "proposed"]


def test_an_introduction_that_fails_lets_the_next_be_asked(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    first, *_rest = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    work()
    assert states(scene) == ["introduced", "proposed", "proposed"]
    introductions.mark_no_contact(session, scene.asker, first, now=clock.now())
    work()
    assert states(scene) == ["no_contact", "offered", "proposed"]


def test_nobody_is_asked_beyond_their_capacity(scene: Scene, session: Session, clock: FixedClock) -> None:
    scene.amina.capacity = 1
    scene.introduce(scene.amina, _I.INTRODUCED, scene.another_need(), accepted_at=clock.now())
    scene.badr.capacity = 1
    scene.introduce(scene.badr, _I.OFFERED, scene.another_need())
    shortlist(scene)
    [asked] = introductions.run_cascade(session, scene.need, clock.now())
    assert asked.volunteer_id == scene.carla.id


def test_a_no_gives_the_place_back_and_so_does_a_month(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    scene.introduce(scene.amina, _I.INTRODUCED, scene.another_need(), accepted_at=clock.now())
    scene.introduce(scene.amina, _I.DECLINED, scene.another_need())
    scene.introduce(scene.amina, _I.WITHDRAWN, scene.another_need())
    assert load_of(session, scene.amina.id, clock.now()).charged == 1
    clock.advance(days=31)
    assert load_of(session, scene.amina.id, clock.now()).charged == 0


def test_who_is_paused_or_said_not_now_is_passed_over(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    scene.amina.paused_until = date(2026, 3, 20)
    scene.introduce(
        scene.badr,
        _I.DECLINED,
        scene.another_need(),
        decline_reason=DeclineReason.NOT_NOW,
        not_before=date(2026, 3, 15),
    )
    shortlist(scene)
    [asked] = introductions.run_cascade(session, scene.need, clock.now())
    assert asked.volunteer_id == scene.carla.id


def test_a_list_of_people_who_are_all_away_is_a_brokers_task_until_one_is_back(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    scene.amina.paused_until = date(2026, 3, 4)
    scene.introduce(scene.amina, _I.PROPOSED)
    introductions.run_cascade(session, scene.need, clock.now())
    assert scene.need.exhausted_at is not None
    work()
    clock.advance(days=4)
    work()
    assert states(scene) == ["offered"]
    assert scene.need.exhausted_at is None


@pytest.mark.parametrize("state", [s for s in NeedState if s != NeedState.OPEN])
def test_nothing_is_offered_unless_the_need_is_open(
    scene: Scene, session: Session, clock: FixedClock, state: NeedState
) -> None:
    need = scene.another_need(state=state)
    shortlist(scene, need)
    assert introductions.run_cascade(session, need, clock.now()) == []
    assert need.exhausted_at is None


def test_nothing_is_offered_for_a_suspended_firm(scene: Scene, session: Session, clock: FixedClock) -> None:
    shortlist(scene)
    scene.firm.state = OrganisationState.SUSPENDED
    assert introductions.run_cascade(session, scene.need, clock.now()) == []


def test_enough_completed_asks_the_requester_whether_that_was_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    introductions.complete_introduction(session, scene.asker, one, now=clock.now())
    work()
    session.refresh(scene.need)
    assert scene.need.asked_if_done_at == clock.now()
    assert len(mails(event="need_enough")) == 1


# --- out of turn ------------------------------------------------------------------------


def test_a_broker_asks_somebody_out_of_turn_but_not_two_at_once(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    first, second, third = shortlist(scene)
    introductions.offer(session, scene.broker, third, now=clock.now())
    assert states(scene) == ["proposed", "proposed", "offered"]
    with pytest.raises(Conflict) as refusal:
        introductions.offer(session, scene.broker, first, now=clock.now())
    assert refusal.value.code == "one_at_a_time"
    with pytest.raises(NotAllowed):
        introductions.offer(session, scene.asker, second, now=clock.now())


@pytest.mark.parametrize("why", ["over_capacity", "on_leave", "not_findable", "conflict"])
def test_a_broker_is_told_why_somebody_cannot_be_asked(
    scene: Scene, session: Session, clock: FixedClock, why: str
) -> None:
    first, *_rest = shortlist(scene)
    if why == "over_capacity":
        scene.amina.capacity = 0
    elif why == "on_leave":
        scene.amina.paused_until = date(2026, 3, 9)
    elif why == "conflict":
        scene.amina.employer = scene.firm.name
    else:
        scene.amina.state = "suspended"  # type: ignore[assignment]
    session.flush()
    with pytest.raises(Conflict) as refusal:
        introductions.offer(session, scene.broker, first, now=clock.now())
    assert refusal.value.code == f"volunteer_{why}"


def test_a_broker_puts_an_expired_offer_once_more(scene: Scene, session: Session, clock: FixedClock) -> None:
    one = scene.introduce(scene.amina, _I.EXPIRED)
    introductions.offer_again(session, scene.broker, one, now=clock.now())
    assert (one.state, one.offer_round) == (_I.OFFERED, 2)


# --- leave ------------------------------------------------------------------------------


def test_a_short_leave_stops_the_clock_and_nobody_else_is_asked(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    first, *_rest = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    before = first.expires_at
    pause_volunteer(
        session, scene.volunteer_actor(scene.amina), scene.amina.id, until=date(2026, 3, 4), now=clock.now()
    )
    work()
    session.refresh(first)
    assert states(scene) == ["offered", "proposed", "proposed"]
    assert before is not None
    assert first.expires_at is not None
    assert timedelta(days=2) < first.expires_at - before < timedelta(days=4)


def test_a_long_leave_keeps_the_place_and_asks_the_next(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    first, *_rest = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    actor = scene.volunteer_actor(scene.amina)
    pause_volunteer(session, actor, scene.amina.id, until=date(2026, 3, 20), now=clock.now())
    pause_volunteer(session, actor, scene.amina.id, until=date(2026, 3, 20), now=clock.now())
    work()
    assert states(scene) == ["offered", "offered", "proposed"]
    for _round in range(3):
        clock.advance(days=5)
        work()
    session.refresh(first)
    assert first.state == _I.OFFERED
    resume_volunteer(session, actor, scene.amina.id, clock.now())
    work()
    introductions.accept_introduction(session, actor, first, now=clock.now())
    assert first.state == _I.INTRODUCED


# --- needs that wait or end -------------------------------------------------------------


def test_an_offer_waits_while_its_need_is_read_again_and_then_has_time_left(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    first, *_rest = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    needs.edit_need(session, scene.asker, scene.need, content(ask="Something else."), now=clock.now())
    work()
    clock.advance(days=12)
    work()
    session.refresh(first)
    assert first.state == _I.OFFERED
    assert first.next_action_by == "staff"
    with pytest.raises(Conflict) as refusal:
        introductions.late_yes(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    assert refusal.value.code == "need_waits"
    needs.open_need(session, scene.broker, scene.need, now=clock.now())
    work()
    session.refresh(first)
    assert first.expires_at is not None
    assert first.expires_at - clock.now() > timedelta(days=2)
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    assert first.state == _I.INTRODUCED


@pytest.mark.parametrize("end", ["withdraw", "fulfil", "close", "refuse"])
def test_a_need_that_ends_takes_its_offers_back_with_thanks(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails, end: str
) -> None:
    shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    met = scene.introduce(make_volunteer(session, chapter=scene.chapter), _I.MET)
    {
        "withdraw": lambda: needs.withdraw_need(session, scene.asker, scene.need, now=clock.now()),
        "fulfil": lambda: needs.fulfil_need(session, scene.asker, scene.need, now=clock.now()),
        "close": lambda: needs.close_unmet(session, scene.broker, scene.need, "Nobody.", now=clock.now()),
        "refuse": lambda: needs.refuse_need(session, scene.broker, scene.need, "Not us.", now=clock.now()),
    }[end]()
    work()
    assert states(scene) == ["withdrawn", "met", "withdrawn", "withdrawn"]
    assert met.next_action_at is not None or met.state == _I.MET
    assert len(mails(event="introduction_withdrawn")) == 1


def test_a_suspended_firms_offers_freeze_and_go_on(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    from network.organisations.standing import reinstate_organisation, suspend_organisation

    first, *_rest = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    suspend_organisation(session, scene.concierge, scene.firm.id, reason="Under review.", now=clock.now())
    work()
    with pytest.raises(Conflict) as refusal:
        introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    assert refusal.value.code == "organisation_frozen"
    clock.advance(days=15)
    work()
    assert states(scene) == ["offered", "proposed", "proposed"]
    reinstate_organisation(session, scene.concierge, scene.firm.id, reason="Cleared.", now=clock.now())
    work()
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), first, now=clock.now())
    assert first.state == _I.INTRODUCED


def test_somebody_without_any_chapter_is_not_asked(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    from network.chapters.memberships import leave_chapter

    lone = make_volunteer(session)
    membership = make_membership(session, lone, scene.chapter)
    one = scene.introduce(lone)
    leave_chapter(session, scene.volunteer_actor(lone), membership.id, now=clock.now())
    work()
    session.refresh(one)
    assert one.state == _I.WITHDRAWN


def test_a_question_that_waits_over_a_leave_can_still_be_answered_with_yes(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    [one, *_rest] = shortlist(scene)
    introductions.run_cascade(session, scene.need, clock.now())
    actor = scene.volunteer_actor(scene.amina)
    introductions.ask_question(session, actor, one, "Which plants?", now=clock.now())
    introductions.answer_question(session, scene.asker, one, "Two.", now=clock.now())
    pause_volunteer(session, actor, scene.amina.id, until=date(2026, 3, 20), now=clock.now())
    work()
    clock.advance(days=17)
    work()
    clock.advance(days=3)
    work()
    clock.advance(days=2)
    work()
    session.refresh(one)
    assert one.state == _I.EXPLORING
    introductions.accept_introduction(session, actor, one, now=clock.now())
    assert one.state == _I.INTRODUCED
