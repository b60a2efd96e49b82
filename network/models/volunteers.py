"""Volunteers: who offers help, what they know, what they offer, who sees what, who was given their details."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from network.db import Base
from network.domain.conflict import normalise_name
from network.domain.states import Effort, MarketDepth, Visibility, VolunteerState
from network.models.types import Stamped, choice, key_of_name


class Volunteer(Stamped, Base):
    """A person abroad who offers help. Imported people have no user until they claim their record.

    Contact fields (`contact_email`, `phone`) have no visibility: only an introduction gives them away.
    The `*_visibility` columns say who reads each group of fields.
    """

    __tablename__ = "volunteers"
    __table_args__ = (Index("ix_volunteers_state_updated", "state", "updated_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    state: Mapped[VolunteerState] = mapped_column(choice(VolunteerState))
    name: Mapped[str]
    headline: Mapped[str] = mapped_column(default="")
    job_title: Mapped[str] = mapped_column(default="")
    employer: Mapped[str] = mapped_column(default="")
    # The employer as conflicts of interest compare it (domain/conflict.py).
    employer_key: Mapped[str] = mapped_column(default=key_of_name("employer"))
    biography: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(default="")
    # ISO 3166-1 code of where the person lives; the markets they know stand in volunteer_markets.
    country: Mapped[str] = mapped_column(default="", index=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    contact_email: Mapped[str | None] = mapped_column(index=True)
    # Whether an imported person clearly agreed to be written to; an import never raises it.
    mail_consent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None]
    # Introductions a month they can take; 0 never happens: they pause instead.
    capacity: Mapped[int] = mapped_column(default=2)
    paused_until: Mapped[date | None]
    leave_from: Mapped[date | None]
    silences: Mapped[int] = mapped_column(default=0)
    # Whether visitors who are not signed in find them at all.
    listing: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.MEMBERS)
    profile_visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.MEMBERS)
    work_visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.MEMBERS)
    place_visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.MEMBERS)
    university_visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.MEMBERS)
    origin_visibility: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.LEADS)
    # Median days to answer and number of answers, kept by the worker for the card and the ranking.
    answer_days: Mapped[float | None]
    answers_count: Mapped[int] = mapped_column(default=0)
    introductions_count: Mapped[int] = mapped_column(default=0)
    thanks_count: Mapped[int] = mapped_column(default=0)
    reviewed_at: Mapped[datetime | None]
    registered_step: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(default="registered")
    source_id: Mapped[str | None] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @validates("employer")
    def _keep_employer_key(self, _field: str, employer: str) -> str:
        self.employer_key = normalise_name(employer or "")
        return employer


class VolunteerMarket(Base):
    """A market a volunteer knows, and how."""

    __tablename__ = "volunteer_markets"
    __table_args__ = (Index("ix_volunteer_markets_market", "market", "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    market: Mapped[str] = mapped_column(primary_key=True)
    depth: Mapped[MarketDepth] = mapped_column(choice(MarketDepth))


class VolunteerSector(Base):
    """A sector a volunteer knows; the code is the deepest node they chose."""

    __tablename__ = "volunteer_sectors"
    __table_args__ = (Index("ix_volunteer_sectors_sector", "sector", "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    sector: Mapped[str] = mapped_column(primary_key=True)


class VolunteerHelp(Base):
    """A help type a volunteer offers, at which effort, in their own words if they gave any."""

    __tablename__ = "volunteer_help"
    __table_args__ = (Index("ix_volunteer_help_help_type", "help_type", "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    help_type: Mapped[str] = mapped_column(primary_key=True)
    effort: Mapped[Effort] = mapped_column(choice(Effort), default=Effort.ONE_CALL)
    words: Mapped[str] = mapped_column(default="")


class VolunteerLanguage(Base):
    """A language a volunteer works in (ISO 639 code)."""

    __tablename__ = "volunteer_languages"

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)


class Affiliation(Base):
    """Why a volunteer cares. `kind` is university, origin, family or friend.

    For a university: `organisation_id` where it is on the network, `text` the course, `year` of graduation.
    For origin: `place` is a home place's code. Origin and family follow `origin_visibility`.
    """

    __tablename__ = "affiliations"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    text: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    place: Mapped[str | None]


class DeclaredInterest(Base):
    """A firm a volunteer declares as employer or competitor: never matched, never shown its confidential text."""

    __tablename__ = "declared_interests"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id", ondelete="CASCADE"), index=True)
    # "employer" or "competitor"
    kind: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default=key_of_name("name"))

    @validates("name")
    def _keep_name_key(self, _field: str, name: str) -> str:
        self.name_key = normalise_name(name)
        return name


class Disclosure(Base):
    """One exchange of contact details: whose, to whom, through which introduction, when. Names no values."""

    __tablename__ = "disclosures"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose details were given ...
    subject_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # ... and to whom.
    recipient_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introductions.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    fields: Mapped[str]
    purpose: Mapped[str]
    created_at: Mapped[datetime]
