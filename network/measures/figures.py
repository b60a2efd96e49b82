"""Figures of the whole network, each with what it counts; aggregated in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from network.domain.outcome_moves import CountedAs, counted_as
from network.domain.states import (
    ChapterState,
    EvidenceTier,
    MembershipState,
    NeedState,
    OutcomeClass,
    OutcomeStatus,
    VolunteerState,
)
from network.domain.values import Totals, ValueBand, Valued, totals
from network.models import (
    Chapter,
    Confirmation,
    Introduction,
    Meeting,
    Membership,
    Need,
    NeedFact,
    Outcome,
    OutcomeValue,
    ReportState,
    Volunteer,
)

# Money only: jobs and the like are never added to it.
MONEY_TYPES = ("sales", "investment", "grant", "saving")


@dataclass(frozen=True, slots=True)
class Headline:
    """The live counts that everybody may see.

    volunteers: findable people; markets: countries they live in; chapters: active ones; introductions: both sides
    were given each other's details, ever; organisations: with at least one of these; confirmed, corroborated,
    pending, disputed: outcomes, never added together.
    """

    volunteers: int
    markets: int
    chapters: int
    introductions: int
    organisations: int
    confirmed: int
    corroborated: int
    pending: int
    disputed: int
    # When it was made, where a large network's worker made it; None where it was counted just now.
    as_of: datetime | None = None


def findable() -> ColumnElement[bool]:
    """The condition of a volunteer who can be found: active, with at least one approved membership."""
    approved = select(Membership.id).where(
        Membership.volunteer_id == Volunteer.id, Membership.state == MembershipState.APPROVED
    )
    return (Volunteer.state == VolunteerState.ACTIVE) & Volunteer.merged_into_id.is_(None) & approved.exists()


def headline(session: Session) -> Headline:
    """The live counts, in five statements; of a large network those that its worker made a minute ago."""
    made = made_figures(session)
    if made is not None and made.content["large"]:
        return Headline(**made.content["headline"], as_of=made.made_at)
    return count_headline(session)


def made_figures(session: Session) -> ReportState | None:
    """The public figures as the worker last made them, or None before it did."""
    return session.get(ReportState, "public")


def public_funnel(session: Session) -> list[Stage]:
    """The funnel of everything; of a large network the one that its worker made."""
    made = made_figures(session)
    if made is not None and made.content["large"]:
        return [Stage(code, count) for code, count in made.content["funnel"]]
    return funnel(session)


def count_introduced(session: Session) -> tuple[int, int]:
    """How many introductions were made, ever, and for how many organisations."""
    row = session.execute(
        select(func.count(Introduction.id), func.count(func.distinct(Need.organisation_id)))
        .join(Need, Need.id == Introduction.need_id)
        .where(Introduction.introduced_at.is_not(None))
    ).one()
    return row[0], row[1]


def count_introduced_by_facts(session: Session) -> tuple[int, int]:
    """The same of a large network, whose facts know the organisations of the needs that were introduced."""
    made = select(func.count(Introduction.id)).where(Introduction.introduced_at.is_not(None))
    organisations = select(func.count(func.distinct(NeedFact.organisation_id)))
    helped = organisations.where(NeedFact.introduced_days.is_not(None))
    return session.scalar(made) or 0, session.scalar(helped) or 0


def count_headline(
    session: Session, introduced: Callable[[Session], tuple[int, int]] = count_introduced
) -> Headline:
    """The counts of this moment, in five statements at most."""
    people = session.execute(
        select(func.count(Volunteer.id), func.count(func.distinct(Volunteer.country))).where(findable())
    ).one()
    introductions, organisations = introduced(session)
    chapters = session.scalar(select(func.count(Chapter.id)).where(Chapter.state == ChapterState.ACTIVE))
    groups = outcome_counts(session)
    return Headline(
        volunteers=people[0],
        markets=people[1],
        chapters=chapters or 0,
        introductions=introductions,
        organisations=organisations,
        confirmed=groups[CountedAs.CONFIRMED],
        corroborated=groups[CountedAs.CORROBORATED],
        pending=groups[CountedAs.PENDING],
        disputed=groups[CountedAs.DISPUTED],
    )


def outcome_counts(session: Session, *conditions: ColumnElement[bool]) -> dict[CountedAs, int]:
    """How many outcomes stand in each group; outcomes of the class "none" are answers, not results, and left out."""
    counts = dict.fromkeys(CountedAs, 0)
    rows = session.execute(
        select(Outcome.status, Outcome.tier, func.count(Outcome.id))
        .where(Outcome.outcome_class != OutcomeClass.NONE, *conditions)
        .group_by(Outcome.status, Outcome.tier)
    )
    for status, tier, count in rows:
        group = counted_as(OutcomeStatus(status), EvidenceTier(tier))
        if group is not None:
            counts[group] += count
    return counts


def value_totals(session: Session, *conditions: ColumnElement[bool]) -> dict[CountedAs, Totals]:
    """Number, median, total, total less the largest and attributable range of each group, forecasts only."""
    items: dict[CountedAs, list[Valued]] = {group: [] for group in CountedAs}
    for row in session.execute(_valued_rows(*conditions)):
        group = counted_as(row.status, row.tier)
        if group is not None:
            items[group].append(_valued(row.value_mode, row.value_band, row.exact, row.share_without))
    return {group: totals(valued) for group, valued in items.items()}


def _valued_rows(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    exact = (
        select(OutcomeValue.outcome_id, func.sum(OutcomeValue.amount_home).label("exact"))
        .where(OutcomeValue.basis == "forecast", OutcomeValue.value_type.in_(MONEY_TYPES))
        .group_by(OutcomeValue.outcome_id)
        .subquery()
    )
    latest = (
        select(Confirmation.outcome_id, func.max(Confirmation.id).label("id"))
        .group_by(Confirmation.outcome_id)
        .subquery()
    )
    return (
        select(
            Outcome.status,
            Outcome.tier,
            Outcome.value_mode,
            Outcome.value_band,
            exact.c.exact,
            Confirmation.share_without,
        )
        .outerjoin(exact, exact.c.outcome_id == Outcome.id)
        .outerjoin(latest, latest.c.outcome_id == Outcome.id)
        .outerjoin(Confirmation, Confirmation.id == latest.c.id)
        .where(Outcome.outcome_class != OutcomeClass.NONE, *conditions)
    )


def _valued(mode: object, band: str | None, exact: Decimal | None, share: object) -> Valued:
    return Valued.of(
        mode,  # type: ignore[arg-type]
        exact=None if exact is None else Decimal(exact),
        band=ValueBand(band) if band else None,
        share_without=share,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the funnel: how many came this far."""

    code: str
    count: int


