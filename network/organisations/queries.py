"""Looking organisations and their people up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.models import (
    Need,
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
    User,
)
from network.organisations.policy import organisations_visible_to


def get_organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation of this id; of a merged one the record that stayed. NotFound where there is none."""
    found = session.get(Organisation, organisation_id)
    while found is not None and found.merged_into_id is not None:
        found = session.get(Organisation, found.merged_into_id)
    if found is None:
        raise NotFound("no_such_organisation", "There is no such organisation.")
    return found


def visible_organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """The organisation, if the actor may see it; NotFound otherwise."""
    found = session.scalar(
        select(Organisation).where(Organisation.id == organisation_id, organisations_visible_to(actor))
    )
    if found is None:
        raise NotFound("no_such_organisation", "There is no such organisation.")
    return found


def find_by_number(session: Session, registration_number: str) -> Organisation | None:
    """The organisation with a registration number, however it is written."""
    number = canonical_number(registration_number)
    if not number:
        return None
    return session.scalar(select(Organisation).where(Organisation.registration_number == number))


def canonical_number(number: str) -> str:
    """A registration number as it is kept: letters and digits only, upper-case."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def sectors_of(session: Session, organisation_id: int) -> list[str]:
    """The sector codes of an organisation."""
    query = select(OrganisationSector.sector).where(OrganisationSector.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(OrganisationSector.sector)))


def markets_of(session: Session, organisation_id: int) -> list[str]:
    """The market codes an organisation wants to reach."""
    query = select(OrganisationMarket.market).where(OrganisationMarket.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(OrganisationMarket.market)))


def members_of(session: Session, organisation_id: int) -> list[tuple[OrganisationMember, User]]:
    """Everybody in an organisation with their account, those who wait for a yes last."""
    query = (
        select(OrganisationMember, User)
        .join(User, User.id == OrganisationMember.user_id)
        .where(OrganisationMember.organisation_id == organisation_id, User.closed_at.is_(None))
        .order_by(OrganisationMember.approved_at.is_(None), OrganisationMember.id)
    )
    return [(member, user) for member, user in session.execute(query)]


def owners_of(session: Session, organisation_id: int) -> list[User]:
    """The people who answer for an organisation."""
    return [
        user
        for member, user in members_of(session, organisation_id)
        if member.role is Role.ORGANISATION_OWNER and member.approved_at is not None
    ]


def get_member(session: Session, member_id: int) -> OrganisationMember:
    """A person's place in an organisation; NotFound where there is none."""
    found = session.get(OrganisationMember, member_id)
    if found is None:
        raise NotFound("no_such_member", "There is no such colleague.")
    return found


def find_member(session: Session, organisation_id: int, user_id: int) -> OrganisationMember | None:
    """A user's place in an organisation, waiting ones too, or None."""
    return session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation_id, OrganisationMember.user_id == user_id
        )
    )


def organisations_of(session: Session, user_id: int) -> list[tuple[Organisation, OrganisationMember]]:
    """The organisations a person belongs to or waits to join."""
    query = (
        select(Organisation, OrganisationMember)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(OrganisationMember.user_id == user_id)
        .order_by(OrganisationMember.id)
    )
    return [(organisation, member) for organisation, member in session.execute(query)]


def universities(session: Session) -> list[tuple[int, str]]:
    """Id and name of each university on the network that people may name as theirs."""
    query = (
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.kind == OrganisationKind.UNIVERSITY, Organisation.state == OrganisationState.ELIGIBLE
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row_id, name) for row_id, name in session.execute(query)]


def first_need_submitted_at(session: Session, organisation_id: int) -> datetime | None:
    """When the organisation's first need was sent in, or None."""
    found: datetime | None = session.scalar(
        select(func.min(Need.submitted_at)).where(Need.organisation_id == organisation_id)
    )
    return found
