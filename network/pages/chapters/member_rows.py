"""What leads see of the members of their chapter and of those who knock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select, union_all
from sqlalchemy.orm import Session

from config.reference import find_home_place
from network.chapters.policy import (
    memberships_decidable_by,
    memberships_visible_to,
    roles_towards_membership,
)
from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.lifecycle import BROKER, open_actions
from network.domain.membership_moves import MOVES
from network.domain.states import MembershipState
from network.models import (
    Affiliation,
    Chapter,
    Membership,
    Organisation,
    Transition,
    User,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.web.paging import Page

SIZE = 30
DECISIONS = ("approve", "return", "refuse", "suspend", "reinstate")
WITH_REASON = ("return", "refuse", "suspend", "reinstate")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person in the list of members."""

    membership_id: int
    volunteer_id: int
    name: str
    headline: str
    state: MembershipState
    applied_at: datetime
    by: datetime | None
    late: bool
    version: int
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Members:
    """A page of members, with the numbers of each state."""

    page: Page[MemberRow]
    counts: dict[MembershipState, int]


def member_list(
    session: Session,
    actor: Actor,
    chapter: Chapter,
    state: MembershipState | None,
    words: str,
    number: int,
    now: datetime,
) -> Members:
    """The members of a chapter, who waits first, then by name; four statements."""
    query = (
        select(Membership, Volunteer.name, Volunteer.headline)
        .join(Volunteer, Volunteer.id == Membership.volunteer_id)
        .where(Membership.chapter_id == chapter.id, memberships_visible_to(actor))
        .order_by(
            case((Membership.state == MembershipState.APPLIED, 0), else_=1),
            case((Membership.state == MembershipState.APPLIED, Membership.applied_at)),
            Volunteer.name,
            Membership.id,
        )
    )
    if state is not None:
        query = query.where(Membership.state == state)
    if words:
        query = query.where(Volunteer.name.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.limit(SIZE).offset((number - 1) * SIZE)).all()
    counts = session.execute(
        select(Membership.state, func.count())
        .where(Membership.chapter_id == chapter.id)
        .group_by(Membership.state)
    )
    ids = [row[0].id for row in rows]
    decidable = set(
        session.scalars(select(Membership.id).where(Membership.id.in_(ids), memberships_decidable_by(actor)))
    )
    return Members(
        Page(
            [_row(row[0], row[1], row[2], row[0].id in decidable, now) for row in rows], number, SIZE, total
        ),
        {row[0]: row[1] for row in counts},
    )


def _row(membership: Membership, name: str, headline: str, may_decide: bool, now: datetime) -> MemberRow:
    by = membership.next_action_at if membership.state is MembershipState.APPLIED else None
    return MemberRow(
        membership.id,
        membership.volunteer_id,
        name,
        headline,
        membership.state,
        membership.applied_at,
        by,
        by is not None and by < now,
        membership.version,
        may_decide,
    )


@dataclass(slots=True)
class Knows:
    """What somebody says they know and offer, by code."""

    market: list[str] = field(default_factory=list)
    sector: list[str] = field(default_factory=list)
    help: list[str] = field(default_factory=list)
    language: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TieLine:
    """Why they care: the kind, and what they said about it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One move of the membership: what was done, by whom, when, why."""

    action: str
    who: str | None
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One person and the chapter: who they are, what was decided, what may be decided."""

    membership: Membership
    volunteer: Volunteer
    knows: Knows
    ties: tuple[TieLine, ...]
    decisions: tuple[str, ...]
    too_close: bool
    history: tuple[MoveLine, ...]


def find_member(session: Session, actor: Actor, chapter: Chapter, membership_id: int) -> Membership:
    """The membership, if it is of this chapter and the actor may know of it; NotFound otherwise."""
    found = session.scalar(
        select(Membership).where(
            Membership.id == membership_id,
            Membership.chapter_id == chapter.id,
            memberships_visible_to(actor),
        )
    )
    if found is None:
        raise NotFound("no_such_membership", "There is no such membership.")
    return found


def member_page(session: Session, actor: Actor, membership: Membership) -> MemberPage:
    """The person and what the actor may decide about them; five statements."""
    volunteer = session.get_one(Volunteer, membership.volunteer_id)
    roles = roles_towards_membership(actor, membership)
    actions = open_actions(MOVES, membership.state, roles)
    return MemberPage(
        membership,
        volunteer,
        _knows(session, volunteer.id),
        _ties(session, volunteer.id),
        tuple(action for action in DECISIONS if action in actions),
        not roles & BROKER,
        _history(session, membership.id),
    )


def _knows(session: Session, volunteer_id: int) -> Knows:
    parts: list[tuple[str, Any, Any]] = [
        ("market", VolunteerMarket, VolunteerMarket.market),
        ("sector", VolunteerSector, VolunteerSector.sector),
        ("help", VolunteerHelp, VolunteerHelp.help_type),
        ("language", VolunteerLanguage, VolunteerLanguage.language),
    ]
    query = union_all(
        *(
            select(literal(kind), code).where(table.volunteer_id == volunteer_id)
            for kind, table, code in parts
        )
    )
    found = Knows()
    for kind, code in sorted((row[0], row[1]) for row in session.execute(query)):
        getattr(found, kind).append(code)
    return found


def _ties(session: Session, volunteer_id: int) -> tuple[TieLine, ...]:
    query = (
        select(Affiliation, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(Affiliation.volunteer_id == volunteer_id)
        .order_by(Affiliation.id)
    )
    return tuple(TieLine(row.kind, _tie_words(row, name)) for row, name in session.execute(query))


def _tie_words(row: Affiliation, university: str | None) -> str:
    place = find_home_place(row.place) if row.place else None
    parts = (university, row.text, str(row.year) if row.year else None, place.label if place else None)
    return ", ".join(part for part in parts if part)


def _history(session: Session, membership_id: int) -> tuple[MoveLine, ...]:
    query = (
        select(Transition, User.name)
        .outerjoin(User, User.id == Transition.actor_id)
        .where(Transition.subject == "membership", Transition.subject_id == membership_id)
        .order_by(Transition.at.desc(), Transition.id.desc())
        .limit(SIZE)
    )
    return tuple(MoveLine(row.action, name, row.at, row.reason) for row, name in session.execute(query))
