"""Outcomes: what came of it, how much, who says so."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import (
    EvidenceTier,
    OutcomeClass,
    OutcomeKind,
    OutcomeStatus,
    PublishConsent,
    ShareWithout,
    ValueMode,
)
from network.models.types import Stamped, Waits, choice

MONEY = Numeric(16, 2, asdecimal=True)


class Outcome(Stamped, Waits, Base):
    """What came of an introduction. Totals are derived from `outcome_values`, never typed."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("ix_outcomes_status_next", "status", "next_action_at"),
        Index("ix_outcomes_organisation_id_status", "organisation_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[OutcomeStatus] = mapped_column(choice(OutcomeStatus))
    tier: Mapped[EvidenceTier] = mapped_column(choice(EvidenceTier))
    outcome_class: Mapped[OutcomeClass] = mapped_column(choice(OutcomeClass))
    kind: Mapped[OutcomeKind | None] = mapped_column(choice(OutcomeKind))
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introductions.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapters.id"), index=True)
    university_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    market: Mapped[str] = mapped_column(index=True)
    sector: Mapped[str | None] = mapped_column(index=True)
    home_place: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    help_given: Mapped[str] = mapped_column(Text, default="")
    what_happened: Mapped[str] = mapped_column(Text, default="")
    goods_services: Mapped[str] = mapped_column(default="")
    other_party: Mapped[str] = mapped_column(default="")
    other_party_confidential: Mapped[bool] = mapped_column(default=True)
    # The beneficiary's name stays with the two sides and their brokers: reports and stories never give it.
    anonymous: Mapped[bool] = mapped_column(default=False)
    none_reason: Mapped[str | None] = mapped_column(Text)
    happened_on: Mapped[date]
    value_mode: Mapped[ValueMode] = mapped_column(choice(ValueMode), default=ValueMode.CANNOT_SAY)
    value_band: Mapped[str | None]
    currency: Mapped[str | None]
    # Units of the network's currency for one unit of `currency`, on `rate_on`.
    rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8, asdecimal=True))
    rate_on: Mapped[date | None]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # Who is asked to confirm: named contact at the beneficiary.
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    contact_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime | None]
    corroborated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    links_sent: Mapped[int] = mapped_column(default=0)
    link_sent_at: Mapped[datetime | None]
    first_confirmed_at: Mapped[datetime | None]
    checked_months: Mapped[int] = mapped_column(default=0)
    state_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class OutcomeValue(Base):
    """The value of one year (1 to 5) and type ("sales", "investment", "saving", "grant", "jobs")."""

    __tablename__ = "outcome_values"
    __table_args__ = (UniqueConstraint("outcome_id", "year", "value_type", "basis"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    value_type: Mapped[str]
    # "forecast" when reported, "actual" when checked after 12 and 24 months
    basis: Mapped[str] = mapped_column(default="forecast")
    amount: Mapped[Decimal] = mapped_column(MONEY)
    # The same in the network's currency at the stored rate.
    amount_home: Mapped[Decimal] = mapped_column(MONEY)


class OutcomeContributor(Base):
    """Who contributed to an outcome, one role a person: "volunteer", "broker", "adviser"."""

    __tablename__ = "outcome_contributors"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[str]


class Confirmation(Base):
    """The beneficiary's answer: confirm, correct or dispute, with ratings 1-5 (empty: not applicable)."""

    __tablename__ = "confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    answered_at: Mapped[datetime]
    # "confirmed", "corrected", "disputed", "corroborated"
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rating_overall: Mapped[int | None]
    rating_contacts: Mapped[int | None]
    rating_information: Mapped[int | None]
    rating_profile: Mapped[int | None]
    rating_confidence: Mapped[int | None]
    rating_relationships: Mapped[int | None]
    rating_problem_solved: Mapped[int | None]
    prerequisite: Mapped[bool | None]
    sped_up: Mapped[bool | None]
    share_without: Mapped[ShareWithout | None] = mapped_column(choice(ShareWithout))
    new_market: Mapped[bool | None]
    risk_of_not_exporting: Mapped[bool | None]
    publish: Mapped[PublishConsent] = mapped_column(choice(PublishConsent), default=PublishConsent.NO)
    comments: Mapped[str] = mapped_column(Text, default="")
    corrections: Mapped[str] = mapped_column(Text, default="")
    # What was put right, each as {"what", "was", "now"} and where it is a value its year, type and currencies.
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))


class OutcomeNote(Base):
    """A word in the thread of a disputed outcome: the two sides and their brokers read it, the contact by the link."""

    __tablename__ = "outcome_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ExchangeRate(Base):
    """Units of the network's currency for one unit of `currency` on a day; loaded from a file, never fetched."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "rate_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str]
    rate_on: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Numeric(18, 8, asdecimal=True))
    loaded_at: Mapped[datetime]


class PublicSnapshot(Base):
    """The public breakdowns of one quarter ("2026-Q1"), fixed for ever; `until` is the moment they end at."""

    __tablename__ = "public_snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(unique=True)
    until: Mapped[datetime]
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
