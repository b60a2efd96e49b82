"""Mail that asks what came of an introduction, after 30, 90, 180 and 365 days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.introductions.emails import tell_requester, tell_volunteer
from network.introductions.operations.following import LINK_LIVES
from network.introductions.queries import need_of, volunteer_of
from network.models import FollowUp, Introduction
from network.outbox.registry import handles


@handles("introduction.reminder")
def ask_what_came(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both sides are asked, each with a link that answers with one press and without signing in."""
    introduction = session.get(Introduction, payload["introduction_id"])
    if payload["step"] != "follow_up" or introduction is None or introduction.state.value != payload["state"]:
        return
    key = f"{payload['step']}:{payload['round']}:{payload['at']}"
    days = introduction.followed_up_days
    asked = select(FollowUp).where(
        FollowUp.introduction_id == introduction.id, FollowUp.days == days, FollowUp.answer.is_(None)
    )
    tell = {"volunteer": tell_volunteer, "requester": tell_requester}
    users = {
        "volunteer": volunteer_of(session, introduction).user_id,
        "requester": need_of(session, introduction).requester_id,
    }
    for one in session.scalars(asked.order_by(FollowUp.id)).all():
        token = issue_link(
            session, "follow_up", one.id, now=now, expires_at=now + LINK_LIVES, user_id=users[one.side]
        )
        tell[one.side](
            session,
            introduction,
            "introduction_follow_up",
            now,
            key,
            kind="reminder",
            days=days,
            url=link_url(token),
        )
