"""Accounts: users, the roles given by hand, links that are mailed, counters that limit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.quiet_hours import MailRhythm
from network.domain.states import Role
from network.models.types import Stamped, choice


class User(Stamped, Base):
    """A person who can sign in. The address is kept lower-case and is never shown to others."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="Europe/London")
    email_verified_at: Mapped[datetime | None]
    code_accepted_at: Mapped[datetime | None]
    terms_accepted_at: Mapped[datetime | None]
    # Raised by a new password or "sign out everywhere"; a session of an older epoch is no session.
    session_epoch: Mapped[int] = mapped_column(default=1)
    last_seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # Mail: the kinds a person turned off ("digest", "news", "chapter"); bounced addresses get none.
    mail_off: Mapped[str] = mapped_column(default="")
    mail_bounced_at: Mapped[datetime | None]
    # How reminders and news come, and whether the other mail keeps the quiet hours too.
    mail_rhythm: Mapped[MailRhythm] = mapped_column(
        choice(MailRhythm), default=MailRhythm.SINGLE, server_default=MailRhythm.SINGLE.value
    )
    mail_quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    trusted_requester: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)


class UserRole(Base):
    """A role given by an administrator (staff, administrator); other roles follow from what a person belongs to."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class LinkToken(Base):
    """A link that was mailed. Only its hash is kept; the secret is computed again from the nonce when sending.

    `purpose` is one of verify_email, sign_in, reset_password, claim, invite, answer, confirm.
    `subject_id` is the row it is bound to (user, volunteer, invitation, introduction, outcome), `round` the
    offer or the reissue within it, `used_acts` the acts already made through it, joined by spaces.
    """

    __tablename__ = "link_tokens"
    __table_args__ = (Index("ix_link_tokens_subject", "purpose", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    subject_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    nonce: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_acts: Mapped[str] = mapped_column(default="")
    # What else the link needs to remember: for an invitation its address, kept until it is used or expires.
    address: Mapped[str | None]


class RateCount(Base):
    """How often something was tried in a window, counted where all web processes see it.

    The subject is a keyed hash, never an address in clear.
    """

    __tablename__ = "rate_counts"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)


class DoNotAsk(Base):
    """A keyed hash of an address that must never be written to again, kept after erasure."""

    __tablename__ = "do_not_ask"

    address_hash: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    created_at: Mapped[datetime]


class FormDraft(Base):
    """Progress of a form that was begun and not sent: kept for its owner only."""

    __tablename__ = "form_drafts"
    __table_args__ = (UniqueConstraint("user_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    form: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
