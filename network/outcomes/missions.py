"""Missions: planned by a chapter's leads or staff, filled with introductions, named by the outcomes they led to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.audit.moves import check_version
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed, NotFound
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.states import MissionKind
from network.introductions.policy import introductions_brokered_by
from network.models import (
    Chapter,
    Introduction,
    Mission,
    MissionIntroduction,
    MissionOutcome,
    Need,
    NeedMarket,
    Outcome,
)

# An outcome that names no mission takes the one of its introduction.
OF_INTRODUCTION: Final = 0
LONGEST = timedelta(days=120)
# What comes of a mission may begin a while before it, and comes up to two years after.
BEFORE, AFTER = timedelta(days=180), timedelta(days=730)


@dataclass(frozen=True, slots=True)
class MissionDetails:
    """A mission as its planner tells it; a chapter of None is network staff's."""

    name: str
    kind: MissionKind
    market: str
    starts_on: date
    ends_on: date
    city: str = ""
    purpose: str = ""
    chapter_id: int | None = None


def can_manage_mission(actor: Actor, chapter_id: int | None) -> bool:
    """The leads of its chapter, and staff."""
    return actor.is_staff or actor.leads(chapter_id)


def get_mission(session: Session, mission_id: int) -> Mission:
    """The mission, or NotFound."""
    found = session.get(Mission, mission_id)
    if found is None:
        raise NotFound("no_mission", "There is no such mission.")
    return found


def plan_mission(session: Session, actor: Actor, details: MissionDetails, *, now: datetime) -> Mission:
    """A mission stands under its name; raises NotAllowed for whoever does not lead its chapter."""
    _check(session, actor, details)
    mission = Mission(created_at=now, updated_at=now, name="")
    _fill(mission, details, now)
    session.add(mission)
    session.flush()
    record(session, actor, "mission.plan", "mission", mission.id, now=now)
    return mission


def edit_mission(
    session: Session,
    actor: Actor,
    mission_id: int,
    details: MissionDetails,
    *,
    seen: int | None,
    now: datetime,
) -> Mission:
    """The mission is as told now; both the chapter it has and the one it gets have to be the actor's."""
    mission = get_mission(session, mission_id)
    _require_manager(actor, mission.chapter_id)
    check_version(mission, seen)
    _check(session, actor, details)
    _fill(mission, details, now)
    session.flush()
    record(session, actor, "mission.edit", "mission", mission.id, now=now)
    return mission


def _check(session: Session, actor: Actor, details: MissionDetails) -> None:
    _require_manager(actor, details.chapter_id)
    if not details.name.strip():
        raise Invalid("name_missing", "Give the mission a name.", "name")
    if find_market(details.market) is None:
        raise Invalid("market_unknown", "Choose the market it goes to.", "market")
    if details.ends_on < details.starts_on:
        raise Invalid("ends_before", "It cannot end before it begins.", "ends_on")
    if details.ends_on - details.starts_on > LONGEST:
        raise Invalid("too_long", "A mission takes 120 days at most.", "ends_on")
    if details.chapter_id is not None and session.get(Chapter, details.chapter_id) is None:
        raise Invalid("chapter_unknown", "Choose one of the chapters.", "chapter_id")


def _fill(mission: Mission, details: MissionDetails, now: datetime) -> None:
    mission.name, mission.kind, mission.market = details.name.strip(), details.kind, details.market
    mission.city, mission.purpose = details.city.strip(), details.purpose.strip()
    mission.starts_on, mission.ends_on = details.starts_on, details.ends_on
    mission.chapter_id = details.chapter_id
    mission.updated_at = now


def _require_manager(actor: Actor, chapter_id: int | None) -> None:
    if not can_manage_mission(actor, chapter_id):
        raise NotAllowed("not_yours", "The leads of its chapter and network staff look after a mission.")


# --- introductions -----------------------------------------------------------------------


def introductions_for_mission(session: Session, actor: Actor, mission: Mission) -> Sequence[int]:
    """Introductions the actor brokers that may have come of it and belong to none: same market, about its dates."""
    return session.scalars(
        select(Introduction.id)
        .where(
            introductions_brokered_by(actor),
            Introduction.state.in_(sorted(CONTACTS_SHARED)),
            Introduction.need_id.in_(select(NeedMarket.need_id).where(NeedMarket.market == mission.market)),
            Introduction.introduced_at >= _moment(mission.starts_on - BEFORE),
            Introduction.introduced_at <= _moment(mission.ends_on + AFTER),
            Introduction.id.not_in(select(MissionIntroduction.introduction_id)),
        )
        .order_by(Introduction.introduced_at.desc(), Introduction.id.desc())
        .limit(40)
    ).all()


