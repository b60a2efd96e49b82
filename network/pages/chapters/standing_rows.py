"""What the pages of a chapter's leads and of its standing show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.chapters.policy import roles_towards_chapter
from network.chapters.queries import markets_of, sectors_of
from network.domain.actor import Actor
from network.domain.chapter_moves import MOVES, TAKES_NEEDS
from network.domain.lifecycle import open_actions
from network.domain.states import MembershipState
from network.models import Chapter, ChapterLead, Membership, User, Volunteer

MOST_CANDIDATES = 500


def form_values(session: Session, chapter: Chapter) -> dict[str, Any]:
    """What the form shows of what the page says already."""
    return {
        **{name: getattr(chapter, name) for name in ("name", "summary", "description", "host", "city")},
        "timezone": chapter.timezone,
        "holidays": "\n".join(chapter.holidays.split()),
        "markets": markets_of(session, [chapter.id])[chapter.id],
        "sectors": sectors_of(session, [chapter.id])[chapter.id],
        "version": chapter.version,
    }


def candidates(session: Session, chapter: Chapter) -> list[tuple[int, str]]:
    """Members who could lead the chapter and do not yet."""
    leads = select(ChapterLead.user_id).where(ChapterLead.chapter_id == chapter.id)
    query = (
        select(User.id, User.name)
        .join(Volunteer, Volunteer.user_id == User.id)
        .join(Membership, Membership.volunteer_id == Volunteer.id)
        .where(
            Membership.chapter_id == chapter.id,
            Membership.state == MembershipState.APPROVED,
            User.closed_at.is_(None),
            User.email_verified_at.is_not(None),
            User.id.not_in(leads),
        )
        .order_by(User.name, User.id)
        .limit(MOST_CANDIDATES)
    )
    return [(row_id, name) for row_id, name in session.execute(query)]


def successors(session: Session, chapter: Chapter) -> list[tuple[int, str]]:
    """The active chapters that could take over."""
    query = (
        select(Chapter.id, Chapter.name)
        .where(Chapter.id != chapter.id, Chapter.state.in_(sorted(TAKES_NEEDS)))
        .order_by(Chapter.name)
    )
    return [(row_id, name) for row_id, name in session.execute(query)]


def acts_of(actor: Actor, chapter: Chapter) -> tuple[str, ...]:
    """What the actor may do with the chapter's standing now."""
    return open_actions(MOVES, chapter.state, roles_towards_chapter(actor, chapter.id))
