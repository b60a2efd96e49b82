"""What each reader is handed: letter, receipt, record and report, on the screen and as PDF, each only their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import OutcomeStatus
from network.measures.letters import Document, Section
from network.measures.refreshing import rebuild_facts
from network.models import Introduction, Need
from network.pages.reports.pdf import to_pdf
from tests.factories import make_outcome
from tests.factories.people import NOW
from tests.factories.world import World, make_world
from tests.support.statements import counted


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    met.thanks = "Your list saved us a year."
    make_outcome(
        session, met, need, status=OutcomeStatus.CONFIRMED, first_confirmed_at=NOW, value_mode="band",
        value_band="10k_50k",
    )  # fmt: skip
    rebuild_facts(session, NOW)
    return world


def test_a_volunteer_reads_what_their_help_led_to_and_takes_it_as_pdf(
    world: World, visitor: Callable[..., Any]
) -> None:
    volunteer = visitor(world.people["volunteer"])
    page = volunteer.get("/reports/letter")
    assert "You have helped one organisation through one introduction" in page.text
    assert "One outcome is confirmed" in page.text
    assert "your part is 1.0 of them, worth £30,000" in page.text
    assert "Your list saved us a year." in page.text
    pdf = page.follow("Take it as PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.response.get_data().startswith(b"%PDF-")
    other = visitor(world.people["other_volunteer"]).get("/reports/letter")
    assert "Your list saved us a year." not in other.text
    assert visitor(world.people["firm"]).get("/reports/letter").status == 403


def test_a_person_reads_who_was_given_their_details_and_nobody_else_s(
    world: World, visitor: Callable[..., Any]
) -> None:
    page = visitor(world.people["volunteer"]).get("/reports/receipt")
    assert "Fay" in page.text
    assert "+971" not in page.html
    nobody = visitor(world.people["other_volunteer"]).get("/reports/receipt")
    assert "Nobody has been given your contact details." in nobody.text
    assert visitor(world.people["volunteer"]).get("/reports/receipt.pdf").status == 200


def test_a_firm_reads_its_own_record_only(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["firm"]).get("/reports/record")
    assert "2 outcomes are on the record." in page.text
    assert "Nothing is on the record yet." in visitor(world.people["other_firm"]).get("/reports/record").text
    assert visitor(world.people["firm"]).get("/reports/record.pdf").status == 200
    assert visitor(world.people["volunteer"]).get("/reports/record").status == 403


def test_a_funder_is_handed_one_document_of_the_months(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["staff"]).get("/reports/document?from=2026-01&until=2026-03")
    assert "One outcome was confirmed by the one who benefited. One names a value: £30,000." in page.text
    assert "By market" in page.text
    assert "January 2026 to March 2026" in page.text
    assert page.follow("Take it as PDF").response.get_data().startswith(b"%PDF-")
    assert visitor(world.people["firm"]).get("/reports/document").status == 403


def test_the_document_pictures_time_and_the_world_and_says_what_they_show(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    lead, chapter = visitor(world.people["lead"]), world.ids["chapter_id"][0]
    url = f"/reports/document?from=2026-01&until=2026-03&chapter={chapter}"
    lead.get(url)
    with counted(app) as statements:
        page = lead.get(url)
    assert len(statements) <= 12, statements
    assert "One need was asked, in March 2026. One outcome was confirmed, in March 2026." in page.text
    assert "Outcomes were confirmed in one market." in page.text
    assert "Only what fits this is counted. Chapter: " in page.text
    with counted(app) as statements:
        narrower = lead.get(f"{url}&mission=1")
    assert len(statements) <= 12, statements
    assert "; Mission: " in narrower.text
    assert re.search(r"What belongs to Chapter \d+ is counted\.", page.text)
    assert page.follow("Take it as PDF").response.get_data().count(b"/Alt ") == 3


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_name_of_any_script_and_a_long_table_break_no_pdf(app: Any, session: Session) -> None:
    names = ["Łukasz Żak", "Νίκος", "Дмитрий", "أمينة", "王芳", "a" * 400]
    rows = [[name, str(place)] for place in range(60) for name in names]
    made = to_pdf(
        Document("Report – £5", names, [Section("Names", ["“So”"], ["Name", "Number"], rows)], "Bye")
    )
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") > 3
