"""Documents for each person: the volunteer's letter and receipt, the firm's record, the report of an office or funder.

A document is plain: headings, sentences and tables. The page, the printer and the PDF show the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.outcome_moves import CountedAs, counted_as
from network.domain.states import OutcomeClass, OutcomeKind
from network.measures.totals import pounds
from network.models import (
    Organisation,
    Outcome,
    OutcomeFact,
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
    """One outcome as a record tells it; the organisation is empty where it is not to be named."""

    kind: OutcomeKind | None
    market: str
    organisation: str
    happened_on: date
    counted: CountedAs
    title: str = ""
    # What it is worth in the network's currency, as it is counted; None where nobody says.
    value: Decimal | None = None


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
