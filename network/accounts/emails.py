"""Mail that this feature sends, by event: links are made here, in the transaction that composes the mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.accounts.links import is_live, issue_link, link_url
from network.accounts.registration import VERIFY_LIFE, joining_as
from network.accounts.signing_in import RESET_LIFE, SIGN_IN_LIFE
from network.mail.compose import link, post
from network.mail.recipients import Recipient, recipient_of
from network.models import LinkToken, User
from network.outbox.registry import handles

LIVES: dict[str, timedelta] = {"sign_in": SIGN_IN_LIFE, "reset_password": RESET_LIFE}


def _user(session: Session, payload: dict[str, Any]) -> User | None:
    """The open account an event is about; None where there is none (an address nobody has)."""
    user = session.get(User, payload["user_id"]) if payload.get("user_id") else None
    return user if user is not None and user.closed_at is None else None


@handles("user.registered")
def send_verification(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever registered gets the link that proves their address."""
    user = _user(session, payload)
    if user is None or user.email_verified_at is not None:
        return
    token = issue_link(
        session, "verify_email", user.id, now=now, expires_at=now + VERIFY_LIFE, user_id=user.id
    )
    post(
        session,
        "verify_email",
        # The name is not written: nobody has proven yet that it is theirs.
        Recipient(user.email, _("friend"), user.timezone, user.id),
        key=f"link:{token.id}",
        now=now,
        kind="security",
        url=link_url(token),
        until=token.expires_at,
        joining=joining_as(session, user.id),
    )


@handles("user.known_address_tried")
def tell_known_address(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The owner of an account hears that somebody registered with their address, and how to sign in."""
    user = _user(session, payload)
    if user is not None:
        post(
            session,
            "known_address",
            recipient_of(user),
            key=f"user:{user.id}:{now:%Y-%m-%dT%H}",
            now=now,
            kind="security",
            url=link("/sign-in"),
            reset_url=link("/reset-password"),
        )


@handles("user.link_wanted")
def send_link(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The mailed link to sign in, or to choose a new password."""
    user, purpose = _user(session, payload), str(payload["purpose"])
    if user is None or purpose not in LIVES:
        return
    token = issue_link(session, purpose, user.id, now=now, expires_at=now + LIVES[purpose], user_id=user.id)
    post(
        session,
        f"{purpose}_link",
        recipient_of(user),
        key=f"link:{token.id}",
        now=now,
        kind="security",
        url=link_url(token),
        until=token.expires_at,
    )


@handles("user.email_change_wanted")
def send_change_link(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The new address gets the link that makes it the account's."""
    user, token = _user(session, payload), session.get(LinkToken, payload["link_id"])
    if user is None or token is None or token.address is None or not is_live(token, now):
        return
    post(
        session,
        "change_email",
        Recipient(token.address, user.name, user.timezone, user.id),
        key=f"link:{token.id}",
        now=now,
        kind="security",
        url=link_url(token),
        until=token.expires_at,
    )


@handles("user.email_changed")
def tell_old_address(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The address that was left hears of it; after that we forget it."""
    user, token = _user(session, payload), session.get(LinkToken, payload["link_id"])
    if user is None or token is None or token.address is None:
        return
    post(
        session,
        "email_changed",
        Recipient(token.address, user.name, user.timezone, user.id),
        key=f"link:{token.id}",
        now=now,
        kind="security",
    )
    token.address = None


@handles("user.password_changed")
def tell_password_changed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The person hears that their password is a new one."""
    user = _user(session, payload)
    if user is not None:
        key = f"user:{user.id}:epoch:{payload['epoch']}"
        url = link("/reset-password")
        post(session, "password_changed", recipient_of(user), key=key, now=now, kind="security", url=url)


@handles("user.role_given")
def tell_role(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The person hears which role they were given."""
    user = _user(session, payload)
    if user is not None:
        key = f"user:{user.id}:{payload['role']}:{now:%Y-%m-%d}"
        post(
            session,
            "role_given",
            recipient_of(user),
            key=key,
            now=now,
            role=payload["role"],
            url=link("/admin"),
        )
