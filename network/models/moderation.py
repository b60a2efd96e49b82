"""Moderation: what somebody told us is wrong with a person or a request, and what was decided about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.concerns import ConcernAbout, ConcernKind, ConcernState, Measure
from network.models.types import Stamped, Waits, choice


class Concern(Stamped, Waits, Base):
    """One thing that was reported. Who reported it is never told to the one it is about."""

    __tablename__ = "concerns"
    __table_args__ = (
        Index("ix_concerns_state_next", "state", "next_action_at"),
        Index("ix_concerns_subject", "about", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ConcernState] = mapped_column(choice(ConcernState))
    about: Mapped[ConcernAbout] = mapped_column(choice(ConcernAbout))
    # The volunteer or the need, by `about`; and the account of the person whose conduct it is.
    subject_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[ConcernKind] = mapped_column(choice(ConcernKind))
    text: Mapped[str] = mapped_column(Text)
    measure: Mapped[Measure | None] = mapped_column(choice(Measure))
    # Why, for the record; and what the person concerned reads.
    reason: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="")
    appeal: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
