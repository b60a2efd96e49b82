"""What the pages of an organisation show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.policy import require_self
from network.domain.actor import Actor
from network.domain.states import OrganisationState, Role
from network.models import Organisation
from network.organisations.policy import can_edit_organisation, can_manage_members
from network.organisations.queries import markets_of, members_of, organisations_of, sectors_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the organisation, without contact details; `oneself` is the reader."""

    member_id: int
    user_id: int
    name: str
    job_title: str
    owns: bool
    approved: bool
    oneself: bool


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation, and what the reader may do with it."""

    colleagues: tuple[Colleague, ...]
    sectors: tuple[str, ...]
    markets: tuple[str, ...]
    may_edit: bool
    may_manage: bool
    may_invite: bool
    others: tuple[tuple[int, str], ...]

    @property
    def waiting(self) -> tuple[Colleague, ...]:
        """Who waits for the owner's yes."""
        return tuple(one for one in self.colleagues if not one.approved)

    @property
    def people(self) -> tuple[Colleague, ...]:
        """Who belongs to it."""
        return tuple(one for one in self.colleagues if one.approved)


def my_organisations(session: Session, actor: Actor) -> list[int]:
    """The organisations the person belongs to, the first joined first."""
    rows = organisations_of(session, require_self(actor))
    return [organisation.id for organisation, member in rows if member.approved_at is not None]


def organisation_page(session: Session, actor: Actor, organisation: Organisation) -> OrganisationPage:
    """The organisation with its people; four statements."""
    manages = can_manage_members(actor, organisation)
    colleagues = tuple(
        Colleague(
            member.id,
            user.id,
            user.name,
            member.job_title,
            member.role is Role.ORGANISATION_OWNER,
            member.approved_at is not None,
            actor.is_user(user.id),
        )
        for member, user in members_of(session, organisation.id)
    )
    rows = organisations_of(session, require_self(actor))
    return OrganisationPage(
        colleagues if manages else tuple(one for one in colleagues if one.approved),
        tuple(sectors_of(session, organisation.id)),
        tuple(markets_of(session, organisation.id)),
        can_edit_organisation(actor, organisation),
        manages,
        manages and organisation.state in {OrganisationState.UNVERIFIED, OrganisationState.ELIGIBLE},
        tuple(
            (other.id, other.name)
            for other, member in rows
            if member.approved_at is not None and other.id != organisation.id
        ),
    )


def form_values(session: Session, organisation: Organisation) -> dict[str, Any]:
    """What the form shows of what is known already."""
    return {
        "name": organisation.name,
        "home_place": organisation.home_place,
        "description": organisation.description,
        "sectors": sectors_of(session, organisation.id),
        "markets": markets_of(session, organisation.id),
        "size": organisation.size or "",
        "export_experience": organisation.export_experience or "",
        "website": organisation.website or "",
        "version": organisation.version,
    }
