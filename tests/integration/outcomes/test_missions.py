"""Missions: planned by leads, filled with introductions, named by outcomes, a dimension of reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import EvidenceTier, OutcomeStatus
from network.measures.refreshing import rebuild_facts
from network.models import (
    Introduction,
    Mission,
    MissionIntroduction,
    MissionOutcome,
    Need,
    NeedMarket,
    Outcome,
    User,
)
from tests.factories.world import World, make_world


@pytest.fixture
def world(session: Session, clock: FixedClock) -> World:
    world = make_world(session)
    session.get_one(Introduction, world.ids["introduction_id"][0]).introduced_at = clock.now()
    session.get_one(Need, world.ids["need_id"][0]).submitted_at = clock.now() - timedelta(days=9)
    session.flush()
    return world


def person(world: World, role: str) -> User:
    found = world.people[role]
    assert found is not None
    return found


def test_a_lead_plans_a_mission_and_what_came_of_it_is_reported(
    world: World, session: Session, visitor: Callable[..., Any], clock: FixedClock
) -> None:
    market = session.scalars(select(NeedMarket.market)).first()
    lead = visitor(person(world, "lead"))
    today = clock.now().date()
    form = lead.get("/missions/new")
    wrong = form.submit(
        "/new",
        name="Visit",
        kind="deal_making",
        market=market,
        starts_on=f"{today}",
        ends_on=f"{today - timedelta(3)}",
    )
    assert "It cannot end before it begins." in wrong.text
    page = wrong.submit("/new", ends_on=f"{today + timedelta(3)}")
    assert page.h1 == "Visit"
    planned = session.scalars(select(Mission).where(Mission.name == "Visit")).one()
    assert planned.chapter_id == world.ids["chapter_id"][0]
    outcome = session.get_one(Outcome, world.ids["outcome_id"][0])
    outcome.status, outcome.tier = OutcomeStatus.CONFIRMED, EvidenceTier.CONFIRMED
    outcome.first_confirmed_at = clock.now()
    added = page.submit("/introductions/add", introduction=str(outcome.introduction_id))
    assert "1 introduction was added." in added.text
    assert session.get_one(MissionOutcome, outcome.id).mission_id == planned.id
    rebuild_facts(session, clock.now())
    for role, confirmed in (("lead", 1), ("staff", 1), ("office", 0)):
        reader = visitor(person(world, role))
        row = reader.get("/reports/missions").html.split(">Visit</a></th>", 1)[1]
        counts = re.findall(r'data-label="(?:Introduced|Confirmed)"><a [^>]+>(\d+)<', row)
        assert counts[:2] == [str(confirmed)] * 2, role
    assert visitor(person(world, "firm")).get(f"/missions/{planned.id}").status == 403
    other = visitor(person(world, "other_lead"))
    assert other.get(f"/missions/{planned.id}/edit").status == 403
    assert other.post(f"/missions/{planned.id}/introductions/add", introduction="1").status == 403
    lead.get(f"/missions/{planned.id}").submit("/remove")
    assert session.get(MissionIntroduction, outcome.introduction_id) is None
    assert session.get(MissionOutcome, outcome.id) is None


def test_an_outcome_takes_the_mission_of_its_introduction_and_may_name_another(
    world: World, session: Session, visitor: Callable[..., Any], clock: FixedClock
) -> None:
    introduction = session.get_one(Introduction, world.ids["introduction_id"][0])
    market = session.scalar(select(NeedMarket.market).where(NeedMarket.need_id == introduction.need_id))
    own, near, far = (
        Mission(
            name=name, kind="informal", market=where, starts_on=on, ends_on=on, created_at=clock.now(),
            updated_at=clock.now(),
        )
        for name, where, on in (
            ("Own", "NZ", clock.now().date()),
            ("Near", market, clock.now().date()),
            ("Far", "NZ", clock.now().date()),
        )
    )  # fmt: skip
    session.add_all([own, near, far])
    session.flush()
    session.add(MissionIntroduction(introduction_id=introduction.id, mission_id=own.id))
    session.flush()
    firm = visitor(person(world, "firm"))
    form = firm.get(f"/introductions/{introduction.id}/outcomes/new?kind=market_knowledge")
    assert "Near, " in form.text
    assert "Far, " not in form.text
    given = {
        "title": "We know the rules",
        "what_happened": "They told us.",
        "happened_on": f"{clock.now().date()}",
        "contact_name": "Kim",
        "contact_email": "kim@firm.example",
    }
    form.submit(button="Save as a draft", **given)
    made = session.scalars(select(Outcome).order_by(Outcome.id.desc()).limit(1)).one()
    assert session.get_one(MissionOutcome, made.id).mission_id == own.id
    edit = firm.get(f"/outcomes/{made.id}/edit")
    edit.submit(button="Save", mission=str(near.id), **given)
    assert session.get_one(MissionOutcome, made.id).mission_id == near.id
    assert "Near" in firm.get(f"/outcomes/{made.id}").text
