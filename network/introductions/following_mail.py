"""Mail that asks afterwards: whether they spoke, how the meeting was, and after 30 to 365 days what came of it.

Each side has a link of its own, which answers with one press and without signing in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.introductions.emails import LINKED_STEPS, tell_requester, tell_volunteer
from network.introductions.operations.following import FEEDBACK, LINK_LIVES
from network.introductions.operations.spoken import LINK_LIVES as SPOKEN_LINK_LIVES
from network.introductions.operations.spoken import SPOKE
from network.introductions.queries import need_of, volunteer_of
from network.mail.compose import link
from network.models import FollowUp, Introduction
from network.outbox.registry import handles

_TELL = {"volunteer": tell_volunteer, "requester": tell_requester}


@handles("introduction.reminder")
def ask_afterwards(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both sides are asked what the clock asks, unless the introduction has moved on since."""
    introduction = session.get(Introduction, payload["introduction_id"])
    step = payload["step"]
    if step not in LINKED_STEPS or introduction is None or introduction.state.value != payload["state"]:
        return
    key = f"{step}:{payload['round']}:{payload['at']}"
    if step == "ask_both":
        _ask_whether_they_spoke(session, introduction, key, now)
    elif step == "ask_feedback":
        _ask(session, introduction, "introduction_feedback", FEEDBACK, key, now)
    else:
        _ask(session, introduction, "introduction_follow_up", introduction.followed_up_days, key, now)


def spoken_url(session: Session, introduction: Introduction, user_id: int, round: int, now: datetime) -> str:
    """A link by which this person says whether they spoke; `round` is the plan's number, 0 without a plan."""
    expires_at = now + SPOKEN_LINK_LIVES
    token = issue_link(
        session, SPOKE, introduction.id, now=now, expires_at=expires_at, user_id=user_id, round=round
    )
    return link_url(token)


def _users(session: Session, introduction: Introduction) -> dict[str, int | None]:
    return {
        "volunteer": volunteer_of(session, introduction).user_id,
        "requester": need_of(session, introduction).requester_id,
    }


def _ask_whether_they_spoke(session: Session, introduction: Introduction, key: str, now: datetime) -> None:
    for side, user_id in _users(session, introduction).items():
        if user_id is not None:
            url = spoken_url(session, introduction, user_id, 0, now)
            event = "introduction_did_you_speak"
            _TELL[side](session, introduction, event, now, key, kind="reminder", url=url)


def _ask(
    session: Session, introduction: Introduction, event: str, days: int | None, key: str, now: datetime
) -> None:
    users = _users(session, introduction)
    asked = select(FollowUp).where(
        FollowUp.introduction_id == introduction.id, FollowUp.days == days, FollowUp.answer.is_(None)
    )
    for one in session.scalars(asked.order_by(FollowUp.id)).all():
        token = issue_link(
            session, "follow_up", one.id, now=now, expires_at=now + LINK_LIVES, user_id=users[one.side]
        )
        _TELL[one.side](
            session,
            introduction,
            event,
            now,
            key,
            kind="reminder",
            days=days,
            url=link_url(token),
            page_url=link(f"/introductions/{introduction.id}"),
        )
