"""What waits for a broker: needs, proposals, outcomes, newcomers and organisations in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from network.chapters.policy import memberships_decidable_by
from network.domain.actor import Actor
from network.domain.states import MembershipState, NeedState, OrganisationState, OutcomeStatus, Waiting
from network.introductions.queries import introductions_waiting_for
from network.models import (
    Chapter,
    ChapterLead,
    Introduction,
    Membership,
    Need,
    Organisation,
    Outcome,
)
from network.needs.queries import needs_waiting_for
from network.organisations.policy import organisations_checkable_by
from network.outcomes.policy import outcomes_visible_to
from network.pages.queue.lines import KINDS, Item, lines_of
from network.web.paging import Page

SIZE = 30
# In the filter of chapters: what no chapter owns.
NO_OWNER = "none"


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many of each kind there are, and the chapters that may be picked."""

    page: Page[Item]
    counts: dict[str, int]
    chapters: list[tuple[str, str | None, int]]
    late: int


def queue_page(session: Session, actor: Actor, number: int, kind: str, chapter: str, now: datetime) -> Queue:
    """What needs this broker's hand: overdue first, then urgent, then by date; eight or nine statements."""
    waiting = _waiting(actor).subquery()
    late = waiting.c.due_at < now
    numbers = session.execute(
        select(
            waiting.c.kind,
            waiting.c.chapter_id,
            Chapter.name,
            func.count(),
            func.sum(case((late, 1), else_=0)),
        )
        .outerjoin(Chapter, Chapter.id == waiting.c.chapter_id)
        .group_by(waiting.c.kind, waiting.c.chapter_id, Chapter.name)
    ).all()
    counts = {name: sum(row[3] for row in numbers if row[0] == name) for name in KINDS}
    counts["all"] = sum(counts.values())
    where = _filters(waiting, kind, chapter)
    total = sum(row[3] for row in numbers if _is_shown(row[0], row[1], kind, chapter))
    rows = session.execute(
        select(waiting.c.kind, waiting.c.id, waiting.c.due_at)
        .where(*where)
        .order_by(
            case((late, 0), else_=1),
            waiting.c.urgent.desc(),
            case((waiting.c.due_at.is_(None), 1), else_=0),
            waiting.c.due_at,
            waiting.c.kind,
            waiting.c.id,
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    ).all()
    found = lines_of(session, [(row[0], row[1]) for row in rows], now)
    items = [found[row[0], row[1]] for row in rows if (row[0], row[1]) in found]
    return Queue(Page(items, number, SIZE, total), counts, _chapters(numbers), sum(row[4] for row in numbers))


def _filters(waiting: Subquery, kind: str, chapter: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if kind in KINDS:
        where.append(waiting.c.kind == kind)
    if chapter == NO_OWNER:
        where.append(waiting.c.chapter_id.is_(None))
    elif chapter:
        where.append(waiting.c.chapter_id == int(chapter))
    return where


def _is_shown(row_kind: str, chapter_id: int | None, kind: str, chapter: str) -> bool:
    of_chapter = not chapter or (chapter_id is None if chapter == NO_OWNER else str(chapter_id) == chapter)
    return of_chapter and (kind not in KINDS or row_kind == kind)


def _chapters(numbers: Sequence[Sequence[object]]) -> list[tuple[str, str | None, int]]:
    """Value, name and number of each owner in the queue, by name; nobody's last."""
    found: dict[tuple[str, str | None], int] = {}
    for row in numbers:
        key = (str(row[1]) if row[1] is not None else NO_OWNER, row[2] if isinstance(row[2], str) else None)
        found[key] = found.get(key, 0) + int(str(row[3]))
    return sorted(((*key, n) for key, n in found.items()), key=lambda one: (one[1] is None, one[1] or ""))


# --- what waits -------------------------------------------------------------------------


def _waiting(actor: Actor) -> CompoundSelect[Any, Any, Any, Any, Any]:
    """Kind, id, date, urgency and chapter of everything that waits for this broker."""
    exhausted = case((Need.state == NeedState.OPEN, "exhausted"), else_="need")
    needs = needs_waiting_for(actor).order_by(None)
    introductions = introductions_waiting_for(actor).order_by(None)
    return union_all(
        needs.with_only_columns(
            exhausted.label("kind"),
            Need.id.label("id"),
            Need.next_action_at.label("due_at"),
            cast(Need.urgent, Integer).label("urgent"),
            Need.owner_chapter_id.label("chapter_id"),
        ),
        introductions.join(Need, Need.id == Introduction.need_id).with_only_columns(
            literal("introduction"),
            Introduction.id,
            Introduction.next_action_at,
            cast(Need.urgent, Integer),
            Need.owner_chapter_id,
        ),
        _outcomes(actor),
        _memberships(actor),
        _organisations(actor),
    )


def _turn_of(actor: Actor, row: type[Outcome | Membership], chapter_id: Any) -> ColumnElement[bool]:
    """It waits for this broker: a lead of its chapter, or staff where nobody leads or it was passed on."""
    leads = row.chapter_id.in_(sorted(actor.lead_chapter_ids))
    mine: ColumnElement[bool] = and_(leads, row.next_action_by.in_([Waiting.BROKER, Waiting.STAFF]))
    if not actor.is_staff:
        return mine
    leadless = ~select(ChapterLead.user_id).where(ChapterLead.chapter_id == chapter_id).exists()
    passed_on = row.next_action_by == Waiting.STAFF
    return or_(
        mine, passed_on, and_(row.next_action_by == Waiting.BROKER, or_(row.chapter_id.is_(None), leadless))
    )


def _outcomes(actor: Actor) -> Select[Any, Any, Any, Any, Any]:
    own = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    helped = select(Introduction.id).where(Introduction.volunteer_id == (actor.volunteer_id or 0))
    return select(
        literal("outcome"), Outcome.id, Outcome.next_action_at, literal(0), Outcome.chapter_id
    ).where(
        outcomes_visible_to(actor),
        Outcome.status.in_([OutcomeStatus.DISPUTED, OutcomeStatus.UNANSWERED]),
        Outcome.organisation_id.not_in(sorted(own)),
        or_(Outcome.introduction_id.is_(None), Outcome.introduction_id.not_in(helped)),
        _turn_of(actor, Outcome, Outcome.chapter_id),
    )


def _memberships(actor: Actor) -> Select[Any, Any, Any, Any, Any]:
    return select(
        literal("membership"), Membership.id, Membership.next_action_at, literal(0), Membership.chapter_id
    ).where(
        memberships_decidable_by(actor),
        Membership.state == MembershipState.APPLIED,
        _turn_of(actor, Membership, Membership.chapter_id),
    )


def _organisations(actor: Actor) -> Select[Any, Any, Any, Any, Any]:
    """For staff: what is checked with no need to triage it by, and what was passed on."""
    waits = or_(
        and_(
            Organisation.state == OrganisationState.UNVERIFIED,
            Organisation.next_action_by.in_([Waiting.BROKER, Waiting.STAFF]),
        ),
        and_(
            Organisation.state == OrganisationState.ELIGIBLE,
            Organisation.next_action_by == Waiting.STAFF,
            Organisation.escalated_at.is_not(None),
        ),
    )
    return select(
        literal("organisation"),
        Organisation.id,
        Organisation.next_action_at,
        literal(0),
        cast(null(), Integer),
    ).where(organisations_checkable_by(actor), waits, literal(actor.is_staff))
