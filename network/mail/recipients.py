"""Who a mail goes to, and who must not get one."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.models import DoNotAsk, User

# Kinds of mail. "security" and "service" always go out; the others can be turned off one by one.
OPTIONAL_KINDS = ("reminder", "digest", "news")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address with the name and the zone its mail is written for."""

    address: str
    name: str
    timezone: str = "UTC"
    user_id: int | None = None


def recipient_of(user: User) -> Recipient:
    """The recipient a user is."""
    return Recipient(user.email, user.name, user.timezone, user.id)


def address_hash(address: str) -> str:
    """A keyed hash of an address: tells the same one again without keeping it."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"address:" + address.strip().lower().encode(), hashlib.sha256).hexdigest()


def may_write_to(session: Session, to: Recipient, kind: str) -> bool:
    """Whether mail of this kind may go to the recipient: not bounced, not turned off, not on the do-not-ask list."""
    blocked = session.scalar(select(DoNotAsk.reason).where(DoNotAsk.address_hash == address_hash(to.address)))
    if blocked is not None and kind != "security":
        return False
    if to.user_id is None:
        return True
    user = session.get(User, to.user_id)
    if user is None or user.closed_at is not None:
        return False
    if kind == "security":
        return True
    return user.mail_bounced_at is None and kind not in user.mail_off.split()
