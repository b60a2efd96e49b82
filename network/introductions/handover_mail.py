"""Mail where a firm goes on with somebody else: to the volunteer, and about a meeting to whoever asked before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import MeetingState
from network.introductions.calendar import invitation
from network.introductions.emails import introduction_facts, tell_volunteer
from network.introductions.operations.planning import find_plan
from network.introductions.queries import contacts_of
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Introduction, MeetingPlan, User
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


@handles("meeting.passed_on")
def take_out_of_calendar(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A meeting that a colleague goes to now leaves the calendar of whoever asked before, while they are with us."""
    plan = session.get_one(MeetingPlan, payload["plan_id"])
    before = session.get(User, payload["user_id"] or 0)
    if before is None or before.closed_at is not None or plan.starts_at is None or plan.starts_at <= now:
        return
    introduction = session.get_one(Introduction, plan.introduction_id)
    volunteer, requester = contacts_of(session, introduction)
    if before.id == requester.user_id:
        return
    facts = introduction_facts(session, introduction, now)
    removed = replace(requester, user_id=before.id, name=before.name, email=before.email)
    summary = _("%(volunteer)s and %(requester)s", volunteer=volunteer.name, requester=before.name)
    calendar = invitation(
        plan, (volunteer, removed), summary=summary, url=facts["url"], now=now, cancelled=True
    )
    post(
        session,
        "meeting_passed_on",
        recipient_of(before),
        key=f"introduction:{introduction.id}:meeting:{plan.id}:{plan.uid}:{payload['sequence']}",
        now=now,
        **{**facts, "who": requester.name, "starts_at": plan.starts_at, "list_url": link("/introductions")},
        calendar=calendar,
    )
