"""What brokers keep for their own work: views of the queue, and acts on several needs that are held for a minute."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base


class SavedView(Base):
    """Filters of the queue under a name; seen by the one who saved them."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    # The filters as a query, such as "due=late&kind=need": known names and values only.
    query: Mapped[str]
    created_at: Mapped[datetime]


class HeldAct(Base):
    """One act on several needs, done when its time has come unless it was taken back before."""

    __tablename__ = "held_acts"
    __table_args__ = (Index("ix_held_acts_user_due", "user_id", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    act: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    # Who gets the needs, where the act is to give them to somebody.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class HeldNeed(Base):
    """A need of a held act: the version that was seen, and why the act was refused, where it was."""

    __tablename__ = "held_needs"

    held_act_id: Mapped[int] = mapped_column(ForeignKey("held_acts.id", ondelete="CASCADE"), primary_key=True)
    need_id: Mapped[int] = mapped_column(
        ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version: Mapped[int]
    refusal: Mapped[str | None]
