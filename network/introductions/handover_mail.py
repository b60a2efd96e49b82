"""Mail to a volunteer whose firm goes on with somebody else: who that is, how to reach them, and what stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import MeetingState
from network.introductions.emails import tell_volunteer
from network.introductions.operations.planning import find_plan
from network.introductions.queries import contacts_of
from network.models import Introduction
from network.outbox.registry import handles


@handles("introduction.asker_changed")
def tell_who_goes_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer knows who writes from now on, unless the introduction was ended meanwhile."""
    introduction = session.get(Introduction, payload["introduction_id"])
    if introduction is None or introduction.state not in CONTACTS_SHARED:
        return
    _volunteer, requester = contacts_of(session, introduction)
    plan = find_plan(session, introduction.id)
    agreed = plan is not None and plan.state is MeetingState.AGREED
    starts_at = plan.starts_at if plan is not None and agreed else None
    tell_volunteer(
        session,
        introduction,
        "introduction_asker_changed",
        now,
        f"asker_changed:{payload['at']}",
        requester=requester,
        starts_at=starts_at if starts_at is not None and starts_at > now else None,
        reply_to=requester.email,
    )