def _moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def add_introductions(
    session: Session, actor: Actor, mission_id: int, chosen: Collection[int], *, now: datetime
) -> int:
    """These belong to the mission, with those of their outcomes that name none yet; how many were added."""
    mission = get_mission(session, mission_id)
    _require_manager(actor, mission.chapter_id)
    added = sorted(set(chosen) & set(introductions_for_mission(session, actor, mission)))
    session.add_all(MissionIntroduction(introduction_id=one, mission_id=mission.id) for one in added)
    named = select(MissionOutcome.outcome_id)
    outcomes = session.scalars(
        select(Outcome.id).where(Outcome.introduction_id.in_(added), Outcome.id.not_in(named))
    )
    session.add_all(MissionOutcome(outcome_id=one, mission_id=mission.id) for one in outcomes.all())
    session.flush()
    record(session, actor, "mission.add", "mission", mission.id, now=now)
    return len(added)


def remove_introduction(
    session: Session, actor: Actor, mission_id: int, introduction_id: int, *, now: datetime
) -> None:
    """The introduction and its outcomes belong to the mission no more."""
    mission = get_mission(session, mission_id)
    _require_manager(actor, mission.chapter_id)
    session.execute(
        delete(MissionIntroduction).where(
            MissionIntroduction.mission_id == mission.id,
            MissionIntroduction.introduction_id == introduction_id,
        )
    )
    told = select(Outcome.id).where(Outcome.introduction_id == introduction_id)
    session.execute(
        delete(MissionOutcome)
        .where(MissionOutcome.mission_id == mission.id, MissionOutcome.outcome_id.in_(told))
        .execution_options(synchronize_session=False)
    )
    record(session, actor, "mission.remove", "mission", mission.id, now=now)


# --- outcomes ----------------------------------------------------------------------------


def mission_of_introduction(session: Session, introduction_id: int) -> int | None:
    """The mission an introduction came of."""
    found = session.get(MissionIntroduction, introduction_id)
    return found.mission_id if found else None


def mission_of_outcome(session: Session, outcome_id: int) -> Mission | None:
    """The mission an outcome came of."""
    return session.scalar(
        select(Mission)
        .join(MissionOutcome, MissionOutcome.mission_id == Mission.id)
        .where(MissionOutcome.outcome_id == outcome_id)
    )


def missions_for(session: Session, introduction_id: int, today: date) -> list[Mission]:
    """The missions an outcome of this introduction may name: its own, and those to its markets in the last years."""
    markets = (
        select(NeedMarket.market)
        .join(Need, Need.id == NeedMarket.need_id)
        .join(Introduction, Introduction.need_id == Need.id)
        .where(Introduction.id == introduction_id)
    )
    own = select(MissionIntroduction.mission_id).where(MissionIntroduction.introduction_id == introduction_id)
    near = Mission.market.in_(markets) & (Mission.ends_on >= today - AFTER) & (Mission.starts_on <= today)
    return list(
        session.scalars(
            select(Mission)
            .where(or_(Mission.id.in_(own), near))
            .order_by(Mission.starts_on.desc(), Mission.id)
            .limit(30)
        )
    )


def name_mission(session: Session, outcome: Outcome, mission_id: int | None, today: date) -> None:
    """The outcome came of this mission; None: of none; `OF_INTRODUCTION`: what it names stays, else its introduction's.

    Raises Invalid for one that has nothing to do with the introduction.
    """
    kept = session.get(MissionOutcome, outcome.id)
    if mission_id == OF_INTRODUCTION:
        if kept is not None:
            return
        mission_id = mission_of_introduction(session, outcome.introduction_id)
    elif mission_id is not None and (kept is None or kept.mission_id != mission_id):
        known = {one.id for one in missions_for(session, outcome.introduction_id, today)}
        if mission_id not in known:
            raise Invalid("mission_unknown", "Choose one of these missions, or none.", "mission")
    if kept is not None and kept.mission_id != mission_id:
        session.delete(kept)
        session.flush()
        kept = None
    if mission_id is not None and kept is None:
        session.add(MissionOutcome(outcome_id=outcome.id, mission_id=mission_id))
        session.flush()
