"""When a composed mail goes out: at once, after the reader's quiet hours, or gathered with others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.quiet_hours import MailRhythm, after_quiet, next_time
from network.mail.recipients import OPTIONAL_KINDS, Recipient
from network.models import MailMessage, User
from network.rules import network_config

# What a person may have gathered; the rest is an answer somebody waits for.
GATHERED_KINDS = OPTIONAL_KINDS
MONDAY = 0
# Who reads of something in a gathered mail has so long to do it.
TIME_TO_ACT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """From when it may go, and whether it waits to be gathered."""

    due_at: datetime
    gathered: bool = False


def timing_of(
    session: Session, to: Recipient, kind: str, now: datetime, before: datetime | None = None
) -> Timing:
    """When mail of this kind goes to this reader; `before` is when what it reminds of is over.

    Security mail always goes at once. What is over before the gathered mail of the week or day comes goes by itself.
    Reminders and news beyond the most that a person gets in a day come gathered.
    """
    user = session.get(User, to.user_id) if to.user_id is not None else None
    if kind == "security" or user is None:
        return Timing(now)
    rules = network_config().mail
    if kind in GATHERED_KINDS:
        if user.mail_rhythm is not MailRhythm.SINGLE:
            weekday = MONDAY if user.mail_rhythm is MailRhythm.WEEKLY else None
            gathered_at = next_time(now, to.timezone, rules.digest_hour, weekday)
            if before is None or gathered_at + TIME_TO_ACT <= before:
                return Timing(gathered_at, gathered=True)
        elif _mails_today(session, user.id, now) >= rules.most_per_person_per_day:
            return Timing(next_time(now, to.timezone, rules.digest_hour), gathered=True)
    if kind in OPTIONAL_KINDS or user.mail_quiet:
        return Timing(after_quiet(now, to.timezone, rules.quiet_from, rules.quiet_until))
    return Timing(now)


def _mails_today(session: Session, user_id: int, now: datetime) -> int:
    query = select(func.count()).where(
        MailMessage.user_id == user_id,
        MailMessage.created_at > now - timedelta(days=1),
        MailMessage.kind != "security",
        MailMessage.gathered.is_(False),
    )
    return session.scalar(query) or 0