def funnel(session: Session, *conditions: ColumnElement[bool]) -> list[Stage]:
    """Needs asked -> with an offer -> accepted -> introduced -> met -> with an outcome -> confirmed, in needs."""

    def needs_with(*more: ColumnElement[bool]) -> ScalarSelect[int]:
        return (
            select(func.count(func.distinct(Introduction.need_id)))
            .join(Need, Need.id == Introduction.need_id)
            .where(*more, *conditions)
            .scalar_subquery()
        )

    asked = (
        select(func.count(Need.id))
        .where(Need.state != NeedState.DRAFT, Need.submitted_at.is_not(None), *conditions)
        .scalar_subquery()
    )
    met = Introduction.id.in_(select(Meeting.introduction_id))
    with_outcome = Introduction.id.in_(
        select(Outcome.introduction_id).where(
            Outcome.outcome_class != OutcomeClass.NONE,
            Outcome.status.not_in((OutcomeStatus.DRAFT, OutcomeStatus.VOID, OutcomeStatus.LAPSED)),
        )
    )
    confirmed = Introduction.id.in_(
        select(Outcome.introduction_id).where(
            Outcome.outcome_class != OutcomeClass.NONE,
            Outcome.status == OutcomeStatus.CONFIRMED,
            Outcome.tier.in_((EvidenceTier.CONFIRMED, EvidenceTier.EVIDENCE_CHECKED)),
        )
    )
    stages = {
        "asked": asked,
        "offered": needs_with(Introduction.offered_at.is_not(None)),
        "accepted": needs_with(Introduction.accepted_at.is_not(None)),
        "introduced": needs_with(Introduction.introduced_at.is_not(None)),
        "met": needs_with(met),
        "outcome": needs_with(with_outcome),
        "confirmed": needs_with(confirmed),
    }
    counts = session.execute(select(*stages.values())).one()
    return [Stage(code, count or 0) for code, count in zip(stages, counts, strict=True)]


def confirmed_by(session: Session, column: object, until: datetime | None = None) -> dict[str, int]:
    """Confirmed outcomes by a column (market, sector, home place, kind), of those first confirmed before `until`."""
    conditions = [
        Outcome.outcome_class != OutcomeClass.NONE,
        Outcome.status == OutcomeStatus.CONFIRMED,
        Outcome.tier.in_((EvidenceTier.CONFIRMED, EvidenceTier.EVIDENCE_CHECKED)),
    ]
    if until is not None:
        conditions.append(Outcome.first_confirmed_at < until)
    rows = session.execute(
        select(column, func.count(Outcome.id)).where(*conditions).group_by(column)  # type: ignore[call-overload]
    )
    return {str(code): count for code, count in rows if code is not None}
