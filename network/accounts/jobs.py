"""What accounts do by the clock: forget what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from network.accounts.bounces import take_refusal
from network.accounts.limits import forget_old_tries
from network.mail.delivery import forget_bodies
from network.models import (
    FormDraft,
    LinkToken,
    MailMessage,
    OrganisationMember,
    User,
    UserRole,
    Volunteer,
)
from network.outbox.registry import handles, periodic
from network.outbox.worker import tidy

LINKS_KEPT = timedelta(days=30)
UNVERIFIED_KEPT = timedelta(days=30)
DRAFTS_KEPT = timedelta(days=120)


@handles("mail.refused")
def mark_refused(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """An address that the mail server knows to be none is marked as one whose mail came back."""
    take_refusal(session, payload["mail_id"], now)


@periodic("accounts.forget_tries", timedelta(hours=6))
def forget_tries(session: Session, now: datetime) -> None:
    """Counters of past windows are gone."""
    forget_old_tries(session, now)


@periodic("accounts.forget", timedelta(days=1))
def forget(session: Session, now: datetime) -> None:
    """Links long over, drafts nobody came back to and accounts never verified are gone; old mails lost their bodies."""
    session.execute(delete(LinkToken).where(LinkToken.expires_at < now - LINKS_KEPT))
    session.execute(delete(FormDraft).where(FormDraft.updated_at < now - DRAFTS_KEPT))
    forget_unverified(session, now)
    forget_bodies(session, now)
    tidy(session, now)


def forget_unverified(session: Session, now: datetime) -> None:
    """Accounts that were registered and never verified go, where nothing hangs on them."""
    never = (
        select(User.id)
        .where(
            User.email_verified_at.is_(None),
            User.closed_at.is_(None),
            User.updated_at < now - UNVERIFIED_KEPT,
            ~exists().where(Volunteer.user_id == User.id),
            ~exists().where(OrganisationMember.user_id == User.id),
            ~exists().where(UserRole.user_id == User.id),
        )
        .limit(500)
    )
    ids = list(session.scalars(never))
    for table in (LinkToken, FormDraft, MailMessage):
        session.execute(delete(table).where(table.user_id.in_(ids)))
    session.execute(delete(User).where(User.id.in_(ids)))
