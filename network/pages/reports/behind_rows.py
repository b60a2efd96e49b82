"""What is behind a number: the needs or outcomes that it counts, a page of them or all of them one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import NeedState, OutcomeStatus
from network.measures.answers import answered_so, count_answered
from network.measures.offers import ANSWERS
from network.measures.policy import require_reader
from network.measures.reports import (
    STAGES,
    Counts,
    count_needs,
    count_outcomes,
    need_conditions,
    outcome_conditions,
)
from network.models import Need, NeedFact, Organisation, Outcome, OutcomeFact
from network.needs.policy import needs_visible_to
from network.outcomes.policy import can_name_organisation, outcomes_visible_to
from network.pages.reports.choices import Asked
from network.web.paging import Page
from network.web.streaming import rows_of

SIZE = 25
DATA_HEADER = ("id", "title", "organisation", "status", "market", "on")


@dataclass(frozen=True, slots=True)
class Behind:
    """One need or outcome behind a number."""

    href_id: int
    title: str
    organisation: str
    state: NeedState | OutcomeStatus
    market: str
    on: date | None


def outcomes_behind(session: Session, actor: Actor, asked: Asked, group: str, number: int) -> Page[Behind]:
    """A page of the outcomes that a number counts, those of it that this reader may see; three statements."""
    require_reader(actor)
    where = outcome_conditions(actor, asked.scope, OutcomeFact.counted == group)
    counts = count_outcomes(session, actor, asked.scope, group)
    ids = _page_of(session, OutcomeFact.month, OutcomeFact.outcome_id, where, counts, number)
    found = session.execute(_outcomes(actor).where(Outcome.id.in_(ids)))
    rows = sorted((_outcome(actor, row) for row in found), key=lambda row: ids.index(row.href_id))
    return Page(rows, number, SIZE, sum(count for _month, count in counts))


def needs_behind(session: Session, actor: Actor, asked: Asked, stage: str, number: int) -> Page[Behind]:
    """A page of the needs that a number counts, those of it that this reader may see; three statements."""
    require_reader(actor)
    where = _need_conditions(actor, asked, stage)
    if stage in ANSWERS:
        counts = count_answered(session, actor, asked.scope, stage)
    else:
        counts = count_needs(session, actor, asked.scope, stage)
    ids = _page_of(session, NeedFact.month, NeedFact.need_id, where, counts, number)
    found = session.execute(_needs(actor).where(Need.id.in_(ids)))
    rows = sorted((_need(*row) for row in found), key=lambda row: ids.index(row.href_id))
    return Page(rows, number, SIZE, sum(count for _month, count in counts))


def all_outcomes_behind(actor: Actor, asked: Asked, group: str) -> Iterator[tuple[Any, ...]]:
    """All of them that this reader may see, as data under `DATA_HEADER`, read as they are sent."""
    require_reader(actor)
    where = outcome_conditions(actor, asked.scope, OutcomeFact.counted == group)
    query = _outcomes(actor).where(*where).order_by(OutcomeFact.month.desc(), OutcomeFact.outcome_id.desc())
    return (_data(_outcome(actor, row)) for row in rows_of(query))


def all_needs_behind(actor: Actor, asked: Asked, stage: str) -> Iterator[tuple[Any, ...]]:
    """All of them that this reader may see, as data under `DATA_HEADER`, read as they are sent."""
    require_reader(actor)
    where = _need_conditions(actor, asked, stage)
    query = _needs(actor).where(*where).order_by(NeedFact.month.desc(), NeedFact.need_id.desc())
    return (_data(_need(*row)) for row in rows_of(query))


def _page_of(
    session: Session, month: Any, key: Any, where: Sequence[Any], counts: Counts, number: int
) -> Sequence[int]:
    """The ids of a page, the newest first: begun in its own month, so that a late page costs what the first does."""
    before = (number - 1) * SIZE
    for start, count in counts:
        if before < count:
            ids = select(key).where(*where, month <= start).order_by(month.desc(), key.desc())
            return session.scalars(ids.limit(SIZE).offset(before)).all()
        before -= count
    return []


def _need_conditions(actor: Actor, asked: Asked, stage: str) -> list[Any]:
    where: list[Any] = need_conditions(actor, asked.scope)
    if stage in STAGES[1:]:
        where.append(getattr(NeedFact, f"{stage}_days").is_not(None))
    elif stage in ANSWERS:
        where += answered_so(actor, stage)
    return where


def _outcomes(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Outcome.id,
            Outcome.title,
            Outcome.status,
            Outcome.market,
            Outcome.happened_on,
            Outcome.anonymous,
            Outcome.chapter_id,
            Outcome.organisation_id,
            Organisation.name,
        )
        .join(OutcomeFact, OutcomeFact.outcome_id == Outcome.id)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .where(outcomes_visible_to(actor))
    )


def _outcome(actor: Actor, row: Any) -> Behind:
    # The row has the columns that the rule asks an outcome for.
    named = can_name_organisation(actor, row, None)
    return Behind(
        row.id,
        row.title if named else _("An outcome"),
        row.name if named else _("A firm that asked not to be named"),
        row.status,
        row.market,
        row.happened_on,
    )


def _needs(actor: Actor) -> Select[int, str, str, NeedState, str, datetime | None]:
    return (
        select(Need.id, Need.title, Organisation.name, Need.state, NeedFact.market, Need.submitted_at)
        .join(NeedFact, NeedFact.need_id == Need.id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(needs_visible_to(actor))
    )


def _need(
    need_id: int, title: str, organisation: str, state: NeedState, market: str, at: datetime | None
) -> Behind:
    return Behind(need_id, title, organisation, state, market, at.date() if at else None)


def _data(row: Behind) -> tuple[Any, ...]:
    return row.href_id, row.title, row.organisation, row.state.value, row.market, row.on
