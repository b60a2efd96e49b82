"""What waits for a broker, and what came of it for the person, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from network.chapters.policy import memberships_decidable_by
from network.domain.actor import Actor
from network.domain.states import MembershipState, OutcomeStatus, Waiting
from network.introductions.queries import introductions_waiting_for
from network.models import Chapter, ChapterLead, Introduction, Membership, Need, Organisation, Outcome
from network.needs.policy import needs_asked_by
from network.needs.queries import needs_waiting_for


@dataclass(frozen=True, slots=True)
class LedChapter:
    """A chapter the person leads, with who waits for its answer."""

    name: str
    slug: str
    applicants: int


@dataclass(frozen=True, slots=True)
class Brokering:
    """What waits for a chapter lead or for staff, in numbers."""

    needs: int
    introductions: int
    applicants: int
    chapters: tuple[LedChapter, ...]

    @property
    def total(self) -> int:
        """All that waits."""
        return self.needs + self.introductions + self.applicants


def brokering(session: Session, actor: Actor) -> Brokering | None:
    """What waits for the actor as a broker; None where they are none. Two statements."""
    if not actor.is_broker:
        return None
    needs, introductions, applicants = session.execute(
        select(
            _count(needs_waiting_for(actor)),
            _count(introductions_waiting_for(actor)),
            _count(_applicants(actor)),
        )
    ).one()
    return Brokering(needs, introductions, applicants, _led(session, actor))


def _applicants(actor: Actor) -> Select[Any]:
    """Newcomers this actor should answer: of chapters they lead, and for staff those that nobody answers."""
    leadless = ~exists().where(ChapterLead.chapter_id == Membership.chapter_id)
    turn: ColumnElement[bool] = Membership.chapter_id.in_(sorted(actor.lead_chapter_ids))
    if actor.is_staff:
        turn = or_(turn, Membership.next_action_by == Waiting.STAFF, leadless)
    return select(Membership.id).where(
        Membership.state == MembershipState.APPLIED, memberships_decidable_by(actor), turn
    )


def _led(session: Session, actor: Actor) -> tuple[LedChapter, ...]:
    if not actor.lead_chapter_ids:
        return ()
    waiting = (
        select(func.count(Membership.id))
        .where(Membership.chapter_id == Chapter.id, Membership.state == MembershipState.APPLIED)
        .correlate(Chapter)
        .scalar_subquery()
    )
    query = (
        select(Chapter.name, Chapter.slug, waiting)
        .where(Chapter.id.in_(sorted(actor.lead_chapter_ids)))
        .order_by(Chapter.name)
    )
    return tuple(LedChapter(*row) for row in session.execute(query))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Results:
    """What came of it so far, each figure with what it counts; thanks in the words of who was helped."""

    figures: tuple[Figure, ...]
    thanks_count: int
    thanks: str | None
    thanks_from: str | None


def results(session: Session, actor: Actor) -> Results | None:
    """What came of what the actor gave and asked for; None for those who did neither. One statement."""
    mine = Introduction.volunteer_id == (actor.volunteer_id or 0)
    own = sorted(actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids)
    if actor.volunteer_id is None and not own:
        return None
    asked = Introduction.need_id.in_(select(Need.id).where(needs_asked_by(actor)))
    side = or_(mine, asked) if own else mine
    outcome = or_(
        Outcome.organisation_id.in_(own),
        Outcome.introduction_id.in_(select(Introduction.id).where(mine)),
    )
    thanked = and_(mine, Introduction.thanks.is_not(None), Introduction.thanks != "")
    row = session.execute(
        select(
            _count(select(Introduction.id).where(side, Introduction.introduced_at.is_not(None))),
            _count(_outcomes(outcome, OutcomeStatus.CONFIRMED)),
            _count(_outcomes(outcome, OutcomeStatus.AWAITING_CONFIRMATION)),
            _count(select(Introduction.id).where(thanked)),
            _newest(Introduction.thanks, thanked),
            _newest(Organisation.name, thanked),
        )
    ).one()
    return Results(_figures(row[0], row[1], row[2]), row[3], row[4], row[5])


def _figures(introduced: int, confirmed: int, pending: int) -> tuple[Figure, ...]:
    return (
        Figure(introduced, ngettext("introduction made", "introductions made", introduced)),
        Figure(confirmed, ngettext("outcome confirmed", "outcomes confirmed", confirmed)),
        Figure(
            pending, ngettext("outcome waits for confirmation", "outcomes wait for confirmation", pending)
        ),
    )


def _outcomes(condition: ColumnElement[bool], status: OutcomeStatus) -> Select[Any]:
    return select(Outcome.id).where(condition, Outcome.status == status)


def _newest(column: Any, condition: ColumnElement[bool]) -> ScalarSelect[str | None]:
    return (
        select(column)
        .select_from(Introduction)
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(condition)
        .order_by(Introduction.updated_at.desc(), Introduction.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _count(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count(literal(1))).select_from(query.order_by(None).subquery()).scalar_subquery()
