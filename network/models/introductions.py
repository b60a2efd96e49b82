"""Introductions: one need put to one volunteer, the questions asked, the meetings held."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base
from network.domain.states import Channel, DeclineReason, IntroductionState
from network.models.types import Stamped, Waits, choice

_LIVE = "state IN ('proposed','offered','exploring','accepted','introduced','met','in_progress')"


class Introduction(Stamped, Waits, Base):
    """One need put to one volunteer. At most one live introduction per need and volunteer."""

    __tablename__ = "introductions"
    __table_args__ = (
        Index(
            "uq_introductions_live",
            "need_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_introductions_need_state", "need_id", "state"),
        Index("ix_introductions_volunteer_state", "volunteer_id", "state"),
        Index("ix_introductions_state_next", "state", "next_action_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    state: Mapped[IntroductionState] = mapped_column(choice(IntroductionState))
    # Order in the shortlist of its need; the cascade takes the lowest first.
    position: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # "requester", "broker", "matcher" or "referral"
    proposed_as: Mapped[str] = mapped_column(default="broker")
    referred_from_id: Mapped[int | None] = mapped_column(ForeignKey("introductions.id"), index=True)
    # Each offer of the same introduction (a late yes, a renewal) raises the round; answer links are bound to it.
    offer_round: Mapped[int] = mapped_column(default=0)
    offered_at: Mapped[datetime | None] = mapped_column(index=True)
    expires_at: Mapped[datetime | None]
    nudges: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None]
    introduced_at: Mapped[datetime | None] = mapped_column(index=True)
    met_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(choice(DeclineReason))
    decline_words: Mapped[str | None] = mapped_column(Text)
    not_before: Mapped[date | None]
    # Whose turn it is while exploring: "volunteer" or "requester".
    turn: Mapped[str | None]
    # Days of the 30/90/180/365 follow-ups that were asked already.
    followed_up_days: Mapped[int] = mapped_column(default=0)
    thanks: Mapped[str | None] = mapped_column(Text)
    state_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class IntroductionMessage(Base):
    """A question, an answer, or any other word in the thread. `side` is volunteer, requester or broker."""

    __tablename__ = "introduction_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    side: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    # Contact details or links before acceptance: kept back from the other side.
    held_back: Mapped[bool] = mapped_column(default=False)
    # A note among brokers: neither side ever reads it.
    for_brokers: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[Channel] = mapped_column(choice(Channel), default=Channel.WEB)
    created_at: Mapped[datetime]


class IntroductionRead(Base):
    """How far one person has read the thread of an introduction."""

    __tablename__ = "introduction_reads"

    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int]


class Meeting(Base):
    """A meeting that was held, logged by either side."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), index=True
    )
    held_on: Mapped[date]
    # "call", "video", "in_person", "mail"
    form: Mapped[str] = mapped_column(default="call")
    minutes: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    logged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class FollowUp(Base):
    """An answer to a follow-up: "nothing_yet", "talking", "deal", "stopped" after 30, 90, 180 or 365 days."""

    __tablename__ = "follow_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE"), index=True
    )
    days: Mapped[int]
    asked_at: Mapped[datetime]
    side: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class ReferralInvitation(Base):
    """Someone outside the network whom a volunteer named; they get the network's words and the inviter's name."""

    __tablename__ = "referral_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introductions.id"), index=True)
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str | None]
    address_hash: Mapped[str]
    created_at: Mapped[datetime]
    registered_volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
