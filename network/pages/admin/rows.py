"""What the admin pages show. Staff see names and standings; addresses only an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from network.accounts.queries import canonical_email
from network.domain.actor import Actor
from network.domain.concerns import WAITS
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.models import (
    AuditEntry,
    Chapter,
    ChapterLead,
    Concern,
    MailMessage,
    Membership,
    Organisation,
    OrganisationMember,
    OutboxMessage,
    User,
    UserRole,
    Volunteer,
)
from network.web.paging import Page

SIZE = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits for staff, in numbers."""

    organisations_to_check: int
    users: int
    chapters: int
    failures: int
    memberships_waiting: int
    concerns: int


def overview(session: Session) -> Overview:
    """The numbers of the admin's first page, in one statement."""
    row = session.execute(
        select(
            select(func.count(Organisation.id))
            .where(Organisation.state == OrganisationState.UNVERIFIED)
            .scalar_subquery(),
            select(func.count(User.id)).where(User.closed_at.is_(None)).scalar_subquery(),
            select(func.count(Chapter.id)).scalar_subquery(),
            select(func.count(OutboxMessage.id)).where(OutboxMessage.dead_at.is_not(None)).scalar_subquery(),
            select(func.count(MailMessage.id)).where(MailMessage.dead_at.is_not(None)).scalar_subquery(),
            select(func.count(Membership.id)).where(Membership.state == "applied").scalar_subquery(),
            select(func.count(Concern.id)).where(Concern.state.in_(sorted(WAITS))).scalar_subquery(),
        )
    ).one()
    return Overview(row[0], row[1], row[2], row[3] + row[4], row[5], row[6])


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation of the list."""

    id: int
    name: str
    kind: OrganisationKind
    state: OrganisationState
    home_place: str
    next_action_at: datetime | None
    created_at: datetime


def organisation_list(
    session: Session, number: int, state: OrganisationState | None, words: str
) -> Page[OrganisationRow]:
    """Organisations, those that wait for a check first, then by name."""
    where = []
    if state is not None:
        where.append(Organisation.state == state)
    if words:
        where.append(
            or_(
                Organisation.name.icontains(words, autoescape=True),
                Organisation.registration_number == words.upper().replace(" ", ""),
            )
        )
    total = session.scalar(select(func.count(Organisation.id)).where(*where)) or 0
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.state,
            Organisation.home_place,
            Organisation.next_action_at,
            Organisation.created_at,
        )
        .where(*where)
        .order_by(Organisation.state != OrganisationState.UNVERIFIED, Organisation.name, Organisation.id)
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return Page([OrganisationRow(*row) for row in rows], number, SIZE, total)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person of an organisation, without contact details."""

    user_id: int
    name: str
    role: Role
    job_title: str
    approved_at: datetime | None
    trusted: bool


