"""The response record, trends by a dimension, and parts: what each counts, and that it tells of no person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import IntroductionState, MissionKind, OrganisationKind, OutcomeStatus, ValueMode
from network.measures.answers import answered_so, count_answered, response_record
from network.measures.offers import ANSWERS, FEWEST
from network.measures.policy import Scope
from network.measures.refreshing import rebuild_facts
from network.measures.reports import count_by_month, need_conditions
from network.measures.trends import trend_by
from network.models import (
    Chapter,
    Introduction,
    Mission,
    MissionIntroduction,
    MissionOutcome,
    Need,
    NeedFact,
    NeedHelp,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    OutcomeContributor,
    ReportState,
)
from tests.factories import actor_of, make_introduction, make_need, make_outcome, make_volunteer
from tests.factories.people import NOW
from tests.factories.world import World, make_world

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


def test_answers_are_counted_by_chapter_and_hidden_where_few_were_asked(
    world: World, session: Session
) -> None:
    lead = actor_of(session, world.people["lead"])  # type: ignore[arg-type]
    line = (response_record(session, lead, SCOPE) or [])[0]
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
    assert response_record(session, other, SCOPE) == []


def test_the_response_record_is_what_the_offers_say_whatever_is_chosen_and_whoever_asks(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_at_random(world, session)
    monkeypatch.setattr("network.measures.offers.FEWEST", 99)
    monkeypatch.setattr("network.measures.answers.FEWEST", 99)
    monkeypatch.setattr("network.measures.cells.FEWEST", 99)
    rebuild_facts(session, NOW)
    university, chapter = world.ids["organisation_id"][2], world.ids["chapter_id"][0]
    chosen: list[tuple[tuple[str, Any], ...]] = [
        (), (("market", "AE"),), (("sector", "energy"),), (("help", "mentoring"),), (("place", "E12000005"),),
        (("university", university),), (("university", None),), (("size", "small"),), (("chapter", chapter),),
        (("chapter", chapter), ("help", "mentoring")), (("market", "BR"), ("help", "talent")),
    ]  # fmt: skip
    for role in ("staff", "lead", "office", "other_lead"):
        actor = actor_of(session, world.people[role])  # type: ignore[arg-type]
        for where in chosen:
            lines = response_record(session, actor, Scope(202501, 202612, where)) or []
            found = {one.chapter_id: (one.counts, one.days, one.volunteers) for one in lines}
            assert found == recounted(session, actor, dict(where)), (role, where)
            for answer in ("yes", "no", "waiting"):
                counted = count_answered(session, actor, Scope(202501, 202612, where), answer)
                facts = [*need_conditions(actor, Scope(202501, 202612, where)), *answered_so(actor, answer)]
                assert counted == count_by_month(session, NeedFact.month, facts), (role, where)
    months = response_record(session, actor_of(session, world.people["staff"]), Scope(202501, 202601))  # type: ignore[arg-type]
    assert sum(one.offers for one in months or []) < 40
    made = session.get_one(ReportState, "cells")
    made.content = {}
    assert response_record(session, actor_of(session, world.people["staff"]), SCOPE) is None  # type: ignore[arg-type]


def offer_at_random(world: World, session: Session) -> None:
    """Ten needs of two chapters and nobody's, forty offers of them in every state."""
    chance, volunteers = Random(7), [make_volunteer(session) for _ in range(4)]
    people, places = world.people, world.ids
    chapters = [*(session.get_one(Chapter, one) for one in places["chapter_id"][:2]), None]
    for number in range(10):
        firm = session.get_one(Organisation, places["organisation_id"][number % 3])
        firm.home_place, firm.size = (
            chance.choice(("E12000005", "E12000001")),
            chance.choice(("small", "micro")),
        )
        need = make_need(
            session, firm, people["firm"], owner=chapters[number % len(chapters)],  # type: ignore[arg-type]
            markets=[("AE", "BR")[number % 2]], sectors=[chance.choice(("energy", "water"))],
            help_types=chance.sample(("mentoring", "talent", "speak"), 2),
            submitted_at=NOW - timedelta(days=40 * number),
        )  # fmt: skip
        for volunteer in volunteers:
            made = make_introduction(session, need, volunteer, chance.choice(list(IntroductionState)))
            made.ended_at = chance.choice((None, NOW + timedelta(days=chance.randrange(9), hours=7)))
            if made.accepted_at:
                made.accepted_at = NOW + timedelta(days=chance.randrange(5))
    session.flush()


