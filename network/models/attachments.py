"""Papers of needs and outcomes: what they are stands here, the files in the data folder under random names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base


class NeedAttachment(Base):
    """One file. `kind` was told from its content: pdf, png, jpeg or webp."""

    __tablename__ = "need_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    stored: Mapped[str] = mapped_column(unique=True)
    # Read by a volunteer only once details were exchanged.
    confidential: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class OutcomeAttachment(Base):
    """One file that bears an outcome out; kinds as for a need. Never public."""

    __tablename__ = "outcome_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    stored: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
