"""What the page of a volunteer's chapters shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.chapters.queries import (
    markets_of,
    memberships_of,
    open_chapters,
    suggest_chapters,
)
from network.domain.actor import Actor
from network.domain.chapter_moves import OPEN_TO_APPLICANTS
from network.domain.membership_moves import ENDED
from network.domain.states import MembershipState, VolunteerState
from network.models import Chapter, Membership, Volunteer, VolunteerMarket

_ASK_AGAIN = frozenset({MembershipState.RETURNED, MembershipState.LEFT})


@dataclass(frozen=True, slots=True)
class Mine:
    """A place in a chapter, with what may be done about it."""

    membership_id: int
    chapter_id: int
    version: int
    name: str
    slug: str
    state: MembershipState
    reason: str | None
    by: datetime | None
    decided_at: datetime | None
    may_ask_again: bool
    may_leave: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A chapter that may be asked."""

    id: int
    name: str
    slug: str
    summary: str
    markets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MyChapters:
    """Where the volunteer belongs, which chapters fit them, and all the others."""

    mine: tuple[Mine, ...]
    fitting: tuple[Offered, ...]
    others: tuple[Offered, ...]
    may_apply: bool


def my_chapters(session: Session, actor: Actor) -> MyChapters:
    """Places and chapters that may be asked; five statements however many there are."""
    volunteer = session.get_one(Volunteer, actor.volunteer_id)
    held = memberships_of(session, volunteer.id)
    known = session.scalars(
        select(VolunteerMarket.market).where(VolunteerMarket.volunteer_id == volunteer.id)
    ).all()
    taken = {chapter.id for _membership, chapter in held}
    fitting = [one for one in suggest_chapters(session, known, volunteer.country) if one.id not in taken]
    every = [one for one in open_chapters(session) if one.id not in taken]
    markets = markets_of(session, [one.id for one in every])
    near = {one.id for one in fitting}
    return MyChapters(
        tuple(_mine(membership, chapter) for membership, chapter in held),
        tuple(_offered(one, markets) for one in fitting),
        tuple(_offered(one, markets) for one in every if one.id not in near),
        volunteer.state is VolunteerState.ACTIVE,
    )


def _mine(membership: Membership, chapter: Chapter) -> Mine:
    state = membership.state
    return Mine(
        membership.id,
        chapter.id,
        membership.version,
        chapter.name,
        chapter.slug,
        state,
        membership.reason,
        membership.next_action_at if state is MembershipState.APPLIED else None,
        membership.decided_at,
        state in _ASK_AGAIN and chapter.state in OPEN_TO_APPLICANTS,
        state not in ENDED,
    )


def _offered(chapter: Chapter, markets: dict[int, list[str]]) -> Offered:
    return Offered(chapter.id, chapter.name, chapter.slug, chapter.summary, tuple(markets[chapter.id]))
