"""Every role at every address with every verb: who gets in, who is sent away, and what nobody else may read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.world import BACKGROUND, ORIGIN, PHONE_GIVEN, PHONE_KEPT, World, make_world
from tests.support.databases import SQLITE_FIRST

pytestmark = [pytest.mark.timeout(600), SQLITE_FIRST]

# Which marks let which roles in; a row's own rules may still answer "not found".
OPEN_TO = {
    "signed_in": lambda role: role != "visitor",
    "volunteer": lambda role: role in {"volunteer", "other_volunteer"},
    "organisation": lambda role: (
        role in {"firm", "colleague", "other_firm", "office", "staff", "administrator"}
    ),
    "broker": lambda role: role in {"lead", "other_lead", "staff", "administrator"},
    "staff": lambda role: role in {"staff", "administrator"},
    "administrator": lambda role: role == "administrator",
}
# Which roles may read which planted value.
MAY_READ = {
    PHONE_GIVEN: {"firm", "volunteer"},
    PHONE_KEPT: {"other_volunteer"},
    "given@example.org": {"firm", "volunteer"},
    "kept@example.org": {"other_volunteer"},
    BACKGROUND: {"firm", "colleague", "lead", "staff", "administrator", "volunteer"},
    ORIGIN: {"volunteer", "lead", "other_lead", "staff", "administrator"},
    "secret.contact@firm.example": {"firm", "colleague"},
}


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def addresses(app: Flask, world: World) -> Iterator[tuple[Rule, str]]:
    """Every address of the site, once for each row that can stand in it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.rule.startswith("/dev/"):
            continue
        plain = re.sub(r"<any\('([^']+)'[^>]*\):[a-z_]+>", r"\1", rule.rule)
        names = re.findall(r"<(?:\w+:)?(\w+)>", plain)
        assert all(name in world.ids for name in names), f"{rule.rule}: say in this test what {names} may be"
        depth = max((len(world.ids[name]) for name in names), default=1)
        for place in range(depth):
            url = plain
            for name in names:
                choices = world.ids[name]
                url = re.sub(rf"<(?:\w+:)?{name}>", str(choices[min(place, len(choices) - 1)]), url)
            yield rule, url


def mark_of(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "guard", ""))


def test_every_role_gets_no_further_than_its_mark_and_reads_no_private_value_of_others(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    wrong = []
    for role, person in world.people.items():
        browser = visitor(person)
        for rule, url in addresses(app, world):
            mark = mark_of(app, rule)
            if "GET" not in (rule.methods or ()):
                continue
            page = browser.get(url, follow=False)
            open_to = OPEN_TO.get(mark, lambda _role: True)
            if page.status >= 500:
                wrong.append(f"{role} {url}: {page.status}")
            elif not open_to(role) and page.status == 200:
                wrong.append(f"{role} {url}: 200 in spite of {mark}")
            elif role == "visitor" and mark in OPEN_TO and page.status not in {302, 303}:
                wrong.append(f"visitor {url}: {page.status} instead of the way to sign in")
            wrong += [
                f"{role} reads {secret!r} at {url}"
                for secret, readers in MAY_READ.items()
                if secret in page.html and role not in readers
            ]
    assert wrong == []


def test_every_act_is_refused_without_its_proof_and_to_the_wrong_role(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    wrong = []
    for role, person in world.people.items():
        browser = visitor(person)
        token = browser.token()
        for rule, url in addresses(app, world):
            mark = mark_of(app, rule)
            if (
                "POST" not in (rule.methods or ())
                or mark == "by_token"
                or rule.endpoint == "sign_in.sign_out"
            ):
                continue
            bare = browser.request("post", url, data={}, follow=False)
            if bare.status not in {302, 303, 400, 403, 404, 429} and mark != "public":
                wrong.append(f"{role} {url} without proof: {bare.status}")
            if mark in OPEN_TO and not OPEN_TO[mark](role):
                given = browser.request("post", url, data={"csrf_token": token, "version": "1"}, follow=False)
                if given.status not in {302, 303, 403, 404}:
                    wrong.append(f"{role} {url} with proof: {given.status}")
    assert wrong == []


def test_other_verbs_are_refused_everywhere(app: Flask, world: World, visitor: Callable[..., Any]) -> None:
    browser = visitor(world.people["administrator"])
    wrong = []
    for rule, url in addresses(app, world):
        for verb in ("put", "patch", "delete"):
            page = browser.request(verb, url, follow=False)
            if page.status not in {400, 405}:
                wrong.append(f"{verb} {url} ({rule.endpoint}): {page.status}")
    assert wrong == []
