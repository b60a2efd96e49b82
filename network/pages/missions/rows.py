"""What the pages of missions show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.values import Totals
from network.introductions.policy import introductions_visible_to
from network.measures.missions import mission_totals
from network.models import (
    Chapter,
    Introduction,
    Mission,
    MissionIntroduction,
    Need,
    Organisation,
    Volunteer,
)
from network.outcomes.missions import can_manage_mission, get_mission, introductions_for_mission
from network.web.paging import Page

SIZE = 25


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One mission of the list."""

    id: int
    name: str
    kind: str
    market: str
    city: str
    starts_on: date
    ends_on: date
    chapter: str | None
    introductions: int


def mission_list(session: Session, number: int) -> Page[MissionRow]:
    """All missions, the latest first; two statements."""
    total = session.scalar(select(func.count(Mission.id))) or 0
    introductions = (
        select(func.count(MissionIntroduction.introduction_id))
        .where(MissionIntroduction.mission_id == Mission.id)
        .correlate(Mission)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Mission.id,
            Mission.name,
            Mission.kind,
            Mission.market,
            Mission.city,
            Mission.starts_on,
            Mission.ends_on,
            Chapter.name,
            introductions,
        )
        .outerjoin(Chapter, Chapter.id == Mission.chapter_id)
        .order_by(Mission.starts_on.desc(), Mission.id.desc())
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return Page([MissionRow(*row) for row in rows], number, SIZE, total)


@dataclass(frozen=True, slots=True)
class Belonging:
    """One introduction that belongs to a mission, or might."""

    id: int
    organisation: str
    volunteer: str
    need: str


@dataclass(frozen=True, slots=True)
class MissionPage:
    """One mission with what came of it."""

    mission: Mission
    chapter: str | None
    may_manage: bool
    totals: dict[str, Totals]
    number: int
    introductions: list[Belonging]
    candidates: list[Belonging]


def mission_page(session: Session, actor: Actor, mission_id: int) -> MissionPage:
    """The page of one mission: its introductions as far as this reader may see them."""
    mission = get_mission(session, mission_id)
    may_manage = can_manage_mission(actor, mission.chapter_id)
    belongs = select(MissionIntroduction.introduction_id).where(MissionIntroduction.mission_id == mission.id)
    ids = session.scalars(belongs).all()
    others = introductions_for_mission(session, actor, mission) if may_manage else []
    shown = {one.id: one for one in _introductions(session, actor, [*ids, *others])}
    chapter = mission.chapter_id and session.scalar(
        select(Chapter.name).where(Chapter.id == mission.chapter_id)
    )
    return MissionPage(
        mission=mission,
        chapter=chapter or None,
        may_manage=may_manage,
        totals=mission_totals(session, actor, mission.id),
        number=len(ids),
        introductions=[shown[one] for one in ids if one in shown],
        candidates=[shown[one] for one in others if one in shown],
    )


def _introductions(session: Session, actor: Actor, ids: Sequence[int]) -> list[Belonging]:
    rows = session.execute(
        select(Introduction.id, Organisation.name, Volunteer.name, Need.title)
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(Introduction.id.in_(ids), introductions_visible_to(actor))
    )
    return [Belonging(*row) for row in rows]


def chapters_of(session: Session, actor: Actor) -> list[tuple[str, Any]]:
    """The chapters this actor may plan a mission for, by name."""
    query = select(Chapter.id, Chapter.name).order_by(Chapter.name, Chapter.id)
    if not actor.is_staff:
        query = query.where(Chapter.id.in_(actor.lead_chapter_ids))
    return [(str(row[0]), row[1]) for row in session.execute(query)]


def form_values(mission: Mission) -> dict[str, Any]:
    """What the form of a mission begins with when it is changed."""
    names = "name market city starts_on ends_on purpose version"
    values: dict[str, Any] = {name: getattr(mission, name) for name in names.split()}
    return {**values, "kind": mission.kind.value, "chapter": str(mission.chapter_id or "")}