def recounted(session: Session, actor: Actor, chosen: dict[str, Any]) -> dict[Any, Any]:
    """The same, counted offer by offer from what was recorded."""
    found: dict[Any, Any] = {}
    whom: dict[Any, set[int]] = {}
    for need in session.scalars(select(Need)):
        firm = session.get_one(Organisation, need.organisation_id)
        university = firm.id if firm.kind is OrganisationKind.UNIVERSITY else None
        values = {
            "chapter": {need.owner_chapter_id}, "university": {university}, "place": {firm.home_place},
            "size": {firm.size},
            "market": set(session.scalars(select(NeedMarket.market).where(NeedMarket.need_id == need.id))),
            "sector": set(session.scalars(select(NeedSector.sector).where(NeedSector.need_id == need.id))),
            "help": set(session.scalars(select(NeedHelp.help_type).where(NeedHelp.need_id == need.id))),
        }  # fmt: skip
        mine = actor.leads(need.owner_chapter_id) or university in actor.office_organisation_ids
        if not (actor.is_staff or mine) or any(value not in values[name] for name, value in chosen.items()):
            continue
        for one in session.scalars(select(Introduction).where(Introduction.need_id == need.id)):
            if one.offered_at is None:
                continue
            counts, days, _ = found.setdefault(need.owner_chapter_id, (dict.fromkeys(ANSWERS, 0), {}, None))
            whom.setdefault(need.owner_chapter_id, set()).add(one.volunteer_id)
            words = {"declined": "no", "referred_on": "referred", "expired": "passed"}
            answer = "yes" if one.accepted_at else words.get(one.state.value, "withdrawn")
            answer = "waiting" if one.state.value in {"offered", "exploring"} and answer != "yes" else answer
            counts[answer] += 1
            at = one.accepted_at or one.ended_at
            if at is not None and answer in {"yes", "no", "referred"}:
                days[(at - one.offered_at).days] = days.get((at - one.offered_at).days, 0) + 1
    return {code: (counts, days, len(whom[code])) for code, (counts, days, _) in found.items()}


def test_a_trend_says_the_same_from_cells_and_from_facts(world: World, session: Session) -> None:
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


def test_a_figure_of_a_trend_leads_to_what_it_counts(world: World, visitor: Callable[..., Any]) -> None:
    staff = visitor(world.people["staff"])
    page = staff.get("/reports/trends/market?measure=confirmed&step=quarter")
    hrefs = re.findall(r'data-label="United Arab Emirates"><a href="([^"]+)">1</a>', page.html)
    assert len(hrefs) == 1
    assert "Sell dosing pumps" not in staff.get("/reports/trends/market").text
    behind = staff.get(unescape(hrefs[0]))
    assert behind.h1 == "The outcomes behind it"
    assert len(re.findall(r"/outcomes/\d+", behind.html)) == 1
    assert "from=2026-01&until=2026-03" in unescape(hrefs[0])


def test_an_answer_leads_those_who_broker_it_to_its_needs_and_nobody_else(
    world: World, visitor: Callable[..., Any]
) -> None:
    lead = visitor(world.people["lead"])
    passed = re.search(r'data-label="Passed by"><a href="([^"]+)">2</a>', lead.get("/reports/answers").html)
    assert passed
    behind = lead.get(unescape(passed[1]))
    assert "an offer that was passed by" in behind.text
    assert "Sell dosing pumps to Gulf utilities" in behind.text
    assert lead.get("/reports/behind/needs?stage=referred").text.count("Sell dosing pumps") == 0
    office = visitor(world.people["office"])
    assert "Nothing to list" in office.get(unescape(passed[1])).text


def test_a_mission_narrows_every_report_to_what_came_of_it(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    mission = Mission(
        name="Gulf water week", kind=MissionKind.DEAL_MAKING, market="AE", starts_on=NOW.date(), ends_on=NOW.date(),
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    other = make_need(session, *asker_of(world, session), title="Not of the mission")
    session.add(mission)
    session.flush()
    session.add_all(
        [
            MissionIntroduction(introduction_id=world.ids["introduction_id"][0], mission_id=mission.id),
            MissionOutcome(
                outcome_id=session.scalars(
                    select(Outcome.id).where(Outcome.status == OutcomeStatus.CONFIRMED)
                ).one(),
                mission_id=mission.id,
            ),
        ]
    )
    rebuild_facts(session, NOW)
    staff = visitor(world.people["staff"])
    page = staff.get("/reports/missions").follow("Gulf water week")
    assert "Mission: Gulf water week" in page.text
    assert "Of 100 needs asked, 100 have led to a confirmed outcome" in page.text
    needs = page.follow("Needs asked")
    assert other.title not in needs.text
    assert other.title in staff.get("/reports/behind/needs").text
    data = staff.get(f"/reports/by/market/data.json?mission={mission.id}").response.get_json()
    assert data["about"]["mission"] == str(mission.id)
    assert [(row["market"], row["needs_asked"], row["outcomes_confirmed"]) for row in data["rows"]] == [
        ("AE", 1, 1)
    ]
    lines = staff.get(f"/reports/behind/outcomes/data.csv?mission={mission.id}").response.get_data(
        as_text=True
    )
    assert len(lines.splitlines()) == 2
    none = visitor(world.people["other_lead"]).get(f"/reports?mission={mission.id}")
    assert "Nothing was asked in these months." in none.text


def asker_of(world: World, session: Session) -> tuple[Organisation, Any]:
    return session.get_one(Organisation, world.ids["organisation_id"][0]), world.people["firm"]


def test_parts_add_up_to_the_whole(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["staff"]).get("/reports/shares/volunteer")
    assert re.findall(r'data-label="Outcomes, (?:whole|shared)">([\d.]+)<', page.html) == ["1", "0.50"] * 2
    assert "£15,000" in page.text
    assert visitor(world.people["office"]).get("/reports/shares/university").status == 200
