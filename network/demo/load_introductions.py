"""The demo's introductions: who was asked for each need, what they answered, who met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from network.demo.history import Move, write_history
from network.demo.load_needs import PlacedNeed
from network.demo.load_people import HOME, Helper, Loaded
from network.demo.moments import waking
from network.demo.stories import Storyteller
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.introduction_timers import due_action
from network.domain.states import DeclineReason, IntroductionState, NeedState
from network.introductions.operations.rows import wind
from network.introductions.queries import clock_of_introduction
from network.models import Disclosure, Introduction, IntroductionMessage, Meeting, Need, Volunteer
from network.needs.operations import mark_exhausted

I = IntroductionState  # noqa: E741 - the states are named often here
# What an open need's first live introduction may be, and how old its last move is in days.
LIVE: tuple[tuple[IntroductionState, float], ...] = (
    (I.OFFERED, 3.0), (I.OFFERED, 2.0), (I.OFFERED, 1.0), (I.EXPLORING, 2.0), (I.ACCEPTED, 1.0), (I.INTRODUCED, 2.0),
    (I.INTRODUCED, 1.0), (I.MET, 0.8), (I.MET, 12.0), (I.IN_PROGRESS, 9.0), (I.IN_PROGRESS, 20.0), (I.PROPOSED, 2.0),
    (I.NO_CONTACT, 3.0), (I.STALLED, 5.0),
)  # fmt: skip
NOES = (I.DECLINED, I.DECLINED, I.EXPIRED, I.REFERRED_ON)


# Whose act the last move was.
ENDED_BY_ASKER = frozenset({I.COMPLETED, I.WITHDRAWN, I.IN_PROGRESS})
ENDED_BY_VOLUNTEER = frozenset({I.DECLINED, I.REFERRED_ON, I.EXPLORING})
ENDED_BY_CLOCK = frozenset({I.EXPIRED, I.STALLED, I.NO_CONTACT})


class Times(NamedTuple):
    """When things happened in an introduction; `last` is its last move."""

    offered: datetime | None
    accepted: datetime | None
    met: datetime | None
    last: datetime


@dataclass(frozen=True, slots=True)
class PlacedIntroduction:
    """An introduction in the tables, with the need and the person it stands between."""

    row: Introduction
    need: PlacedNeed
    helper: Helper


class IntroductionLoader:
    """Puts needs to volunteers who know their market, as a cascade would have."""

    def __init__(self, session: Session, now: datetime, seed: int, loaded: Loaded) -> None:
        self.session, self.now, self.loaded = session, now, loaded
        self.rng = Random(f"introductions in tables {seed}")
        self.stories = Storyteller(seed + 1)
        self.by_market: dict[str, list[Helper]] = defaultdict(list)
        for helper in loaded.findable:
            for code, _depth in helper.seed.markets:
                self.by_market[code].append(helper)

    def load(self, needs: list[PlacedNeed]) -> list[PlacedIntroduction]:
        """Every need that was opened has its introductions; the worker's clocks have time left."""
        made: list[PlacedIntroduction] = []
        turn = 0
        for need in needs:
            if need.row.opened_at is None:
                continue
            helpers = self._helpers(need)
            if need.row.state is NeedState.OPEN:
                made += self._open_need(need, helpers, turn)
                turn += 1
            else:
                made += self._ended_need(need, helpers)
        self._count(made)
        return made

    def _helpers(self, need: PlacedNeed) -> Iterator[Helper]:
        known = [helper for code in need.seed.markets for helper in self.by_market.get(code, [])]
        tops = {code.partition(".")[0] for code in need.seed.sectors}
        self.rng.shuffle(known)
        known.sort(key=lambda helper: not tops & {code.partition(".")[0] for code in helper.seed.sectors})
        seen: set[int] = {need.row.requester_id}
        for helper in known or self.loaded.findable[:20]:
            if helper.user_id not in seen:
                seen.add(helper.user_id)
                yield helper

    def _open_need(self, need: PlacedNeed, helpers: Iterator[Helper], turn: int) -> list[PlacedIntroduction]:
        made: list[PlacedIntroduction] = []
        opened = need.row.opened_at or self.now
        room = (self.now - opened) / timedelta(days=1)
        if turn % 9 == 8 and room > 6:
            for _ in range(2):
                made += self._place(
                    need, next(helpers, None), self.rng.choice(NOES), opened, self.now - timedelta(days=1)
                )
            self.session.flush()
            mark_exhausted(self.session, need.row, self.now - timedelta(hours=20))
            return made
        state, age = LIVE[turn % len(LIVE)]
        when = self.now - timedelta(days=min(age, room * 0.8))
        if room > 12 and self.rng.random() < 0.6:
            made += self._place(
                need, next(helpers, None), self.rng.choice(NOES), opened, when - timedelta(hours=2)
            )
        made += self._place(need, next(helpers, None), state, opened, when)
        for _ in range(self.rng.choice((0, 1, 2))):
            made += self._place(
                need,
                next(helpers, None),
                I.PROPOSED,
                opened,
                self.now - timedelta(hours=self.rng.randint(3, 60)),
            )
        return made

    def _ended_need(self, need: PlacedNeed, helpers: Iterator[Helper]) -> list[PlacedIntroduction]:
        made: list[PlacedIntroduction] = []
        opened, closed = need.row.opened_at, need.row.closed_at
        if opened is None or closed is None:
            return made
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            made += self._place(
                need, next(helpers, None), self.rng.choice(NOES), opened, opened + (closed - opened) * 0.3
            )
        if need.row.state is NeedState.FULFILLED:
            for _ in range(need.row.wanted):
                state = (
                    I.COMPLETED if self.rng.random() < 0.93 else self.rng.choice((I.STALLED, I.NO_CONTACT))
                )
                made += self._place(
                    need, next(helpers, None), state, opened, opened + (closed - opened) * 0.9
                )
        elif need.row.state is NeedState.WITHDRAWN:
            made += self._place(need, next(helpers, None), I.WITHDRAWN, opened, closed)
        return made

    def _place(
        self,
        need: PlacedNeed,
        helper: Helper | None,
        state: IntroductionState,
        opened: datetime,
        when: datetime,
    ) -> list[PlacedIntroduction]:
        if helper is None:
            return []
        zone = helper.seed.timezone
        times = self._times(need, zone, state, opened, when)
        offered, accepted, when = times.offered, times.accepted, times.last
        shared = state in CONTACTS_SHARED
        row = Introduction(
            need_id=need.row.id,
            volunteer_id=helper.volunteer_id,
            state=state,
            position=self.rng.randint(0, 3),
            reason=self.stories.proposed(need.seed, helper.seed),
            proposed_by_id=need.row.broker_id,
            proposed_as="broker",
            offer_round=0 if state is I.PROPOSED else 1,
            offered_at=offered,
            accepted_at=accepted,
            introduced_at=accepted if shared else None,
            turn="requester" if state is I.EXPLORING else None,
            state_since=when,
            is_demo=True,
            created_at=opened,
            updated_at=when,
        )
        if offered is not None:
            row.expires_at = offered + timedelta(days=10)
        row.met_at = times.met
        row.completed_at = when if state is I.COMPLETED else None
        row.ended_at = (
            when if state in {I.DECLINED, I.EXPIRED, I.REFERRED_ON, I.WITHDRAWN, I.COMPLETED} else None
        )
        if state is I.DECLINED:
            row.decline_reason = self.rng.choice(list(DeclineReason))
            row.decline_words = self.stories.decline(row.decline_reason, need.seed, helper.seed)
        if state in {I.NO_CONTACT, I.STALLED}:
            row.state_reason = self.stories.reason(state.value, need.seed, helper.seed)
        if state is I.COMPLETED and self.rng.random() < 0.7:
            row.thanks = self.stories.thanks(need.seed, helper.seed)
        self.session.add(row)
        self.session.flush()
        self._around(row, need, helper, when)
        write_history(self.session, row, None, _path(row, need.row, helper, when, self.now))
        wind(self.session, row, self.now)
        overdue = due_action(clock_of_introduction(self.session, row, self.now), self.now)
        if overdue is not None and state is I.COMPLETED:
            # What was asked in the past was asked.
            row.steps_done = overdue.steps_done
            wind(self.session, row, self.now)
        return [PlacedIntroduction(row, need, helper)]

    def _times(
        self, need: PlacedNeed, zone: str, state: IntroductionState, opened: datetime, when: datetime
    ) -> Times:
        """When each thing happened, while whoever did it was awake; `when` is about the last of them."""
        latest = need.row.closed_at or self.now
        broker = self.loaded.zones[need.row.broker_id or self.loaded.staff[0]]
        if state is I.PROPOSED:
            return Times(None, None, None, waking(when, broker, after=opened, before=latest))
        shared = state in CONTACTS_SHARED
        offered = opened + (when - opened) * 0.1
        if state in {I.OFFERED, I.ACCEPTED, I.EXPLORING}:
            offered = when if state is I.OFFERED else when - timedelta(days=1)
        last = offered = waking(offered, broker, after=opened, before=latest)
        accepted = met = None
        if shared or state is I.ACCEPTED:
            about = opened + (when - opened) * 0.3 if shared and state is not I.INTRODUCED else when
            last = accepted = waking(about, zone, after=last, before=latest)
        if accepted and state in {I.MET, I.IN_PROGRESS, I.COMPLETED, I.STALLED}:
            about = when if state is I.MET else accepted + (when - accepted) * 0.5
            last = met = waking(about, HOME, after=last, before=latest)
        if state in ENDED_BY_ASKER | ENDED_BY_VOLUNTEER:
            last = waking(when, HOME if state in ENDED_BY_ASKER else zone, after=last, before=latest)
        elif state in ENDED_BY_CLOCK:
            last = max(when, last)
        return Times(offered, accepted, met, last)

    def _around(self, row: Introduction, need: PlacedNeed, helper: Helper, when: datetime) -> None:
        """What stands beside an introduction: the exchange of details, meetings, a question."""
        if row.introduced_at is not None:
            pair = (helper.user_id, need.row.requester_id)
            self.session.add_all(
                Disclosure(
                    subject_user_id=subject,
                    recipient_user_id=recipient,
                    introduction_id=row.id,
                    organisation_id=need.row.organisation_id,
                    fields="name email phone",
                    purpose="introduction",
                    created_at=row.introduced_at,
                )
                for subject, recipient in (pair, pair[::-1])
            )
        if row.met_at is not None:
            meeting = self.stories.meeting(need.seed, helper.seed)
            self.session.add(
                Meeting(
                    introduction_id=row.id,
                    held_on=row.met_at.date(),
                    form=meeting.form,
                    minutes=meeting.minutes,
                    note=meeting.note,
                    logged_by_id=need.row.requester_id,
                    created_at=row.met_at,
                )
            )
        if row.state is I.EXPLORING or (row.introduced_at and self.rng.random() < 0.15):
            question, answer = self.stories.question()
            asked, answered = self._asked(row, helper.seed.timezone, when)
            self.session.add(
                IntroductionMessage(
                    introduction_id=row.id,
                    author_id=helper.user_id,
                    side="volunteer",
                    text=question,
                    created_at=asked,
                )
            )
            if row.state is not I.EXPLORING:
                self.session.add(
                    IntroductionMessage(
                        introduction_id=row.id,
                        author_id=need.row.requester_id,
                        side="requester",
                        text=answer,
                        created_at=answered,
                    )
                )

    def _asked(self, row: Introduction, zone: str, when: datetime) -> tuple[datetime, datetime]:
        """When the question was asked, and when it was answered: between offer and acceptance."""
        if row.state is I.EXPLORING or row.offered_at is None:
            return when, when
        ends = row.accepted_at or when
        room = ends - row.offered_at
        asked = waking(row.offered_at + room * 0.3, zone, after=row.offered_at, before=ends)
        return asked, waking(asked + room * 0.3, HOME, after=asked, before=ends)

    def _count(self, made: list[PlacedIntroduction]) -> None:
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for one in made:
            counts[one.helper.volunteer_id][0] += one.row.introduced_at is not None
            counts[one.helper.volunteer_id][1] += one.row.thanks is not None
        for volunteer_id, (introductions, thanks) in counts.items():
            self.session.execute(
                update(Volunteer)
                .where(Volunteer.id == volunteer_id)
                .values(introductions_count=introductions, thanks_count=thanks)
            )


