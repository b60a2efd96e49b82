"""What is written down about acts: transitions, audit entries, outbox, mails, periodic runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import Channel
from network.models.types import choice


class Transition(Base):
    """One move of a lifecycle: append-only. `subject` is need, introduction, outcome, membership ..."""

    __tablename__ = "transitions"
    __table_args__ = (Index("ix_transitions_subject", "subject", "subject_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    action: Mapped[str]
    source: Mapped[str | None]
    target: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """One act: who, what, on what, which fields (names, never values)."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    act: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    fields: Mapped[list[str] | None] = mapped_column(JSON)
    request_id: Mapped[str | None]


class OutboxMessage(Base):
    """A side effect that is due: written in the transaction of what it concerns, done by the worker.

    `key` makes it unique where the same thing must not be asked for twice. Payloads are ids.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "finished_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    # Its mails were made, if there were any: it makes none again, whoever has become the one to tell meanwhile.
    mailed: Mapped[bool] = mapped_column(default=False, server_default=false())
    dead_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str | None]


class MailMessage(Base):
    """A mail that was composed and waits to be sent, or was sent. One row, one Message-ID, for ever.

    The bodies are emptied once sent (kept only where there is no mail server: the developer's mailbox).
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_mails_open", "finished_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Event, subject row and recipient: the same event never makes two mails to one person.
    dedupe_key: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(default="service", server_default="service")
    # Waits to be gathered with others in one mail; never sent by itself.
    gathered: Mapped[bool] = mapped_column(default=False, server_default=false())
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    to_address: Mapped[str | None]
    reply_to: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    unsubscribe_url: Mapped[str | None]
    # An invitation for calendars (RFC 5545) that goes along; emptied with the bodies.
    calendar: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str | None]


class InboundMail(Base):
    """A mail that came in for a thread: the same one is taken once. Ids and a hash, nothing of what it says."""

    __tablename__ = "inbound_mails"

    key: Mapped[str] = mapped_column(primary_key=True)
    introduction_id: Mapped[int]
    user_id: Mapped[int]
    # "taken", "held_back", or why not: "wrong_sender", "not_yours", "closed" ...
    result: Mapped[str]
    received_at: Mapped[datetime]


class PeriodicRun(Base):
    """A periodic job that ran for its slot: a restart neither skips nor repeats one."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