def members_of(session: Session, organisation_id: int) -> list[MemberRow]:
    """Who belongs to an organisation, owners first."""
    rows = session.execute(
        select(
            User.id,
            User.name,
            OrganisationMember.role,
            OrganisationMember.job_title,
            OrganisationMember.approved_at,
            User.trusted_requester,
        )
        .join(User, User.id == OrganisationMember.user_id)
        .where(OrganisationMember.organisation_id == organisation_id)
        .order_by(OrganisationMember.role != Role.ORGANISATION_OWNER, User.name, User.id)
    )
    return [MemberRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class UserRow:
    """One account of the list."""

    id: int
    name: str
    email: str | None
    created_at: datetime
    verified: bool
    closed: bool
    bounced: bool
    roles: tuple[str, ...]


def user_list(
    session: Session, actor: Actor, number: int, words: str, role: Role | None, *, bounced: bool = False
) -> Page[UserRow]:
    """Accounts by name; an exact address finds its account for staff too, without showing it."""
    where = []
    if bounced:
        where.append(and_(User.mail_bounced_at.is_not(None), User.closed_at.is_(None)))
    if words:
        where.append(or_(User.name.icontains(words, autoescape=True), User.email == canonical_email(words)))
    if role is not None:
        where.append(User.id.in_(select(UserRole.user_id).where(UserRole.role == role)))
    total = session.scalar(select(func.count(User.id)).where(*where)) or 0
    users = session.scalars(
        select(User).where(*where).order_by(User.name, User.id).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    held = roles_of(session, [user.id for user in users])
    rows = [
        UserRow(
            user.id,
            user.name,
            user.email if actor.is_administrator else None,
            user.created_at,
            user.email_verified_at is not None,
            user.closed_at is not None,
            user.mail_bounced_at is not None,
            held.get(user.id, ()),
        )
        for user in users
    ]
    return Page(rows, number, SIZE, total)


def roles_of(session: Session, user_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """What each person is to the network: given roles and those that follow from belonging, as words' codes."""
    found: dict[int, list[str]] = {}
    parts = (
        select(UserRole.user_id, UserRole.role).where(UserRole.user_id.in_(user_ids)),
        select(ChapterLead.user_id, func.min("chapter_lead"))
        .where(ChapterLead.user_id.in_(user_ids))
        .group_by(ChapterLead.user_id),
        select(Volunteer.user_id, func.min("volunteer"))
        .where(Volunteer.user_id.in_(user_ids))
        .group_by(Volunteer.user_id),
        select(OrganisationMember.user_id, OrganisationMember.role).where(
            OrganisationMember.user_id.in_(user_ids), OrganisationMember.approved_at.is_not(None)
        ),
    )
    for part in parts:
        for user_id, role in session.execute(part):
            if user_id is not None:
                found.setdefault(user_id, []).append(str(role))
    return {user_id: tuple(dict.fromkeys(roles)) for user_id, roles in found.items()}


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """One chapter of the list, with how many lead it and belong to it."""

    id: int
    slug: str
    name: str
    state: str
    leads: int
    members: int


def chapter_list(session: Session) -> list[ChapterRow]:
    """All chapters by name."""
    leads = (
        select(func.count())
        .select_from(ChapterLead)
        .where(ChapterLead.chapter_id == Chapter.id)
        .correlate(Chapter)
        .scalar_subquery()
    )
    members = (
        select(func.count(Membership.id))
        .where(Membership.chapter_id == Chapter.id, Membership.state == "approved")
        .correlate(Chapter)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Chapter.id, Chapter.slug, Chapter.name, Chapter.state, leads, members).order_by(Chapter.name)
    )
    return [ChapterRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A side effect or mail that was given up; `kind` is outbox or mail."""

    kind: str
    id: int
    event: str
    error: str | None
    attempts: int
    dead_at: datetime


def failure_list(session: Session) -> list[FailureRow]:
    """What was given up, newest first, a hundred of each kind at most."""
    rows: list[FailureRow] = []
    for kind, model in (("outbox", OutboxMessage), ("mail", MailMessage)):
        found = session.execute(
            select(model.id, model.event, model.error, model.attempts, model.dead_at)
            .where(model.dead_at.is_not(None))
            .order_by(model.dead_at.desc(), model.id.desc())
            .limit(100)
        )
        rows += [
            FailureRow(kind, row[0], row[1], row[2], row[3], row[4]) for row in found if row[4] is not None
        ]
    return sorted(rows, key=lambda row: (row.dead_at, row.id), reverse=True)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log: ids and names of fields, never values."""

    id: int
    at: datetime
    actor: str | None
    actor_id: int | None
    channel: str
    act: str
    subject: str
    subject_id: int | None
    fields: list[str] | None


def log_page(session: Session, before: int | None, subject: str, subject_id: int | None) -> list[LogRow]:
    """The log, newest first; `before` is the id to go on from. One row more than a page says there is more."""
    where = []
    if before is not None:
        where.append(AuditEntry.id < before)
    if subject:
        where.append(AuditEntry.subject == subject)
    if subject_id is not None:
        where.append(AuditEntry.subject_id == subject_id)
    rows = session.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            User.name,
            AuditEntry.actor_id,
            AuditEntry.channel,
            AuditEntry.act,
            AuditEntry.subject,
            AuditEntry.subject_id,
            AuditEntry.fields,
        )
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(*where)
        .order_by(AuditEntry.id.desc())
        .limit(SIZE + 1)
    )
    return [LogRow(*row) for row in rows]
