"""Organisations: companies, universities, agencies, and the people who belong to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from network.db import Base
from network.domain.conflict import normalise_name
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.models.types import Stamped, Waits, choice, key_of_name


class Organisation(Stamped, Waits, Base):
    """A body at home that asks for help: company, university or agency."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    name: Mapped[str] = mapped_column(index=True)
    # The name as conflicts of interest compare it (domain/conflict.py).
    name_key: Mapped[str] = mapped_column(default=key_of_name("name"), index=True)
    # Registration number, upper-case without blanks: the key by which a colleague finds the firm.
    registration_number: Mapped[str | None] = mapped_column(unique=True)
    website: Mapped[str | None]
    description: Mapped[str] = mapped_column(Text, default="")
    home_place: Mapped[str] = mapped_column(index=True)
    # "micro" (1-9), "small" (10-49), "medium" (50-249), "large" (250 and more)
    size: Mapped[str | None]
    # "none", "occasional", "regular"
    export_experience: Mapped[str | None]
    state: Mapped[OrganisationState] = mapped_column(choice(OrganisationState), index=True)
    state_reason: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    recheck_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @validates("name")
    def _keep_name_key(self, _field: str, name: str) -> str:
        self.name_key = normalise_name(name)
        return name


class OrganisationSector(Base):
    """A sector an organisation works in."""

    __tablename__ = "organisation_sectors"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    sector: Mapped[str] = mapped_column(primary_key=True)


class OrganisationMarket(Base):
    """A market an organisation wants to reach."""

    __tablename__ = "organisation_markets"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    market: Mapped[str] = mapped_column(primary_key=True)


class OrganisationMember(Base):
    """A person in an organisation: owner, member, or (at a university) the international office.

    `approved_at` is empty while a colleague waits for the owner's yes.
    """

    __tablename__ = "organisation_members"
    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    job_title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None]
    joined_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
