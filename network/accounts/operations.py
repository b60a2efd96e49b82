"""Acts on accounts: by hand, roles, names, mail choices, closing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from network.accounts.links import withdraw_links
from network.accounts.passwords import hash_password
from network.accounts.policy import GIVEN_ROLES, can_give_roles, require_self
from network.accounts.queries import canonical_email, find_user_by_email, get_user
from network.accounts.registration import checked_email, checked_name, checked_timezone, refuse_weak
from network.audit.operations import changed_fields, record
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.quiet_hours import MailRhythm
from network.domain.states import Role
from network.mail.compose import read_unsubscribe
from network.mail.recipients import OPTIONAL_KINDS
from network.models import User, UserRole
from network.outbox.queue import enqueue


def create_user_by_hand(
    session: Session, actor: Actor, *, email: str, name: str, password: str, role: Role, now: datetime
) -> User:
    """An account with a verified address and a role, made by an administrator or from the command line."""
    if not can_give_roles(actor):
        raise NotAllowed("administrator_only", "Only an administrator may do this.")
    if role not in GIVEN_ROLES:
        raise Invalid("role_not_given", "Only the roles staff and administrator are given by hand.", "role")
    email, name = checked_email(email), checked_name(name)
    refuse_weak(password, email, name)
    if find_user_by_email(session, email) is not None:
        raise Invalid("address_taken", "There is an account with this address already.", "email")
    user = User(
        email=email,
        name=name,
        password_hash=hash_password(password),
        email_verified_at=now,
        code_accepted_at=now,
        terms_accepted_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    session.flush()
    session.add(UserRole(user_id=user.id, role=role, given_at=now, given_by_id=actor.user_id))
    session.flush()
    record(session, actor, "account.create_by_hand", "user", user.id, now=now)
    return user


def give_role(session: Session, actor: Actor, *, user_id: int, role: Role, now: datetime) -> None:
    """The person holds the role; nothing changes when they did already."""
    user = _for_roles(session, actor, user_id, role)
    if session.get(UserRole, (user.id, role)) is None:
        session.add(UserRole(user_id=user.id, role=role, given_at=now, given_by_id=actor.user_id))
        session.flush()
        record(session, actor, f"account.give_{role.value}", "user", user.id, now=now)
        enqueue(session, "user.role_given", user_id=user.id, role=role.value, now=now)


def take_role(session: Session, actor: Actor, *, user_id: int, role: Role, now: datetime) -> None:
    """The person no longer holds the role; the last administrator keeps theirs."""
    user = _for_roles(session, actor, user_id, role)
    if role is Role.ADMINISTRATOR and _administrators(session, but=user.id) == 0:
        raise Conflict(
            "last_administrator", "The network needs an administrator: give the role to another first."
        )
    taken = session.execute(
        delete(UserRole).where(UserRole.user_id == user.id, UserRole.role == role).returning(UserRole.user_id)
    ).first()
    if taken is not None:
        session.expire_all()
        record(session, actor, f"account.take_{role.value}", "user", user_id, now=now)


def _for_roles(session: Session, actor: Actor, user_id: int, role: Role) -> User:
    if not can_give_roles(actor):
        raise NotAllowed("administrator_only", "Only an administrator may do this.")
    if role not in GIVEN_ROLES:
        raise Invalid("role_not_given", "Only the roles staff and administrator are given by hand.", "role")
    return get_user(session, user_id)


def _administrators(session: Session, but: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(UserRole)
            .join(User, User.id == UserRole.user_id)
            .where(UserRole.role == Role.ADMINISTRATOR, UserRole.user_id != but, User.closed_at.is_(None))
        )
        or 0
    )


def edit_account(session: Session, actor: Actor, *, name: str, timezone: str, now: datetime) -> User:
    """The person's own name and zone are as given."""
    user = get_user(session, require_self(actor))
    user.name, user.timezone = checked_name(name), checked_timezone(timezone)
    fields = changed_fields(user)
    if fields:
        user.updated_at = now
        session.flush()
        record(session, actor, "account.edit", "user", user.id, now=now, fields=fields)
    return user


def accept_code(session: Session, actor: Actor, now: datetime) -> None:
    """The person accepted the code of conduct (once; the first time counts)."""
    user = get_user(session, require_self(actor))
    if user.code_accepted_at is None:
        user.code_accepted_at = now
        session.flush()
        record(session, actor, "account.accept_code", "user", user.id, now=now)


