"""What waits for a broker, and what came of it for the person, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import ngettext
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import OutcomeStatus
from network.measures.waiting import KINDS, count_waiting
from network.models import Chapter, Introduction, Need, Organisation, Outcome
from network.moderation.queries import appeal_to_follow, decision_to_read
from network.needs.policy import needs_asked_by

# How long the answer to an appeal is led to from the person's page.
APPEAL_SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LedChapter:
    """A chapter the person leads, with the newcomers who wait for this lead's answer."""

    name: str
    slug: str
    applicants: int


@dataclass(frozen=True, slots=True)
class Brokering:
    """What waits for a chapter lead or for staff: the kinds of the queue with their numbers, none left out."""

    kinds: tuple[tuple[str, int], ...]
    late: int
    chapters: tuple[LedChapter, ...]

    @property
    def total(self) -> int:
        """All that waits: what the queue counts."""
        return sum(number for _kind, number in self.kinds)


def brokering(session: Session, actor: Actor, now: datetime) -> Brokering | None:
    """What waits for the actor as a broker, as the queue counts it; None where they are none. Two statements."""
    if not actor.is_broker:
        return None
    shares = count_waiting(session, actor, now)
    numbers = {kind: sum(one.number for one in shares if one.kind == kind) for kind in KINDS}
    applicants = {one.chapter_id: one.number for one in shares if one.kind == "membership"}
    return Brokering(
        tuple((kind, number) for kind, number in numbers.items() if number),
        sum(one.late for one in shares),
        _led(session, actor, applicants),
    )


def _led(session: Session, actor: Actor, applicants: Mapping[int | None, int]) -> tuple[LedChapter, ...]:
    if not actor.lead_chapter_ids:
        return ()
    query = (
        select(Chapter.id, Chapter.name, Chapter.slug)
        .where(Chapter.id.in_(sorted(actor.lead_chapter_ids)))
        .order_by(Chapter.name)
    )
    return tuple(LedChapter(name, slug, applicants.get(id, 0)) for id, name, slug in session.execute(query))


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
    # A decision that concerns the person, while they may appeal.
    decision_id: int | None
    # An appeal of theirs, while it is read and for some weeks after the answer.
    appeal_id: int | None


def results(session: Session, actor: Actor, now: datetime) -> Results | None:
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
            decision_to_read(actor),
            appeal_to_follow(actor, now - APPEAL_SHOWN),
        )
    ).one()
    return Results(_figures(row[0], row[1], row[2]), *row[3:8])


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
