"""Needs: what an organisation wants, for which market, and who moves it along."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import Confidentiality, NeedState, RiskState
from network.models.types import Stamped, Waits, choice


class Need(Stamped, Waits, Base):
    """One need. Its owner is a chapter, or network staff where `owner_chapter_id` is empty."""

    __tablename__ = "needs"
    __table_args__ = (
        Index("ix_needs_state_next", "state", "next_action_at"),
        Index("ix_needs_owner_state", "owner_chapter_id", "state"),
        Index("ix_needs_organisation_state", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[NeedState] = mapped_column(choice(NeedState))
    requester_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    # The beneficiary's named contact: who answers for what came of it.
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    goal: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    background: Mapped[str] = mapped_column(Text, default="")
    ask: Mapped[str] = mapped_column(Text, default="")
    # What may be read before an acceptance when the need is confidential.
    shareable: Mapped[str] = mapped_column(Text, default="")
    confidentiality: Mapped[Confidentiality] = mapped_column(
        choice(Confidentiality), default=Confidentiality.OPEN
    )
    urgent: Mapped[bool] = mapped_column(default=False)
    # Whether the requester agreed, when asking, that an acceptance introduces both sides at once.
    consents: Mapped[bool] = mapped_column(default=True)
    wanted: Mapped[int] = mapped_column(default=1)
    deadline_on: Mapped[date | None]
    # Yes to any of the risk questions ("state_linked sensitive_technology ..."), joined by blanks.
    risk_answers: Mapped[str] = mapped_column(default="")
    owner_chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapters.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    exhausted_at: Mapped[datetime | None]
    renewed_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    asked_if_done_at: Mapped[datetime | None]
    state_reason: Mapped[str | None] = mapped_column(Text)
    nudges: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    # How many papers go with it, so that pages need not count.
    papers: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class NeedMarket(Base):
    """A market of a need; position 0 decides the owner."""

    __tablename__ = "need_markets"
    __table_args__ = (Index("ix_need_markets_market", "market"),)

    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class NeedSector(Base):
    """A sector of a need."""

    __tablename__ = "need_sectors"

    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True)
    sector: Mapped[str] = mapped_column(primary_key=True)


class NeedHelp(Base):
    """A help type a need asks for."""

    __tablename__ = "need_help"

    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True)
    help_type: Mapped[str] = mapped_column(primary_key=True)


class NeedNote(Base):
    """A broker's note on a need: never shown to requester or volunteer."""

    __tablename__ = "need_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class RiskReview(Stamped, Waits, Base):
    """A look at the risks of a need by one named reviewer: which kinds, until when, what was decided and why."""

    __tablename__ = "risk_reviews"
    __table_args__ = (Index("ix_risk_reviews_state_next", "state", "next_action_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), index=True)
    state: Mapped[RiskState] = mapped_column(choice(RiskState))
    # The kinds of risk that the rules named ("political commercial"), and the answers they were named for.
    kinds: Mapped[str]
    answers: Mapped[str] = mapped_column(default="")
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    # What brokers have to heed where it was cleared.
    conditions: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class UnmetSearch(Base):
    """A search that found nobody or few: codes only, no words and no person."""

    __tablename__ = "unmet_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    market: Mapped[str | None]
    sector: Mapped[str | None]
    help_type: Mapped[str | None]
    found: Mapped[int]
    created_on: Mapped[date]
