"""Who is put on a shortlist, in which order, and who is refused."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.states import (
    DeclineReason,
    IntroductionState,
    MembershipState,
    NeedState,
    Role,
    Visibility,
)
from network.introductions import operations as introductions
from network.introductions.queries import shortlist_of
from network.models import DeclaredInterest, OrganisationMember
from tests.factories import NOW, make_membership, make_volunteer
from tests.support.scene import Scene


def test_requester_and_broker_put_people_on_the_list_in_order(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    first = introductions.propose(
        session,
        scene.asker,
        scene.need,
        [scene.badr.id, scene.amina.id],
        now=clock.now(),
        reasons={scene.badr.id: "Knows pumps"},
    )
    more = introductions.propose(
        session, scene.broker, scene.need, [scene.amina.id, scene.carla.id], now=clock.now()
    )
    assert [one.proposed_as for one in (*first, *more)] == ["requester", "requester", "broker"]
    assert [one.volunteer_id for one in shortlist_of(session, scene.need.id)] == [
        scene.badr.id,
        scene.amina.id,
        scene.carla.id,
    ]
    assert first[0].reason == "Knows pumps"
    assert all(one.next_action_by == "system" and one.next_action_at for one in first)


def test_a_list_may_be_begun_while_the_need_is_a_draft_and_waits_with_it(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(state=NeedState.DRAFT)
    [one] = introductions.propose(session, scene.asker, need, [scene.amina.id], now=clock.now())
    assert (one.next_action_by, one.next_action_at) == (need.next_action_by, need.next_action_at)


def test_strangers_and_volunteers_choose_nobody(scene: Scene, session: Session, clock: FixedClock) -> None:
    for actor in (
        scene.actor(scene.stranger),
        scene.actor(scene.colleague),
        scene.volunteer_actor(scene.amina),
    ):
        with pytest.raises(NotAllowed):
            introductions.propose(session, actor, scene.need, [scene.badr.id], now=clock.now())


@pytest.mark.parametrize("state", [NeedState.FULFILLED, NeedState.WITHDRAWN, NeedState.REFUSED])
def test_nobody_is_put_on_the_list_of_a_closed_need(
    scene: Scene, session: Session, clock: FixedClock, state: NeedState
) -> None:
    need = scene.another_need(state=state)
    with pytest.raises((Conflict, NotAllowed)):
        introductions.propose(session, scene.asker, need, [scene.badr.id], now=clock.now())


def test_an_unapproved_or_hidden_volunteer_is_not_found(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    applied = make_volunteer(session)
    make_membership(session, applied, scene.chapter, MembershipState.APPLIED)
    hidden = make_volunteer(session, chapter=scene.chapter, listing=Visibility.LEADS)
    for volunteer in (applied, hidden):
        with pytest.raises(NotFound):
            introductions.propose(session, scene.asker, scene.need, [volunteer.id], now=clock.now())
    with pytest.raises(NotFound):
        introductions.propose(session, scene.broker, scene.need, [applied.id], now=clock.now())
    assert introductions.propose(session, scene.broker, scene.need, [hidden.id], now=clock.now())


def test_a_volunteer_of_the_firm_is_not_matched_to_it(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    session.add(
        OrganisationMember(
            organisation_id=scene.firm.id,
            user_id=scene.amina.user_id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    session.add(DeclaredInterest(volunteer_id=scene.badr.id, kind="competitor", name=scene.firm.name))
    scene.carla.employer = f"{scene.firm.name} Limited"
    session.flush()
    for volunteer in (scene.amina, scene.badr, scene.carla):
        with pytest.raises(Invalid) as refusal:
            introductions.propose(session, scene.broker, scene.need, [volunteer.id], now=clock.now())
        assert refusal.value.code == "conflict_volunteer"


def test_a_lead_does_not_put_themselves_forward(scene: Scene, session: Session, clock: FixedClock) -> None:
    own = make_volunteer(session, user=scene.lead, chapter=scene.chapter)
    with pytest.raises(NotAllowed) as refusal:
        introductions.propose(session, scene.broker, scene.need, [own.id], now=clock.now())
    assert refusal.value.code == "conflict_oneself"
    second = scene.actor(scene.second_lead)
    [one] = introductions.propose(session, second, scene.need, [own.id], now=clock.now())
    with pytest.raises(NotAllowed):
        introductions.withdraw_introduction(session, scene.broker, one, now=clock.now())


def test_who_said_no_to_this_need_is_not_asked_again(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    scene.introduce(scene.amina, IntroductionState.DECLINED, decline_reason=DeclineReason.NOT_MY_AREA)
    scene.introduce(
        scene.badr,
        IntroductionState.DECLINED,
        decline_reason=DeclineReason.NOT_NOW,
        not_before=date(2026, 3, 10),
    )
    scene.introduce(scene.carla, IntroductionState.EXPIRED)
    for volunteer in (scene.amina, scene.badr):
        with pytest.raises(Invalid):
            introductions.propose(session, scene.broker, scene.need, [volunteer.id], now=clock.now())
    assert introductions.propose(session, scene.broker, scene.need, [scene.carla.id], now=clock.now())
    clock.advance(days=9)
    assert introductions.propose(session, scene.broker, scene.need, [scene.badr.id], now=clock.now())


def test_a_list_and_a_day_have_an_end(scene: Scene, session: Session, clock: FixedClock) -> None:
    crowd = [make_volunteer(session, chapter=scene.chapter).id for _number in range(14)]
    with pytest.raises(OverLimit) as refusal:
        introductions.propose(session, scene.broker, scene.need, crowd, now=clock.now())
    assert refusal.value.code == "shortlist_full"
    with pytest.raises(OverLimit) as refusal:
        introductions.propose(session, scene.asker, scene.need, crowd[:11], now=clock.now())
    assert refusal.value.code == "too_many_asks"


def test_those_who_were_not_asked_yet_are_put_in_order(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    out = scene.introduce(scene.amina)
    second, third = introductions.propose(
        session, scene.broker, scene.need, [scene.badr.id, scene.carla.id], now=clock.now()
    )
    introductions.reorder_shortlist(session, scene.asker, scene.need, [third.id, out.id], now=clock.now())
    assert [one.id for one in shortlist_of(session, scene.need.id)] == [out.id, third.id, second.id]
    with pytest.raises(NotAllowed):
        introductions.reorder_shortlist(
            session, scene.actor(scene.stranger), scene.need, [second.id], now=clock.now()
        )


def test_a_proposal_taken_off_the_list_makes_no_noise(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    [one] = introductions.propose(session, scene.asker, scene.need, [scene.badr.id], now=clock.now())
    introductions.withdraw_introduction(session, scene.asker, one, now=clock.now())
    assert one.state == IntroductionState.WITHDRAWN
    assert one.next_action_at is None
    assert introductions.propose(session, scene.asker, scene.need, [scene.badr.id], now=clock.now())
