"""The response record, trends by a dimension, and parts: what each counts, and that it tells of no person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import IntroductionState, OutcomeStatus, ValueMode
from network.measures.answers import FEWEST, keep_answers, response_record
from network.measures.policy import Scope
from network.measures.refreshing import rebuild_facts
from network.measures.trends import trend_by
from network.models import Introduction, Need, OutcomeContributor
from tests.factories import actor_of, make_introduction, make_outcome, make_volunteer
from tests.factories.people import NOW
from tests.factories.world import World, make_world
from tests.support.statements import counted

PAGES = ["/reports/answers", "/reports/trends/market", "/reports/trends/help", "/reports/shares/volunteer"]
SCOPE = Scope(202501, 202612)


@pytest.fixture
def world(session: Session) -> World:
    """Six volunteers asked by one chapter, three of whom answered; one outcome that two of them share."""
    world = make_world(session)
    need = session.get_one(Need, world.ids["need_id"][0])
    for place, state in enumerate(
        (
            IntroductionState.DECLINED,
            IntroductionState.EXPIRED,
            IntroductionState.EXPIRED,
            IntroductionState.OFFERED,
        )
    ):
        made = make_introduction(session, need, make_volunteer(session), state)
        made.offered_at = NOW - timedelta(days=5)
        made.ended_at = NOW if state is not IntroductionState.OFFERED else None
        made.position = place
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    met.offered_at, met.accepted_at = NOW - timedelta(days=5), NOW - timedelta(days=4)
    session.get_one(Introduction, world.ids["introduction_id"][1]).offered_at = NOW
    shared = make_outcome(
        session, met, need, status=OutcomeStatus.CONFIRMED, first_confirmed_at=NOW, value_mode=ValueMode.BAND,
        value_band="10k_50k",
    )  # fmt: skip
    for role in ("volunteer", "other_volunteer"):
        person = world.people[role]
        assert person is not None
        session.add(OutcomeContributor(outcome_id=shared.id, user_id=person.id, role="volunteer"))
    session.flush()
    rebuild_facts(session, NOW)
    return world


@pytest.mark.parametrize("url", PAGES)
def test_staff_read_them_in_few_statements_and_a_firm_not_at_all(
    app: Flask, world: World, visitor: Callable[..., Any], url: str
) -> None:
    staff = visitor(world.people["staff"])
    staff.get(url)
    with counted(app) as statements:
        assert staff.get(url).status == 200
    assert len(statements) <= 12
    assert visitor(world.people["firm"]).get(url).status == 403


def test_answers_are_counted_by_chapter_and_hidden_where_few_were_asked(
    world: World, session: Session
) -> None:
    lead = actor_of(session, world.people["lead"])  # type: ignore[arg-type]
    line = response_record(session, lead, SCOPE).lines[0]
    assert (line.counts["yes"], line.counts["no"], line.counts["passed"], line.counts["waiting"]) == (
        1,
        1,
        2,
        2,
    )
    assert (line.volunteers, line.answered_share, line.median_days) == (FEWEST, 50, 3)
    line.volunteers = 4
    assert (line.answered_share, line.median_days) == (None, None)
    other = actor_of(session, world.people["other_lead"])  # type: ignore[arg-type]
    assert response_record(session, other, SCOPE).lines == []


def test_what_the_worker_keeps_of_a_large_network_says_the_same(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff, lead, other = (actor_of(session, world.people[role]) for role in ("staff", "lead", "other_lead"))  # type: ignore[arg-type]
    counted = [response_record(session, actor, SCOPE).lines for actor in (staff, lead, other)]
    keep_answers(session, NOW)
    assert response_record(session, staff, SCOPE).kept_at is None
    monkeypatch.setattr("network.measures.answers.LARGE", 1)
    keep_answers(session, NOW)
    assert [response_record(session, actor, SCOPE).lines for actor in (staff, lead, other)] == counted
    assert response_record(session, staff, SCOPE).kept_at == NOW
    narrower = Scope(*(SCOPE.from_month, SCOPE.until_month), (("market", "AE"),))
    assert response_record(session, staff, narrower).kept_at is None


def test_a_trend_says_the_same_from_cells_and_from_facts(world: World, session: Session) -> None:
    from network.models import ReportState

    staff = actor_of(session, world.people["staff"])  # type: ignore[arg-type]

    def both() -> list[Any]:
        return [
            trend_by(session, staff, SCOPE, dimension, measure, by_quarter=by_quarter)
            for dimension in ("market", "help", "chapter")
            for measure in ("asked", "confirmed")
            for by_quarter in (True, False)
        ]

    with_cells = both()
    session.delete(session.get_one(ReportState, "cells"))
    session.flush()
    assert both() == with_cells
    assert with_cells[0].periods[-1] == "2026-Q4"
    assert sum(with_cells[0].lines[0].counts) == 1


def test_parts_add_up_to_the_whole(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["staff"]).get("/reports/shares/volunteer")
    assert re.findall(r'data-label="Outcomes, (?:whole|shared)">([\d.]+)<', page.html) == ["1", "0.50"] * 2
    assert "£15,000" in page.text
    assert visitor(world.people["office"]).get("/reports/shares/university").status == 200