def trust_requester(session: Session, actor: Actor, *, user_id: int, trusted: bool, now: datetime) -> None:
    """Staff trust (or no longer trust) a requester: their needs skip triage unless the risk questions flag them."""
    if not actor.is_staff:
        raise NotAllowed("staff_only", "Only staff may do this.")
    if actor.is_user(user_id):
        raise NotAllowed("not_oneself", "Somebody else has to decide this about you.")
    user = get_user(session, user_id)
    user.trusted_requester = trusted
    user.updated_at = now
    session.flush()
    record(session, actor, "account.trust", "user", user.id, now=now, fields=["trusted_requester"])


# --- mail -------------------------------------------------------------------------------


def set_mail_choices(
    session: Session,
    actor: Actor,
    *,
    wanted: Collection[str],
    rhythm: MailRhythm | None = None,
    quiet: bool | None = None,
    now: datetime,
) -> None:
    """The person gets the optional kinds of mail they want ("reminder", "digest", "news") and no other.

    `rhythm` says how those come, `quiet` whether all other mail but that of signing in keeps the quiet hours too.
    """
    user = get_user(session, require_self(actor))
    user.mail_rhythm = user.mail_rhythm if rhythm is None else rhythm
    user.mail_quiet = user.mail_quiet if quiet is None else quiet
    user.mail_off = " ".join(kind for kind in OPTIONAL_KINDS if kind not in wanted)
    user.updated_at = now
    session.flush()
    record(
        session,
        actor,
        "account.mail_choices",
        "user",
        user.id,
        now=now,
        fields=["mail_off", "mail_rhythm", "mail_quiet"],
    )


def stop_mail(session: Session, token: str, now: datetime) -> str | None:
    """The kind of mail the link names is off for the person it was sent to; that kind, or None for no link of ours."""
    return _choose_by_link(session, token, False, now)


def start_mail(session: Session, token: str, now: datetime) -> str | None:
    """The kind of mail the link stopped comes again, for whoever pressed by mistake; None for no link of ours."""
    return _choose_by_link(session, token, True, now)


def stopped_by_link(session: Session, token: str) -> tuple[str, bool] | None:
    """The kind of mail the link stops and whether it is off already; None for no link of ours."""
    found = read_unsubscribe(token)
    if found is None or found[1] not in OPTIONAL_KINDS:
        return None
    user = session.get(User, found[0])
    return found[1], user is not None and found[1] in user.mail_off.split()


def _choose_by_link(session: Session, token: str, wanted: bool, now: datetime) -> str | None:
    found = read_unsubscribe(token)
    if found is None or found[1] not in OPTIONAL_KINDS:
        return None
    user_id, kind = found
    user = session.get(User, user_id)
    if user is None or (kind not in user.mail_off.split()) is wanted:
        return kind
    others = [one for one in user.mail_off.split() if one != kind]
    user.mail_off = " ".join(others if wanted else [*others, kind])
    session.flush()
    act = "account.start_mail" if wanted else "account.stop_mail"
    record(session, Actor(user_id=user.id), act, "user", user.id, now=now, fields=["mail_off"])
    return kind


def mark_bounced(session: Session, address: str, now: datetime) -> None:
    """Nothing but security mail goes to the address until it is verified again."""
    session.execute(
        update(User)
        .where(User.email == canonical_email(address), User.mail_bounced_at.is_(None))
        .values(mail_bounced_at=now)
    )


# --- closing ----------------------------------------------------------------------------


def close_account(session: Session, actor: Actor, user_id: int, now: datetime) -> User:
    """Nobody can sign in to the account any more and no mail goes to it; the person or an administrator does this.

    What the person owned has to be passed on first (`introductions.leave_network`).
    """
    user = get_user(session, user_id)
    if not (actor.is_user(user_id) or actor.is_administrator or actor.is_system):
        raise NotAllowed("not_yours", "Only the person themselves or an administrator may do this.")
    held = session.get(UserRole, (user_id, Role.ADMINISTRATOR))
    if held is not None and _administrators(session, but=user_id) == 0:
        raise Conflict(
            "last_administrator", "The network needs an administrator: give the role to another first."
        )
    if user.closed_at is None:
        user.closed_at = user.updated_at = now
        user.session_epoch += 1
        session.flush()
        session.execute(delete(UserRole).where(UserRole.user_id == user_id))
        for purpose in ("verify_email", "sign_in", "reset_password"):
            withdraw_links(session, purpose, user_id, now)
        record(session, actor, "account.close", "user", user.id, now=now)
    return user
