"""Looking accounts up."""

from __future__ import annotations

from sqlalchemy import String, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import Channel, OrganisationKind, Role, VolunteerState
from network.models import ChapterLead, Organisation, OrganisationMember, User, UserRole, Volunteer


def find_user_by_email(session: Session, email: str) -> User | None:
    """The open account with this address, however it is written."""
    return session.scalar(select(User).where(User.email == canonical_email(email), User.closed_at.is_(None)))


def get_user(session: Session, user_id: int) -> User:
    """The account of this id, closed ones too; NotFound where there is none."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("no_such_account", "There is no such account.")
    return user


def staff_users(session: Session) -> list[User]:
    """Everybody who works for the network, with a verified address."""
    query = (
        select(User)
        .where(
            User.id.in_(select(UserRole.user_id)),
            User.closed_at.is_(None),
            User.email_verified_at.is_not(None),
        )
        .order_by(User.id)
    )
    return list(session.scalars(query))


def canonical_email(email: str) -> str:
    """The one way an address is kept: without blanks, in lower case."""
    return email.strip().lower()


def load_actor(session: Session, user: User, channel: Channel) -> Actor:
    """What the rules need to know about a user, in one statement."""
    # The column's type would be that of the first part: the others hold other words than roles.
    parts = union_all(
        select(literal("role"), type_coerce(UserRole.role, String), literal(0)).where(
            UserRole.user_id == user.id
        ),
        select(literal("lead"), literal(""), ChapterLead.chapter_id).where(ChapterLead.user_id == user.id),
        select(literal("volunteer"), type_coerce(Volunteer.state, String), Volunteer.id).where(
            Volunteer.user_id == user.id
        ),
        select(
            literal("member:") + type_coerce(Organisation.kind, String),
            type_coerce(OrganisationMember.role, String),
            OrganisationMember.organisation_id,
        )
        .join(Organisation, Organisation.id == OrganisationMember.organisation_id)
        .where(OrganisationMember.user_id == user.id, OrganisationMember.approved_at.is_not(None)),
    )
    return _actor_of(user, [(row[0], row[1], row[2]) for row in session.execute(parts)], channel)


def _actor_of(user: User, rows: list[tuple[str, str, int]], channel: Channel) -> Actor:
    roles: set[Role] = set()
    leads: set[int] = set()
    member_of: set[int] = set()
    owned: set[int] = set()
    offices: set[int] = set()
    volunteer_id: int | None = None
    for what, value, row_id in rows:
        if what == "role":
            roles.add(Role(value))
        elif what == "lead":
            leads.add(row_id)
            roles.add(Role.CHAPTER_LEAD)
        elif what == "volunteer":
            if value != VolunteerState.LEFT:
                volunteer_id = row_id
                roles.add(Role.VOLUNTEER)
        else:
            member_of.add(row_id)
            roles.add(Role.ORGANISATION_MEMBER)
            if value == Role.ORGANISATION_OWNER:
                owned.add(row_id)
                roles.add(Role.ORGANISATION_OWNER)
            if what == f"member:{OrganisationKind.UNIVERSITY}":
                offices.add(row_id)
                roles.add(Role.UNIVERSITY_OFFICE)
    if Role.ADMINISTRATOR in roles:
        roles.add(Role.STAFF)
    return Actor(
        user_id=user.id,
        volunteer_id=volunteer_id,
        roles=frozenset(roles),
        organisation_ids=frozenset(member_of),
        owned_organisation_ids=frozenset(owned),
        office_organisation_ids=frozenset(offices),
        lead_chapter_ids=frozenset(leads),
        channel=channel,
        timezone=user.timezone,
    )
