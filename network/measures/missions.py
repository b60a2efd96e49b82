"""What came of missions: confirmed outcomes beside the rest, never added to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.values import Totals
from network.measures.months import month_start, next_month
from network.measures.policy import Scope, facts_visible_to
from network.measures.totals import NO_TOTALS, results, totals_by, totals_by_group
from network.models import (
    Introduction,
    Mission,
    MissionIntroduction,
    MissionOutcome,
    Need,
    NeedFact,
    OutcomeFact,
)


def mission_totals(session: Session, actor: Actor, mission_id: int) -> dict[str, Totals]:
    """The totals of one mission's outcomes by group, within what the actor may count; two statements."""
    return totals_by_group(
        session,
        results(
            None,
            facts_visible_to(actor, OutcomeFact),
            came_of_mission(OutcomeFact, mission_id),
        ),
    )


def came_of_mission(table: type[NeedFact] | type[OutcomeFact], mission_id: int) -> ColumnElement[bool]:
    """The facts of needs that have an introduction of a mission, or of outcomes that came of it."""
    found: ColumnElement[bool]
    if table is OutcomeFact:
        outcomes = select(MissionOutcome.outcome_id).where(MissionOutcome.mission_id == mission_id)
        found = OutcomeFact.outcome_id.in_(outcomes)
    else:
        needs = (
            select(Introduction.need_id)
            .join(MissionIntroduction, MissionIntroduction.introduction_id == Introduction.id)
            .where(MissionIntroduction.mission_id == mission_id)
        )
        found = NeedFact.need_id.in_(needs)
    return found


@dataclass(frozen=True, slots=True)
class MissionLine:
    """One mission with what it led to so far."""

    id: int
    name: str
    market: str
    starts_on: date
    introductions: int
    met: int
    confirmed: Totals


def missions_in(session: Session, actor: Actor, scope: Scope) -> list[MissionLine]:
    """The missions that began in the months of a scope, and what came of each to date; four statements.

    Introductions and outcomes are those the actor may count; of the scope's other values only market and mission
    matter.
    """
    start, end = month_start(scope.from_month), month_start(next_month(scope.until_month))
    where = [Mission.starts_on >= start, Mission.starts_on < end]
    columns = {"market": Mission.market, "mission": Mission.id}
    where += [columns[name] == value for name, value in scope.where if name in columns]
    missions = session.execute(
        select(Mission.id, Mission.name, Mission.market, Mission.starts_on)
        .where(*where)
        .order_by(Mission.starts_on.desc(), Mission.id.desc())
        .limit(200)
    ).all()
    ids = [row.id for row in missions]
    counts = {
        mission_id: (number, met)
        for mission_id, number, met in session.execute(
            select(
                MissionIntroduction.mission_id,
                func.count(),
                func.coalesce(func.sum(case((Introduction.met_at.is_not(None), 1), else_=0)), 0),
            )
            .join(Introduction, Introduction.id == MissionIntroduction.introduction_id)
            .join(Need, Need.id == Introduction.need_id)
            .join(NeedFact, NeedFact.need_id == Need.id)
            .where(
                MissionIntroduction.mission_id.in_(ids),
                Introduction.state.in_(sorted(CONTACTS_SHARED)),
                facts_visible_to(actor, NeedFact),
            )
            .group_by(MissionIntroduction.mission_id)
        )
    }
    worth = totals_by(
        session,
        MissionOutcome.mission_id,
        results(
            None,
            facts_visible_to(actor, OutcomeFact),
            OutcomeFact.counted == "confirmed",
            MissionOutcome.outcome_id == OutcomeFact.outcome_id,
            MissionOutcome.mission_id.in_(ids),
        ),
    )
    return [MissionLine(*row, *counts.get(row.id, (0, 0)), worth.get(row.id, NO_TOTALS)) for row in missions]
