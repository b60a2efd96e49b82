"""Mail about chapters and memberships, by event: who is asked, what was decided, what comes next and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.queries import staff_users
from network.chapters.queries import leads_of
from network.domain.states import MembershipState
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Chapter, Membership, User, Volunteer
from network.outbox.registry import handles

# What is told to the volunteer, and the state in which it is still true.
TOLD = {
    "approve": ("membership_approved", MembershipState.APPROVED),
    "return": ("membership_returned", MembershipState.RETURNED),
    "refuse": ("membership_refused", MembershipState.REFUSED),
    "suspend": ("membership_suspended", MembershipState.SUSPENDED),
    "reinstate": ("membership_reinstated", MembershipState.APPROVED),
}
Parts = tuple[Membership, Chapter, Volunteer, User]


def _parts(session: Session, payload: dict[str, Any]) -> Parts | None:
    membership = session.get(Membership, payload["membership_id"])
    if membership is None:
        return None
    chapter = session.get(Chapter, membership.chapter_id)
    volunteer = session.get(Volunteer, membership.volunteer_id)
    user = session.get(User, volunteer.user_id) if volunteer is not None and volunteer.user_id else None
    if chapter is None or volunteer is None or user is None or user.closed_at is not None:
        return None
    return membership, chapter, volunteer, user


def _deciders(session: Session, chapter: Chapter, but: User) -> list[User]:
    """The leads who may decide, staff where there is none."""
    leads = [lead for lead in leads_of(session, [chapter.id])[chapter.id] if lead.id != but.id]
    return leads or [one for one in staff_users(session) if one.id != but.id]


@handles("membership.applied")
def ask_leads(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The leads are asked, and the volunteer hears who answers by when."""
    parts = _parts(session, payload)
    if parts is None or parts[0].state is not MembershipState.APPLIED:
        return
    membership, chapter, volunteer, user = parts
    round_of = f"membership:{membership.id}:{membership.applied_at.isoformat()}"
    facts: dict[str, Any] = {
        "chapter": chapter,
        "until": membership.next_action_at,
        "now": now,
        "key": round_of,
    }
    for lead in _deciders(session, chapter, user):
        post(
            session,
            "membership_asked",
            recipient_of(lead),
            **facts,
            volunteer_name=volunteer.name,
            url=link("/queue"),
        )
    post(session, "membership_applied", recipient_of(user), **facts, url=link("/account"))


@handles(
    "membership.approved",
    "membership.returned",
    "membership.refused",
    "membership.suspended",
    "membership.reinstated",
)
def tell_decision(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer reads what the chapter decided, why, and what they can do."""
    parts = _parts(session, payload)
    event, state = TOLD[payload["told"]]
    # What was decided anew before this mail was written is told by the mail of that decision.
    if parts is None or parts[0].state is not state:
        return
    membership, chapter, volunteer, user = parts
    post(
        session,
        event,
        recipient_of(user),
        key=f"membership:{membership.id}:{payload['version']}",
        now=now,
        chapter=chapter,
        reason=membership.reason,
        until=membership.next_action_at,
        url=link("/account"),
        profile_url=link(f"/volunteers/{volunteer.id}"),
        chapter_url=link(f"/chapters/{chapter.slug}"),
    )


@handles("membership.nudge", "membership.ask_fresh")
def remind_volunteer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer is reminded of the chapter's question, or asked once a year whether all still holds."""
    parts = _parts(session, payload)
    if parts is None:
        return
    membership, chapter, _volunteer, user = parts
    returned = membership.state is MembershipState.RETURNED
    if not returned and membership.state is not MembershipState.APPROVED:
        return
    post(
        session,
        "membership_still_returned" if returned else "membership_fresh",
        recipient_of(user),
        key=f"membership:{membership.id}:{payload['step']}:{now:%Y-%m-%d}",
        now=now,
        kind="reminder",
        chapter=chapter,
        reason=membership.reason,
        until=membership.next_action_at,
        url=link("/account"),
    )


@handles("membership.escalated", "membership.review_wanted")
def ask_staff(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Staff are asked where a chapter did not answer in time, or a suspension lasts."""
    parts = _parts(session, payload)
    if parts is None or parts[0].state not in {MembershipState.APPLIED, MembershipState.SUSPENDED}:
        return
    membership, chapter, volunteer, user = parts
    for reader in staff_users(session):
        if reader.id != user.id:
            post(
                session,
                "membership_overdue",
                recipient_of(reader),
                key=f"membership:{membership.id}:{payload['step']}:{now:%Y-%m-%d}",
                now=now,
                chapter=chapter,
                volunteer_name=volunteer.name,
                state=membership.state.value,
                url=link("/queue"),
            )


@handles("chapter.lead_added")
def welcome_lead(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The new lead hears what is theirs to do."""
    chapter, user = session.get(Chapter, payload["chapter_id"]), session.get(User, payload["user_id"])
    if chapter is None or user is None or user.closed_at is not None:
        return
    key = f"chapter:{chapter.id}:{now:%Y-%m-%d}"
    post(session, "chapter_lead", recipient_of(user), key=key, now=now, chapter=chapter, url=link("/queue"))


@handles("chapter.without_lead", "chapter.review_wanted")
def ask_about_chapter(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Leads (staff where there is none) are asked to look after a chapter."""
    chapter = session.get(Chapter, payload["chapter_id"])
    if chapter is None:
        return
    leads = leads_of(session, [chapter.id])[chapter.id]
    for reader in leads or staff_users(session):
        post(
            session,
            "chapter_review",
            recipient_of(reader),
            key=f"chapter:{chapter.id}:{now:%Y-%m-%d}",
            now=now,
            kind="digest",
            chapter=chapter,
            has_lead=bool(leads),
            url=link(f"/chapters/{chapter.slug}"),
        )
