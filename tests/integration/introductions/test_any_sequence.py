"""Whatever anybody does in whatever order, and however the clock moves, what the lifecycles promise holds."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from flask import Flask
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import func, select

from network.domain import concerns
from network.domain.clock import FixedClock
from network.domain.concerns import ConcernAbout, ConcernKind
from network.domain.states import NeedState, RiskState
from network.introductions import operations as intro
from network.introductions.policy import is_volunteer_conflicted
from network.matching.capacity import charged_of
from network.models import Concern, Introduction, Need, OrganisationMember, RiskReview, Transition, Volunteer
from network.moderation import operations as moderation
from network.needs import operations as needs
from tests.conftest import START
from tests.factories import make_lead, make_membership, make_staff, make_volunteer
from tests.support.databases import SQLITE_FIRST
from tests.support.scene import content, make_scene
from tests.support.sequence_acts import ANSWERS, DECISIONS, LATER_ACTS, NEED_ACTS, RISK_ACTS
from tests.support.story import Story, play
from tests.support.usual_acts import NEEDS, OFFERS, usual

PEOPLE = ("owner", "colleague", "stranger", "lead", "second_lead", "conflicted_lead", "staff")


STAFF = ("staff", "second_staff")
ACTION_OF = {"warn": "uphold", "stop or suspend": "uphold"}


class AnySequence(Story):
    """A chapter, a firm, four volunteers, three needs; anybody tries anything, and the clock moves in between."""

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
        actor = self.actor(self.user_ids[who])
        self.attempt(NEED_ACTS[act], self, actor, row, self._volunteer(volunteer))

    @rule(act=st.sampled_from(sorted(ANSWERS)), row=st.integers(0, 30), volunteer=st.integers(0, 3))
    def answer_as_the_one_asked(self, act: str, row: int, volunteer: int) -> None:
        found = self.one_of(Introduction, row)
        if found is not None:
            asked = self.session.get_one(Volunteer, found.volunteer_id)
            need = self.session.get_one(Need, found.need_id)
            conflicted = is_volunteer_conflicted(self.session, asked, need)
            actor = self.actor(asked.user_id)
            done = self.attempt(ANSWERS[act], self, actor, found, self._volunteer(volunteer))
            assert not (done and conflicted)

    @rule(
        act=st.sampled_from(sorted(ANSWERS | LATER_ACTS)),
        who=st.sampled_from((*PEOPLE, 0, 1, 2, 3)),
        row=st.integers(0, 30),
        volunteer=st.integers(0, 3),
    )
    def act_on_an_introduction(self, act: str, who: str | int, row: int, volunteer: int) -> None:
        found = self.one_of(Introduction, row)
        if found is not None:
            user_id = self.user_ids[who] if isinstance(who, str) else self._volunteer(who).user_id
            acts = ANSWERS | LATER_ACTS
            self.attempt(acts[act], self, self.actor(user_id), found, self._volunteer(volunteer))

    @rule(need=st.integers(0, 2), volunteer=st.integers(0, 3), pick=st.integers(0, 40))
    def a_need_goes_its_usual_way(self, need: int, volunteer: int, pick: int) -> None:
        row = self.session.get_one(Need, self.need_ids[need], populate_existing=True)
        found = usual(NEEDS, row.state, pick)
        if found is not None:
            act, who = found
            actor = self.actor(self.user_ids[who])
            self.attempt(NEED_ACTS[act], self, actor, row, self._volunteer(volunteer))

    @rule(row=st.integers(0, 30), volunteer=st.integers(0, 3), pick=st.integers(0, 40))
    def an_introduction_goes_its_usual_way(self, row: int, volunteer: int, pick: int) -> None:
        found = self.one_of(Introduction, row, Introduction.state.in_(list(OFFERS)))
        if found is not None and (step := usual(OFFERS, found.state, pick)):
            act, who = step
            asked = self.session.get_one(Volunteer, found.volunteer_id).user_id
            actor = self.actor(asked if who == "volunteer" else self.user_ids[who])
            self.attempt((ANSWERS | LATER_ACTS)[act], self, actor, found, self._volunteer(volunteer))

    @rule(act=st.sampled_from(sorted(RISK_ACTS)), who=st.sampled_from((*STAFF, *STAFF, *STAFF, *PEOPLE)))
    def look_at_risks(self, act: str, who: str) -> None:
        found = self.latest(RiskReview)
        if found is not None:
            self.attempt(RISK_ACTS[act], self, self.actor(self.user_ids[who]), found)
        elif who in STAFF:
            # Nothing is to be looked at before the need that is risky was sent.
            row = self.session.get_one(Need, self.need_ids[2], populate_existing=True)
            self.attempt(
                NEED_ACTS["submit"], self, self.actor(self.user_ids["owner"]), row, self._volunteer(0)
            )

    @rule(
        about=st.sampled_from(ConcernAbout),
        who=st.sampled_from((*PEOPLE, 0, 1)),
        place=st.integers(0, 2),
    )
    def report(self, about: ConcernAbout, who: str | int, place: int) -> None:
        subject = self.volunteer_ids[place] if about is ConcernAbout.VOLUNTEER else self.need_ids[place]
        user_id = self.user_ids[who] if isinstance(who, str) else self._volunteer(who).user_id
        told = {"kind": ConcernKind.RUDE, "text": "Shouted at us.", "now": self.now}
        self.attempt(moderation.report_concern, self.session, self.actor(user_id), about, subject, **told)

    @rule(act=st.sampled_from(sorted(DECISIONS)), who=st.sampled_from((*STAFF, *STAFF, *STAFF, *PEOPLE)))
    def decide_on_a_report(self, act: str, who: str) -> None:
        # One that the act is for, where there is one; else any, which refuses it.
        fitting = [state for state, action in concerns.MOVES if action == ACTION_OF.get(act, act)]
        found = self.latest(Concern, Concern.state.in_(fitting)) or self.latest(Concern)
        if found is not None:
            by = found.person_id if act == "appeal" and who in STAFF else self.user_ids[who]
            self.attempt(DECISIONS[act], self, self.actor(by or self.user_ids[who]), found)

    @rule(hours=st.sampled_from((1, 20, 50, 100, 250, 800)))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        self.work()

    @invariant()
    def nobody_is_asked_beyond_their_capacity(self) -> None:
        held = charged_of(self.session, self.volunteer_ids, self.now) if self.done else {}
        for volunteer_id, charged in held.items():
            assert charged <= self.session.get_one(Volunteer, volunteer_id).capacity

    @invariant()
    def nobody_works_for_the_firm_that_asks_and_is_asked(self) -> None:
        if self.done:
            asked = select(func.count(Introduction.id)).where(
                Introduction.volunteer_id == self.volunteer_ids[3], Introduction.offered_at.is_not(None)
            )
            assert self.session.scalar(asked) == 0

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

    def _volunteer(self, place: int) -> Volunteer:
        return self.session.get_one(Volunteer, self.volunteer_ids[place])


@pytest.mark.timeout(300)
@SQLITE_FIRST
def test_anybody_doing_anything_in_any_order_breaks_no_promise(app: Flask, clock: FixedClock) -> None:
    play(AnySequence, app, clock, examples=6, steps=35)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_anybody_doing_anything_for_long_breaks_no_promise(app: Flask, clock: FixedClock) -> None:
    play(AnySequence, app, clock, examples=300, steps=80)
