"""Papers that bear an outcome out: who adds, opens and takes them away, and where they end."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import EvidenceTier, OutcomeStatus
from network.models import Outcome, OutcomeAttachment, User
from network.needs.attachments import path_of
from network.outcomes.evidence import add_evidence, get_evidence
from network.outcomes.policy import can_read_evidence, evidence_readable_by
from network.outcomes.queries import volunteer_of
from network.privacy.exports import export_person
from network.privacy.operations import erase_person
from tests.factories import actor_of
from tests.factories.world import World, make_world

PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def outcome(world: World, session: Session) -> Outcome:
    return session.get_one(Outcome, world.ids["outcome_id"][0])


def person(world: World, role: str) -> User:
    found = world.people[role]
    assert found is not None
    return found


def test_the_firm_adds_a_paper_and_only_those_who_answer_for_it_open_it(
    app: Flask, world: World, session: Session, outcome: Outcome, visitor: Callable[..., Any], work: Any
) -> None:
    outcome.university_id = world.ids["organisation_id"][2]
    session.flush()
    browser = visitor(person(world, "firm"))
    url = f"/outcomes/{outcome.id}/papers"
    refused = browser.request(
        "post", f"{url}/add", data={"csrf_token": browser.token(), "file": (io.BytesIO(b"MZ"), "order.pdf")}
    )
    assert (refused.status, "Choose a PDF" in refused.text) == (422, True)
    added = browser.request(
        "post", f"{url}/add", data={"csrf_token": browser.token(), "file": (io.BytesIO(PDF), "a/Order.exe")}
    )
    assert "Order.pdf" in added.text
    paper = session.scalars(select(OutcomeAttachment)).one()
    readers = {"firm", "colleague", "lead", "staff", "administrator"}
    for role, user in world.people.items():
        seen = visitor(user).get(f"{url}/{paper.id}", follow=False).status
        assert (seen == 200) is (role in readers), role
        if user is None:
            continue
        actor = actor_of(session, user)
        helper = volunteer_of(session, outcome)
        asked = can_read_evidence(actor, outcome, helper.id if helper else None)
        found = select(Outcome.id).where(Outcome.id == outcome.id, evidence_readable_by(actor))
        assert (session.scalar(found) is not None) is asked is (role in readers), role
    answer = browser.get(f"{url}/{paper.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Order.pdf" in browser.get(f"/outcomes/{outcome.id}").text
    assert "Order.pdf" not in visitor(person(world, "volunteer")).get(f"/outcomes/{outcome.id}").text
    assert visitor(person(world, "lead")).post(f"{url}/{paper.id}/remove").status == 403
    with app.app_context():
        path = path_of(paper.stored)
    assert path.exists()
    browser.get(url).submit("/remove")
    work()
    assert not path.exists()


def test_a_lead_records_an_outcome_with_its_papers_whole_or_not_at_all(
    app: Flask, world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    lead = visitor(person(world, "lead"))
    url = f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new"
    assert "file" not in lead.get(f"{url}?kind=nothing").form(button="Report it").values
    page = lead.get(f"{url}?kind=export_contract")

    def send(page: Any, *files: tuple[bytes, str], **typed: str) -> Any:
        values = page.form(button="Report it").values | {
            "title": "First order", "what_happened": "They ordered 40 pumps.", "happened_on": "2026-02-20",
            "contact_name": "Kim", "contact_email": "kim@firm.example", "save": "yes", **typed,
        }  # fmt: skip
        papers = [(io.BytesIO(content), name) for content, name in files]
        return lead.request("post", page.url, data={**values, "file": papers})

    with app.app_context():
        folder = path_of("0" * 32).parent
    before, files = session.scalars(select(Outcome.id)).all(), set(folder.glob("*"))
    wrong = send(page, (PDF, "Order.pdf"), (b"MZ", "Setup.pdf"), happened_on="", title="Pumps")
    for words in ("Setup.pdf: Choose a PDF", "Give the date", "Choose the files again: everything else"):
        assert words in wrong.text
    assert 'value="Pumps"' in wrong.html
    assert "Choose the file again" in send(page, (PDF, "Order.pdf"), happened_on="2099-01-01").text
    assert "Choose 5 files at most." in send(page, *[(PDF, "a.pdf")] * 6).text
    assert session.scalars(select(Outcome.id)).all() == before
    assert set(folder.glob("*")) == files
    twin = send(page, (PDF, "Order.pdf"), (PDF, "Letter.pdf"))
    assert "stands already" in twin.text
    assert (set(folder.glob("*")), "Choose the files again" in twin.text) == (files, True)
    done = send(twin, (PDF, "Order.pdf"), (PDF, "Letter.pdf"), is_another="y")
    assert "Saved as a draft" in done.html
    names = session.scalars(select(OutcomeAttachment.name).order_by(OutcomeAttachment.id)).all()
    assert (names, len(set(folder.glob("*")) - files)) == (["Order.pdf", "Letter.pdf"], 2)
    assert "Letter.pdf" in done.text


def test_staff_find_papers_to_check_and_what_they_checked_stays(
    world: World, session: Session, outcome: Outcome, visitor: Callable[..., Any], clock: FixedClock
) -> None:
    outcome.status, outcome.tier = OutcomeStatus.CONFIRMED, EvidenceTier.CONFIRMED
    staff = visitor(person(world, "staff"))
    assert "No papers wait" in staff.get("/outcomes?status=to-check").text
    add_evidence(
        session, actor_of(session, person(world, "firm")), outcome.id, PDF, "Order.pdf", now=clock.now()
    )
    assert outcome.title in staff.get("/outcomes?status=to-check").text
    staff.get(f"/outcomes/{outcome.id}").submit(button="I have seen evidence")
    assert "No papers wait" in staff.get("/outcomes?status=to-check").text
    assert "/remove" not in visitor(person(world, "firm")).get(f"/outcomes/{outcome.id}/papers").html


def test_a_paper_is_in_the_person_s_own_file_and_goes_with_the_volunteer(
    world: World, session: Session, outcome: Outcome, clock: FixedClock, work: Any
) -> None:
    helper, firm = person(world, "volunteer"), person(world, "firm")
    outcome.reporter_id = helper.id
    session.flush()
    papers = [
        add_evidence(session, actor_of(session, who), outcome.id, PDF, "Secret name.pdf", now=clock.now())
        for who in (helper, firm)
    ]
    found = export_person(session, actor_of(session, helper), helper.id, clock.now())
    assert [one["name"] for one in found["papers_of_outcomes"]] == ["Secret name.pdf"]
    path = path_of(papers[0].stored)
    for who in (helper, firm):
        erase_person(session, actor_of(session, who), who.id, now=clock.now())
    session.commit()
    work()
    left = session.scalars(select(OutcomeAttachment.name)).all()
    assert (left, path.exists()) == (["paper.pdf"], False)
    staff = actor_of(session, person(world, "staff"))
    assert get_evidence(session, staff, outcome.id, papers[1].id).kind == "pdf"
