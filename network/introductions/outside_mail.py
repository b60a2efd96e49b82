"""Mail to volunteers who stay silent, and to people outside whom a volunteer named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.introductions.emails import plain_name, tell_volunteer
from network.introductions.queries import volunteer_of
from network.mail.compose import link, post
from network.mail.recipients import Recipient
from network.models import Introduction, ReferralInvitation, User
from network.outbox.registry import handles
from network.rules import periods

# So long the link in an invitation opens; registering without it is possible at any time.
INVITATION_LIVES = timedelta(days=30)


@handles("volunteer.pause_suggested", "volunteer.paused_kindly")
def suggest_pause(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """After two silences they are asked whether to pause; after three they are paused, kindly."""
    introduction = session.get_one(Introduction, payload["introduction_id"])
    volunteer = volunteer_of(session, introduction)
    if volunteer.silences != payload.get("silences", volunteer.silences):
        # They were heard of since, or a further silence is told of by its own event.
        return
    paused = volunteer.paused_until if volunteer.silences >= periods().expiries_before_pause else None
    event = "volunteer_paused_kindly" if paused else "volunteer_pause_suggested"
    tell_volunteer(
        session,
        introduction,
        event,
        now,
        f"silences:{volunteer.silences}",
        paused_until=paused,
        account_url=link("/account"),
    )


@handles("referral.invited")
def invite_from_outside(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Somebody outside gets the network's words and the inviter's name, and nothing of the need."""
    invitation = session.get(ReferralInvitation, payload["invitation_id"])
    if invitation is None or not invitation.address or invitation.registered_volunteer_id:
        return
    inviter = session.get(User, invitation.inviter_id) if invitation.inviter_id else None
    post(
        session,
        "referral_invitation",
        Recipient(invitation.address, ""),
        key=f"referral:{invitation.id}",
        now=now,
        inviter_name=plain_name(inviter.name if inviter else "", _("A volunteer of ours"))
        or _("A volunteer of ours"),
        url=link_url(
            issue_link(
                session,
                "refer",
                invitation.id,
                now=now,
                expires_at=now + INVITATION_LIVES,
                address=invitation.address,
            )
        ),
    )
    # The hash is enough to know them again when they register; the link knows the address until it is used or over.
    invitation.address = None
