"""Planning a meeting: times that one side suggested, the one that was chosen, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.meeting_moves import MeetingState
from network.models.types import Stamped, choice


class MeetingPlan(Stamped, Base):
    """The next meeting of an introduction; one at a time, so that nobody wonders which one counts."""

    __tablename__ = "meeting_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), unique=True
    )
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState))
    # Who suggested the times: "volunteer" or "requester"; the other side chooses.
    side: Mapped[str]
    # Up to three moments in UTC, as ISO 8601.
    slots: Mapped[list[str]] = mapped_column(JSON)
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=30)
    form: Mapped[str] = mapped_column(default="video")
    place: Mapped[str] = mapped_column(Text, default="")
    # The calendar's own name for the meeting, and the number of the invitation it holds; 0 where it holds none.
    uid: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    # Who could not come: "volunteer", "requester" or "both".
    missed_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
