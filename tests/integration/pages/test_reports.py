"""The reports as each role reads them: within their rights, each number with what it counts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import EvidenceTier, OutcomeStatus
from network.measures.policy import can_count, facts_visible_to
from network.measures.refreshing import rebuild_facts
from network.models import Introduction, Meeting, Need, NeedFact, OutcomeFact, UnmetSearch
from tests.factories import actor_of, make_introduction, make_need, make_outcome, make_user, make_volunteer
from tests.factories.people import NOW
from tests.factories.world import World, make_world
from tests.support.statements import counted

PAGES = [
    "/reports", "/reports/by/market", "/reports/by/help", "/reports/by/chapter", "/reports/by/university",
    "/reports/by/place", "/reports/by/size", "/reports/by/sector", "/reports/demand", "/reports/compare",
    "/reports/compare?what=chapter", "/reports/indicators", "/reports/behind/needs", "/reports/behind/outcomes",
    "/reports/document", "/reports/answers", "/reports/trends/market", "/reports/trends/help",
    "/reports/shares/volunteer", "/reports/missions", "/reports?mission=1", "/reports/by/help?help=mentoring",
    "/reports/behind/needs?stage=passed",
]  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    """The world with one confirmed outcome, met after four days, and a need of a university that got nowhere."""
    world = make_world(session)
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    met.introduced_at = NOW + timedelta(days=2)
    session.add(Meeting(introduction_id=met.id, held_on=NOW.date(), created_at=NOW + timedelta(days=4)))
    make_outcome(
        session, met, need, status=OutcomeStatus.CONFIRMED, value_mode="band", value_band="10k_50k",
        first_confirmed_at=NOW, university_id=world.ids["organisation_id"][2], title="Pumps for the coast",
    )  # fmt: skip
    make_outcome(session, met, need, status=OutcomeStatus.CONFIRMED, tier=EvidenceTier.CORROBORATED)
    from network.models import Organisation

    university = session.get_one(Organisation, world.ids["organisation_id"][2])
    make_need(session, university, world.people["office"], markets=("BR",), title="A lab abroad")  # type: ignore[arg-type]
    session.add(UnmetSearch(market="BR", sector="energy", found=0, created_on=NOW.date()))
    session.flush()
    rebuild_facts(session, NOW)
    return world


@pytest.mark.parametrize("url", PAGES)
def test_staff_read_every_report_in_few_statements(
    app: Flask, world: World, visitor: Callable[..., Any], url: str
) -> None:
    staff = visitor(world.people["staff"])
    staff.get(url)
    with counted(app) as statements:
        assert staff.get(url).status == 200
    assert len(statements) <= 12


def test_staff_see_the_funnel_the_totals_and_what_is_behind_them(
    world: World, visitor: Callable[..., Any]
) -> None:
    page = visitor(world.people["staff"]).get("/reports")
    assert "Confirmed111" not in page.text
    assert "£30,000" in page.text
    assert "Of 100 needs asked, 50 have led to a confirmed outcome" in page.text
    behind = page.follow("outcomes confirmed")
    assert "Pumps for the coast" in behind.text
    assert page.follow("Met").h1 == "The needs behind it"
    assert "A lab abroad" in page.follow("Needs asked").text


def test_a_lead_and_an_office_count_only_what_is_theirs(world: World, visitor: Callable[..., Any]) -> None:
    office = visitor(world.people["office"]).get("/reports/by/market")
    assert "Brazil" in office.text
    lead = visitor(world.people["lead"]).get("/reports/by/market")
    assert "Brazil" not in lead.text
    assert "United Arab Emirates" in lead.text
    assert "United Arab Emirates" not in visitor(world.people["other_lead"]).get("/reports/by/market").text
    for role in ("firm", "volunteer", "colleague"):
        assert visitor(world.people[role]).get("/reports").status == 403
        assert visitor(world.people[role]).get("/reports/by/market/data.csv").status == 403


def test_the_question_who_may_count_and_the_filter_agree(world: World, session: Session) -> None:
    from sqlalchemy import select

    for table, key in ((NeedFact, NeedFact.need_id), (OutcomeFact, OutcomeFact.outcome_id)):
        rows = session.execute(select(key, table.chapter_id, table.university_id)).all()
        assert rows
        for person in world.people.values():
            if person is None:
                continue
            actor = actor_of(session, person)
            seen = set(session.scalars(select(key).where(facts_visible_to(actor, table))))
            assert seen == {row[0] for row in rows if can_count(actor, row[1], row[2])}


def test_the_gaps_are_named_and_lead_to_the_needs(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["staff"]).get("/reports/demand")
    assert "Brazil, Energy" in page.text
    assert "too few people" in page.text


def test_the_data_is_the_table(world: World, visitor: Callable[..., Any]) -> None:
    staff = visitor(world.people["staff"])
    lines = staff.get("/reports/by/market/data.csv").response.get_data(as_text=True).splitlines()
    assert lines[0].lstrip("\ufeff").startswith("from,until,market,name,needs_asked")
    assert any(",AE,United Arab Emirates,1,1,1,1,1,1,30000.00,30000.00,0.00," in line for line in lines)
    data = staff.get("/reports/by/market/data.json").response.get_json()
    assert {row["market"]: row["total"] for row in data["rows"]}["AE"] == "30000.00"


def test_two_chapters_stand_side_by_side(world: World, visitor: Callable[..., Any]) -> None:
    chapter = world.ids["chapter_id"][0]
    page = visitor(world.people["staff"]).get(f"/reports/compare?what=chapter&a={chapter}&b={chapter + 1}")
    assert "Outcomes confirmed in the months" in page.text
    assert "-1" in page.text


@pytest.mark.parametrize(
    "query", ["from=x&until=9999-99", "from=2026-05&until=2020-01", "market=ZZ&chapter=%00&size=vast&help=x"]
)
def test_an_address_that_means_nothing_is_read_as_the_usual_report(
    world: World, visitor: Callable[..., Any], query: str
) -> None:
    assert visitor(world.people["staff"]).get(f"/reports?{query}").status == 200


def test_an_administrator_enters_costs_and_each_outcome_has_its_price(
    world: World, visitor: Callable[..., Any]
) -> None:
    ada = visitor(world.people["administrator"])
    page = ada.get("/reports/figures")
    wrong = page.submit(
        action="/figures", code="staff", from_on="2026-03-31", until_on="2026-03-01", value="9000"
    )
    assert "The last day comes before the first." in wrong.text
    wrong.submit(action="/figures", code="staff", from_on="2026-01-01", until_on="2026-03-31", value="9000")
    assert "£9,000 cost of each confirmed outcome" in ada.get("/reports").text.replace(
        "£9,000cost", "£9,000 cost"
    )
    file = "kind,code,place,from,until,value,source\nfirms,firms,E12000005,2026-01-01,2026-12-31,500,ONS\nx,,,,,,\n"
    upload = {"file": (io.BytesIO(file.encode()), "f.csv"), "csrf_token": ada.token()}
    back = ada.request("post", "/reports/figures/load", data=upload)
    assert "Line 3:" in back.text
    assert "2.0" in ada.get("/reports/by/place").text
    ada.get("/reports/figures").submit(action="/remove")
    assert visitor(world.people["staff"]).get("/reports/figures").status == 403


def test_what_one_network_exports_another_loads_as_a_benchmark_beside_its_target(
    world: World, visitor: Callable[..., Any]
) -> None:
    ada = visitor(world.people["administrator"])
    out = ada.get("/reports/indicators/data.csv").response.get_data(as_text=True)
    assert "benchmark,trade_agreements,," in out
    rows = json.loads(ada.get("/reports/indicators/data.json").response.get_data(as_text=True))["rows"]
    assert ",".join(rows[0].values()) in out
    assert ",1," in next(line for line in out.splitlines() if "trade_agreements" in line)
    text = (
        out.replace("The Midhearth Network", "Bavaria")
        + "target,trade_agreements,,2026-01-01,2026-12-31,12,\n"
    )
    upload = {"file": (io.BytesIO(text.encode()), "f.csv"), "csrf_token": ada.token()}
    assert ada.request("post", "/reports/figures/load", data=upload).status == 200
    page = visitor(world.people["staff"]).get("/reports/indicators")
    row = page.text.split("Trade agreements", 1)[1].split("Value of trade", 1)[0]
    assert "12" in row
    assert "Bavaria: 1" in row
    place = visitor(world.people["staff"]).get("/reports/indicators?place=E12000005")
    assert "Countries reached" not in place.text
    assert visitor(world.people["firm"]).get("/reports/indicators").status == 403


def test_thirty_needs_cost_as_many_statements_as_three(
    app: Flask, world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    staff = visitor(world.people["staff"])
    staff.get("/reports/behind/needs")
    with counted(app) as few:
        staff.get("/reports/behind/needs")
    need = session.get_one(Need, world.ids["need_id"][0])
    from network.models import Organisation

    firm = session.get_one(Organisation, need.organisation_id)
    for _ in range(27):
        make_introduction(session, make_need(session, firm, make_user(session)), make_volunteer(session))
    rebuild_facts(session, NOW)
    with counted(app) as many:
        staff.get("/reports/behind/needs")
    assert len(many) == len(few)


@pytest.mark.parametrize("what", ["", "/demand", "/compare", "/by/size", "/behind/outcomes", "/behind/needs"])
def test_each_picture_and_list_is_there_as_csv_and_json_with_the_same_figures(
    world: World, visitor: Callable[..., Any], what: str
) -> None:
    staff = visitor(world.people["staff"])
    links = dict(staff.get(f"/reports{what}").links)
    lines = list(csv.DictReader(io.StringIO(staff.get(links["CSV"]).response.get_data(as_text=True)[1:])))
    rows = staff.get(links["JSON"]).response.get_json()["rows"]
    assert rows
    assert [{name: str("" if one is None else one) for name, one in row.items()} for row in rows] == lines
    assert visitor(world.people["firm"]).get(links["CSV"]).status == 403


def test_what_is_behind_a_number_is_sent_within_the_reader_s_rights(
    world: World, visitor: Callable[..., Any]
) -> None:
    told = {
        role: visitor(world.people[role]).get("/reports/behind/needs/data.json").response.get_json()["rows"]
        for role in ("staff", "office", "lead", "other_lead")
    }
    assert {row["title"] for row in told["office"]} == {"A lab abroad"}
    assert "A lab abroad" not in str(told["lead"])
    assert told["other_lead"] == []
    assert len(told["staff"]) == 2
    page = visitor(world.people["staff"]).get("/reports/data.json").response.get_json()
    found = {(row["table"], row["code"], row["measure"]): row["value"] for row in page["rows"]}
    assert found["totals", "confirmed", "total"] == "30000.00"
    assert found["funnel", "met", "median_days"] == 4
    assert page["as_of"]
