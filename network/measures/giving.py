"""What one volunteer gave and what came of it: of their own introductions, and of all else they had a part in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, case, func, or_, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.outcome_moves import CountedAs, counted_as
from network.domain.states import OutcomeClass, OutcomeKind
from network.measures.shares import WHOLE
from network.measures.totals import pounds
from network.models import (
    Introduction,
    Meeting,
    Need,
    Organisation,
    Outcome,
    OutcomeContributor,
    OutcomeFact,
    OutcomeShare,
    Volunteer,
)
from network.outcomes.policy import can_name_organisation, outcomes_visible_to

MOST = 500


@dataclass(frozen=True, slots=True)
class Contributed:
    """One outcome with the part the reader had in it; the organisation is empty where it is not theirs to know."""

    kind: OutcomeKind | None
    market: str
    organisation: str
    happened_on: date
    counted: CountedAs
    # "volunteer", "broker", "adviser"; empty where they were introduced and are not counted.
    role: str
    # What it is worth in the network's currency, as it is counted; None where nobody says.
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Given:
    """What one volunteer gave, and what came of it."""

    name: str
    organisations: int
    introductions: int
    meetings: int
    minutes: int
    outcomes: list[Contributed]
    part: Decimal
    value: Decimal
    thanks: list[tuple[str, str]] = field(default_factory=list)


def given_by(session: Session, actor: Actor) -> Given:
    """What the actor gave as a volunteer; six statements. Raises NotAllowed for whoever is none."""
    if actor.volunteer_id is None:
        raise NotAllowed("no_volunteer", "The letter is for volunteers.")
    mine = Introduction.volunteer_id == actor.volunteer_id
    name = session.scalar(select(Volunteer.name).where(Volunteer.id == actor.volunteer_id)) or ""
    helped = session.execute(
        select(func.count(), func.count(func.distinct(Need.organisation_id)))
        .select_from(Introduction)
        .join(Need, Need.id == Introduction.need_id)
        .where(mine, Introduction.introduced_at.is_not(None))
    ).one()
    met = session.execute(
        select(func.count(Meeting.id), func.coalesce(func.sum(Meeting.minutes), 0))
        .join(Introduction, Introduction.id == Meeting.introduction_id)
        .where(mine)
    ).one()
    thanks = session.execute(
        select(Introduction.thanks, Organisation.name)
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(mine, Introduction.thanks.is_not(None), Introduction.thanks != "")
        .order_by(Introduction.updated_at.desc(), Introduction.id.desc())
        .limit(10)
    )
    part, value = _part_of(session, actor.volunteer_id)
    return Given(
        name=name,
        organisations=helped[1],
        introductions=helped[0],
        meetings=met[0],
        minutes=met[1] or 0,
        outcomes=contributed_to(session, actor),
        part=part,
        value=value,
        thanks=[(words or "", firm) for words, firm in thanks],
    )


def _part_of(session: Session, volunteer_id: int) -> tuple[Decimal, Decimal]:
    """The volunteer's part of confirmed outcomes: their fractional number, and its value."""
    units, pence = session.execute(
        select(func.coalesce(func.sum(OutcomeShare.units), 0), func.coalesce(func.sum(OutcomeShare.pence), 0))
        .join(OutcomeFact, OutcomeFact.outcome_id == OutcomeShare.outcome_id)
        .where(
            OutcomeShare.dimension == "volunteer",
            OutcomeShare.code == volunteer_id,
            OutcomeFact.counted == CountedAs.CONFIRMED.value,
            OutcomeFact.outcome_class != OutcomeClass.NONE.value,
        )
    ).one()
    return (Decimal(int(units)) / WHOLE).quantize(Decimal("0.1")), pounds(int(pence))


def contributed_to(session: Session, actor: Actor) -> list[Contributed]:
    """The outcomes of the actor's own introductions, and the confirmed ones in which they had a part, newest first.

    The firm is named where the actor may read the outcome itself, or was introduced for the same need and so knows
    it; the name of one that asked not to be named stays with its two sides and their brokers.
    """
    own = Introduction.volunteer_id == actor.volunteer_id
    introduced = (
        select(Introduction.need_id).where(own, Introduction.introduced_at.is_not(None)).scalar_subquery()
    )
    seen = case((outcomes_visible_to(actor), 1), else_=0)
    known = case((Outcome.need_id.in_(introduced), 1), else_=0)
    rows = session.execute(
        select(
            Outcome,
            Organisation.name.label("organisation"),
            Introduction.volunteer_id,
            OutcomeContributor.role,
            OutcomeFact.pence,
            seen.label("seen"),
            known.label("known"),
        )
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .join(Introduction, Introduction.id == Outcome.introduction_id)
        .outerjoin(
            OutcomeContributor,
            (OutcomeContributor.outcome_id == Outcome.id) & (OutcomeContributor.user_id == actor.user_id),
        )
        .outerjoin(OutcomeFact, OutcomeFact.outcome_id == Outcome.id)
        .where(
            or_(own & outcomes_visible_to(actor), OutcomeContributor.role.is_not(None)),
            Outcome.outcome_class != OutcomeClass.NONE,
        )
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
        .limit(MOST)
    )
    found = []
    for row in rows:
        group = counted_as(row.Outcome.status, row.Outcome.tier)
        is_own = row.volunteer_id == actor.volunteer_id
        if group is CountedAs.CONFIRMED or (group is not None and is_own):
            found.append(_contributed(actor, row, group))
    return found


def _contributed(
    actor: Actor, row: Row[tuple[Outcome, str, int, str, int | None, int, int]], group: CountedAs
) -> Contributed:
    one = row.Outcome
    may_know = bool(row.seen or row.known)
    named = may_know and can_name_organisation(actor, one, row.volunteer_id)
    return Contributed(
        kind=one.kind,
        market=one.market,
        organisation=row.organisation if named else "",
        happened_on=one.happened_on,
        counted=group,
        role=row.role or "",
        value=pounds(row.pence) if row.pence is not None else None,
    )
