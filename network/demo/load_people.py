"""The demo's people into the tables: staff, universities, chapters with leads, volunteers with what they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from network.accounts.passwords import hash_password
from network.demo.accounts import PASSWORD, account_of
from network.demo.chapters import chapters
from network.demo.home import universities
from network.demo.memberships import MembershipWriter
from network.demo.moments import Clocks, moment_of
from network.demo.people import VolunteerSeed, generate_volunteers
from network.domain.conflict import normalise_name
from network.domain.states import (
    ChapterState,
    MembershipState,
    OrganisationKind,
    OrganisationState,
    Role,
    VolunteerState,
)
from network.models import (
    Affiliation,
    Chapter,
    ChapterLead,
    ChapterMarket,
    Membership,
    Organisation,
    OrganisationMember,
    User,
    UserRole,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.rules import periods

CHUNK = 2_000
LEADS_EACH = 2
HOME = "Europe/London"
Progress = Callable[[str], None]


@dataclass
class Loaded:
    """What the later steps of loading refer to."""

    chapters: dict[str, int] = field(default_factory=dict)
    universities: dict[int, int] = field(default_factory=dict)
    leads: dict[str, list[int]] = field(default_factory=dict)
    staff: list[int] = field(default_factory=list)
    # (university, place in its office) -> user
    offices: dict[tuple[int, int], int] = field(default_factory=dict)
    # Where those live who broker: user -> zone
    zones: dict[int, str] = field(default_factory=dict)
    # Of findable volunteers: what the needs are matched with. Kept for the first 5,000 only.
    findable: list[Helper] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Helper:
    """A findable volunteer, as far as needs and introductions want to know."""

    volunteer_id: int
    user_id: int
    seed: VolunteerSeed


@dataclass
class PeopleLoader:
    """Loads people in chunks, each in a handful of statements."""

    session: Session
    now: datetime
    seed: int
    progress: Progress
    done: Loaded = field(default_factory=Loaded)

    def __post_init__(self) -> None:
        self._clocks = Clocks(self.now)
        self._memberships = MembershipWriter(self.now, self._clocks)

    def load(self, volunteers: int) -> Loaded:
        """Staff, universities, chapters and so many volunteers stand in the tables."""
        self._staff()
        self._universities()
        self._chapters()
        stream = generate_volunteers(volunteers, self.seed, today=self.now.date())
        loaded = 0
        while chunk := list(islice(stream, CHUNK)):
            self._volunteers(chunk)
            loaded += len(chunk)
            self.progress(f"{loaded:,} of {volunteers:,} volunteers")
        self._make_leads()
        return self.done

    def _staff(self) -> None:
        people = [
            ("Morwenna Ashby", Role.STAFF),
            ("Idris Calloway", Role.STAFF),
            ("Ottoline Verey", Role.ADMINISTRATOR),
        ]
        ids = self._users([(name, _address(name), HOME, 900) for name, _role in people])
        self.done.staff = ids
        self.done.zones |= dict.fromkeys(ids, HOME)
        self._insert(
            UserRole,
            (
                {"user_id": user_id, "role": role, "given_at": self.now}
                for user_id, (_name, role) in zip(ids, people, strict=True)
            ),
        )
        self._account(ids[0], "staff")
        self._account(ids[2], "administrator")

    def _universities(self) -> None:
        joined = moment_of(self.now.date() - timedelta(days=900), HOME, "universities", self.now)
        checked = moment_of(self.now.date() - timedelta(days=120), HOME, "checked", self.now)
        eligible = OrganisationState.ELIGIBLE
        waits = self._clocks.standing(eligible, checked, HOME, HOME)
        for seed in universities():
            organisation_id = self._insert_one(
                Organisation,
                kind=OrganisationKind.UNIVERSITY,
                name=seed.name,
                name_key=normalise_name(seed.name),
                registration_number=seed.registration_number,
                website=seed.website,
                description=seed.about,
                home_place=seed.place,
                state=eligible,
                checked_at=checked,
                recheck_on=(checked + timedelta(days=periods().organisation_review_days)).date(),
                state_since=checked,
                is_demo=True,
                created_at=joined,
                updated_at=checked,
                **waits._asdict(),
            )
            self.done.universities[seed.index] = organisation_id
            ids = self._users([(person.name, person.email, HOME, 900) for person in seed.office])
            self._insert(
                OrganisationMember,
                (
                    {
                        "organisation_id": organisation_id,
                        "user_id": user_id,
                        "role": Role.ORGANISATION_OWNER if place == 0 else Role.UNIVERSITY_OFFICE,
                        "job_title": person.job_title,
                        "joined_at": joined,
                        "approved_at": joined,
                    }
                    for place, (user_id, person) in enumerate(zip(ids, seed.office, strict=True))
                ),
            )
            self.done.offices.update({(seed.index, place): user_id for place, user_id in enumerate(ids)})
            if seed.index == 0:
                self._account(ids[0], "university office")

    def _chapters(self) -> None:
        founded = moment_of(self.now.date() - timedelta(days=1000), HOME, "chapters", self.now)
        reviewed = moment_of(self.now.date() - timedelta(days=60), HOME, "chapters", self.now)
        for seed in chapters():
            waits = self._clocks.standing(ChapterState.ACTIVE, reviewed, seed.timezone, HOME)
            chapter_id = self._insert_one(
                Chapter,
                slug=seed.slug,
                name=seed.name,
                summary=seed.summary,
                description=seed.description,
                host=seed.host,
                city=seed.city,
                timezone=seed.timezone,
                holidays="",
                state=ChapterState.ACTIVE,
                state_since=reviewed,
                next_action_by=waits.next_action_by,
                next_action_at=waits.next_action_at,
                is_demo=True,
                created_at=founded,
                updated_at=reviewed,
            )
            self.done.chapters[seed.slug] = chapter_id
            self._insert(ChapterMarket, ({"chapter_id": chapter_id, "market": code} for code in seed.markets))

    def _volunteers(self, seeds: list[VolunteerSeed]) -> None:
        user_ids = self._users(
            [(seed.name, seed.email, seed.timezone, seed.standing.registered_days_ago) for seed in seeds]
        )
        ids = list(
            self.session.scalars(
                insert(Volunteer).returning(Volunteer.id, sort_by_parameter_order=True),
                [self._volunteer(seed, user_id) for seed, user_id in zip(seeds, user_ids, strict=True)],
            )
        )
        pairs = list(zip(ids, seeds, strict=True))
        self._insert(
            VolunteerMarket,
            (
                {"volunteer_id": i, "market": code, "depth": depth}
                for i, seed in pairs
                for code, depth in seed.markets
            ),
        )
        self._insert(
            VolunteerSector,
            ({"volunteer_id": i, "sector": code} for i, seed in pairs for code in seed.sectors),
        )
        self._insert(
            VolunteerLanguage,
            ({"volunteer_id": i, "language": code} for i, seed in pairs for code in seed.languages),
        )
        self._insert(
            VolunteerHelp,
            (
                {"volunteer_id": i, "help_type": help.help_type, "effort": help.effort, "words": help.words}
                for i, seed in pairs
                for help in seed.help
            ),
        )
        self._insert(Affiliation, (row for i, seed in pairs for row in self._affiliations(i, seed)))
        memberships = (self._memberships.row(i, seed, self.done.chapters) for i, seed in pairs)
        self._insert(Membership, (row for row in memberships if row is not None))
        room = max(0, 5_000 - len(self.done.findable))
        found = (
            Helper(volunteer_id, user_id, seed)
            for (volunteer_id, seed), user_id in zip(pairs, user_ids, strict=True)
            if seed.standing.state is VolunteerState.ACTIVE
            and seed.standing.membership is MembershipState.APPROVED
            and seed.chapter
        )
        self.done.findable.extend(islice(found, room))

    def _volunteer(self, seed: VolunteerSeed, user_id: int) -> dict[str, Any]:
        stands = seed.standing
        today = self.now.date()
        reviewed = self._moment(stands.reviewed_days_ago, seed)
        return {
            "user_id": user_id,
            "state": stands.state,
            "name": seed.name,
            "headline": seed.headline,
            "job_title": seed.job_title,
            "employer": seed.employer,
            "employer_key": normalise_name(seed.employer),
            "biography": seed.biography,
            "city": seed.city,
            "country": seed.country,
            "timezone": seed.timezone,
            "contact_email": seed.email,
            "phone": seed.phone,
            "capacity": stands.capacity,
            "paused_until": _in_days(today, stands.paused_for_days),
            "leave_from": _in_days(today, stands.leave_in_days),
            "silences": stands.silences,
            "listing": stands.listing,
            "profile_visibility": stands.profile,
            "work_visibility": stands.work,
            "place_visibility": stands.place,
            "university_visibility": stands.university,
            "origin_visibility": stands.origin,
            "answer_days": stands.answer_days,
            "answers_count": stands.answers,
            "introductions_count": 0,
            "thanks_count": 0,
            "reviewed_at": reviewed,
            "registered_step": 5,
            "source": "registered",
            "is_demo": True,
            "version": 1,
            "created_at": self._moment(stands.registered_days_ago, seed),
            "updated_at": reviewed,
        }

    def _affiliations(self, volunteer_id: int, seed: VolunteerSeed) -> Iterator[dict[str, Any]]:
        for one in seed.affiliations:
            yield {
                "volunteer_id": volunteer_id,
                "kind": one.kind,
                "organisation_id": None if one.university is None else self.done.universities[one.university],
                "text": one.text,
                "year": one.year,
                "place": one.place,
            }

    def _make_leads(self) -> None:
        by_chapter: dict[str, list[Helper]] = {}
        for helper in self.done.findable:
            found = by_chapter.setdefault(str(helper.seed.chapter), [])
            if len(found) < LEADS_EACH and helper.seed.standing.paused_for_days is None:
                found.append(helper)
        for slug, helpers in by_chapter.items():
            self.done.leads[slug] = [helper.user_id for helper in helpers]
            self.done.zones |= {helper.user_id: helper.seed.timezone for helper in helpers}
            self._insert(
                ChapterLead,
                (
                    {
                        "chapter_id": self.done.chapters[slug],
                        "user_id": helper.user_id,
                        "since": self.now - timedelta(days=700),
                        "title": title,
                    }
                    for helper, title in zip(helpers, ("Chair", "Vice-chair"), strict=False)
                ),
            )
        if self.done.leads:
            self._account(self.done.leads[self._busiest()][0], "chapter lead")

    def _busiest(self) -> str:
        """The led chapter with the most newcomers before it: its lead has something to answer."""
        query = select(Membership.chapter_id, func.count()).where(Membership.state == MembershipState.APPLIED)
        waiting = {row[0]: row[1] for row in self.session.execute(query.group_by(Membership.chapter_id))}
        return max(self.done.leads, key=lambda slug: waiting.get(self.done.chapters[slug], 0))

    # --- small things -----------------------------------------------------------------------

    def _users(self, people: list[tuple[str, str, str, int]]) -> list[int]:
        rows = []
        for name, email, zone, days in people:
            joined = moment_of(self.now.date() - timedelta(days=days), zone, email, self.now)
            stamps = (
                "email_verified_at",
                "code_accepted_at",
                "terms_accepted_at",
                "created_at",
                "updated_at",
            )
            rows.append(
                {"name": name, "email": email.lower(), "timezone": zone, "is_demo": True}
                | dict.fromkeys(stamps, joined)
            )
        return list(self.session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), rows))

    def _account(self, user_id: int, role: str) -> None:
        give_account(self.session, user_id, role)

    def _moment(self, days_ago: int, seed: VolunteerSeed) -> datetime:
        return moment_of(self.now.date() - timedelta(days=days_ago), seed.timezone, seed.email, self.now)

    def _insert(self, table: Any, rows: Iterable[dict[str, Any]]) -> None:
        found = list(rows)
        if found:
            self.session.execute(insert(table), found)

    def _insert_one(self, table: Any, **values: Any) -> int:
        made: int = self.session.scalars(insert(table).returning(table.id), [values]).one()
        return made


def give_account(session: Session, user_id: int, role: str) -> None:
    """The person signs in with the address and password that are printed for the role."""
    user = session.get_one(User, user_id)
    user.email = account_of(role).email
    user.password_hash = demo_hash()
    session.flush()


_hashes: list[str] = []


def demo_hash() -> str:
    """Hashed once: the same password for all of them is the point of a demo."""
    if not _hashes:
        _hashes.append(hash_password(PASSWORD))
    return _hashes[0]


def _address(name: str) -> str:
    return name.lower().replace(" ", ".") + "@midhearth.example"


def _in_days(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
