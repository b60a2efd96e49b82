"""Limits that hold across all web processes: how often something may be tried in a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network.mail.recipients import address_hash
from network.models import RateCount


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` of `bucket` for one subject in each window."""

    bucket: str
    tries: int
    window: timedelta


SIGN_IN_ACCOUNT = Limit("sign_in.account", 10, timedelta(minutes=15))
SIGN_IN_ADDRESS = Limit("sign_in.address", 60, timedelta(minutes=15))
LINK_MAIL = Limit("link_mail.account", 5, timedelta(hours=1))
# Apart from the links: a stranger who registers somebody's address again and again keeps no link from them.
KNOWN_MAIL = Limit("known_mail.account", 3, timedelta(hours=1))
LINK_MAIL_ADDRESS = Limit("link_mail.address", 30, timedelta(hours=1))
REGISTER_ADDRESS = Limit("register.address", 30, timedelta(hours=1))
CONFIRMATIONS_PER_PERSON = Limit("confirmations.person", 10, timedelta(days=1))
CONFIRMATIONS_PER_ADDRESS = Limit("confirmations.address", 5, timedelta(days=1))
INVITES_PER_ORGANISATION = Limit("invites.organisation", 20, timedelta(days=1))
INVITES_PER_ADDRESS = Limit("invites.address", 5, timedelta(hours=1))
REFERRALS_PER_VOLUNTEER = Limit("referrals.volunteer", 5, timedelta(days=1))
MESSAGES_PER_PERSON = Limit("messages.person", 30, timedelta(days=1))


def count_try(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Count one try; False when the limit is passed (the try still counts, the caller refuses it).

    `subject` is an address or an id; only its keyed hash is kept.
    """
    tries = _bump(session, limit, address_hash(f"{limit.bucket}:{subject}"), _window(limit, now))
    return tries <= limit.tries


def is_over(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Whether the limit is reached, without counting."""
    tries = session.scalar(
        select(func.coalesce(func.max(RateCount.tries), 0)).where(
            RateCount.bucket == limit.bucket,
            RateCount.subject == address_hash(f"{limit.bucket}:{subject}"),
            RateCount.window_start == _window(limit, now),
        )
    )
    return (tries or 0) >= limit.tries


def clear_tries(session: Session, limit: Limit, subject: str) -> None:
    """Forget the tries of a subject, after it proved to be itself."""
    session.execute(
        delete(RateCount).where(
            RateCount.bucket == limit.bucket,
            RateCount.subject == address_hash(f"{limit.bucket}:{subject}"),
        )
    )


def forget_old_tries(session: Session, now: datetime) -> None:
    """Drop counters of windows that ended two days ago."""
    session.execute(delete(RateCount).where(RateCount.window_start < now - timedelta(days=2)))


def _window(limit: Limit, now: datetime) -> datetime:
    seconds = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _bump(session: Session, limit: Limit, subject: str, start: datetime) -> int:
    key = (
        RateCount.bucket == limit.bucket,
        RateCount.subject == subject,
        RateCount.window_start == start,
    )
    raised = update(RateCount).where(*key).values(tries=RateCount.tries + 1).returning(RateCount.tries)
    tries = session.scalar(raised.execution_options(synchronize_session=False))
    if tries is not None:
        return tries
    try:
        with session.begin_nested():
            session.add(RateCount(bucket=limit.bucket, subject=subject, window_start=start, tries=1))
        return 1
    except IntegrityError:
        # Another process opened the window first.
        return session.scalar(raised.execution_options(synchronize_session=False)) or 1
