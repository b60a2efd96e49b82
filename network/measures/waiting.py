"""What waits for a broker: the one query behind the queue and behind each count of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
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
from network.domain.concerns import ConcernKind
from network.domain.introduction_moves import WITHDRAWN_ON_LEAVING
from network.domain.states import (
    IntroductionState,
    MembershipState,
    NeedState,
    OrganisationState,
    OutcomeStatus,
    Waiting,
)
from network.introductions.policy import introductions_brokered_by
from network.introductions.queries import introductions_waiting_for
from network.models import (
    Chapter,
    ChapterLead,
    Concern,
    Introduction,
    Membership,
    Need,
    Organisation,
    Outcome,
    RiskReview,
)
from network.moderation.policy import concerns_waiting_for
from network.needs.queries import needs_waiting_for
from network.needs.risk import risk_reviews_waiting_for
from network.organisations.policy import organisations_checkable_by
from network.outcomes.policy import outcomes_visible_to
from network.rules import periods

KINDS = (
    "concern",
    "need",
    "risk",
    "exhausted",
    "introduction",
    "unanswered",
    "silent",
    "outcome",
    "membership",
    "organisation",
)


_NOBODY = cast(null(), Integer)
# What was put to somebody and can still be taken back.
_OUT = WITHDRAWN_ON_LEAVING - {IntroductionState.PROPOSED}


@dataclass(frozen=True, slots=True)
class Share:
    """How many things of one kind wait with one chapter (None: with no chapter), and how many are overdue."""

    kind: str
    chapter_id: int | None
    chapter: str | None
    number: int
    late: int


def count_waiting(session: Session, actor: Actor, now: datetime) -> Sequence[Share]:
    """All that waits for this broker, by kind and chapter; one statement."""
    waiting = waiting_for_broker(actor, now).subquery()
    rows = session.execute(
        select(
            waiting.c.kind,
            waiting.c.chapter_id,
            Chapter.name,
            func.count(),
            func.sum(case((waiting.c.due_at < now, 1), else_=0)),
        )
        .outerjoin(Chapter, Chapter.id == waiting.c.chapter_id)
        .group_by(waiting.c.kind, waiting.c.chapter_id, Chapter.name)
    )
    return [Share(kind, chapter_id, name, number, int(late)) for kind, chapter_id, name, number, late in rows]


def waiting_for_broker(actor: Actor, now: datetime) -> CompoundSelect[Any, Any, Any, Any, Any, Any]:
    """Kind, id, date, urgency, chapter and broker of all that needs this broker's hand; the queue and its counts."""
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
            Need.broker_id.label("broker_id"),
        ),
        introductions.join(Need, Need.id == Introduction.need_id)
        # An offer whose request is read again waits with it: the request is the work, and has its own line.
        .where(or_(Need.state == NeedState.OPEN, Introduction.state.not_in(sorted(_OUT))))
        .with_only_columns(
            literal("introduction"),
            Introduction.id,
            Introduction.next_action_at,
            cast(Need.urgent, Integer),
            Need.owner_chapter_id,
            Need.broker_id,
        ),
        _concerns(actor),
        _quiet(actor, now),
        _risks(actor),
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


def _quiet(actor: Actor, now: datetime) -> Select[Any, Any, Any, Any, Any, Any]:
    """Offers that nobody answered after the last reminder, and introductions after which nobody wrote.

    They wait for somebody else, but a word of the broker may help. Staff look at those of no chapter.
    """
    waits = periods()
    urgent = and_(Need.urgent, Introduction.offered_at <= now - timedelta(days=2))
    unanswered = and_(
        Introduction.state == IntroductionState.OFFERED,
        or_(Introduction.offered_at <= now - timedelta(days=waits.offer_nudge_days[-1]), urgent),
    )
    silent = or_(
        and_(
            Introduction.state == IntroductionState.INTRODUCED,
            Introduction.introduced_at <= now - timedelta(days=waits.introduced_ask_days),
        ),
        and_(
            Introduction.state == IntroductionState.EXPLORING,
            Introduction.state_since <= now - timedelta(days=waits.exploring_nudge_days),
        ),
    )
    led = Need.owner_chapter_id.in_(sorted(actor.lead_chapter_ids))
    leadless = ~select(ChapterLead.user_id).where(ChapterLead.chapter_id == Need.owner_chapter_id).exists()
    return (
        select(
            case((Introduction.state == IntroductionState.OFFERED, "unanswered"), else_="silent"),
            Introduction.id,
            Introduction.next_action_at,
            cast(Need.urgent, Integer),
            Need.owner_chapter_id,
            Need.broker_id,
        )
        .join(Need, Need.id == Introduction.need_id)
        .where(
            introductions_brokered_by(actor),
            Introduction.next_action_by.not_in([Waiting.BROKER, Waiting.STAFF]),
            Introduction.volunteer_id != (actor.volunteer_id or 0),
            or_(led, and_(literal(actor.is_staff), or_(Need.owner_chapter_id.is_(None), leadless))),
            or_(unanswered, silent),
        )
    )


def _risks(actor: Actor) -> Select[Any, Any, Any, Any, Any, Any]:
    return (
        select(
            literal("risk"),
            RiskReview.id,
            RiskReview.next_action_at,
            cast(Need.urgent, Integer),
            Need.owner_chapter_id,
            RiskReview.reviewer_id,
        )
        .join(Need, Need.id == RiskReview.need_id)
        .where(risk_reviews_waiting_for(actor))
    )


def _concerns(actor: Actor) -> Select[Any, Any, Any, Any, Any, Any]:
    """For staff: what was reported and waits for their decision; a danger to somebody is urgent."""
    return select(
        literal("concern"),
        Concern.id,
        Concern.next_action_at,
        case((Concern.kind == ConcernKind.UNSAFE, 1), else_=0),
        _NOBODY,
        _NOBODY,
    ).where(concerns_waiting_for(actor))


def _outcomes(actor: Actor) -> Select[Any, Any, Any, Any, Any, Any]:
    own = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    helped = select(Introduction.id).where(Introduction.volunteer_id == (actor.volunteer_id or 0))
    return select(
        literal("outcome"), Outcome.id, Outcome.next_action_at, literal(0), Outcome.chapter_id, _NOBODY
    ).where(
        outcomes_visible_to(actor),
        Outcome.status.in_([OutcomeStatus.DISPUTED, OutcomeStatus.UNANSWERED]),
        Outcome.organisation_id.not_in(sorted(own)),
        or_(Outcome.introduction_id.is_(None), Outcome.introduction_id.not_in(helped)),
        _turn_of(actor, Outcome, Outcome.chapter_id),
    )


def _memberships(actor: Actor) -> Select[Any, Any, Any, Any, Any, Any]:
    return select(
        literal("membership"),
        Membership.id,
        Membership.next_action_at,
        literal(0),
        Membership.chapter_id,
        _NOBODY,
    ).where(
        memberships_decidable_by(actor),
        Membership.state == MembershipState.APPLIED,
        _turn_of(actor, Membership, Membership.chapter_id),
    )


def _organisations(actor: Actor) -> Select[Any, Any, Any, Any, Any, Any]:
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
        _NOBODY,
        _NOBODY,
    ).where(organisations_checkable_by(actor), waits, literal(actor.is_staff))
