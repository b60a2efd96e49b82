"""Acts at the same moment, in threads of their own, against both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.db import committing, db, intending_to_write
from network.domain.clock import FixedClock
from network.domain.errors import DomainError
from network.domain.states import DeclineReason, IntroductionState
from network.introductions import operations as introductions
from network.introductions.queries import load_of
from network.models import Disclosure, Introduction, MailMessage, OutboxMessage, Volunteer
from network.needs.queries import lock_need
from tests.factories import make_need, make_organisation, make_user
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def at_once(app: Flask, session: Session, acts: list[Callable[[Session], object]]) -> list[object]:
    """Run the acts at the same moment, each in a transaction of its own; what each gave, errors included."""
    session.commit()
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[Session], object]) -> None:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                with intending_to_write(), committing(db.session) as own:
                    results[place] = act(own) or "done"
            except DomainError as error:
                results[place] = error.code
            except Exception as error:
                results[place] = error

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    session.expire_all()
    return results


def accepting(
    scene: Scene, introduction: Introduction, volunteer: Volunteer, now: datetime
) -> Callable[[Session], object]:
    """A yes by this volunteer, to be run elsewhere."""
    actor, introduction_id = scene.volunteer_actor(volunteer), introduction.id

    def act(session: Session) -> object:
        row = session.get_one(Introduction, introduction_id)
        return introductions.accept_introduction(session, actor, row, now=now).state.value

    return act


def test_of_many_yeses_of_one_volunteer_only_the_free_places_are_taken(
    app: Flask, scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.amina.capacity = 1
    offers = []
    for _number in range(50):
        owner = make_user(session)
        need = make_need(session, make_organisation(session, owner=owner), owner, owner=scene.chapter)
        offers.append(scene.introduce(scene.amina, need=need))
    acts = [accepting(scene, one, scene.amina, clock.now()) for one in offers]
    results = at_once(app, session, acts)
    assert sorted(map(str, results)) == ["introduced"] + ["over_capacity"] * 49
    assert load_of(session, scene.amina.id, clock.now()).acceptances == 1
    assert len(session.scalars(select(Disclosure)).all()) == 2
    work()
    assert len(mails(event="introduction_introduced")) == 2


def test_of_two_yeses_to_one_need_one_is_refused_kindly(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(urgent=True)
    pairs = [(scene.introduce(one, need=need), one) for one in (scene.amina, scene.badr)]
    results = at_once(app, session, [accepting(scene, one, who, clock.now()) for one, who in pairs])
    assert sorted(map(str, results)) == ["enough_found", "introduced"]


def test_the_same_yes_twice_introduces_once(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina)
    results = at_once(app, session, [accepting(scene, one, scene.amina, clock.now()) for _twice in range(4)])
    assert sorted(map(str, results)) == ["answer_given"] * 3 + ["introduced"]
    assert len(session.scalars(select(Disclosure)).all()) == 2


def test_a_yes_and_a_no_at_once_leave_one_answer(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina)
    actor, row_id, now = scene.volunteer_actor(scene.amina), one.id, clock.now()

    def declining(own: Session) -> object:
        row = own.get_one(Introduction, row_id)
        return introductions.decline(own, actor, row, DeclineReason.NO_CAPACITY, now=now).state.value

    results = at_once(app, session, [accepting(scene, one, scene.amina, now), declining])
    assert "answer_given" in results
    assert one.state.value in results


def test_cascades_at_once_never_ask_beyond_capacity_or_in_parallel(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    needs = []
    for _number in range(4):
        owner = make_user(session)
        need = make_need(session, make_organisation(session, owner=owner), owner, owner=scene.chapter)
        # Each list begins with another person, so that locks would cross if they were taken in that order.
        people = [scene.amina, scene.badr, scene.carla]
        for place in range(3):
            scene.introduce(people[(place + len(needs)) % 3], _I.PROPOSED, need, position=place)
        needs.append(need.id)
    for volunteer in (scene.amina, scene.badr, scene.carla):
        volunteer.capacity = 1
    now = clock.now()

    def cascading(need_id: int) -> Callable[[Session], object]:
        return lambda own: len(introductions.run_cascade(own, lock_need(own, need_id), now))

    results = at_once(app, session, [cascading(need_id) for need_id in needs for _twice in range(2)])
    assert not [one for one in results if isinstance(one, Exception)]
    out = session.scalars(select(Introduction).where(Introduction.state == _I.OFFERED)).all()
    assert len(out) == 3
    assert len({one.volunteer_id for one in out}) == 3
    assert len({one.need_id for one in out}) == 3


def test_a_yes_while_the_volunteer_is_taken_out_leaves_no_half_introduction(
    app: Flask, scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina)
    staff, volunteer_id, now = scene.concierge, scene.amina.id, clock.now()

    def suspending(own: Session) -> object:
        introductions.suspend_from_network(own, staff, volunteer_id, reason="Complaint.", now=now)
        return "suspended"

    results = at_once(app, session, [accepting(scene, one, scene.amina, now), suspending])
    assert "suspended" in results
    exchanged = len(session.scalars(select(Disclosure)).all())
    assert (one.state, exchanged) in {(_I.INTRODUCED, 2), (_I.WITHDRAWN, 0)}


@pytest.mark.parametrize("times", [6])
def test_an_event_is_asked_for_once_however_often_it_is_enqueued(
    app: Flask, scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails, times: int
) -> None:
    one = scene.introduce(scene.amina)
    introductions.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    session.flush()
    first = session.scalars(
        select(OutboxMessage).where(OutboxMessage.event == "introduction.introduced")
    ).one()
    for _number in range(times):
        session.add(
            OutboxMessage(
                event=first.event,
                payload=first.payload,
                created_at=clock.now(),
                due_at=clock.now(),
                attempts=0,
            )
        )
    work()
    assert len(mails(event="introduction_introduced")) == 2
