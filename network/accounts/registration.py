"""Becoming somebody here: registering, proving an address, changing it."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.accounts.limits import (
    KNOWN_MAIL,
    LINK_MAIL,
    LINK_MAIL_ADDRESS,
    REGISTER_ADDRESS,
    count_try,
)
from network.accounts.links import find_link, is_live, issue_link, use_link, withdraw_links
from network.accounts.passwords import hash_password, password_matches, weakness
from network.accounts.policy import require_self
from network.accounts.queries import canonical_email, find_user_by_email, get_user
from network.audit.operations import record
from network.domain.actor import ANONYMOUS, Actor
from network.domain.clock import zone_or_utc
from network.domain.errors import Conflict, Invalid
from network.domain.text import clean_line
from network.mail.recipients import address_hash
from network.models import FormDraft, LinkToken, User, Volunteer
from network.outbox.queue import enqueue

VERIFY_LIFE = timedelta(days=3)
NAME_LONGEST = 120
EMAIL_LONGEST = 254
JOINING = "joining"
JoiningAs = Literal["volunteer", "organisation"]

WEAK = {
    "short": "Choose a password of at least 10 characters.",
    "long": "Choose a password of at most 200 characters.",
    "common": "This password is among the first that are guessed. Choose another.",
    "own_name": "Choose a password that is not your name or address.",
}


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    joining_as: JoiningAs,
    address: str,
    now: datetime,
    timezone: str = "Europe/London",
) -> bool:
    """An account waits for its address to be verified; False when `address` (the network address) registers too often.

    Known and unknown addresses get the same answer in the same time: who has an account already is told by
    mail. An account that was never verified is taken over by the newer registration, so nobody can sit on
    somebody else's address.
    """
    email, name = checked_email(email), checked_name(name)
    refuse_weak(password, email, name)
    # Hashed in every case and before the database is asked: the time tells nothing.
    hashed = hash_password(password)
    if not count_try(session, REGISTER_ADDRESS, address, now):
        return False
    user = find_user_by_email(session, email)
    known = user is not None and user.email_verified_at is not None
    may_mail = count_try(session, KNOWN_MAIL if known else LINK_MAIL, email, now)
    if user is not None and known:
        # As many statements as below, without effect.
        record(session, ANONYMOUS, "account.register_again", "user", user.id, now=now)
        enqueue(session, "user.known_address_tried", user_id=user.id if may_mail else None, now=now)
        session.flush()
        return True
    if user is None:
        user = User(email=email, created_at=now, name=name)
        session.add(user)
    user.name, user.password_hash, user.timezone = name, hashed, checked_timezone(timezone)
    user.terms_accepted_at = user.updated_at = now
    session.flush()
    withdraw_links(session, "verify_email", user.id, now)
    keep_draft(session, user.id, JOINING, {"as": joining_as}, now)
    record(session, ANONYMOUS, "account.register", "user", user.id, now=now)
    enqueue(session, "user.registered", user_id=user.id if may_mail else None, now=now)
    session.flush()
    return True


def register_proven(
    session: Session, *, email: str, name: str, password: str, now: datetime, timezone: str = "Europe/London"
) -> User:
    """An account whose address was just proven by a mailed link: verified from the start.

    Where there is an account with the address already, it is given back as it is, verified.
    """
    email = canonical_email(email)
    user = find_user_by_email(session, email)
    if user is not None and user.email_verified_at is not None:
        return user
    name = checked_name(name)
    refuse_weak(password, email, name)
    if user is None:
        user = User(email=email, name=name, created_at=now)
        session.add(user)
    user.name, user.password_hash, user.timezone = name, hash_password(password), checked_timezone(timezone)
    user.email_verified_at = user.terms_accepted_at = user.updated_at = now
    session.flush()
    withdraw_links(session, "verify_email", user.id, now)
    record(session, ANONYMOUS, "account.register", "user", user.id, now=now)
    return user


def send_verification_again(session: Session, user: User, *, address: str, now: datetime) -> None:
    """A new verification link goes out, unless the limits are reached."""
    allowed = count_try(session, LINK_MAIL_ADDRESS, address, now) and count_try(
        session, LINK_MAIL, user.email, now
    )
    enqueue(session, "user.registered", user_id=user.id if allowed else None, now=now)


def find_verification(session: Session, secret: str, now: datetime) -> LinkToken | None:
    """The live verification link of a secret, or None."""
    token = find_link(session, "verify_email", secret)
    return token if token is not None and is_live(token, now) else None


def password_mark(session: Session, email: str) -> str:
    """What the browser that just chose the account's password may keep, to be known again by.

    It is made of the kept hash, so it no longer fits once somebody else registers with the same address.
    """
    user = find_user_by_email(session, canonical_email(email)[:254])
    return _mark(user) if user is not None else ""


def wants_password(session: Session, token: LinkToken, mark: str) -> bool:
    """Whether the link's reader has to choose the password: who asked for the account may have been a stranger.

    Not in the browser that registered last, and not where only an address changes.
    """
    user = session.get(User, token.subject_id)
    if user is None or user.email_verified_at is not None:
        return False
    return not hmac.compare_digest(_mark(user).encode(), mark.encode("utf-8", "replace"))


def _mark(user: User) -> str:
    return address_hash(f"registered:{user.id}:{user.password_hash}")


def verify_email(session: Session, secret: str, now: datetime, password: str | None = None) -> User | None:
    """The address is proven (or, for a change, becomes the account's); None when the link is used, over or unknown.

    With a password, that one holds from now on, and none that was given before.
    """
    token = find_verification(session, secret, now)
    if token is None:
        return None
    new_address = token.address
    user = get_user(session, token.subject_id)
    if password is not None:
        refuse_weak(password, user.email, user.name)
    if user.closed_at is not None or not use_link(session, token, now):
        return None
    if password is not None:
        user.password_hash = hash_password(password)
    if new_address is not None and new_address != user.email:
        _take_address(session, user, new_address, now)
    user.email_verified_at = user.updated_at = now
    user.mail_bounced_at = None
    session.flush()
    record(session, Actor(user_id=user.id), "account.verify_email", "user", user.id, now=now)
    enqueue(session, "user.verified", user_id=user.id, now=now)
    return user


def _take_address(session: Session, user: User, new_address: str, now: datetime) -> None:
    if find_user_by_email(session, new_address) is not None:
        raise Conflict("address_taken", "This address belongs to another account by now.")
    old = user.email
    # The old address is told by a link row that keeps it until that mail was written.
    told = issue_link(
        session, "verify_email", user.id, now=now, expires_at=now, user_id=user.id, round=0, address=old
    )
    enqueue(session, "user.email_changed", user_id=user.id, link_id=told.id, now=now)
    session.execute(
        update(Volunteer)
        .where(Volunteer.user_id == user.id, Volunteer.contact_email == old)
        .values(contact_email=new_address)
        .execution_options(synchronize_session=False)
    )
    user.email = new_address


def change_email(session: Session, actor: Actor, *, email: str, password: str, now: datetime) -> None:
    """A link goes to the new address; the account's address changes when it is used.

    An address that belongs to somebody else gets the same answer, and its owner a mail.
    """
    user = get_user(session, require_self(actor))
    email = checked_email(email)
    if not password_matches(user.password_hash, password):
        raise Invalid("wrong_password", "This is not your present password.", "password")
    if email == user.email:
        raise Invalid("same_address", "This is your address already.", "email")
    other = find_user_by_email(session, email)
    limit = LINK_MAIL if other is None else KNOWN_MAIL
    if not count_try(session, LINK_MAIL, user.email, now) or not count_try(session, limit, email, now):
        return
    record(session, actor, "account.change_email", "user", user.id, now=now, fields=["email"])
    if other is not None:
        enqueue(session, "user.known_address_tried", user_id=other.id, now=now)
        return
    withdraw_links(session, "verify_email", user.id, now)
    token = issue_link(
        session,
        "verify_email",
        user.id,
        now=now,
        expires_at=now + VERIFY_LIFE,
        user_id=user.id,
        address=email,
    )
    enqueue(session, "user.email_change_wanted", user_id=user.id, link_id=token.id, now=now)


# --- what was begun ---------------------------------------------------------------------


def keep_draft(session: Session, user_id: int, form: str, content: dict[str, object], now: datetime) -> None:
    """What a person began in a form is kept for them; the newest takes the place of older ones."""
    draft = session.scalar(select(FormDraft).where(FormDraft.user_id == user_id, FormDraft.form == form))
    if draft is None:
        draft = FormDraft(user_id=user_id, form=form)
        session.add(draft)
    draft.content, draft.updated_at = json.dumps(content), now
    session.flush()


def find_draft(session: Session, user_id: int, form: str) -> dict[str, object] | None:
    """What a person began in a form, or None."""
    content = session.scalar(
        select(FormDraft.content).where(FormDraft.user_id == user_id, FormDraft.form == form)
    )
    found = json.loads(content) if content else None
    return found if isinstance(found, dict) else None


def drop_draft(session: Session, user_id: int, form: str) -> None:
    """The form was sent: what was begun is forgotten."""
    draft = session.scalar(select(FormDraft).where(FormDraft.user_id == user_id, FormDraft.form == form))
    if draft is not None:
        session.delete(draft)
        session.flush()


def joining_as(session: Session, user_id: int) -> str | None:
    """What a newly verified person came for: "volunteer" or "organisation"."""
    draft = find_draft(session, user_id, JOINING)
    return str(draft["as"]) if draft and "as" in draft else None


# --- values -----------------------------------------------------------------------------


def checked_email(email: str, field: str = "email") -> str:
    """The address as it is kept; Invalid where it is none."""
    from email_validator import EmailNotValidError, validate_email

    email = canonical_email(clean_line(email, field=field))
    try:
        found = validate_email(
            email, check_deliverability=False, allow_smtputf8=False, test_environment=True
        ).normalized
    except EmailNotValidError as error:
        raise Invalid("bad_email", "Write an e-mail address like name@example.org.", field) from error
    if len(found) > EMAIL_LONGEST:
        raise Invalid("bad_email", "This address is too long.", field)
    return canonical_email(found)


def checked_name(name: str, field: str = "name") -> str:
    """A person's name as it is kept: one line, no address of a page in it."""
    name = clean_line(name, field=field)
    if not name:
        raise Invalid("no_name", "Write your name.", field)
    if len(name) > NAME_LONGEST:
        raise Invalid("too_long", f"A name may have at most {NAME_LONGEST} characters.", field)
    if "://" in name or "www." in name.lower() or "@" in name or any(mark in name for mark in "<>{}"):
        raise Invalid("not_a_name", "Write your name only, without links or signs.", field)
    return name


def checked_timezone(name: str) -> str:
    """A zone this machine knows, else UTC: a browser's odd zone must not stop anybody."""
    zone = str(zone_or_utc(name))
    return zone if zone != "datetime.timezone.utc" else "UTC"


def refuse_weak(password: str, email: str, name: str, field: str = "password") -> None:
    """Invalid, with what is wrong, for a password that would be guessed."""
    weak = weakness(password, email, name)
    if weak is not None:
        raise Invalid(f"password_{weak}", WEAK[weak], field)
