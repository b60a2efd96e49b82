"""Forged requests: posts without proof, other people's rows, fields and versions that no form offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.db import Base
from network.models import User
from tests.factories import make_volunteer
from tests.factories.world import World, make_world
from tests.integration.access.test_matrix import addresses

# What a forger adds to every form: columns that only rules may write.
PLANTED = {
    "state": "approved", "role": "administrator", "roles": "administrator", "organisation_id": "1",
    "owner_id": "1", "user_id": "1", "volunteer_id": "1", "is_trusted": "y", "trusted": "y", "trusted_at": "2026-01-01",
    "eligible": "y", "checked_at": "2026-01-01", "email_verified_at": "2026-01-01", "session_epoch": "9",
    "reason": "no_capacity", "note": "forged", "text": "forged", "question": "forged", "answer": "forged",
    "email": "forged@example.org", "name": "Forged", "met_on": "2026-03-01", "confirm": "y", "capacity": "90",
}  # fmt: skip
# What the first firm, its helper and their chapter own; of these rows an outsider must not change any.
OWNED = {
    "needs": None, "introductions": None, "outcomes": None, "memberships": None, "meetings": None, "disclosures": None,
    "confirmations": None, "introduction_messages": None, "need_notes": None, "chapters": None, "chapter_leads": None,
    "user_roles": None, "organisations": 1, "volunteers": 1, "users": 1,
}  # fmt: skip
NOT_COMPARED = {"last_seen_at"}


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def snapshot(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """The owned rows as they are."""
    found = {}
    for name, only in OWNED.items():
        table = Base.metadata.tables[name]
        columns = [column for column in table.columns if column.name not in NOT_COMPARED]
        rows = select(*columns).order_by(*table.primary_key.columns)
        found[name] = [
            tuple(row) for row in session.execute(rows if only is None else rows.where(table.c.id == only))
        ]
    session.rollback()
    return found


def differences(
    before: dict[str, list[tuple[Any, ...]]], after: dict[str, list[tuple[Any, ...]]]
) -> list[str]:
    """The tables whose rows changed."""
    return [name for name, rows in after.items() if rows != before[name]]


def test_a_page_elsewhere_that_posts_without_proof_changes_nothing(
    app: Flask, session: Session, world: World, visitor: Callable[..., Any]
) -> None:
    taken = []
    for role in ("firm", "volunteer", "lead"):
        browser, foreign = visitor(world.people[role]), visitor().token()
        before = snapshot(session)
        for rule, url in addresses(app, world):
            if "POST" not in (rule.methods or ()):
                continue
            for proof in ({}, {"csrf_token": foreign}):
                answer = browser.client.post(url, data={**PLANTED, "version": "1", **proof})
                if answer.status_code not in {400, 403, 404, 302}:
                    taken.append((role, url, answer.status_code))
        assert differences(before, snapshot(session)) == [], role
        assert browser.get("/account", follow=False).status == 200
    assert taken == []


@pytest.mark.parametrize("role", ["other_firm", "office", "other_lead", "newcomer", "colleague"])
def test_an_outsider_who_posts_to_other_peoples_rows_changes_none(
    app: Flask, session: Session, world: World, visitor: Callable[..., Any], role: str
) -> None:
    person = world.people.get(role) or session.get_one(
        User, make_volunteer(session, name="Out Sider").user_id
    )
    browser = visitor(person)
    proof = {"csrf_token": browser.token()}
    before = snapshot(session)
    wrong = []
    for rule, url in addresses(app, world):
        if "POST" not in (rule.methods or ()) or not rule.arguments or "token" in rule.arguments:
            continue
        if role == "colleague" and rule.rule.startswith(("/needs", "/introductions", "/outcomes")):
            continue
        for version in ("1", "x"):
            answer = browser.client.post(url, data={**PLANTED, **proof, "version": version})
            if answer.status_code >= 500:
                wrong.append((url, answer.status_code))
    assert wrong == []
    assert differences(before, snapshot(session)) == []


@pytest.mark.parametrize("role", ["firm", "volunteer", "office"])
def test_a_person_who_adds_fields_to_own_forms_gains_no_role_state_or_trust(
    app: Flask, session: Session, world: World, visitor: Callable[..., Any], role: str
) -> None:
    browser = visitor(world.people[role])
    before = guarded_values(session)
    for path in (
        "/account/profile",
        "/account/profile/edit",
        "/account/mail",
        "/account/settings",
        "/account/privacy",
    ):
        page = browser.get(path)
        for form in page.forms if page.is_html and page.status == 200 else []:
            if form.method == "post" and "sign-out" not in form.action and "delete" not in form.action:
                browser.client.post(form.action, data={**PLANTED, **form.values, "state": "approved"})
    assert guarded_values(session) == before


def guarded_values(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """What only rules may write, of every row."""
    guarded = {
        "users": ("id", "email", "email_verified_at"),
        "volunteers": ("id", "state", "user_id"),
        "organisations": ("id", "state", "checked_at"),
        "memberships": ("id", "state"),
        "user_roles": ("user_id", "role"),
        "organisation_members": ("id", "organisation_id", "user_id", "role"),
    }
    found = {}
    for name, columns in guarded.items():
        chosen = [Base.metadata.tables[name].c[column] for column in columns]
        found[name] = sorted(tuple(str(value) for value in row) for row in session.execute(select(*chosen)))
    session.rollback()
    return found
