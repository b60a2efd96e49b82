"""Acts on memberships: applying, deciding, leaving. Any one approval makes a volunteer findable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.audit.moves import check_version, log_transition, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.chapters.policy import is_conflicted, roles_towards_membership
from network.chapters.queries import (
    find_membership,
    get_chapter,
    get_membership,
    holidays_of,
    memberships_of,
)
from network.domain.actor import Actor
from network.domain.chapter_moves import OPEN_TO_APPLICANTS
from network.domain.errors import Conflict, NotAllowed
from network.domain.membership_moves import LIVE, MOVES
from network.domain.standing_timers import StandingClock, next_action
from network.domain.states import MembershipState, VolunteerState
from network.models import Membership
from network.outbox.queue import enqueue
from network.rules import periods
from network.volunteers.queries import get_volunteer


def apply_to_chapter(session: Session, actor: Actor, chapter_id: int, *, now: datetime) -> Membership:
    """The volunteer waits for the chapter's answer, due in five working days; who was returned or left asks again."""
    if actor.volunteer_id is None:
        raise NotAllowed("volunteers_only", "Only volunteers may do this.")
    volunteer = get_volunteer(session, actor.volunteer_id)
    if volunteer.state is not VolunteerState.ACTIVE:
        raise Conflict("not_active", "Finish your registration first.")
    chapter = get_chapter(session, chapter_id)
    if chapter.state not in OPEN_TO_APPLICANTS:
        raise Conflict("chapter_closed", "This chapter does not take newcomers at the moment.")
    found = find_membership(session, chapter.id, volunteer.id)
    if found is not None:
        if found.state in {MembershipState.APPLIED, MembershipState.APPROVED}:
            return found
        found.applied_at = now
        found.decided_at = found.decided_by_id = found.reason = None
        return _move(session, actor, found, "reapply", now, None, None)
    membership = Membership(
        chapter_id=chapter.id,
        volunteer_id=volunteer.id,
        state=MembershipState.APPLIED,
        state_since=now,
        steps_done=0,
        applied_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(membership)
    session.flush()
    schedule_membership(session, membership)
    log_transition(session, actor, membership, "apply", source=None, target=membership.state.value, now=now)
    record(session, actor, "membership.apply", "membership", membership.id, now=now)
    enqueue(session, "membership.applied", membership_id=membership.id, now=now)
    return membership


def approve_membership(
    session: Session, actor: Actor, membership_id: int, *, now: datetime, seen: int | None = None
) -> Membership:
    """The volunteer belongs to the chapter and is findable."""
    return _decide(session, actor, membership_id, "approve", None, now, seen)


def return_membership(
    session: Session, actor: Actor, membership_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Membership:
    """The volunteer is asked to add something and apply again."""
    return _decide(session, actor, membership_id, "return", reason, now, seen)


def refuse_membership(
    session: Session, actor: Actor, membership_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Membership:
    """The chapter does not take the volunteer; other chapters may."""
    return _decide(session, actor, membership_id, "refuse", reason, now, seen)


def suspend_membership(
    session: Session, actor: Actor, membership_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Membership:
    """The membership rests; without another one the volunteer is not findable."""
    return _decide(session, actor, membership_id, "suspend", reason, now, seen)


def reinstate_membership(
    session: Session, actor: Actor, membership_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Membership:
    """The membership holds again."""
    return _decide(session, actor, membership_id, "reinstate", reason, now, seen)


def leave_chapter(
    session: Session, actor: Actor, membership_id: int, *, now: datetime, seen: int | None = None
) -> Membership:
    """The volunteer is no longer in the chapter."""
    membership = get_membership(session, membership_id)
    return _move(session, actor, membership, "leave", now, None, seen)


def leave_all_chapters(session: Session, actor: Actor, volunteer_id: int, now: datetime) -> None:
    """The volunteer is in no chapter any more: they leave the network."""
    for membership, _chapter in memberships_of(session, volunteer_id):
        if membership.state in LIVE:
            _move(session, actor, membership, "leave", now, None, None)


def _decide(
    session: Session,
    actor: Actor,
    membership_id: int,
    action: str,
    reason: str | None,
    now: datetime,
    seen: int | None,
) -> Membership:
    membership = get_membership(session, membership_id)
    if actor.is_volunteer(membership.volunteer_id):
        raise NotAllowed("conflict_oneself", "Nobody decides about themselves.")
    if not actor.is_system and is_conflicted(actor, membership):
        raise NotAllowed(
            "conflict_same_organisation", "You are too close to this one. Somebody else will decide."
        )
    # Before anything is written: the changes below may reach the database with the next question to it.
    check_version(membership, seen)
    membership.reason = (reason or "").strip() or None
    membership.decided_at, membership.decided_by_id = now, actor.user_id
    return _move(session, actor, membership, action, now, membership.reason, None)


_EVENTS = {
    "approve": "membership.approved",
    "return": "membership.returned",
    "refuse": "membership.refused",
    "suspend": "membership.suspended",
    "reinstate": "membership.reinstated",
    "reapply": "membership.applied",
    "leave": "membership.left",
}


def _move(
    session: Session,
    actor: Actor,
    membership: Membership,
    action: str,
    now: datetime,
    reason: str | None,
    seen: int | None,
) -> Membership:
    roles = roles_towards_membership(actor, membership)
    membership.escalated_at = None
    move(session, actor, membership, MOVES, action, now=now, reason=reason, seen=seen, roles=roles)
    schedule_membership(session, membership)
    record(session, actor, f"membership.{action}", "membership", membership.id, now=now)
    told: dict[str, Any] = {"version": membership.version, "told": action}
    enqueue(session, _EVENTS[action], membership_id=membership.id, now=now, **told)
    if action != "reapply":
        enqueue(session, "volunteer.changed", volunteer_id=membership.volunteer_id, now=now)
    return membership


def membership_clock(session: Session, membership: Membership) -> StandingClock:
    """What the membership's clock looks at."""
    chapter = get_chapter(session, membership.chapter_id)
    volunteer = get_volunteer(session, membership.volunteer_id)
    return StandingClock(
        state=membership.state,
        since=membership.state_since or membership.applied_at,
        steps_done=membership.steps_done,
        zone=volunteer.timezone,
        broker_zone=chapter.timezone,
        holidays=holidays_of(chapter),
    )


def schedule_membership(session: Session, membership: Membership) -> None:
    """Whose turn it is and until when stand on the row."""
    step = next_action(membership_clock(session, membership), periods()) if membership.state in LIVE else None
    set_quietly(
        session,
        membership,
        next_action_by=step.waiting.value if step else None,
        next_action_at=step.at if step else None,
    )
