"""Mail to volunteers about their place in the network, by event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.domain.concerns import ConcernAbout, ConcernState, Measure
from network.domain.states import VolunteerState
from network.mail.compose import link, post
from network.mail.recipients import Recipient, recipient_of
from network.models import Concern, User, Volunteer
from network.outbox.registry import handles
from network.volunteers.claims import CLAIM_LIFE


@handles("volunteer.claim_wanted")
def send_claim(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The imported person gets the link to their record, unless the address must not be written to."""
    volunteer = session.get(Volunteer, payload["volunteer_id"])
    if volunteer is None or volunteer.state is not VolunteerState.IMPORTED or not volunteer.contact_email:
        return
    token = issue_link(session, "claim", volunteer.id, now=now, expires_at=now + CLAIM_LIFE)
    post(
        session,
        "claim_record",
        Recipient(volunteer.contact_email, volunteer.name, volunteer.timezone),
        key=f"link:{token.id}",
        now=now,
        url=link_url(token),
        until=token.expires_at,
    )


@handles("volunteer.activated")
def welcome(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer is welcomed and hears what happens next."""
    _to_volunteer(session, payload, "volunteer_welcome", "welcome", now, link("/account"))


@handles("volunteer.suspended", "volunteer.reinstated")
def tell_standing(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer hears that their profile rests, or is back; once, where a decision about a report says so."""
    volunteer = session.get(Volunteer, payload["volunteer_id"])
    if volunteer is None or _told_by_decision(session, volunteer, now):
        return
    _to_volunteer(session, payload, "volunteer_standing", "standing", now, link("/account"))


def _told_by_decision(session: Session, volunteer: Volunteer, now: datetime) -> bool:
    suspended = volunteer.state is VolunteerState.SUSPENDED
    query = select(Concern.id).where(
        Concern.about == ConcernAbout.VOLUNTEER,
        Concern.subject_id == volunteer.id,
        Concern.measure == Measure.SUSPENDED,
        Concern.state == (ConcernState.UPHELD if suspended else ConcernState.OVERTURNED),
        Concern.decided_at > now - timedelta(hours=1),
    )
    return session.scalar(query.limit(1)) is not None


def _to_volunteer(
    session: Session, payload: dict[str, Any], event: str, about: str, now: datetime, url: str
) -> None:
    volunteer = session.get(Volunteer, payload["volunteer_id"])
    user = session.get(User, volunteer.user_id) if volunteer is not None and volunteer.user_id else None
    if volunteer is None or user is None or user.closed_at is not None:
        return
    post(
        session,
        event,
        recipient_of(user),
        key=f"volunteer:{volunteer.id}:{about}:{volunteer.state}:{volunteer.version}",
        now=now,
        state=volunteer.state.value,
        url=url,
    )
