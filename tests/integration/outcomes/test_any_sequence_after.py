"""Once two people know each other: whatever they, their brokers and the beneficiary do, what is promised holds."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from flask import Flask
from hypothesis.stateful import initialize, invariant, rule
from icalendar import Calendar
from sqlalchemy import func, select

from network.domain.clock import FixedClock
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import MeetingState
from network.domain.outcome_moves import CountedAs, counted_as
from network.domain.states import EvidenceTier, IntroductionState, OutcomeClass, OutcomeStatus, ValueMode
from network.introductions import operations as intro
from network.measures.figures import outcome_counts, value_totals
from network.models import (
    Confirmation,
    FollowUp,
    Introduction,
    LinkToken,
    MailMessage,
    MeetingPlan,
    OrganisationMember,
    Outcome,
    OutcomeValue,
    Transition,
    User,
)
from network.outcomes.operations import record_outcome
from tests.conftest import START
from tests.factories import make_lead, make_staff
from tests.support.databases import SQLITE_FIRST
from tests.support.following_acts import FOLLOWING_ACTS, LINK_ACTS, OUTCOME_ACTS, draft
from tests.support.scene import make_scene
from tests.support.story import Story, play
from tests.support.usual_acts import FOLLOWING, OUTCOMES, usual

_I, _M, _O = IntroductionState, MeetingState, OutcomeStatus
PEOPLE = (
    "owner",
    "colleague",
    "stranger",
    "lead",
    "second_lead",
    "conflicted_lead",
    "staff",
    "amina",
    "badr",
)
# Whose act it usually is, where it is not for either side; most come from whom they are expected of.
USUALLY = {
    "corroborate": "lead",
    "reissue": "lead",
    "check evidence": "staff",
    "void": "staff",
    "cancel": "staff",
    "note": "amina",
}
WHO = st.sampled_from(("usual", "usual", "usual", "other side", *PEOPLE))
BY_SIDES = {"propose", "agree", "hold", "miss"}


class AnySequenceAfter(Story):
    """One yes that waits, one introduction, one meeting held; anybody tries anything, and the clock moves."""

    @initialize()
    def set_up(self) -> None:
        scene = make_scene(self.session)
        conflicted = make_lead(self.session, scene.chapter, name="Con Flicted")
        self.session.add(
            OrganisationMember(
                organisation_id=scene.firm.id,
                user_id=conflicted.id,
                role="member",
                joined_at=START,
                approved_at=START,
            )
        )
        self.firm_id = scene.firm.id
        self.user_ids = {
            "owner": scene.owner.id,
            "colleague": scene.colleague.id,
            "stranger": scene.stranger.id,
            "lead": scene.lead.id,
            "second_lead": scene.second_lead.id,
            "conflicted_lead": conflicted.id,
            "staff": scene.staff.id,
            "second_staff": make_staff(self.session).id,
            "amina": scene.amina.user_id or 0,
            "badr": scene.badr.user_id or 0,
        }
        self.volunteer_email = self.session.get_one(User, scene.amina.user_id).email
        scene.amina.capacity = 9
        reluctant = scene.another_need(consents=False)
        offers = [scene.introduce(scene.amina), scene.introduce(scene.amina, need=scene.another_need())]
        offers.append(scene.introduce(scene.amina, need=reluctant))
        amina = scene.volunteer_actor(scene.amina)
        for one in offers:
            intro.accept_introduction(self.session, amina, one, now=self.now)
        intro.log_meeting(self.session, scene.asker, offers[1], held_on=self.now.date(), now=self.now)
        # A time is agreed on, others wait to be chosen from, and there is news: some of it asked about already.
        for one in offers[:2]:
            times = [self.now + timedelta(days=day) for day in (1, 2)]
            intro.propose_times(self.session, scene.asker, one, times, now=self.now)
        intro.agree_time(self.session, amina, offers[0], self.now + timedelta(days=1), now=self.now)
        record_outcome(self.session, scene.asker, offers[1].id, draft(self, 0), now=self.now)
        record_outcome(self.session, scene.asker, offers[0].id, draft(self, 2), now=self.now, send=False)
        self.session.commit()

    @rule(
        act=st.sampled_from(sorted(FOLLOWING_ACTS)),
        who=WHO,
        row=st.sampled_from((0, 0, 1, 2)),
        n=st.integers(0, 30),
    )
    def go_on(self, act: str, who: str, row: int, n: int) -> None:
        found = self.one_of(Introduction, row)
        proposed_by = self._proposed_by(found.id)
        who = self._who(act, who, "owner" if proposed_by == "volunteer" else "amina")
        done = self.attempt(FOLLOWING_ACTS[act], self, self.actor(self.user_ids[who]), found, n)
        if done and act == "choose":
            assert proposed_by != ("volunteer" if who == "amina" else "requester"), "one side chose for both"
        assert not (done and act == "suggest the past")
        assert not (done and who in {"stranger", "badr"})

    @rule(
        act=st.sampled_from(sorted(OUTCOME_ACTS)),
        who=WHO,
        row=st.integers(0, 5),
        n=st.integers(0, 30),
    )
    def act_on_an_outcome(self, act: str, who: str, row: int, n: int) -> None:
        found = self.one_of(Outcome, row)
        if found is not None:
            who = self._who(act, who, "owner")
            done = self.attempt(OUTCOME_ACTS[act], self, self.actor(self.user_ids[who]), found, n)
            assert not (done and who in {"stranger", "badr"})

    @rule(
        row=st.sampled_from((0, 0, 1, 2)),
        side=st.integers(0, 1),
        pick=st.integers(0, 40),
        n=st.integers(0, 30),
    )
    def an_introduction_goes_its_usual_way(self, row: int, side: int, pick: int, n: int) -> None:
        found = self.one_of(Introduction, row)
        if step := usual(FOLLOWING, found.state, pick):
            act, who = step
            actor = self.actor(self.user_ids[self._by(who, side)])
            self.attempt(FOLLOWING_ACTS[act], self, actor, found, n)

    @rule(row=st.integers(0, 8), side=st.integers(0, 1), pick=st.integers(0, 40), n=st.integers(0, 30))
    def an_outcome_goes_its_usual_way(self, row: int, side: int, pick: int, n: int) -> None:
        found = self.one_of(Outcome, row, Outcome.status.in_(list(OUTCOMES)))
        if found is not None and (step := usual(OUTCOMES, found.status, pick)):
            act, who = step
            actor = self.actor(self.user_ids[self._by(who, side)])
            self.attempt(OUTCOME_ACTS[act], self, actor, found, n)

    @rule(act=st.sampled_from(sorted(LINK_ACTS)), n=st.integers(0, 30))
    def answer_by_a_link(self, act: str, n: int) -> None:
        # Nobody reads a mail before it was sent; most answer the newest.
        self.work()
        self.attempt(LINK_ACTS[act], self, n if n % 5 == 0 else n % 4)

    @rule(hours=st.sampled_from((1, 20, 30, 60, 200, 800, 2500, 6000)))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        self.work()

    @rule()
    def figures_are_added_up(self) -> None:
        counts, sums = dict.fromkeys(CountedAs, 0), dict.fromkeys(CountedAs, Decimal(0))
        for one in self.session.scalars(select(Outcome)):
            group = counted_as(one.status, one.tier)
            if one.outcome_class is OutcomeClass.NONE or group is None:
                continue
            counts[group] += 1
            if one.value_mode is ValueMode.EXACT:
                sums[group] += sum(
                    self.session.scalars(
                        select(OutcomeValue.amount).where(
                            OutcomeValue.outcome_id == one.id, OutcomeValue.basis == "forecast"
                        )
                    ),
                    Decimal(0),
                )
        assert outcome_counts(self.session) == counts
        for group, found in value_totals(self.session).items():
            assert found.number == counts[group]
            if self._no_bands():
                assert found.total == sums[group]

    # --- meetings ----------------------------------------------------------------------

    @invariant()
    def a_meeting_is_planned_by_the_two_sides_alone(self) -> None:
        if self.done:
            sides = {self.user_ids[name] for name in ("owner", "colleague", "conflicted_lead", "amina")}
            moved = select(Transition.actor_id).where(
                Transition.subject == "meetingplan", Transition.action.in_(BY_SIDES)
            )
            assert set(self.session.scalars(moved)) <= sides

    @invariant()
    def a_meeting_that_is_agreed_has_its_time_and_never_outlives_what_it_is_for(self) -> None:
        rows = select(MeetingPlan, Introduction.state).join(
            Introduction, Introduction.id == MeetingPlan.introduction_id
        )
        for plan, state in self.session.execute(rows):
            if plan.state is _M.AGREED:
                assert plan.starts_at is not None
                # One whose time has passed is not called off any more: whether they met is known to them alone.
                past = plan.starts_at <= self.now
                assert state in CONTACTS_SHARED or past or self._waits_for_worker()
            if plan.state is _M.MISSED:
                assert plan.missed_by in {"volunteer", "requester", "both"}

    @invariant()
    def calendars_follow(self) -> None:
        """Each change comes once and in order, and what was cancelled stays so."""
        seen: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        mails = select(MailMessage).where(MailMessage.calendar != "").order_by(MailMessage.id)
        for mail in self.session.scalars(mails):
            calendar = Calendar.from_ical(mail.calendar)
            [event] = calendar.walk("VEVENT")
            seen[mail.to_address, str(event["UID"])].append((int(event["SEQUENCE"]), str(calendar["METHOD"])))
        for told in seen.values():
            assert [number for number, _ in told] == sorted({number for number, _ in told}), told
            assert "CANCEL" not in [method for _, method in told][:-1], told

    # --- outcomes ----------------------------------------------------------------------

    @invariant()
    def nobody_bears_out_or_confirms_what_is_their_own(self) -> None:
        members = set(
            self.session.scalars(
                select(OrganisationMember.user_id).where(OrganisationMember.organisation_id == self.firm_id)
            )
        )
        owner = self.session.get_one(User, self.user_ids["owner"]).email
        for one in self.session.scalars(select(Outcome)):
            if one.status is _O.CONFIRMED and one.tier is EvidenceTier.CORROBORATED:
                assert one.corroborated_by_id not in members | {one.reporter_id}
                assert one.declared_at is not None
            if one.tier.rank >= EvidenceTier.CONFIRMED.rank:
                assert one.contact_email != self.volunteer_email
                assert not (one.reporter_id == self.user_ids["owner"] and one.contact_email == owner)
                answers = select(func.count(Confirmation.id)).where(Confirmation.outcome_id == one.id)
                assert self.session.scalar(answers), "confirmed, and nobody answered"

    @invariant()
    def what_is_asked_about_is_signed_for_or_its_contact_has_a_link(self) -> None:
        for one in self.session.scalars(select(Outcome).where(Outcome.status == _O.AWAITING_CONFIRMATION)):
            links = select(func.count(LinkToken.id)).where(
                LinkToken.purpose == "confirm", LinkToken.subject_id == one.id, LinkToken.used_at.is_(None)
            )
            if one.declared_at is None:
                assert one.links_sent >= 1
                assert self.session.scalar(links), "asked, and no link can answer"
                assert one.links_sent <= 4
            elif one.link_sent_at is not None:
                assert one.declared_at >= one.link_sent_at, "what was signed for is another text by now"

    @invariant()
    def a_follow_up_opens_one_draft_for_one_reporter(self) -> None:
        open_drafts = select(Outcome.introduction_id, Outcome.reporter_id, func.count()).where(
            Outcome.status == _O.DRAFT, Outcome.what_happened == ""
        )
        for _one, _who, count in self.session.execute(
            open_drafts.group_by(Outcome.introduction_id, Outcome.reporter_id)
        ):
            assert count == 1
        asked = select(FollowUp.introduction_id, FollowUp.side, FollowUp.days, func.count()).where(
            FollowUp.days.in_((30, 90, 180, 365)), FollowUp.answer.is_(None)
        )
        for row in self.session.execute(
            asked.group_by(FollowUp.introduction_id, FollowUp.side, FollowUp.days)
        ):
            assert row[3] == 1, row

    def _who(self, act: str, who: str, first: str) -> str:
        """Who does it: a name, or whoever it is expected of, or the side across from them."""
        if who == "usual":
            return USUALLY.get(act, first)
        return ("amina" if first == "owner" else "owner") if who == "other side" else who

    def _by(self, who: str, side: int) -> str:
        return ("owner", "amina")[side] if who == "side" else {"volunteer": "amina"}.get(who, who)

    def _proposed_by(self, introduction_id: int) -> str | None:
        return self.session.scalar(
            select(MeetingPlan.side).where(MeetingPlan.introduction_id == introduction_id)
        )

    def _no_bands(self) -> bool:
        banded = select(func.count(Outcome.id)).where(Outcome.value_mode == ValueMode.BAND)
        return not self.session.scalar(banded)

    def _waits_for_worker(self) -> bool:
        moved = select(func.max(Transition.at)).where(Transition.subject == "introduction")
        return self.session.scalar(moved) == self.now


@pytest.mark.timeout(300)
@SQLITE_FIRST
def test_anybody_doing_anything_after_an_introduction_breaks_no_promise(
    app: Flask, clock: FixedClock
) -> None:
    play(AnySequenceAfter, app, clock, examples=3, steps=30)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_anybody_doing_anything_long_after_an_introduction_breaks_no_promise(
    app: Flask, clock: FixedClock
) -> None:
    play(AnySequenceAfter, app, clock, examples=200, steps=80)