def _path(row: Introduction, need: Need, helper: Helper, when: datetime, now: datetime) -> list[Move]:
    """The moves from the proposal to the state the introduction is in."""
    helper_id, asker_id = helper.user_id, need.requester_id
    path: list[Move] = [("propose", "proposed", row.created_at, need.broker_id, None)]
    if row.offered_at is None:
        return path
    path.append(("offer", "offered", row.offered_at, need.broker_id, None))
    ends = {
        I.EXPLORING: ("ask", helper_id),
        I.ACCEPTED: ("accept_without_consent", helper_id),
        I.DECLINED: ("decline", helper_id),
        I.EXPIRED: ("expire", None),
        I.REFERRED_ON: ("refer_on", helper_id),
        I.WITHDRAWN: ("withdraw", asker_id),
    }
    if row.state in ends:
        action, actor_id = ends[row.state]
        path.append((action, row.state.value, when, actor_id, None))
    if row.introduced_at is None:
        return path
    path.append(("accept", "introduced", row.introduced_at, helper_id, None))
    if row.met_at is not None:
        path.append(("log_meeting", "met", row.met_at, asker_id, None))
    if row.state in {I.IN_PROGRESS, I.STALLED}:
        met, until = row.met_at or when, when if row.state is I.STALLED else now
        begun = waking(met + timedelta(hours=1), HOME, after=met, before=until)
        path.append(("start_progress", "in_progress", begun, asker_id, None))
    last = {
        I.COMPLETED: ("complete", asker_id),
        I.STALLED: ("stall", None),
        I.NO_CONTACT: ("mark_no_contact", None),
    }
    if row.state in last:
        action, actor_id = last[row.state]
        path.append((action, row.state.value, when, actor_id, row.state_reason))
    return path
