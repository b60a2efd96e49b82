"""Searches that somebody saved, and whom each has told of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.rhythm import Rhythm
from network.models.types import Stamped, choice


class SavedSearch(Stamped, Base):
    """A question to the directory that is asked again: its words, and its choices by facet."""

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    filters: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    rhythm: Mapped[Rhythm] = mapped_column(choice(Rhythm))
    # When it is asked next; none while it is off.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    told_at: Mapped[datetime | None]


class SavedSearchFind(Base):
    """A volunteer whom a saved search has found: before it was saved, or told of since. Nobody is told of twice."""

    __tablename__ = "saved_search_finds"

    saved_search_id: Mapped[int] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found_at: Mapped[datetime]
