"""Keeping the facts fresh: what was written down about since the last time, and everything once a day, in chunks.

Facts that differ from those before mark their month; the cells of marked months are made anew, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from network.measures.cells import all_months, make_month, stale_months
from network.measures.changes import mark_stale
from network.measures.facts import CHUNK, make_need_facts, make_outcome_facts
from network.measures.figures import findable
from network.models import (
    AnswerCell,
    AuditEntry,
    Introduction,
    Need,
    NeedCell,
    NeedFact,
    Outcome,
    OutcomeCell,
    OutcomeFact,
    OutcomeShare,
    ReportState,
    SupplyFact,
    Transition,
    Volunteer,
    VolunteerMarket,
    VolunteerSector,
)

_STAGES: dict[str, tuple[Any, Any, Callable[[Session, Sequence[int]], None], str]] = {
    "needs": (Need.id, NeedFact.need_id, make_need_facts, "outcomes"),
    "outcomes": (Outcome.id, OutcomeFact.outcome_id, make_outcome_facts, "supply"),
}
_WRITTEN = ("need", "introduction", "outcome")


def state_of(session: Session, name: str) -> ReportState | None:
    """When something was made, and what."""
    return session.get(ReportState, name)


def keep_state(session: Session, name: str, now: datetime, content: dict[str, Any]) -> None:
    """Write down when it was made."""
    row = session.get(ReportState, name)
    if row is None:
        session.add(ReportState(name=name, made_at=now, content=content))
    else:
        row.made_at, row.content = now, content
    session.flush()


def refresh_facts(session: Session, now: datetime) -> bool:
    """Make the facts of what was written down about since the last time; False where nothing was ever made."""
    state = state_of(session, "facts")
    if state is None:
        return False
    marks = _marks(session)
    if marks != state.content:
        needs, outcomes = _changed(session, state.content)
        for ids, make in ((needs, make_need_facts), (outcomes, make_outcome_facts)):
            for start in range(0, len(ids), CHUNK):
                make(session, ids[start : start + CHUNK])
    keep_state(session, "facts", now, marks)
    return True


def begin_facts(session: Session, now: datetime) -> None:
    """From here on what is written down is noticed; the facts themselves are made by a rebuild."""
    keep_state(session, "facts", now, _marks(session))


def rebuild_facts(session: Session, now: datetime) -> None:
    """Make all facts and cells anew, in one go: for small networks, commands and tests."""
    begin_facts(session, now)
    stage, after = "needs", 0
    while stage != "supply":
        stage, after = rebuild_chunk(session, stage, after)
    rebuild_supply(session)
    mark_stale(session, all_months(session))
    while refresh_cells(session):
        pass
    keep_state(session, "rebuild", now, {})
    keep_cells(session, now)


def keep_cells(session: Session, now: datetime) -> None:
    """The cells say what the facts said then; once everything was made anew they say how offers were answered too."""
    before, rebuild = state_of(session, "cells"), state_of(session, "rebuild")
    is_whole = rebuild is not None and not rebuild.content
    answers = is_whole or (before is not None and "answers" in before.content)
    keep_state(session, "cells", now, {"answers": True} if answers else {})


def refresh_cells(session: Session) -> bool:
    """Make the cells of one month whose facts have changed, the latest first; False where there is none."""
    stale = stale_months(session)
    if stale:
        make_month(session, stale[-1])
    return bool(stale)


def rebuild_chunk(session: Session, stage: str, after: int, size: int = CHUNK) -> tuple[str, int]:
    """Make the next chunk of a stage ("needs", "outcomes") anew; the stage and the id to go on from."""
    source, kept, make, following = _STAGES[stage]
    ids = list(session.scalars(select(source).where(source > after).order_by(source).limit(size)))
    if not ids:
        session.execute(delete(kept.class_).where(kept > after))
        return following, 0
    # Rows of what is there no longer go too.
    session.execute(delete(kept.class_).where(kept > after, kept <= ids[-1], kept.not_in(ids)))
    make(session, ids)
    return stage, ids[-1]


def rebuild_supply(session: Session) -> None:
    """Count findable volunteers by market and top sector, in the database."""
    session.execute(delete(SupplyFact))
    top = func.substr(
        VolunteerSector.sector,
        1,
        func.coalesce(func.nullif(_place_of_dot(session, VolunteerSector.sector), 0) - 1, 200),
    )
    known = (
        select(Volunteer.id, Volunteer.capacity, VolunteerMarket.market, top.label("sector"))
        .join(VolunteerMarket, VolunteerMarket.volunteer_id == Volunteer.id)
        .join(VolunteerSector, VolunteerSector.volunteer_id == Volunteer.id)
        .where(findable())
        .distinct()
        .subquery()
    )
    counted = select(
        known.c.market, known.c.sector, func.count(), func.coalesce(func.sum(known.c.capacity), 0)
    ).group_by(known.c.market, known.c.sector)
    session.execute(insert(SupplyFact).from_select(["market", "sector", "volunteers", "capacity"], counted))


def tell_sizes(session: Session) -> None:
    """The database knows how the rows of reports are spread, and takes the shorter way to them."""
    for table in (NeedFact, OutcomeFact, OutcomeShare, NeedCell, OutcomeCell, AnswerCell):
        session.execute(text(f"ANALYZE {table.__tablename__}"))


def _place_of_dot(session: Session, column: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(column, ".")
    return func.strpos(column, ".")


def _marks(session: Session) -> dict[str, Any]:
    audit = session.scalar(select(func.max(AuditEntry.id))) or 0
    moved = session.scalar(select(func.max(Transition.id))) or 0
    return {"audit": audit, "moved": moved}


def _changed(session: Session, since: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The needs and outcomes that something was written down about since then."""
    found: dict[str, set[int]] = {noun: set() for noun in _WRITTEN}
    for table, mark in ((AuditEntry, "audit"), (Transition, "moved")):
        rows = session.execute(
            select(table.subject, table.subject_id)
            .where(table.id > since.get(mark, 0), table.subject.in_(_WRITTEN))
            .distinct()
        )
        for subject, subject_id in rows:
            if subject_id is not None:
                found[subject].add(subject_id)
    needs, outcomes = found["need"], sorted(found["outcome"])
    for source, ids in ((Introduction, sorted(found["introduction"])), (Outcome, outcomes)):
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            needs.update(session.scalars(select(source.need_id).where(source.id.in_(part))))
    return sorted(needs), outcomes
