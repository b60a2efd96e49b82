"""Planted markup stays text everywhere, and no address or number leaves before an introduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.matching.index import rebuild_index
from network.models import Chapter, Introduction, Need, Organisation, Outcome, User, Volunteer
from network.outbox.queue import enqueue
from tests.factories import NOW
from tests.factories.world import PHONE_KEPT, World, make_world
from tests.integration.access.test_matrix import addresses
from tests.support.databases import POSTGRESQL_FIRST

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*191}}"
LIVE = ("<script>alert", "<img src=x", "1337")
TEXTS = {
    User: ("name",),
    Volunteer: ("name", "headline", "job_title", "employer", "biography", "city"),
    Chapter: ("name", "summary"),
    Organisation: ("name", "description"),
    Need: ("title", "background", "ask", "shareable", "contact_name"),
    Outcome: ("title", "help_given", "what_happened"),
}


@pytest.fixture
def world(session: Session) -> World:
    """A world in which every text that people write holds markup."""
    made = make_world(session)
    for model, columns in TEXTS.items():
        for row in session.query(model):
            for column in columns:
                if hasattr(model, column):
                    setattr(row, column, f"{MARKUP} {row.id}")
    session.flush()
    rebuild_index(session, NOW)
    return made


@POSTGRESQL_FIRST
def test_anybody_opening_any_page_meets_planted_markup_as_text_only(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    live, shown = [], 0
    for role in ("visitor", "firm", "other_volunteer", "lead", "administrator"):
        browser = visitor(world.people[role])
        for rule, url in addresses(app, world):
            if "GET" in (rule.methods or ()):
                body = browser.get(url, follow=False).html
                shown += "&lt;script&gt;alert" in body
                live += [f"{role} {url}: {mark}" for mark in LIVE if mark in body]
    assert live == []
    assert shown > 40


def test_a_reader_of_a_mail_about_an_offer_meets_no_markup_and_no_address_of_the_other_side(
    session: Session, world: World, work: Callable[[], int], mails: Callable[..., Any]
) -> None:
    offered = session.get_one(Introduction, world.ids["introduction_id"][1])
    enqueue(session, "introduction.offered", introduction_id=offered.id, round=offered.offer_round, now=NOW)
    work()
    firm, asked = world.people["firm"], world.people["other_volunteer"]
    assert mails(event="introduction_offered")
    for mail in mails():
        everything = mail.subject + mail.text + mail.html
        assert not [mark for mark in LIVE if mark in mail.html]
        assert "\n" not in mail.subject
        for secret, owner in (
            (PHONE_KEPT, asked),
            ("kept@example.org", asked),
            (asked.email, asked),
            (firm.email, firm),
        ):
            assert mail.to_address == owner.email or secret not in everything


@pytest.mark.parametrize("words", ["kept@example.org", "9555 0188", "given@example.org", "Ludlow"])
def test_a_member_who_searches_for_a_hidden_value_finds_nobody(
    world: World, visitor: Callable[..., Any], words: str
) -> None:
    page = visitor(world.people["other_firm"]).get("/volunteers?q=" + words.replace(" ", "+"))
    assert page.status == 200
    assert "/volunteers/1" not in page.html
    assert "/volunteers/2" not in page.html
