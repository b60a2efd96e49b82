"""Who sees an introduction and its contact details: question and filter agree for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from network.domain.actor import ANONYMOUS, Actor, system_actor
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.states import IntroductionState, Role
from network.introductions import policy
from network.introductions.queries import introductions_of, introductions_to_answer, introductions_waiting_for
from network.models import ChapterLead, Introduction, User
from tests.factories import NOW, make_chapter, make_lead, make_volunteer
from tests.support.scene import Scene

PAIRS: list[tuple[Callable[[Actor, Introduction], bool], Callable[[Actor], ColumnElement[bool]]]] = [
    (policy.can_view_introduction, policy.introductions_visible_to),
    (policy.can_read_contacts, policy.contacts_readable_by),
]


def everybody(scene: Scene) -> dict[str, Actor]:
    """Actors by what they are."""
    session = scene.session
    elsewhere = make_lead(session, make_chapter(session, markets=["BR"]))
    helping_lead = session.get_one(User, scene.badr.user_id)
    session.add(ChapterLead(chapter_id=scene.chapter.id, user_id=helping_lead.id, since=NOW))
    return {
        "nobody": ANONYMOUS,
        "stranger": scene.actor(scene.stranger),
        "asker": scene.asker,
        "colleague": scene.actor(scene.colleague),
        "broker": scene.broker,
        "other lead": scene.actor(elsewhere),
        "staff": scene.concierge,
        "volunteer": scene.volunteer_actor(scene.amina),
        "helping lead": scene.actor(helping_lead),
        "other volunteer": scene.volunteer_actor(scene.carla),
        "clock": system_actor(),
    }


def grid(scene: Scene) -> list[Introduction]:
    """Introductions in every state, to two volunteers; some were proposed and never offered."""
    made = []
    for state in IntroductionState:
        for volunteer in (scene.amina, scene.badr):
            made.append(scene.introduce(volunteer, state, scene.another_need()))
    made.append(scene.introduce(scene.amina, IntroductionState.WITHDRAWN, offered_at=None))
    return made


@pytest.mark.parametrize(("question", "filter_"), PAIRS, ids=lambda one: one.__name__)
def test_everybody_gets_the_same_answer_from_question_and_filter(
    scene: Scene, session: Session, question: Callable[..., bool], filter_: Callable[..., ColumnElement[bool]]
) -> None:
    rows = grid(scene)
    for name, actor in everybody(scene).items():
        found = set(session.scalars(select(Introduction.id).where(filter_(actor))))
        for row in rows:
            assert question(actor, row) == (row.id in found), (name, row.state)


def test_each_sees_what_is_theirs(scene: Scene) -> None:
    rows, people = grid(scene), everybody(scene)
    seen = {
        name: [policy.can_view_introduction(actor, row) for row in rows] for name, actor in people.items()
    }
    for name in ("nobody", "stranger", "colleague", "other lead", "other volunteer"):
        assert not any(seen[name]), name
    for name in ("asker", "broker", "staff", "clock"):
        assert all(seen[name]), name
    assert sum(seen["volunteer"]) == len(IntroductionState) - 1


def test_contact_details_are_read_by_the_two_sides_alone_and_only_once_introduced(scene: Scene) -> None:
    rows, people = grid(scene), everybody(scene)
    for row in rows:
        for name, actor in people.items():
            allowed = row.state in CONTACTS_SHARED and (
                name == "asker"
                or (name == "volunteer" and row.volunteer_id == scene.amina.id)
                or (name == "helping lead" and row.volunteer_id == scene.badr.id)
            )
            assert policy.can_read_contacts(actor, row) == allowed, (name, row.state)


def test_a_lead_is_only_the_volunteer_in_what_was_put_to_them(scene: Scene) -> None:
    people = everybody(scene)
    own = scene.introduce(scene.badr, need=scene.another_need())
    need = scene.session.get_one(type(scene.need), own.need_id)
    roles = policy.roles_towards_introduction(people["helping lead"], own, need)
    assert roles == {Role.VOLUNTEER}
    other = scene.introduce(scene.amina, need=need)
    assert policy.roles_towards_introduction(people["helping lead"], other, need) == {Role.CHAPTER_LEAD}


def test_lists_hold_what_waits_for_each(scene: Scene, session: Session) -> None:
    offered = scene.introduce(scene.amina)
    handed = scene.introduce(scene.badr, IntroductionState.PROPOSED, next_action_by="broker")
    passed = scene.introduce(scene.carla, IntroductionState.PROPOSED, next_action_by="staff")
    assert session.scalars(introductions_to_answer(scene.volunteer_actor(scene.amina))).all() == [offered]
    assert session.scalars(introductions_to_answer(ANONYMOUS)).all() == []
    assert session.scalars(introductions_waiting_for(scene.broker)).all() == [handed]
    assert set(session.scalars(introductions_waiting_for(scene.concierge))) == {handed, passed}
    assert session.scalars(introductions_waiting_for(scene.asker)).all() == []
    assert set(session.scalars(introductions_of(scene.asker))) == {offered, handed, passed}
    assert session.scalars(introductions_of(scene.volunteer_actor(scene.badr))).all() == []


def test_a_volunteer_is_conflicted_with_their_own_need(scene: Scene, session: Session) -> None:
    own = make_volunteer(session, user=scene.owner, chapter=scene.chapter)
    assert policy.is_volunteer_conflicted(session, own, scene.need)
    assert not policy.is_volunteer_conflicted(session, scene.amina, scene.need)
