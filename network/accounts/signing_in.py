"""Signing in: by password within limits, by a mailed link always; new passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from network.accounts.limits import (
    LINK_MAIL,
    LINK_MAIL_ADDRESS,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    clear_tries,
    count_try,
)
from network.accounts.links import find_link, is_live, use_link, withdraw_links
from network.accounts.passwords import hash_password, password_matches
from network.accounts.policy import require_self
from network.accounts.queries import canonical_email, find_user_by_email, get_user
from network.accounts.registration import refuse_weak, send_verification_again
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid
from network.models import LinkToken, User
from network.outbox.queue import enqueue

SIGN_IN_LIFE = timedelta(hours=1)
RESET_LIFE = timedelta(hours=1)


class Refusal(StrEnum):
    """Why a sign-in did not happen."""

    WRONG = "wrong"
    LINK_ONLY = "link_only"
    TOO_MANY = "too_many"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a try: a user, or why not. The try itself is counted either way, so it must be committed."""

    user: User | None = None
    refusal: Refusal | None = None


def sign_in(session: Session, *, email: str, password: str, address: str, now: datetime) -> SignIn:
    """The account, when address and password are right and neither limit is reached.

    Past the account's limit no password is looked at any more, right or wrong, until the window ends: the
    owner gets in by the mailed link. Past the limit of a network address nobody there may try. Known and
    unknown accounts are treated the same, in the same time.
    """
    email = canonical_email(email)[:254]
    if not count_try(session, SIGN_IN_ADDRESS, address, now):
        return SignIn(refusal=Refusal.TOO_MANY)
    if not count_try(session, SIGN_IN_ACCOUNT, email, now):
        return SignIn(refusal=Refusal.LINK_ONLY)
    user = find_user_by_email(session, email)
    if not password_matches(user.password_hash if user else None, password[:1000]) or user is None:
        return SignIn(refusal=Refusal.WRONG)
    if user.email_verified_at is None:
        send_verification_again(session, user, address=address, now=now)
        return SignIn(refusal=Refusal.UNVERIFIED)
    clear_tries(session, SIGN_IN_ACCOUNT, email)
    _signed_in(session, user, "account.sign_in", now)
    return SignIn(user=user)


def ask_for_link(session: Session, *, email: str, address: str, now: datetime) -> None:
    """A sign-in link goes to the address if it has an account; nobody is told whether it has."""
    _ask(session, "sign_in", email, address, now)


def ask_for_reset(session: Session, *, email: str, address: str, now: datetime) -> None:
    """A link for a new password goes to the address if it has an account; nobody is told whether it has."""
    _ask(session, "reset_password", email, address, now)


def _ask(session: Session, purpose: str, email: str, address: str, now: datetime) -> None:
    email = canonical_email(email)[:254]
    by_address = count_try(session, LINK_MAIL_ADDRESS, address, now)
    by_account = count_try(session, LINK_MAIL, email, now)
    user = find_user_by_email(session, email)
    # The row is written in every case, so that the time tells nothing.
    wanted = user.id if user is not None and by_address and by_account else None
    enqueue(session, "user.link_wanted", user_id=wanted, purpose=purpose, now=now)


def find_sign_in_link(session: Session, secret: str, now: datetime) -> LinkToken | None:
    """The live sign-in link of a secret, or None."""
    return _live(session, "sign_in", secret, now)


def find_reset_link(session: Session, secret: str, now: datetime) -> LinkToken | None:
    """The live link for a new password of a secret, or None."""
    return _live(session, "reset_password", secret, now)


def sign_in_by_link(session: Session, secret: str, now: datetime) -> User | None:
    """The account the link was mailed to, its address proven by that; None when used, over or unknown."""
    token = _live(session, "sign_in", secret, now)
    if token is None or not use_link(session, token, now):
        return None
    user = get_user(session, token.subject_id)
    if user.closed_at is not None:
        return None
    if user.email_verified_at is None:
        # The password may be that of a stranger who registered with this address.
        user.email_verified_at, user.password_hash = now, None
        withdraw_links(session, "verify_email", user.id, now)
    clear_tries(session, SIGN_IN_ACCOUNT, user.email)
    _signed_in(session, user, "account.sign_in_by_link", now)
    return user


def set_new_password(session: Session, secret: str, password: str, now: datetime) -> User | None:
    """The password is the new one and every session is over; None when the link is used, over or unknown."""
    token = _live(session, "reset_password", secret, now)
    if token is None:
        return None
    user = get_user(session, token.subject_id)
    refuse_weak(password, user.email, user.name)
    if user.closed_at is not None or not use_link(session, token, now):
        return None
    user.email_verified_at = user.email_verified_at or now
    clear_tries(session, SIGN_IN_ACCOUNT, user.email)
    _replace_password(session, Actor(user_id=user.id), user, password, now)
    return user


def change_password(session: Session, actor: Actor, *, current: str, password: str, now: datetime) -> User:
    """The password is the new one; all sessions are over (the page begins a fresh one for this person)."""
    user = get_user(session, require_self(actor))
    if not password_matches(user.password_hash, current[:1000]):
        raise Invalid("wrong_password", "This is not your present password.", "current")
    refuse_weak(password, user.email, user.name)
    _replace_password(session, actor, user, password, now)
    return user


def sign_out_everywhere(session: Session, actor: Actor, now: datetime) -> User:
    """Every session of the person is over."""
    user = get_user(session, require_self(actor))
    user.session_epoch += 1
    user.updated_at = now
    session.flush()
    record(session, actor, "account.sign_out_everywhere", "user", user.id, now=now)
    return user


def _replace_password(session: Session, actor: Actor, user: User, password: str, now: datetime) -> None:
    user.password_hash = hash_password(password)
    user.session_epoch += 1
    user.updated_at = now
    session.flush()
    for purpose in ("reset_password", "sign_in"):
        withdraw_links(session, purpose, user.id, now)
    record(session, actor, "account.change_password", "user", user.id, now=now, fields=["password_hash"])
    enqueue(session, "user.password_changed", user_id=user.id, epoch=user.session_epoch, now=now)


def _signed_in(session: Session, user: User, act: str, now: datetime) -> None:
    user.last_seen_at = now
    session.flush()
    record(session, Actor(user_id=user.id), act, "user", user.id, now=now)


def _live(session: Session, purpose: str, secret: str, now: datetime) -> LinkToken | None:
    token = find_link(session, purpose, secret)
    return token if token is not None and is_live(token, now) else None
