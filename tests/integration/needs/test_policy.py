"""Who sees and brokers needs: the question and the filter agree for everybody and everything."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from network.domain.actor import ANONYMOUS, Actor, system_actor
from network.domain.states import Confidentiality, IntroductionState, NeedState, Role
from network.models import ChapterLead, DeclaredInterest, Need, OrganisationMember, User
from network.needs import policy
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_lead,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.scene import Scene

Question = Callable[[Actor, Need], bool]
Filter = Callable[[Actor], ColumnElement[bool]]
PAIRS: list[tuple[Question, Filter]] = [
    (policy.can_view_need, policy.needs_visible_to),
    (policy.can_triage_need, policy.needs_triageable_by),
    (policy.can_read_confidential, policy.needs_readable_in_full_by),
    (policy.can_ask_for_need, policy.needs_asked_by),
    (policy.is_conflicted, policy.needs_conflicted_with),
]


def grid_of_needs(scene: Scene) -> list[Need]:
    """Needs in every state, open and confidential, offered and introduced, of this and another firm."""
    session = scene.session
    elsewhere = make_chapter(session, markets=["BR"])
    other_owner = make_user(session)
    other = make_organisation(session, owner=other_owner, name="Al Noor Power LLC")
    made = [scene.need]
    for state, kind in itertools.product(NeedState, Confidentiality):
        need = scene.another_need(state=state, confidentiality=kind)
        made.append(need)
        if state != NeedState.DRAFT:
            scene.introduce(scene.amina, IntroductionState.OFFERED, need)
            scene.introduce(scene.badr, IntroductionState.INTRODUCED, need)
            scene.introduce(scene.carla, IntroductionState.CANCELLED, need)
    made.append(make_need(session, other, other_owner, owner=elsewhere, markets=["BR", "AE"]))
    made.append(make_need(session, other, other_owner, owner=None, markets=["BR"]))
    return made


def grid_of_actors(scene: Scene) -> list[Actor]:
    """Everybody, also those who are several at once."""
    session = scene.session
    elsewhere = make_lead(session, make_chapter(session, markets=["BR"]))
    declared = make_user(session)
    helper = make_volunteer(session, user=declared, employer="Something else")
    session.add(DeclaredInterest(volunteer_id=helper.id, kind="competitor", name=scene.firm.name + " Ltd."))
    make_lead_of(scene, declared)
    member_lead = make_user(session)
    make_lead_of(scene, member_lead)
    session.add(
        OrganisationMember(
            organisation_id=scene.firm.id,
            user_id=member_lead.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    employed = make_user(session, roles=[Role.STAFF])
    make_volunteer(session, user=employed, employer="The Al Noor Power")
    administrator = make_user(session, roles=[Role.ADMINISTRATOR])
    people = [
        scene.owner,
        scene.colleague,
        scene.lead,
        scene.staff,
        scene.stranger,
        elsewhere,
        declared,
        member_lead,
        employed,
        administrator,
    ]
    volunteers = [scene.volunteer_actor(one) for one in (scene.amina, scene.badr, scene.carla)]
    return [ANONYMOUS, system_actor(), *(actor_of(session, user) for user in people), *volunteers]


def make_lead_of(scene: Scene, user: User) -> None:
    """One more lead of the scene's chapter."""

    scene.session.add(ChapterLead(chapter_id=scene.chapter.id, user_id=user.id, since=NOW))
    scene.session.flush()


@pytest.mark.parametrize(("question", "filter_"), PAIRS, ids=lambda one: one.__name__)
def test_everybody_gets_the_same_answer_from_question_and_filter(
    scene: Scene, session: Session, question: Question, filter_: Filter
) -> None:
    needs, actors = grid_of_needs(scene), grid_of_actors(scene)
    some_yes = some_no = False
    for actor in actors:
        if actor.is_system and question is policy.can_ask_for_need:
            continue
        found = set(session.scalars(select(Need.id).where(filter_(actor))))
        for need in needs:
            answer = question(actor, need)
            assert answer == (need.id in found), (question.__name__, actor, need.state, need.confidentiality)
            some_yes, some_no = some_yes or answer, some_no or not answer
    assert some_yes
    assert some_no


def test_a_stranger_sees_no_need_at_all(scene: Scene, session: Session) -> None:
    grid_of_needs(scene)
    for actor in (ANONYMOUS, scene.actor(scene.stranger)):
        assert session.scalars(select(Need.id).where(policy.needs_visible_to(actor))).all() == []


def test_a_colleague_sees_only_their_own_and_an_owner_all_but_drafts(scene: Scene) -> None:
    draft = scene.another_need(state=NeedState.DRAFT, requester_id=scene.colleague.id)
    sent = scene.another_need(state=NeedState.SUBMITTED, requester_id=scene.colleague.id)
    colleague = scene.actor(scene.colleague)
    assert policy.can_view_need(colleague, draft)
    assert policy.can_view_need(colleague, sent)
    assert not policy.can_view_need(colleague, scene.need)
    assert policy.can_view_need(scene.asker, sent)
    assert not policy.can_view_need(scene.asker, draft)


@pytest.mark.parametrize("kind", ["employer", "competitor"])
def test_a_lead_who_declared_the_firm_keeps_out_of_it(scene: Scene, session: Session, kind: str) -> None:
    volunteer = make_volunteer(session, user=scene.lead, employer="Elsewhere")
    session.add(
        DeclaredInterest(volunteer_id=volunteer.id, kind=kind, name=f"  {scene.firm.name.upper()} LIMITED")
    )
    session.flush()
    broker = scene.broker
    assert policy.is_conflicted(broker, scene.need)
    assert not policy.can_triage_need(broker, scene.need)
    assert not policy.can_view_need(broker, scene.need)
    assert policy.roles_towards_need(broker, scene.need) == frozenset()


def test_an_administrator_who_belongs_to_the_firm_does_not_broker_its_needs(
    scene: Scene, session: Session
) -> None:
    user = make_user(session, roles=[Role.ADMINISTRATOR])
    session.add(
        OrganisationMember(
            organisation_id=scene.firm.id,
            user_id=user.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    actor = scene.actor(user)
    assert not policy.can_triage_need(actor, scene.need)
    assert Role.ADMINISTRATOR not in policy.roles_towards_need(actor, scene.need)


def test_roles_say_what_each_is_towards_the_need(scene: Scene) -> None:
    scene.introduce(scene.amina)
    towards = policy.roles_towards_need
    assert towards(scene.asker, scene.need) == {Role.ORGANISATION_MEMBER, Role.ORGANISATION_OWNER}
    assert towards(scene.broker, scene.need) == {Role.CHAPTER_LEAD}
    assert towards(scene.concierge, scene.need) == {Role.STAFF}
    assert towards(scene.volunteer_actor(scene.amina), scene.need) == {Role.VOLUNTEER}
    assert towards(scene.volunteer_actor(scene.badr), scene.need) == frozenset()
    assert towards(system_actor(), scene.need) == {Role.SYSTEM}


def test_a_confidential_need_is_read_in_full_only_after_details_were_exchanged(scene: Scene) -> None:
    need = scene.another_need(confidentiality=Confidentiality.CONFIDENTIAL)
    introduction = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    amina = scene.volunteer_actor(scene.amina)
    assert policy.can_view_need(amina, need)
    assert not policy.can_read_confidential(amina, need)
    introduction.state = IntroductionState.INTRODUCED
    assert policy.can_read_confidential(amina, need)
