"""The demo's firms and needs into the tables, in every state, with their histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from network.demo.accounts import PASSWORD, account_of
from network.demo.chapters import chapter_of_market
from network.demo.firms import FirmSeed, firms
from network.demo.history import Move, write_history
from network.demo.load_people import HOME, Loaded, demo_hash
from network.demo.moments import waking
from network.demo.needs import NeedSeed, generate_needs, mailbox_of
from network.demo.stories import Storyteller
from network.domain.conflict import normalise_name
from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import (
    Confidentiality,
    NeedState,
    OrganisationKind,
    OrganisationState,
    RiskState,
    Role,
)
from network.models import (
    Need,
    NeedHelp,
    NeedMarket,
    NeedNote,
    NeedSector,
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
    RiskReview,
    User,
)
from network.needs.operations import screen_need, wind_need
from network.needs.risk import risks_of
from network.organisations.standing import schedule_organisation
from network.rules import periods

NEEDS = 230
S = NeedState
# What is under way is recent, so that its clocks have time left: state, how many, and the days since it was sent in.
RECENT: tuple[tuple[NeedState, int, int], ...] = (
    (S.DRAFT, 8, 20),
    (S.SUBMITTED, 6, 1),
    (S.IN_TRIAGE, 6, 2),
    (S.NEEDS_INFO, 4, 6),
    (S.OPEN, 54, 40),
)
ENDED = (S.FULFILLED,) * 13 + (S.CLOSED_UNMET,) * 3 + (S.WITHDRAWN,) * 2 + (S.REFUSED,)


@dataclass(frozen=True, slots=True)
class PlacedNeed:
    """A need in the tables with the seed it was made from."""

    row: Need
    seed: NeedSeed


class NeedLoader:
    """Loads firms, then needs; introductions come after."""

    def __init__(self, session: Session, now: datetime, seed: int, loaded: Loaded) -> None:
        self.session, self.now, self.loaded = session, now, loaded
        self.rng = Random(f"needs in tables {seed}")
        self.stories = Storyteller(seed)
        self.seed = seed
        self.users_by_email: dict[str, int] = {}
        self.firm_ids: dict[int, int] = {}
        self.answers = ["political_exposure", "data_or_ip state_linked", "state_linked"]

    def load(self) -> list[PlacedNeed]:
        """Eighty firms and their needs stand in the tables."""
        for firm in firms():
            self._firm(firm)
        seeds = sorted(generate_needs(NEEDS, self.seed), key=lambda one: (one.submitted_days_ago, one.number))
        states = [(state, days) for state, count, days in RECENT for _ in range(count)]
        self.rng.shuffle(states)
        # Drawn from all years, so that no year is left without needs of its own.
        recent = dict(
            zip(self.rng.sample(range(len(seeds)), min(len(states), len(seeds))), states, strict=False)
        )
        placed = []
        for place, need in enumerate(seeds):
            if place in recent:
                state, days = recent[place]
                age = self.rng.uniform(0.2, days)
            else:
                state, age = self.rng.choice(ENDED), max(70.0, float(need.submitted_days_ago))
            placed.append(PlacedNeed(self._need(need, state, age), need))
        return placed

    def _firm(self, firm: FirmSeed) -> None:
        age = self.rng.randint(200, 1100)
        # A few are new and wait to be checked, one was refused, one is suspended.
        state = {76: OrganisationState.REFUSED, 77: OrganisationState.SUSPENDED}.get(
            firm.index, OrganisationState.ELIGIBLE
        )
        if firm.index >= 78:
            state, age = OrganisationState.UNVERIFIED, 2
        made = waking(self.now - timedelta(days=age), HOME, before=self.now)
        days = self.rng.randint(1, 300)
        # A suspension is looked at each month: this one was not due yet.
        days = min(age, days, 20 if state is OrganisationState.SUSPENDED else days)
        since = waking(self.now - timedelta(days=days), HOME, after=made, before=self.now)
        checked = None if state is OrganisationState.UNVERIFIED else since
        organisation = Organisation(
            kind=OrganisationKind.COMPANY,
            name=firm.name,
            name_key=normalise_name(firm.name),
            registration_number=firm.registration_number,
            website=firm.website,
            description=firm.description,
            home_place=firm.place,
            size=firm.size,
            export_experience=firm.export_experience,
            state=state,
            state_since=since,
            checked_at=checked,
            recheck_on=(since + timedelta(days=periods().organisation_review_days)).date()
            if state is OrganisationState.ELIGIBLE
            else None,
            is_demo=True,
            created_at=made,
            updated_at=since,
        )
        self.session.add(organisation)
        self.session.flush()
        self.firm_ids[firm.index] = organisation.id
        self.session.add_all(
            OrganisationSector(organisation_id=organisation.id, sector=code)
            for code in dict.fromkeys(firm.sectors)
        )
        self.session.add_all(
            OrganisationMarket(organisation_id=organisation.id, market=code)
            for code in dict.fromkeys(firm.markets)
        )
        for place, person in enumerate(firm.people):
            self._person(
                organisation,
                person.name,
                person.email,
                person.job_title,
                person.phone,
                place,
                made,
                first=firm.index == 0,
            )
        write_history(self.session, organisation, None, _standing(state, made, since, self.loaded.staff[0]))
        schedule_organisation(self.session, organisation)

    def _person(
        self,
        organisation: Organisation,
        name: str,
        email: str,
        job: str,
        phone: str,
        place: int,
        made: datetime,
        *,
        first: bool,
    ) -> None:
        demo = first and place == 0
        user = User(
            name=name,
            email=account_of("firm").email if demo else email,
            password_hash=demo_hash() if demo and PASSWORD else None,
            timezone=HOME,
            email_verified_at=made,
            code_accepted_at=made,
            terms_accepted_at=made,
            is_demo=True,
            created_at=made,
            updated_at=made,
        )
        self.session.add(user)
        self.session.flush()
        self.users_by_email[email] = user.id
        self.session.add(
            OrganisationMember(
                organisation_id=organisation.id,
                user_id=user.id,
                role=Role.ORGANISATION_OWNER if place == 0 else Role.ORGANISATION_MEMBER,
                job_title=job,
                phone=phone,
                joined_at=made,
                approved_at=made,
            )
        )

    def _requester(self, need: NeedSeed) -> tuple[int, int]:
        """Organisation and user that ask."""
        _name, email = mailbox_of(need)
        if need.firm is not None:
            return self.firm_ids[need.firm], self.users_by_email[email]
        office = self.loaded.offices[(need.university or 0, need.person)]
        return self.loaded.universities[need.university or 0], office

    def _need(self, seed: NeedSeed, state: NeedState, age: float) -> Need:
        organisation_id, requester_id = self._requester(seed)
        name, email = mailbox_of(seed)
        chapter = chapter_of_market(seed.markets[0])
        owner_id = self.loaded.chapters[chapter.slug] if chapter else None
        lead = next(iter(self.loaded.leads.get(chapter.slug, ())), None) if chapter else None
        broker_id = lead or self.loaded.staff[0]
        zone = self.loaded.zones[broker_id]
        sent = waking(self.now - timedelta(days=age), HOME, before=self.now)
        opened = (
            waking(
                sent + timedelta(days=self.rng.uniform(0.2, min(2.5, age / 2))),
                zone,
                after=sent,
                before=self.now,
            )
            if state not in {S.DRAFT, S.SUBMITTED, S.IN_TRIAGE, S.NEEDS_INFO, S.REFUSED}
            else None
        )
        ended = (
            waking(
                opened + timedelta(days=min(seed.deadline_after_days, max(8.0, age - 12))),
                zone if state is S.CLOSED_UNMET else HOME,
                after=opened,
                before=self.now,
            )
            if opened and state is not S.OPEN
            else None
        )
        if state is S.REFUSED:
            ended = waking(sent + timedelta(days=2), zone, after=sent, before=self.now)
        begun = waking(sent - timedelta(hours=3), HOME, before=sent)
        need = Need(
            state=state,
            requester_id=requester_id,
            organisation_id=organisation_id,
            contact_name=name,
            contact_email=email,
            goal=seed.goal,
            title=seed.title,
            background=seed.background,
            ask=seed.ask,
            shareable=seed.shareable,
            confidentiality=Confidentiality.CONFIDENTIAL if seed.confidential else Confidentiality.OPEN,
            urgent=seed.urgent and state not in {S.OPEN},
            consents=seed.consents,
            wanted=seed.wanted,
            deadline_on=(
                sent + timedelta(days=max(seed.deadline_after_days, 45 if state is S.OPEN else 0))
            ).date(),
            risk_answers=" ".join(seed.risk_answers) or self._answered(state),
            owner_chapter_id=None if state is S.DRAFT else owner_id,
            broker_id=None if state in {S.DRAFT, S.SUBMITTED} else broker_id,
            submitted_at=None if state is S.DRAFT else sent,
            opened_at=opened,
            closed_at=ended,
            is_demo=True,
            state_since=ended or opened or sent,
            created_at=begun,
            updated_at=ended or opened or sent,
        )
        if state in {S.NEEDS_INFO, S.REFUSED, S.WITHDRAWN, S.CLOSED_UNMET}:
            need.state_reason = self.stories.reason(state.value, seed)
        self.session.add(need)
        self.session.flush()
        key = {"need_id": need.id}
        self.session.add_all(
            NeedMarket(**key, market=code, position=place)
            for place, code in enumerate(dict.fromkeys(seed.markets))
        )
        self.session.add_all(NeedSector(**key, sector=code) for code in dict.fromkeys(seed.sectors))
        self.session.add_all(NeedHelp(**key, help_type=code) for code in dict.fromkeys(seed.help_types))
        if state not in {S.DRAFT, S.SUBMITTED} and self.rng.random() < 0.3:
            self.session.add(
                NeedNote(
                    **key,
                    author_id=broker_id,
                    text=self.stories.reason("notes", seed),
                    created_at=waking(sent + timedelta(hours=20), zone, after=sent, before=self.now),
                )
            )
        write_history(self.session, need, None, _path(need, requester_id, broker_id, zone, self.now))
        wind_need(self.session, need)
        self._look_at_risks(need)
        return need

    def _answered(self, state: NeedState) -> str:
        """What two of the needs that are new say of their risks, so that somebody has one to look at."""
        if state is not S.SUBMITTED or not self.answers:
            return ""
        return self.answers.pop()

    def _look_at_risks(self, need: Need) -> None:
        """What the rules touch waits for its reviewer, or was cleared before it was opened."""
        if need.state in WAITS_FOR_TRIAGE:
            screen_need(self.session, need, now=self.now)
            return
        kinds = risks_of(self.session, need) if need.opened_at else ()
        if not kinds or need.opened_at is None or need.submitted_at is None:
            return
        reviewer, zone = self.loaded.staff[0], self.loaded.zones[self.loaded.staff[0]]
        decided = waking(need.submitted_at, zone, after=need.submitted_at, before=need.opened_at)
        review = RiskReview(
            need_id=need.id,
            state=RiskState.CLEARED,
            kinds=" ".join(kinds),
            answers=need.risk_answers,
            reviewer_id=reviewer,
            decided_by_id=reviewer,
            decided_at=decided,
            reason="Known to us: a civil use, an open tender and nobody on a list.",
            state_since=decided,
            created_at=need.submitted_at,
            updated_at=decided,
        )
        self.session.add(review)
        self.session.flush()
        path: list[Move] = [
            ("create", "waiting", need.submitted_at, None, None),
            ("clear", "cleared", decided, reviewer, review.reason),
        ]
        write_history(self.session, review, None, path)


def _standing(state: OrganisationState, made: datetime, since: datetime, staff_id: int) -> list[Move]:
    """The moves from registering to the state the organisation is in."""
    path: list[Move] = [("register", "unverified", made, None, None)]
    if state is OrganisationState.UNVERIFIED:
        return path
    if state is OrganisationState.REFUSED:
        return [*path, ("refuse", "refused", since, staff_id, "It has no place of business here.")]
    if state is OrganisationState.SUSPENDED:
        path.append(("verify", "eligible", made + (since - made) / 2, staff_id, None))
        return [*path, ("suspend", "suspended", since, staff_id, "Its registration has lapsed.")]
    return [*path, ("verify", "eligible", since, staff_id, None)]


def _path(need: Need, requester_id: int, broker_id: int, zone: str, now: datetime) -> list[Move]:
    """The moves from the first draft to the state the need is in; its broker lives in `zone`."""
    path: list[Move] = [("create", "draft", need.created_at, requester_id, None)]
    sent = need.submitted_at
    if sent is None:
        return path
    path.append(("submit", "submitted", sent, requester_id, None))
    if need.state is S.SUBMITTED:
        return path
    ends = need.opened_at or need.closed_at
    soon = sent + ((ends or sent + timedelta(hours=12)) - sent) / 2
    read = waking(soon, zone, after=sent, before=ends or now)
    path.append(("begin_triage", "in_triage", read, broker_id, None))
    if need.state is S.NEEDS_INFO:
        asked = waking(read + timedelta(hours=1), zone, after=read, before=now)
        path.append(("ask_info", "needs_info", asked, broker_id, need.state_reason))
    if need.state is S.REFUSED:
        path.append(("refuse", "refused", need.closed_at or read, broker_id, need.state_reason))
    if need.opened_at:
        path.append(("open", "open", need.opened_at, broker_id, None))
    last = {
        S.FULFILLED: ("fulfil", requester_id),
        S.CLOSED_UNMET: ("close_unmet", broker_id),
        S.WITHDRAWN: ("withdraw", requester_id),
    }
    if need.state in last and need.closed_at:
        action, actor_id = last[need.state]
        path.append((action, need.state.value, need.closed_at, actor_id, need.state_reason))
    return path
