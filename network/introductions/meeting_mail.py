"""Mail about a meeting that is being planned: times to choose from, the invitation, its end, and whether they spoke."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import MeetingState
from network.introductions.calendar import invitation
from network.introductions.emails import introduction_facts
from network.introductions.following_mail import spoken_url
from network.introductions.operations.planning import find_plan
from network.introductions.queries import Contact, contacts_of, need_of, volunteer_of
from network.mail.compose import post
from network.mail.recipients import Recipient, recipient_of
from network.models import Introduction, MeetingPlan, User
from network.outbox.registry import handles


def _sides(session: Session, introduction: Introduction) -> Iterator[tuple[str, Recipient]]:
    """Both sides as far as they can be written to, with the zone their days are counted in."""
    volunteer = volunteer_of(session, introduction)
    user = session.get(User, volunteer.user_id) if volunteer.user_id else None
    if user is not None:
        yield "volunteer", Recipient(user.email, volunteer.name, volunteer.timezone, user.id)
    yield "requester", recipient_of(session.get_one(User, need_of(session, introduction).requester_id))


def _found(session: Session, payload: dict[str, Any]) -> tuple[MeetingPlan, Introduction] | None:
    plan = session.get(MeetingPlan, payload["plan_id"])
    return (plan, session.get_one(Introduction, plan.introduction_id)) if plan else None


def _post(
    session: Session,
    introduction: Introduction,
    event: str,
    to: Recipient,
    key: str,
    now: datetime,
    **more: Any,
) -> None:
    facts = introduction_facts(session, introduction, now)
    post(session, event, to, key=f"introduction:{introduction.id}:{key}", now=now, **{**facts, **more})


@handles("meeting.proposed")
def tell_times(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The other side has the times in its own zone, and chooses on the page; before the introduction it waits."""
    found = _found(session, payload)
    if found is not None and found[0].version == payload["version"]:
        _tell_times(session, *found, now)


@handles("introduction.introduced")
def tell_times_of_the_yes(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Times that came with the yes are told with the introduction."""
    plan = find_plan(session, payload["introduction_id"])
    if plan is not None:
        _tell_times(session, plan, session.get_one(Introduction, plan.introduction_id), now)


def _tell_times(session: Session, plan: MeetingPlan, introduction: Introduction, now: datetime) -> None:
    if plan.state is not MeetingState.PROPOSED or introduction.state not in CONTACTS_SHARED:
        return
    times = [at for at in map(datetime.fromisoformat, plan.slots) if at > now]
    for side, to in _sides(session, introduction):
        if side != plan.side and times:
            _post(
                session,
                introduction,
                "meeting_proposed",
                to,
                f"meeting:{plan.id}:{plan.version}",
                now,
                times=times,
                minutes=plan.minutes,
                who=_name_of(session, introduction, plan.side),
                moved=plan.sequence > 0,
            )


def _name_of(session: Session, introduction: Introduction, side: str) -> str:
    volunteer, requester = contacts_of(session, introduction)
    return volunteer.name if side == "volunteer" else requester.name


@handles("meeting.agreed")
def invite(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both have the invitation for their calendars; a changed time replaces the one before."""
    found = _found(session, payload)
    if found is None or found[0].state is not MeetingState.AGREED or found[0].sequence != payload["sequence"]:
        return
    _with_calendar(session, *found, "meeting_agreed", now, cancelled=False)


@handles("meeting.called_off")
def tell_called_off(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """What stands in calendars is cancelled there; of a mere suggestion the other side is told."""
    found = _found(session, payload)
    if (
        found is None
        or found[0].state is not MeetingState.CANCELLED
        or found[0].version != payload["version"]
    ):
        return
    plan, introduction = found
    if plan.sequence and _with_calendar(
        session, plan, introduction, "meeting_called_off", now, cancelled=True
    ):
        return
    if introduction.introduced_at is not None:
        for side, to in _sides(session, introduction):
            if side != payload["by"]:
                key = f"meeting:{plan.id}:{plan.version}"
                starts_at = plan.starts_at if plan.sequence else None
                _post(session, introduction, "meeting_called_off", to, key, now, starts_at=starts_at)


def _with_calendar(
    session: Session,
    plan: MeetingPlan,
    introduction: Introduction,
    event: str,
    now: datetime,
    *,
    cancelled: bool,
) -> bool:
    """Write to both with the calendar's part; False where one of the two is not there any more."""
    people = _people(session, introduction)
    if people is None or plan.starts_at is None:
        return False
    facts = introduction_facts(session, introduction, now)
    summary = _("%(volunteer)s and %(requester)s", volunteer=people[0].name, requester=people[1].name)
    calendar = invitation(plan, people, summary=summary, url=facts["url"], now=now, cancelled=cancelled)
    for _side, to in _sides(session, introduction):
        key = f"meeting:{plan.id}:{plan.uid}:{plan.sequence}"
        _post(
            session,
            introduction,
            event,
            to,
            key,
            now,
            starts_at=plan.starts_at,
            minutes=plan.minutes,
            place=plan.place,
            calendar=calendar,
        )
    return True


def _people(session: Session, introduction: Introduction) -> tuple[Contact, Contact] | None:
    """Both sides' details, where both are still there."""
    return None if volunteer_of(session, introduction).user_id is None else contacts_of(session, introduction)


@handles("meeting.past")
def ask_whether_they_spoke(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """An hour after the end both are asked, unless somebody said so already."""
    found = _found(session, payload)
    if found is None or found[0].state is not MeetingState.AGREED or found[0].sequence != payload["sequence"]:
        return
    plan, introduction = found
    for side, to in _sides(session, introduction):
        if to.user_id is None:
            continue
        _post(
            session,
            introduction,
            "meeting_past",
            to,
            f"meeting:{plan.id}:{plan.uid}:{plan.sequence}",
            now,
            kind="reminder",
            starts_at=plan.starts_at,
            other_name=_name_of(session, introduction, "requester" if side == "volunteer" else "volunteer"),
            url=spoken_url(session, introduction, to.user_id, plan.sequence, now),
        )


@handles("meeting.missed")
def tell_missed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both are told that it can happen to anybody, and how to find another time."""
    found = _found(session, payload)
    if found is None or found[0].state is not MeetingState.MISSED or found[0].version != payload["version"]:
        return
    plan, introduction = found
    for side, to in _sides(session, introduction):
        key = f"meeting:{plan.id}:{plan.version}"
        _post(session, introduction, "meeting_missed", to, key, now, missed_by=plan.missed_by, side=side)
