"""Whatever anybody does in whatever order, and however the clock moves, what the lifecycles promise holds."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from network.commands.worker import work_once
from network.db import db, intending_to_write
from network.domain import concerns, introduction_moves, need_moves, risk_moves
from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.concerns import ConcernAbout, ConcernKind
from network.domain.errors import DomainError
from network.domain.states import NeedState, RiskState
from network.introductions import operations as intro
from network.introductions.policy import is_volunteer_conflicted
from network.matching.capacity import charged_of
from network.models import (
    Concern,
    Introduction,
    MailMessage,
    Need,
    OrganisationMember,
    OutboxMessage,
    RiskReview,
    Transition,
    User,
    Volunteer,
)
from network.moderation import operations as moderation
from network.needs import operations as needs
from tests.conftest import START, _empty
from tests.factories import actor_of, make_lead, make_membership, make_staff, make_volunteer
from tests.support.databases import SQLITE_FIRST
from tests.support.scene import content, make_scene
from tests.support.sequence_acts import ANSWERS, DECISIONS, LATER_ACTS, NEED_ACTS, RISK_ACTS, Act

PEOPLE = ("owner", "colleague", "stranger", "lead", "second_lead", "conflicted_lead", "staff")


STAFF = ("staff", "second_staff")
ACTION_OF = {"warn": "uphold", "stop or suspend": "uphold"}
KEPT: dict[str, Any] = {
    "need": Need,
    "introduction": Introduction,
    "riskreview": RiskReview,
    "concern": Concern,
}


class AnySequence(RuleBasedStateMachine):
    """A chapter, a firm, four volunteers, three needs; anybody tries anything, and the clock moves in between."""

    app: Flask
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.clock.set(START)
        _empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.writing = intending_to_write()
        self.writing.__enter__()
        self.session = db.session
        self.done = 0

    def teardown(self) -> None:
        self.session.rollback()
        self.writing.__exit__(None, None, None)
        self.context.pop()

    @property
    def now(self) -> Any:
        return self.clock.now()

    @initialize()
    def set_up(self) -> None:
        scene = make_scene(self.session)
        firm = scene.firm
        # Works for the firm that asks: may be found, may never be asked by it.
        employed = make_volunteer(
            self.session, name="Dana Firm", employer=firm.name, employer_key=firm.name_key, capacity=1
        )
        make_membership(self.session, employed, scene.chapter)
        conflicted = make_lead(self.session, scene.chapter, name="Con Flicted")
        self.session.add(
            OrganisationMember(
                organisation_id=firm.id,
                user_id=conflicted.id,
                role="member",
                joined_at=START,
                approved_at=START,
            )
        )
        for volunteer, capacity in ((scene.amina, 1), (scene.badr, 2), (scene.carla, 1)):
            volunteer.capacity = capacity
        users = {
            "owner": scene.owner,
            "colleague": scene.colleague,
            "stranger": scene.stranger,
            "lead": scene.lead,
            "second_lead": scene.second_lead,
            "conflicted_lead": conflicted,
            "staff": scene.staff,
            "second_staff": make_staff(self.session),
        }
        self.user_ids = {name: user.id for name, user in users.items()}
        self.colleague_id = scene.colleague.id
        self.volunteer_ids = [one.id for one in (scene.amina, scene.badr, scene.carla, employed)]
        urgent = scene.another_need(urgent=True, wanted=2)
        risky = content(risk_answers=frozenset({"political_exposure"}))
        written = needs.create_draft(self.session, scene.asker, firm.id, risky, now=self.now)
        self.need_ids = [scene.need.id, urgent.id, written.id]
        for need in (scene.need, urgent):
            intro.propose(self.session, scene.asker, need, self.volunteer_ids[:3], now=self.now)
        self.session.commit()

    @rule(
        act=st.sampled_from(sorted(NEED_ACTS)),
        who=st.sampled_from(PEOPLE),
        need=st.integers(0, 2),
        volunteer=st.integers(0, 3),
    )
    def act_on_a_need(self, act: str, who: str, need: int, volunteer: int) -> None:
        row = self.session.get_one(Need, self.need_ids[need], populate_existing=True)
        actor = self._actor(self.user_ids[who])
        self._try(NEED_ACTS[act], actor, row, self._volunteer(volunteer), is_conflicted=False)

    @rule(act=st.sampled_from(sorted(ANSWERS)), row=st.integers(0, 30), volunteer=st.integers(0, 3))
    def answer_as_the_one_asked(self, act: str, row: int, volunteer: int) -> None:
        found = self._introduction(row)
        if found is not None:
            asked = self.session.get_one(Volunteer, found.volunteer_id)
            need = self.session.get_one(Need, found.need_id)
            conflicted = is_volunteer_conflicted(self.session, asked, need)
            actor = self._actor(asked.user_id)
            self._try(ANSWERS[act], actor, found, self._volunteer(volunteer), is_conflicted=conflicted)

    @rule(
        act=st.sampled_from(sorted(ANSWERS | LATER_ACTS)),
        who=st.sampled_from((*PEOPLE, 0, 1, 2, 3)),
        row=st.integers(0, 30),
        volunteer=st.integers(0, 3),
    )
    def act_on_an_introduction(self, act: str, who: str | int, row: int, volunteer: int) -> None:
        found = self._introduction(row)
        if found is not None:
            user_id = self.user_ids[who] if isinstance(who, str) else self._volunteer(who).user_id
            self._try(
                (ANSWERS | LATER_ACTS)[act],
                self._actor(user_id),
                found,
                self._volunteer(volunteer),
                is_conflicted=False,
            )

    @rule(act=st.sampled_from(sorted(RISK_ACTS)), who=st.sampled_from((*STAFF, *STAFF, *STAFF, *PEOPLE)))
    def look_at_risks(self, act: str, who: str) -> None:
        found = self._latest(RiskReview)
        if found is not None:
            self._decide(RISK_ACTS[act], self._actor(self.user_ids[who]), found)
        elif who in STAFF:
            # Nothing is to be looked at before the need that is risky was sent.
            row = self.session.get_one(Need, self.need_ids[2], populate_existing=True)
            self._decide(NEED_ACTS["submit"], self._actor(self.user_ids["owner"]), row, self._volunteer(0))

    @rule(
        about=st.sampled_from(ConcernAbout),
        who=st.sampled_from((*PEOPLE, 0, 1)),
        place=st.integers(0, 2),
    )
    def report(self, about: ConcernAbout, who: str | int, place: int) -> None:
        subject = self.volunteer_ids[place] if about is ConcernAbout.VOLUNTEER else self.need_ids[place]
        user_id = self.user_ids[who] if isinstance(who, str) else self._volunteer(who).user_id
        told = {"kind": ConcernKind.RUDE, "text": "Shouted at us.", "now": self.now}
        self._decide(moderation.report_concern, None, self._actor(user_id), about, subject, **told)

    @rule(act=st.sampled_from(sorted(DECISIONS)), who=st.sampled_from((*STAFF, *STAFF, *STAFF, *PEOPLE)))
    def decide_on_a_report(self, act: str, who: str) -> None:
        # One that the act is for, where there is one; else any, which refuses it.
        fitting = [state for state, action in concerns.MOVES if action == ACTION_OF.get(act, act)]
        found = self._latest(Concern, Concern.state.in_(fitting)) or self._latest(Concern)
        if found is not None:
            by = found.person_id if act == "appeal" and who in STAFF else self.user_ids[who]
            self._decide(DECISIONS[act], self._actor(by or self.user_ids[who]), found)

    @rule(hours=st.sampled_from((1, 20, 50, 100, 250, 800)))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        self._work()

    @rule()
    def events_come_twice(self) -> None:
        self._work()
        mails, moves = self._mails(), self._moves()
        # As after a worker that was killed between the effect and its mark. A clock's event does whatever is due
        # by then, so it may find more to do; all others tell of one thing.
        told = (OutboxMessage.finished_at >= self.now) & ~OutboxMessage.event.endswith(".clock")
        self.session.execute(update(OutboxMessage).where(told).values(finished_at=None))
        self._work()
        # A repeat may find room that has come since, and ask the next; then there is something new to tell.
        if self._moves() == moves:
            assert self._mails() == mails, "an event that came twice made another mail"

    @invariant()
    def every_move_stands_in_the_table(self) -> None:
        tables: dict[str, Any] = {
            "need": need_moves.MOVES,
            "introduction": introduction_moves.MOVES,
            "riskreview": risk_moves.MOVES,
            "concern": concerns.MOVES,
        }
        states: dict[tuple[str, int], str] = {}
        for line in self.session.scalars(select(Transition).order_by(Transition.id)):
            if line.subject in tables and line.source is not None:
                known = states.get((line.subject, line.subject_id), line.source)
                assert line.source == known, f"{line.subject} {line.subject_id} changed outside its lifecycle"
                # States are their words, so that a row's word finds its place in the table.
                move = tables[line.subject][(line.source, line.action)]
                assert line.target == (move.target or line.source)
            states[line.subject, line.subject_id] = line.target
        for subject, table in KEPT.items():
            for row_id, state in self.session.execute(select(table.id, table.state)):
                assert states.get((subject, row_id), state) == state

    @invariant()
    def nobody_is_asked_beyond_their_capacity(self) -> None:
        held = charged_of(self.session, self.volunteer_ids, self.now) if self.done else {}
        for volunteer_id, charged in held.items():
            assert charged <= self.session.get_one(Volunteer, volunteer_id).capacity

    @invariant()
    def what_waits_has_somebody_and_a_date(self) -> None:
        waits = (need_moves.LIVE, introduction_moves.LIVE, risk_moves.LIVE, concerns.WAITS)
        for table, live in zip(KEPT.values(), waits, strict=True):
            waiting = select(table.id, table.state, table.next_action_by, table.next_action_at)
            for row_id, state, by, at in self.session.execute(waiting.where(table.state.in_(sorted(live)))):
                assert by is not None, (table.__name__, row_id, state)
                assert at is not None, (table.__name__, row_id, state)

    @invariant()
    def nobody_works_for_the_firm_that_asks_and_is_asked(self) -> None:
        if self.done:
            asked = select(func.count(Introduction.id)).where(
                Introduction.volunteer_id == self.volunteer_ids[3], Introduction.offered_at.is_not(None)
            )
            assert self.session.scalar(asked) == 0

    @invariant()
    def a_conflicted_lead_moves_nothing_as_broker(self) -> None:
        if self.done:
            moved = select(Transition.action).where(Transition.actor_id == self.user_ids["conflicted_lead"])
            assert not set(self.session.scalars(moved)) & BROKERS_ACTS

    @invariant()
    def nothing_is_open_while_its_risks_are_looked_at_or_too_high(self) -> None:
        latest = select(func.max(RiskReview.id)).group_by(RiskReview.need_id)
        held = select(Need.id).join(RiskReview, RiskReview.need_id == Need.id)
        risky = [RiskState.WAITING, RiskState.STOPPED]
        held = held.where(
            RiskReview.id.in_(latest), RiskReview.state.in_(risky), Need.state == NeedState.OPEN
        )
        assert list(self.session.scalars(held)) == []

    @invariant()
    def nobody_decides_about_themselves_or_twice(self) -> None:
        if self.done:
            for concern in self.session.scalars(select(Concern).where(Concern.decided_by_id.is_not(None))):
                assert concern.decided_by_id not in {concern.person_id, concern.reporter_id}
            decided = select(Transition.subject_id, Transition.actor_id).where(
                Transition.subject == "concern", Transition.action.in_(["uphold", "confirm", "overturn"])
            )
            made = list(self.session.execute(decided))
            assert len(made) == len(set(made)), "an appeal was settled by whoever had decided"

    def _decide(self, act: Callable[..., object], *who_and_what: Any, **given: Any) -> None:
        """The same for acts that take nothing else: done whole, or refused and nothing of it stays."""
        try:
            if who_and_what[0] is None:
                act(self.session, *who_and_what[1:], **given)
            else:
                act(self, *who_and_what, **given)
            self.session.commit()
        except (DomainError, IntegrityError):
            self.session.rollback()
        else:
            self.done += 1

    def _latest(self, table: Any, *where: Any) -> Any:
        query = select(table).where(*where).order_by(table.next_action_at.is_(None), table.id.desc()).limit(1)
        return self.session.scalar(query.execution_options(populate_existing=True))

    def _try(self, act: Act, actor: Actor, row: object, volunteer: Volunteer, *, is_conflicted: bool) -> None:
        """The act is done whole, or refused in words and nothing of it stays."""
        try:
            act(self, actor, row, volunteer)
            self.session.commit()
        except (DomainError, IntegrityError):
            self.session.rollback()
        else:
            assert not is_conflicted
            self.done += 1

    def _work(self) -> None:
        self.session.commit()

        def rounds() -> None:
            with self.app.app_context():
                while work_once(self.clock):
                    pass

        contextvars.Context().run(rounds)
        self.session.expire_all()
        errors = select(OutboxMessage.event, OutboxMessage.error).where(OutboxMessage.error.is_not(None))
        assert list(self.session.execute(errors)) == [], "the worker stumbled over an event"

    def _mails(self) -> list[str]:
        return sorted(self.session.scalars(select(MailMessage.dedupe_key)))

    def _moves(self) -> int:
        return self.session.scalar(select(func.count(Transition.id))) or 0

    def _actor(self, user_id: int) -> Actor:
        return actor_of(self.session, self.session.get_one(User, user_id))

    def _volunteer(self, place: int) -> Volunteer:
        return self.session.get_one(Volunteer, self.volunteer_ids[place])

    def _introduction(self, place: int) -> Introduction | None:
        ids = list(self.session.scalars(select(Introduction.id).order_by(Introduction.id)))
        if not ids:
            return None
        return self.session.get_one(Introduction, ids[place % len(ids)], populate_existing=True)


BROKERS_ACTS = {
    "begin_triage",
    "open",
    "ask_info",
    "refuse",
    "close_unmet",
    "escalate",
    "offer",
    "late_offer",
}


def run(app: Flask, clock: FixedClock, examples: int, steps: int) -> None:
    """Play so many generated stories of so many acts; the same ones each time."""
    machine = type("Machine", (AnySequence,), {"app": app, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )


@pytest.mark.timeout(300)
@SQLITE_FIRST
def test_anybody_doing_anything_in_any_order_breaks_no_promise(app: Flask, clock: FixedClock) -> None:
    run(app, clock, examples=10, steps=35)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_anybody_doing_anything_for_long_breaks_no_promise(app: Flask, clock: FixedClock) -> None:
    run(app, clock, examples=300, steps=80)
