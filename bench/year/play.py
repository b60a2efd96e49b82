"""The year itself: every few hours the worker does what is due, and people do what they had planned."""

from __future__ import annotations

import contextvars
import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.year.habits import ANSWERS, BROKERS, REASONS, REQUESTERS, VOLUNTEERS, Habit, pick
from bench.year.report import share_of_the_top
from bench.year.world import World, written
from network.accounts.queries import load_actor
from network.commands.worker import work_once
from network.db import committing, db, intending_to_write, keep_rows
from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.errors import DomainError
from network.domain.introduction_moves import LIVE
from network.domain.states import Channel, DeclineReason, IntroductionState, NeedState, RiskState
from network.introductions import operations as introductions
from network.matching.ranking import rank_for_need
from network.models import Introduction, MailMessage, Need, User, Volunteer
from network.needs import operations as needs
from network.needs.risk import latest_review

_I, _N = IntroductionState, NeedState
# Morning, afternoon and night: the clocks of the lifecycles count days.
STEPS_A_DAY = 3
STEP = timedelta(days=1) / STEPS_A_DAY
SHORTLIST = 6


@dataclass
class Year:
    """What was played so far."""

    app: Flask
    clock: FixedClock
    world: World
    rng: Random
    refused: Counter[str] = field(default_factory=Counter)
    # Whom the best fit alone would have asked, had nobody been spared: volunteer -> times.
    by_fit_alone: dict[int, list[int]] = field(default_factory=dict)
    _plans: list[tuple[datetime, int, Callable[[Session], object]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _seen_needs: dict[int, tuple[object, ...]] = field(default_factory=dict)
    _seen_introductions: dict[int, tuple[object, ...]] = field(default_factory=dict)
    _habits: dict[tuple[str, int], Habit] = field(default_factory=dict)

    def play(self, days: int, needs_wanted: int, progress: Callable[[str], None], *, after: int = 30) -> None:
        """So many days, in which so many needs are written; then some days in which nobody writes a new one."""
        start = self.clock.now()
        steps = int(timedelta(days=days) / STEP)
        asked = 0
        for step in range(steps + int(timedelta(days=after) / STEP)):
            self.clock.set(start + step * STEP)
            while asked < needs_wanted and asked < needs_wanted * (step + 1) / steps:
                asked += 1
                self._plan(self.clock.now(), self._ask)
            self._act()
            self._work()
            self._look()
            if step % (30 * STEPS_A_DAY) == 0:
                self._forget_bodies()
                progress(f"day {step // STEPS_A_DAY}: {asked:,} needs, {self._so_far()}")

    # --- the machinery ----------------------------------------------------------------------

    def _plan(self, at: datetime | None, act: Callable[[Session], object]) -> None:
        if at is not None:
            heapq.heappush(self._plans, (at, next(self._numbers), act))

    def _act(self) -> None:
        """What is planned for now is tried, each act whole or not at all."""
        while self._plans and self._plans[0][0] <= self.clock.now():
            _at, _number, act = heapq.heappop(self._plans)
            with self.app.app_context(), intending_to_write():
                try:
                    with committing(db.session) as session:
                        keep_rows(session)
                        act(session)
                except DomainError as error:
                    self.refused[error.code] += 1

    def _work(self) -> None:
        def rounds() -> None:
            with self.app.app_context():
                while work_once(self.clock):
                    pass

        contextvars.Context().run(rounds)

    def _so_far(self) -> str:
        with self.app.app_context():
            shared = share_of_the_top(db.session, self.by_fit_alone)
            db.session.rollback()
        return (
            f"{len(self._seen_introductions):,} introductions, {shared['ratio']} of the load of the top tenth"
        )

    def _forget_bodies(self) -> None:
        with self.app.app_context(), intending_to_write(), committing(db.session) as session:
            session.execute(update(MailMessage).values(text="", html=""))

    def _habit(self, kind: str, who: int) -> Habit:
        table = {"volunteer": VOLUNTEERS, "requester": REQUESTERS, "broker": BROKERS}[kind]
        if (kind, who) not in self._habits:
            self._habits[kind, who] = pick(table, Random(f"{kind} {who}"))
        return self._habits[kind, who]

    def _when(self, kind: str, who: int) -> datetime | None:
        return self._habit(kind, who).when(self.clock.now(), self.rng)

    def _actor(self, session: Session, user_id: int) -> Actor:
        return load_actor(session, session.get_one(User, user_id), Channel.WEB)

    # --- what people notice -------------------------------------------------------------------

    def _look(self) -> None:
        """Whoever finds something new before them plans what to do about it."""
        with self.app.app_context():
            session = db.session
            self._look_at_needs(session)
            self._look_at_introductions(session)
            session.rollback()

    def _look_at_needs(self, session: Session) -> None:
        columns = (Need.id, Need.state, Need.exhausted_at, Need.asked_if_done_at, Need.escalated_at)
        rows = select(*columns, Need.owner_chapter_id, Need.requester_id).where(
            Need.state.in_([_N.SUBMITTED, _N.IN_TRIAGE, _N.OPEN])
        )
        for id, state, exhausted, asked, escalated, chapter_id, requester in session.execute(rows):
            seen = (state, exhausted, asked, escalated)
            if self._seen_needs.get(id) == seen:
                continue
            self._seen_needs[id] = seen
            broker = self._broker_of(chapter_id, escalated is not None)
            if state in {_N.SUBMITTED, _N.IN_TRIAGE}:
                self._plan(self._when("broker", broker), self._triage(id, broker))
            elif state is _N.OPEN and asked is not None:
                self._plan(self._when("requester", requester), self._fulfil(id, requester))
            elif state is _N.OPEN and exhausted is not None:
                self._plan(self._when("broker", broker), self._extend(id, broker))

    def _broker_of(self, chapter_id: int | None, escalated: bool) -> int:
        leads = self.world.leads.get(chapter_id or 0, [])
        return self.rng.choice(leads if leads and not escalated else self.world.staff)

    def _look_at_introductions(self, session: Session) -> None:
        rows = (
            select(
                Introduction.id,
                Introduction.state,
                Introduction.offer_round,
                Introduction.turn,
                Introduction.volunteer_id,
                Volunteer.user_id,
                Need.requester_id,
            )
            .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
            .join(Need, Need.id == Introduction.need_id)
            .where(Introduction.state.in_(sorted(LIVE)))
        )
        for id, state, offers, turn, volunteer_id, user_id, requester in session.execute(rows):
            seen = (state, offers, turn)
            if self._seen_introductions.get(id) == seen:
                continue
            self._seen_introductions[id] = seen
            if state in {_I.OFFERED, _I.EXPLORING} and turn != "requester":
                self._plan(self._when("volunteer", volunteer_id), self._answer(id, user_id))
            elif state is _I.EXPLORING:
                self._plan(self._when("requester", requester), self._explain(id, requester))
            elif state is _I.ACCEPTED:
                self._plan(self._when("requester", requester), self._share(id, requester))
            elif state is _I.INTRODUCED:
                self._plan(self._when("requester", requester), self._meet(id, requester))
            elif state is _I.MET:
                self._plan(self._when("requester", requester), self._go_on(id, requester))
            elif state is _I.IN_PROGRESS:
                self._plan(self._when("requester", requester), self._complete(id, requester))

    # --- what people do -------------------------------------------------------------------------

    def _ask(self, session: Session) -> None:
        firm_id, user_id = self.rng.choice(self.world.firms)
        actor, now = self._actor(session, user_id), self.clock.now()
        content = written(self.world, self.rng, now, "Asker")
        draft = needs.create_draft(session, actor, firm_id, content, now=now)
        needs.submit_need(session, actor, draft, now=now)

    def _triage(self, need_id: int, broker: int) -> Callable[[Session], object]:
        def act(session: Session) -> None:
            need, now = session.get_one(Need, need_id), self.clock.now()
            actor = self._actor(session, broker)
            if need.state is _N.SUBMITTED:
                need = needs.begin_triage(session, actor, need, now=now)
            self._clear_risks(session, need, now)
            needs.open_need(session, actor, need, now=now, organisation_checked=True)
            fit = rank_for_need(session, need, SHORTLIST, now=now, fair=False)
            self.by_fit_alone[need_id] = [match.volunteer_id for match in fit]
            self._propose_best(session, actor, need, now)

        return act

    def _clear_risks(self, session: Session, need: Need, now: datetime) -> None:
        """Where the rules asked for a look, the one who is named for it takes it."""
        review = latest_review(session, need.id)
        if review is not None and review.state is RiskState.WAITING:
            reviewer = self._actor(session, review.reviewer_id or self.world.staff[0])
            needs.clear_risk(session, reviewer, review, "An open tender, nobody on a list.", now=now)

    def _propose_best(self, session: Session, actor: Actor, need: Need, now: datetime) -> int:
        best = [match.volunteer_id for match in rank_for_need(session, need, SHORTLIST, now=now)]
        if best:
            introductions.propose(session, actor, need, best, now=now)
        return len(best)

    def _extend(self, need_id: int, broker: int) -> Callable[[Session], object]:
        def act(session: Session) -> None:
            need, now = session.get_one(Need, need_id), self.clock.now()
            actor = self._actor(session, broker)
            if self.rng.random() < 0.6 and self._propose_best(session, actor, need, now):
                return
            needs.close_unmet(session, actor, need, "Nobody in the network knows this.", now=now)

        return act

    def _fulfil(self, need_id: int, requester: int) -> Callable[[Session], object]:
        return lambda session: needs.fulfil_need(
            session, self._actor(session, requester), session.get_one(Need, need_id), now=self.clock.now()
        )

    def _answer(self, id: int, user_id: int) -> Callable[[Session], object]:
        def act(session: Session) -> None:
            row, actor, now = (
                session.get_one(Introduction, id),
                self._actor(session, user_id),
                self.clock.now(),
            )
            answer = pick(ANSWERS, self.rng)
            if row.state is _I.EXPLORING and answer == "ask":
                answer = "accept"
            if answer == "accept":
                introductions.accept_introduction(session, actor, row, now=now)
            elif answer == "ask":
                introductions.ask_question(session, actor, row, "Which models do you sell today?", now=now)
            elif answer == "pause":
                until = now.date() + timedelta(days=self.rng.randint(7, 60))
                introductions.pause_from_answer(session, actor, row, until, now=now)
            elif answer == "refer":
                introductions.refer_outside(session, actor, row, f"friend{id}@elsewhere.example", now=now)
            else:
                self._decline(session, actor, row, now)

        return act

    def _decline(self, session: Session, actor: Actor, row: Introduction, now: datetime) -> None:
        reason = pick(REASONS, self.rng)
        later: date | None = now.date() + timedelta(days=45) if reason is DeclineReason.NOT_NOW else None
        introductions.decline(session, actor, row, reason, now=now, not_before=later)

    def _explain(self, id: int, requester: int) -> Callable[[Session], object]:
        return lambda session: introductions.answer_question(
            session,
            self._actor(session, requester),
            session.get_one(Introduction, id),
            "The two larger ones, for now.",
            now=self.clock.now(),
        )

    def _share(self, id: int, requester: int) -> Callable[[Session], object]:
        return self._step(introductions.share_contacts, id, requester)

    def _go_on(self, id: int, requester: int) -> Callable[[Session], object]:
        further = self.rng.random() < 0.5
        act = introductions.start_progress if further else introductions.complete_introduction
        return self._step(act, id, requester)

    def _complete(self, id: int, requester: int) -> Callable[[Session], object]:
        return self._step(introductions.complete_introduction, id, requester)

    def _meet(self, id: int, requester: int) -> Callable[[Session], object]:
        return lambda session: introductions.log_meeting(
            session,
            self._actor(session, requester),
            session.get_one(Introduction, id),
            held_on=self.clock.now().date(),
            now=self.clock.now(),
        )

    def _step(self, operation: Callable[..., object], id: int, user_id: int) -> Callable[[Session], object]:
        return lambda session: operation(
            session, self._actor(session, user_id), session.get_one(Introduction, id), now=self.clock.now()
        )
