"""Chapters: groups of volunteers by market, their leads, and memberships."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import ChapterState, MembershipState
from network.models.types import Stamped, Waits, choice


class Chapter(Stamped, Waits, Base):
    """A group of volunteers for one or more markets, perhaps sectors, with leads and a host."""

    __tablename__ = "chapters"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(Text, default="")
    host: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="UTC")
    # Working-day clocks leave these dates out (ISO dates joined by blanks).
    holidays: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ChapterState] = mapped_column(choice(ChapterState), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("chapters.id"))
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ChapterMarket(Base):
    """A market a chapter looks after; `owns_needs` where it is the owner of needs for that market."""

    __tablename__ = "chapter_markets"
    __table_args__ = (Index("ix_chapter_markets_market", "market"),)

    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapters.id", ondelete="CASCADE"), primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)


class ChapterSector(Base):
    """A sector a chapter looks after, where it is a sector chapter."""

    __tablename__ = "chapter_sectors"

    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapters.id", ondelete="CASCADE"), primary_key=True)
    sector: Mapped[str] = mapped_column(primary_key=True)


class ChapterLead(Base):
    """A person who leads a chapter: a volunteer or staff."""

    __tablename__ = "chapter_leads"

    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapters.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
    title: Mapped[str] = mapped_column(default="")


class Membership(Stamped, Waits, Base):
    """A volunteer's place in a chapter."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("chapter_id", "volunteer_id"),
        Index("ix_memberships_volunteer_state", "volunteer_id", "state"),
        Index("ix_memberships_chapter_state", "chapter_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapters.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    state: Mapped[MembershipState] = mapped_column(choice(MembershipState))
    reason: Mapped[str | None] = mapped_column(Text)
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
