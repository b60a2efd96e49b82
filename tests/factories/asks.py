"""Needs, introductions, outcomes, put straight into a state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from network.domain.states import (
    EvidenceTier,
    IntroductionState,
    NeedState,
    OutcomeClass,
    OutcomeKind,
    OutcomeStatus,
    RiskState,
)
from network.models import (
    Chapter,
    Introduction,
    Need,
    NeedHelp,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    RiskReview,
    User,
    Volunteer,
)
from tests.factories.people import NOW


def make_need(
    session: Session,
    organisation: Organisation,
    requester: User,
    *,
    state: NeedState = NeedState.OPEN,
    owner: Chapter | None = None,
    markets: Iterable[str] = ("AE",),
    sectors: Iterable[str] = ("energy",),
    help_types: Iterable[str] = ("market_insight",),
    **given: Any,
) -> Need:
    """A need, open unless said otherwise."""
    values: dict[str, Any] = {
        "requester_id": requester.id,
        "organisation_id": organisation.id,
        "contact_name": requester.name,
        "contact_email": requester.email,
        "goal": "find_partner",
        "title": "Sell dosing pumps to Gulf utilities",
        "background": "We make dosing pumps for desalination and sell in Spain and Malta.",
        "ask": "A 30-minute call about how utilities in the Emirates approve a new supplier.",
        "owner_chapter_id": owner.id if owner else None,
        "submitted_at": NOW,
        "opened_at": NOW if state is NeedState.OPEN else None,
        "next_action_by": "broker",
        "next_action_at": NOW + timedelta(days=3),
        "deadline_on": date(2026, 6, 1),
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    need = Need(state=state, **values)
    session.add(need)
    session.flush()
    session.add_all(
        NeedMarket(need_id=need.id, market=code, position=place) for place, code in enumerate(markets)
    )
    session.add_all(NeedSector(need_id=need.id, sector=code) for code in sectors)
    session.add_all(NeedHelp(need_id=need.id, help_type=code) for code in help_types)
    session.flush()
    return need


def make_risk_review(session: Session, need: Need, reviewer: User | None = None, **given: Any) -> RiskReview:
    """A look at the risks of a need that waits for its reviewer."""
    values: dict[str, Any] = {
        "state": RiskState.WAITING,
        "kinds": "political",
        "answers": "state_linked",
        "reviewer_id": reviewer.id if reviewer else None,
        "next_action_by": "staff",
        "next_action_at": NOW + timedelta(days=2),
        "state_since": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    review = RiskReview(need_id=need.id, **values)
    session.add(review)
    session.flush()
    return review


def make_introduction(
    session: Session,
    need: Need,
    volunteer: Volunteer,
    state: IntroductionState = IntroductionState.OFFERED,
    **given: Any,
) -> Introduction:
    """One need put to one volunteer, in a state."""
    values: dict[str, Any] = {
        "position": 0,
        "reason": "Lives in the market",
        "created_at": NOW,
        "updated_at": NOW,
        "next_action_by": "volunteer",
        "next_action_at": NOW + timedelta(days=4),
    }
    if state is not IntroductionState.PROPOSED:
        values |= {"offer_round": 1, "offered_at": NOW, "expires_at": NOW + timedelta(days=10)}
    later = {IntroductionState.INTRODUCED, IntroductionState.MET, IntroductionState.IN_PROGRESS}
    if state in later | {
        IntroductionState.COMPLETED,
        IntroductionState.NO_CONTACT,
        IntroductionState.STALLED,
    }:
        values |= {"accepted_at": NOW, "introduced_at": NOW}
    introduction = Introduction(
        need_id=need.id, volunteer_id=volunteer.id, state=state, **{**values, **given}
    )
    session.add(introduction)
    session.flush()
    return introduction


def make_outcome(
    session: Session,
    introduction: Introduction,
    need: Need,
    *,
    status: OutcomeStatus = OutcomeStatus.AWAITING_CONFIRMATION,
    kind: OutcomeKind = OutcomeKind.EXPORT_CONTRACT,
    **given: Any,
) -> Outcome:
    """What came of an introduction."""
    values: dict[str, Any] = {
        "tier": EvidenceTier.CONFIRMED if status is OutcomeStatus.CONFIRMED else EvidenceTier.REPORTED,
        "outcome_class": kind.outcome_class if kind else OutcomeClass.NONE,
        "introduction_id": introduction.id,
        "need_id": need.id,
        "organisation_id": need.organisation_id,
        "chapter_id": need.owner_chapter_id,
        "market": "AE",
        "sector": "energy",
        "home_place": "E12000005",
        "title": "First order from a utility",
        "help_given": "Explained supplier approval",
        "what_happened": "A first order for 40 pumps.",
        "happened_on": date(2026, 2, 1),
        "contact_name": need.contact_name,
        "contact_email": need.contact_email,
        "next_action_by": "beneficiary",
        "next_action_at": NOW + timedelta(days=7),
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    outcome = Outcome(status=status, kind=kind, **values)
    session.add(outcome)
    session.flush()
    return outcome
