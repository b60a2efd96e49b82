"""Papers of a need: who adds and reads them, what is refused, how they are served, and where they end."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.domain.clock import FixedClock
from network.domain.errors import Invalid
from network.domain.states import Confidentiality, IntroductionState, NeedState
from network.models import Introduction, Need, NeedAttachment, Transition, User
from network.needs.attachments import LARGEST, MOST, add_attachment, forget_lost_files, path_of
from network.privacy.operations import erase_person
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Page, Visitor

Browse = Callable[..., Visitor]
PDF = b"%PDF-1.7\n1 0 obj << /OpenAction [3 0 R /Fit] >>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def need(scene: Scene) -> Need:
    return scene.another_need(state=NeedState.IN_TRIAGE)


def upload(browser: Visitor, need: Need, content: bytes, name: str = "sheet.pdf", **more: str) -> Page:
    values = {"csrf_token": browser.token(), "file": (io.BytesIO(content), name), **more}
    return browser.request("post", f"/needs/{need.id}/papers/add", data=values)


def add(scene: Scene, need: Need, clock: FixedClock, *, confidential: bool = False) -> NeedAttachment:
    return add_attachment(
        scene.session, scene.asker, need, PDF, "Sheet.pdf", confidential=confidential, now=clock.now()
    )


def test_the_asking_side_adds_a_paper_and_takes_it_away(
    app: Flask, scene: Scene, session: Session, visitor: Browse, need: Need, work: Callable[[], int]
) -> None:
    browser = visitor(scene.owner)
    page = upload(browser, need, PDF, "../../etc/Dat\u00e4 <sheet>.exe")
    assert "goes with your need" in page.html
    paper = session.scalars(select(NeedAttachment)).one()
    assert (paper.name, paper.kind, paper.size) == ("Dat\u00e4 sheet.pdf", "pdf", len(PDF))
    assert "1 paper goes with it" in browser.get(f"/needs/{need.id}").text
    with app.app_context():
        path = path_of(paper.stored)
    assert path.read_bytes() == PDF
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert "The paper is gone" in page.submit("/remove").html
    work()
    assert not path.exists()
    assert "1 paper" not in browser.get(f"/needs/{need.id}").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"<html><script>x()</script>", "Choose a PDF"),
        (b"MZ\x90", "Choose a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose a PDF"),
        (PDF + b"/S /JavaScript /JS (app.alert(1))", "runs something"),
    ],
)
def test_what_is_no_paper_is_refused_whatever_it_is_called(
    scene: Scene, session: Session, visitor: Browse, need: Need, content: bytes, words: str
) -> None:
    page = upload(visitor(scene.owner), need, content)
    assert page.status == 422
    assert words in page.text
    assert session.scalars(select(NeedAttachment)).all() == []


def test_a_paper_that_is_too_large_is_refused(scene: Scene, need: Need, clock: FixedClock) -> None:
    large = b"%PDF-" + b"x" * LARGEST
    with pytest.raises(Invalid, match="5 MB at most"):
        add_attachment(scene.session, scene.asker, need, large, "x.pdf", confidential=False, now=clock.now())


def test_a_file_is_kept_and_never_shown(scene: Scene, visitor: Browse, need: Need, clock: FixedClock) -> None:
    paper = add(scene, need, clock)
    answer = visitor(scene.lead).get(f"/needs/{need.id}/papers/{paper.id}")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_confidential_paper_waits_for_the_introduction(
    scene: Scene, session: Session, visitor: Browse, need: Need, clock: FixedClock
) -> None:
    plain, kept = add(scene, need, clock), add(scene, need, clock, confidential=True)
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    amina = session.get_one(User, scene.amina.user_id)

    def read(person: User, paper: NeedAttachment) -> int:
        return visitor(person).get(f"/needs/{need.id}/papers/{paper.id}").status

    for person in (scene.owner, scene.lead, scene.staff):
        assert [read(person, paper) for paper in (plain, kept)] == [200, 200], person.name
    assert [read(amina, paper) for paper in (plain, kept)] == [200, 404]
    assert visitor(amina).get(f"/needs/{need.id}/papers").html.count("/papers/") == 1
    strangers = (scene.stranger, scene.colleague, session.get_one(User, scene.badr.user_id))
    for person in strangers:
        assert [read(person, paper) for paper in (plain, kept)] == [404, 404], person.name
        assert visitor(person).get(f"/needs/{need.id}/papers").status == 404
    one.state = IntroductionState.INTRODUCED
    assert read(amina, kept) == 200
    assert visitor(amina).get(f"/needs/{scene.need.id}/papers/{kept.id}").status == 404


def answer_link(session: Session, one: Introduction, clock: FixedClock, **given: Any) -> str:
    values = {"expires_at": clock.now() + timedelta(days=2), "round": one.offer_round, **given}
    link = issue_link(session, values.pop("kind", "answer"), one.id, now=clock.now(), **values)
    return link_url(link).rsplit("/", 1)[1]


def test_volunteer_opens_the_papers_from_the_mail_without_signing_in(
    scene: Scene, session: Session, visitor: Browse, need: Need, clock: FixedClock
) -> None:
    plain, kept = add(scene, need, clock), add(scene, need, clock, confidential=True)
    need.state = NeedState.OPEN
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    address, browser = f"/answer/{answer_link(session, one, clock)}", visitor()
    page = browser.get(address)
    assert f'href="{address}/papers/{plain.id}"' in page.html
    assert f"/papers/{kept.id}" not in page.html
    assert "sign in to open" not in page.text
    for _time in range(2):
        answer = browser.get(f"{address}/papers/{plain.id}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert session.scalar(select(func.count(Transition.id))) == 0
    assert browser.get(f"{address}/papers/{kept.id}").status == 404
    # Signed in or not: what waits for the introduction is opened by no link of an offer.
    assert visitor(scene.owner).get(f"{address}/papers/{kept.id}").status == 404
    browser.get(address).submit("/accept")
    for paper in (plain, kept):
        after = browser.get(f"{address}/papers/{paper.id}")
        assert after.h1 == "Thank you. You are introduced"


def test_a_link_of_another_offer_or_one_that_is_over_opens_no_paper(
    scene: Scene, session: Session, visitor: Browse, need: Need, clock: FixedClock
) -> None:
    paper = add(scene, need, clock)
    need.state = NeedState.OPEN
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    other = scene.introduce(scene.badr, IntroductionState.OFFERED)
    browser = visitor()

    def opened(token: str) -> Page:
        return browser.get(f"/answer/{token}/papers/{paper.id}")

    assert opened(answer_link(session, one, clock)).status == 200
    assert opened(answer_link(session, other, clock)).status == 404
    assert opened(answer_link(session, one, clock, kind="confirm")).status == 404
    assert opened("nothing").h1 == "We do not know this link"
    late = opened(answer_link(session, one, clock, expires_at=clock.now() - timedelta(hours=1)))
    assert (late.status, late.h1) == (410, "This link is too old to answer")
    older = answer_link(session, one, clock)
    one.offer_round += 1
    assert (opened(older).status, opened(older).h1) == (410, "This link belongs to an earlier request")
    one.state, fresh = IntroductionState.WITHDRAWN, answer_link(session, one, clock)
    assert opened(fresh).h1 == "This is no longer asked"


def test_nobody_else_adds_and_nothing_is_added_once_it_is_open_or_full(
    scene: Scene, session: Session, visitor: Browse, need: Need, clock: FixedClock
) -> None:
    for person in (scene.lead, scene.staff):
        assert upload(visitor(person), need, PDF).status == 403
    assert upload(visitor(scene.stranger), need, PDF).status == 404
    assert upload(visitor(scene.owner), scene.need, PDF).status == 409
    for _ in range(MOST):
        paper = add(scene, need, clock)
    assert "5 papers at most" in upload(visitor(scene.owner), need, PNG, "x.png").text
    answer = visitor(scene.lead).post(f"/needs/{need.id}/papers/{paper.id}/remove")
    assert answer.status == 403


def test_files_that_nothing_leads_to_go_and_names_go_with_the_person(
    app: Flask, scene: Scene, session: Session, need: Need, clock: FixedClock
) -> None:
    paper = add(scene, need, clock)
    kept = path_of(paper.stored)
    lost = kept.parent / ("f" * 32)
    lost.write_bytes(b"x")
    old = clock.now().timestamp() - 3 * 86400
    for path in (kept, lost):
        os.utime(path, (old, old))
    forget_lost_files(session, clock.now())
    assert kept.exists()
    assert not lost.exists()
    erase_person(session, scene.asker, scene.owner.id, now=clock.now())
    session.refresh(paper)
    assert paper.name == "paper.pdf"


def test_a_firm_writes_a_need_with_a_paper_and_each_side_sees_what_it_may(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    browser = visitor(scene.owner)

    def write(content: bytes, **more: str) -> Page:
        typed = {"organisation": str(scene.firm.id), "title": "Sell pumps in Oman", "save": "yes", **more}
        values = {"csrf_token": browser.token(), "wanted": "1", "confidentiality": "open", **typed}
        return browser.request(
            "post", "/needs/new", data={**values, "file": (io.BytesIO(content), "Plan.pdf")}
        )

    page = write(b"MZ\x90")
    assert page.status == 422
    assert "Choose a PDF" in page.text
    assert "everything else you wrote is still here" in page.text
    assert "Sell pumps in Oman" in page.html
    page = write(PDF, contact_email="nobody")
    assert page.status == 422
    assert "everything else you wrote is still here" in page.text
    assert write(PDF, file_confidential="y").status == 200
    need = session.scalars(select(Need).where(Need.title == "Sell pumps in Oman")).one()
    kept = session.scalars(select(NeedAttachment).where(NeedAttachment.need_id == need.id)).one()
    assert kept.confidential
    need.state = NeedState.IN_TRIAGE
    need.owner_chapter_id, need.submitted_at = scene.chapter.id, clock.now()
    plain = add(scene, need, clock)
    need.state = NeedState.OPEN
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    for paper in (plain, kept):
        assert f"/papers/{paper.id}" in visitor(scene.lead).get(f"/queue/needs/{need.id}").html
    words, story = (
        browser.get(f"/needs/{need.id}").html.index(f'id="{part}-title"') for part in ("words", "story")
    )
    for paper in (plain, kept):
        assert words < browser.get(f"/needs/{need.id}").html.index(f"/papers/{paper.id}") < story
    amina = visitor(session.get_one(User, scene.amina.user_id))
    assert "1 paper goes with it" in amina.get(f"/introductions/{one.id}").text
    assert "1 paper goes with it" in browser.get(f"/needs/{need.id}/preview").text
    one.state = IntroductionState.INTRODUCED
    assert "2 papers go with it" in amina.get(f"/introductions/{one.id}").text


def test_a_volunteer_opens_no_paper_of_a_confidential_need_before_the_introduction(
    scene: Scene, session: Session, visitor: Browse, need: Need, clock: FixedClock
) -> None:
    earlier = add(scene, need, clock)
    need.confidentiality = Confidentiality.CONFIDENTIAL
    need.shareable = "A maker of water equipment."
    browser = visitor(scene.owner)
    assert "its papers wait" in browser.get(f"/needs/{need.id}/papers").text
    upload(browser, need, PDF, "Acme Pumps.pdf")
    papers = [earlier, session.scalars(select(NeedAttachment).where(NeedAttachment.id != earlier.id)).one()]
    assert papers[1].confidential
    assert browser.get(f"/needs/{need.id}").text.count("Only after the introduction") == 2
    assert "paper" not in browser.get(f"/needs/{need.id}/preview").text
    need.state = NeedState.OPEN
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need)
    address, amina = f"/answer/{answer_link(session, one, clock)}", session.get_one(User, scene.amina.user_id)
    assert (
        "Acme Pumps" not in visitor().get(address).html + visitor(amina).get(f"/needs/{need.id}/papers").html
    )
    for paper in papers:
        assert visitor(amina).get(f"/needs/{need.id}/papers/{paper.id}").status == 404
        assert visitor().get(f"{address}/papers/{paper.id}").status == 404
    one.state = IntroductionState.INTRODUCED
    assert [visitor(amina).get(f"/needs/{need.id}/papers/{paper.id}").status for paper in papers] == [
        200,
        200,
    ]
