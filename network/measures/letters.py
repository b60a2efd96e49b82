"""Documents for each person: the volunteer's letter and receipt, the firm's record, the report of an office or funder.

A document is plain: headings, sentences and tables. The page, the printer and the PDF show the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
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
    OutcomeFact,
    OutcomeShare,
    Volunteer,
)
from network.outcomes.policy import outcomes_visible_to


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over time: what it counts, and each period with its value."""

    title: str
    points: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: a heading, sentences, a table where it has one, and pictures of it.

    These are bars (label, value), lines over time, and the world (code of a market, value).
    """

    title: str
    sentences: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    bars: Sequence[tuple[str, int]] = ()
    curves: Sequence[Curve] = ()
    world: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What is handed over: a title, opening sentences, sections, and who signs."""

    title: str
    opening: Sequence[str]
    sections: Sequence[Section]
    sign_off: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome as its letter tells it; the organisation is empty where it is not to be named."""

    kind: OutcomeKind | None
    market: str
    organisation: str
    happened_on: date
    counted: CountedAs
    title: str = ""
    # What it is worth in the network's currency, as it is counted; None where nobody says.
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What one volunteer gave, and what came of it."""

    name: str
    organisations: int
    introductions: int
    meetings: int
    minutes: int
    outcomes: list[Told]
    part: Decimal
    value: Decimal
    thanks: list[tuple[str, str]] = field(default_factory=list)


def given_by(session: Session, actor: Actor) -> Given:
    """What the actor gave as a volunteer; five statements. Raises NotAllowed for whoever is none."""
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
        outcomes=told_to(session, actor, Outcome.introduction_id.in_(select(Introduction.id).where(mine))),
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


def told_to(session: Session, actor: Actor, condition: object, limit: int = 500) -> list[Told]:
    """The outcomes that fit and that the actor may see, the newest first; drafts and what lapsed are left out."""
    rows = session.execute(
        select(Outcome, Organisation.name, OutcomeFact.pence)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .outerjoin(OutcomeFact, OutcomeFact.outcome_id == Outcome.id)
        .where(condition, outcomes_visible_to(actor), Outcome.outcome_class != OutcomeClass.NONE)  # type: ignore[arg-type]
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
        .limit(limit)
    )
    return [
        Told(
            one.kind,
            one.market,
            organisation,
            one.happened_on,
            group,
            one.title,
            pounds(pence) if pence is not None else None,
        )
        for one, organisation, pence in rows
        if (group := counted_as(one.status, one.tier)) is not None
    ]


def record_of(session: Session, actor: Actor) -> tuple[list[str], list[Told]]:
    """The names of the actor's organisations and all that was recorded for them; two statements."""
    own = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    if not own:
        raise NotAllowed("no_organisation", "The record is for people of an organisation.")
    names = session.scalars(
        select(Organisation.name).where(Organisation.id.in_(own)).order_by(Organisation.name)
    )
    return list(names), told_to(session, actor, Outcome.organisation_id.in_(own))
