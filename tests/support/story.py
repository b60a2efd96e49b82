"""A generated story: people try acts in any order while the clock moves, and what always holds is asked after each."""

from __future__ import annotations

import contextvars
from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from network.commands.worker import work_once
from network.db import db, intending_to_write
from network.domain import concerns, introduction_moves, meeting_moves, need_moves, outcome_moves, risk_moves
from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.errors import DomainError
from network.domain.states import OutcomeStatus
from network.models import (
    Concern,
    Introduction,
    MailMessage,
    MeetingPlan,
    Need,
    OutboxMessage,
    Outcome,
    RiskReview,
    Transition,
    User,
)
from tests.conftest import START, _empty
from tests.factories import actor_of

# Each kind of row with a lifecycle: its table of moves, where its state stands, and the states in which it waits.
LIFECYCLES: dict[str, tuple[Any, Any, Any, frozenset[Any]]] = {
    "need": (Need, Need.state, need_moves.MOVES, need_moves.LIVE),
    "introduction": (Introduction, Introduction.state, introduction_moves.MOVES, introduction_moves.LIVE),
    "riskreview": (RiskReview, RiskReview.state, risk_moves.MOVES, risk_moves.LIVE),
    "concern": (Concern, Concern.state, concerns.MOVES, concerns.WAITS),
    "meetingplan": (MeetingPlan, MeetingPlan.state, meeting_moves.MOVES, frozenset()),
    # One that was confirmed counts; it waits only while a later figure is to come.
    "outcome": (
        Outcome,
        Outcome.status,
        outcome_moves.MOVES,
        outcome_moves.LIVE - {OutcomeStatus.CONFIRMED},
    ),
}
BROKERS_ACTS = {
    "begin_triage",
    "open",
    "ask_info",
    "refuse",
    "close_unmet",
    "escalate",
    "offer",
    "late_offer",
    "reissue",
    "corroborate",
    "check_evidence",
    "void",
}


class Story(RuleBasedStateMachine):
    """The session, the clock and the worker of a story; whoever tells one adds its people and what they may try."""

    app: Flask
    clock: FixedClock
    user_ids: dict[str, int]

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

    @rule()
    def events_come_twice(self) -> None:
        self.work()
        mails, moves = self._mails(), self._moves()
        # As after a worker that was killed between the effect and its mark. A clock's event does whatever is due
        # by then, so it may find more to do; all others tell of one thing.
        told = (OutboxMessage.finished_at >= self.now) & ~OutboxMessage.event.endswith(".clock")
        self.session.execute(update(OutboxMessage).where(told).values(finished_at=None))
        self.work()
        # A repeat may find room that has come since, and ask the next; then there is something new to tell.
        if self._moves() == moves:
            more = Counter(self._mails()) - Counter(mails)
            assert not more, f"an event that came twice made another mail: {list(more)}"

    @invariant()
    def every_move_stands_in_the_table(self) -> None:
        states: dict[tuple[str, int], str] = {}
        for line in self.session.scalars(select(Transition).order_by(Transition.id)):
            if line.subject in LIFECYCLES and line.source is not None:
                known = states.get((line.subject, line.subject_id), line.source)
                assert line.source == known, f"{line.subject} {line.subject_id} changed outside its lifecycle"
                # States are their words, so that a row's word finds its place in the table.
                move = LIFECYCLES[line.subject][2][(line.source, line.action)]
                assert line.target == (move.target or line.source)
            states[line.subject, line.subject_id] = line.target
        for subject, (table, column, _moves, _live) in LIFECYCLES.items():
            for row_id, state in self.session.execute(select(table.id, column)):
                assert states.get((subject, row_id), state) == state

    @invariant()
    def what_waits_has_somebody_and_a_date(self) -> None:
        for table, column, _moves, live in LIFECYCLES.values():
            if live:
                waiting = select(table.id, column, table.next_action_by, table.next_action_at)
                for row_id, state, by, at in self.session.execute(waiting.where(column.in_(sorted(live)))):
                    assert by is not None, (table.__name__, row_id, state)
                    assert at is not None, (table.__name__, row_id, state)

    @invariant()
    def a_conflicted_lead_moves_nothing_as_broker(self) -> None:
        if self.done:
            moved = select(Transition.action).where(Transition.actor_id == self.user_ids["conflicted_lead"])
            assert not set(self.session.scalars(moved)) & BROKERS_ACTS

    # --- what those who tell a story use -----------------------------------------------

    def attempt(self, act: Callable[..., object], *given: Any, **more: Any) -> bool:
        """The act is done whole, or refused in words and nothing of it stays; whether it was done."""
        try:
            act(*given, **more)
            self.session.commit()
        except (DomainError, IntegrityError):
            self.session.rollback()
            return False
        self.done += 1
        return True

    def work(self) -> None:
        self.session.commit()

        def rounds() -> None:
            with self.app.app_context():
                while work_once(self.clock):
                    pass

        contextvars.Context().run(rounds)
        self.session.expire_all()
        errors = select(OutboxMessage.event, OutboxMessage.error).where(OutboxMessage.error.is_not(None))
        stumbled = [tuple(row) for row in self.session.execute(errors)]
        assert not stumbled, f"the worker stumbled over {stumbled}"

    def actor(self, user_id: int) -> Actor:
        return actor_of(self.session, self.session.get_one(User, user_id))

    def latest(self, table: Any, *where: Any) -> Any:
        query = select(table).where(*where).order_by(table.next_action_at.is_(None), table.id.desc()).limit(1)
        return self.session.scalar(query.execution_options(populate_existing=True))

    def one_of(self, table: Any, place: int, *where: Any) -> Any:
        """The row at a place among all there are (of that kind), or None while there is none."""
        ids = list(self.session.scalars(select(table.id).where(*where).order_by(table.id)))
        if not ids:
            return None
        return self.session.get_one(table, ids[place % len(ids)], populate_existing=True)

    def _mails(self) -> list[str]:
        return sorted(self.session.scalars(select(MailMessage.dedupe_key)))

    def _moves(self) -> int:
        return self.session.scalar(select(func.count(Transition.id))) or 0


def play(told: type[Story], app: Flask, clock: FixedClock, examples: int, steps: int) -> None:
    """Play so many generated stories of so many acts; the same ones each time."""
    machine = type("Machine", (told,), {"app": app, "clock": clock})
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
