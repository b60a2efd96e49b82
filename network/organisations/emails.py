"""Mail about organisations, by event. An organisation nobody checked yet is not named to strangers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.links import is_live, link_url
from network.accounts.queries import staff_users
from network.domain.states import OrganisationState
from network.mail.compose import link, post
from network.mail.recipients import Recipient, recipient_of
from network.models import LinkToken, Organisation, OrganisationMember, User
from network.organisations.queries import owners_of
from network.outbox.registry import handles


def _open_user(session: Session, user_id: int | None) -> User | None:
    user = session.get(User, user_id) if user_id else None
    return user if user is not None and user.closed_at is None else None


@handles("organisation.registered")
def welcome(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever registered it hears whether it may ask already and what comes next."""
    organisation = session.get(Organisation, payload["organisation_id"])
    user = _open_user(session, payload["user_id"])
    if organisation is None or user is None:
        return
    post(
        session,
        "organisation_registered",
        recipient_of(user),
        key=f"organisation:{organisation.id}",
        now=now,
        eligible=organisation.state is OrganisationState.ELIGIBLE,
        url=link("/needs/new"),
    )


@handles("organisation.join_asked")
def ask_owner(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The owner (staff where there is none) is asked to let a colleague in."""
    member = session.get(OrganisationMember, payload["member_id"])
    asker = _open_user(session, member.user_id) if member is not None else None
    if member is None or member.approved_at is not None or asker is None:
        return
    organisation = session.get(Organisation, member.organisation_id)
    readers = owners_of(session, member.organisation_id) or staff_users(session)
    for reader in readers:
        post(
            session,
            "organisation_join_asked",
            recipient_of(reader),
            key=f"member:{member.id}",
            now=now,
            asker=asker.name,
            organisation=organisation,
            url=link("/account"),
        )


@handles("organisation.join_approved")
def tell_joined(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The colleague hears that they belong."""
    member = session.get(OrganisationMember, payload["member_id"])
    user = _open_user(session, member.user_id) if member is not None else None
    if member is None or user is None:
        return
    organisation = session.get(Organisation, member.organisation_id)
    key = f"member:{member.id}"
    url = link("/account")
    post(
        session,
        "organisation_joined",
        recipient_of(user),
        key=key,
        now=now,
        organisation=organisation,
        url=url,
    )


@handles("organisation.colleague_invited")
def invite(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The address gets the invitation; who invites and whom for is said only of an organisation that was checked."""
    token = session.get(LinkToken, payload["link_id"])
    if token is None or token.address is None or not is_live(token, now):
        return
    organisation = session.get(Organisation, token.subject_id)
    inviter = _open_user(session, payload.get("inviter_id"))
    known = organisation is not None and organisation.state is OrganisationState.ELIGIBLE
    post(
        session,
        "colleague_invited",
        Recipient(token.address, ""),
        key=f"link:{token.id}",
        now=now,
        organisation_name=organisation.name if known and organisation is not None else None,
        inviter_name=inviter.name if known and inviter is not None else None,
        url=link_url(token),
        until=token.expires_at,
    )


@handles("organisation.colleague_removed")
def tell_removed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever was taken out, or not let in, hears it; who left by themselves knows."""
    user = _open_user(session, payload["user_id"])
    organisation = session.get(Organisation, payload["organisation_id"])
    if user is None or organisation is None or payload["by_self"]:
        return
    post(
        session,
        "organisation_removed",
        recipient_of(user),
        key=f"organisation:{organisation.id}:{now:%Y-%m-%dT%H:%M}",
        now=now,
        organisation=organisation,
        waited=payload["waited"],
        url=link("/account"),
    )


@handles("organisation.owner_changed")
def tell_owner(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The new owner hears what is theirs now."""
    user = _open_user(session, payload["user_id"])
    organisation = session.get(Organisation, payload["organisation_id"])
    if user is None or organisation is None:
        return
    post(
        session,
        "organisation_owner",
        recipient_of(user),
        key=f"organisation:{organisation.id}:{now:%Y-%m-%dT%H:%M}",
        now=now,
        organisation=organisation,
        url=link("/account"),
    )


@handles("organisation.verified", "organisation.refused", "organisation.suspended", "organisation.reinstated")
def tell_standing(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The owners read how the organisation stands, why, and what they can do."""
    organisation = session.get(Organisation, payload["organisation_id"])
    if organisation is None:
        return
    for owner in owners_of(session, organisation.id):
        post(
            session,
            "organisation_standing",
            recipient_of(owner),
            key=f"organisation:{organisation.id}:{organisation.state}:{organisation.version}",
            now=now,
            organisation=organisation,
            state=organisation.state.value,
            reason=None if organisation.state is OrganisationState.ELIGIBLE else organisation.state_reason,
            url=link("/needs"),
        )


@handles("organisation.nudge")
def nudge(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """An organisation without a need is reminded, once, that it may ask."""
    organisation = session.get(Organisation, payload["organisation_id"])
    if organisation is None or organisation.state is not OrganisationState.UNVERIFIED:
        return
    for owner in owners_of(session, organisation.id):
        post(
            session,
            "organisation_first_need",
            recipient_of(owner),
            key=f"organisation:{organisation.id}",
            now=now,
            kind="reminder",
            url=link("/needs/new"),
        )


@handles("organisation.review_wanted")
def ask_review(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Staff are asked to look at an organisation again."""
    organisation = session.get(Organisation, payload["organisation_id"])
    if organisation is None:
        return
    for reader in staff_users(session):
        post(
            session,
            "organisation_review",
            recipient_of(reader),
            key=f"organisation:{organisation.id}:{payload['step']}:{now:%Y-%m-%d}",
            now=now,
            kind="digest",
            organisation=organisation,
            url=link("/admin"),
        )
