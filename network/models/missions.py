"""Missions: a delegation to a market, and the introductions and outcomes that belong to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import MissionKind
from network.models.types import Stamped, choice


class Mission(Stamped, Base):
    """A journey with a name, a place and dates; its chapter's leads and staff look after it."""

    __tablename__ = "missions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[MissionKind] = mapped_column(choice(MissionKind))
    market: Mapped[str] = mapped_column(index=True)
    city: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    purpose: Mapped[str] = mapped_column(Text, default="")
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapters.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class MissionIntroduction(Base):
    """An introduction that came of a mission; it belongs to one at most."""

    __tablename__ = "mission_introductions"

    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), primary_key=True
    )
    mission_id: Mapped[int] = mapped_column(ForeignKey("missions.id", ondelete="CASCADE"), index=True)


class MissionOutcome(Base):
    """An outcome that came of a mission; it belongs to one at most."""

    __tablename__ = "mission_outcomes"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True)
    mission_id: Mapped[int] = mapped_column(ForeignKey("missions.id", ondelete="CASCADE"), index=True)
