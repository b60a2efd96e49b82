"""Hostile values in every place a stranger or a member can put one: refused or shown harmless, never a crash."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.world import World, make_world
from tests.integration.access.test_matrix import addresses
from tests.support.databases import POSTGRESQL_FIRST
from tests.support.visitor import Form, Visitor

ROOT = Path(__file__).resolve().parents[3]
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
# As they stand in an address or in a form's body: NUL, half a surrogate pair, bytes that are no UTF-8, and so on.
RAW = {
    "nul": "%00a%00",
    "surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE%C0",
    "line breaks": "a%0D%0AX-Planted:%20yes",
    "controls": "%01%08%1B%7F%C2%85",
    "direction": "%E2%80%AE%E2%80%8B%EF%BB%BF",
    "other letters": quote("ńé😀漢字٣²"),
    "huge number": "9" * 40,
    "past 32 bits": "4294967296",
    "past 64 bits": "9223372036854775808",
    "negative": "-1",
    "other digits": quote("٣²"),
    "markup": quote(MARKUP),
    "path": quote("../../../../etc/passwd"),
    "wildcards": quote("%_*?[(\\'\";--"),
    "query words": quote('AND OR NOT ( "a [a TO b] ^ ~ field:x title:* -'),
    "long": "x" * 20_000,
}
PLANTED = ("nul", "surrogate", "past 64 bits", "other digits", "markup", "long")
NUMBERS = {"nul", "huge number", "past 32 bits", "past 64 bits", "negative", "other digits"}
NAMES_IN_CODE = re.compile(
    r"""args(?:\.get|\.getlist)?[(\[]\s*["']([\w-]+)["']|["']([\w-]+)["'] in request\.args"""
)
# Six rounds that deal the kinds out over the places by turns; all kinds in all places take three times as long.
SPREAD = pytest.mark.parametrize(
    "everywhere", [False, pytest.param(True, marks=pytest.mark.long)], ids=["dealt out", "everywhere"]
)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def argument_names(app: Flask, rule: Rule) -> list[str]:
    """Each argument that the pages of this page's area read from their address."""
    area = Path(inspect.getsourcefile(inspect.unwrap(app.view_functions[rule.endpoint])) or "").parent
    names = {"market", "sector", "help", "language", "chapter", "affiliation", "available"}
    if area.name != "directory":
        names = set()
    for file in area.glob("*.py"):
        for found in NAMES_IN_CODE.findall(file.read_text(encoding="utf-8")):
            names |= {name for name in found if name}
    return sorted(names)


def faults_of(client: FlaskClient, method: str, url: str, **given: Any) -> Iterator[str]:
    """What is wrong with the answer to one hostile request."""
    response = client.open(url, method=method, **given)
    shown = f"{method} {url[:120]}"
    if response.status_code >= 500:
        yield f"{shown}: {response.status_code}"
    if "X-Planted" in response.headers:
        yield f"{shown}: a planted header"
    # As bytes: a PDF or a calendar is no text in one encoding.
    if b"<script>alert" in response.data or b"<img src=x" in response.data:
        yield f"{shown}: live markup"


def hostile_values(names: Sequence[str], start: int, everywhere: bool) -> Iterator[dict[str, str]]:
    """What stands in the named places: each kind in all of them, or the kinds by turns, six rounds from `start` on."""
    kinds = list(RAW.values())
    if everywhere:
        yield from (dict.fromkeys(names, kind) for kind in kinds)
        return
    for turn in range(start, start + 18, 3):
        yield {name: kinds[(turn + place) % len(kinds)] for place, name in enumerate(names)}


def hostile_urls(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every address with a variable part, with a hostile value in each place."""
    for rule in app.url_map.iter_rules():
        if rule.arguments:
            plain = re.sub(r"<any\('([^']+)'[^>]*\):[a-z_]+>", r"\1", rule.rule)
            for kind, raw in RAW.items():
                yield rule, kind, re.sub(r"<[^>]+>", lambda _m, raw=raw: raw, plain)


@SPREAD
@pytest.mark.timeout(600)
@POSTGRESQL_FIRST
def test_anybody_with_a_hostile_argument_gets_a_page_never_a_crash(
    app: Flask, world: World, visitor: Callable[..., Any], everywhere: bool
) -> None:
    faults = []
    for role in ("visitor", "administrator"):
        client = visitor(world.people[role]).client
        for start, (rule, url) in enumerate(addresses(app, world)):
            names = argument_names(app, rule)
            if "GET" not in (rule.methods or ()) or not names or client.get(url).status_code != 200:
                continue
            for values in hostile_values(names, start, everywhere):
                query = "&".join(f"{name}={raw[:400]}" for name, raw in values.items())
                faults += faults_of(client, "GET", f"{url}?{query}")
    assert faults == []


@POSTGRESQL_FIRST
def test_anybody_with_a_hostile_path_gets_a_page_never_a_crash(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    browser = visitor(world.people["administrator"])
    token, faults = browser.token(), []
    for rule, kind, url in hostile_urls(app):
        if "<int:" in rule.rule and kind not in NUMBERS:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"data": {"csrf_token": token, "version": "1"}} if method == "POST" else {}
            faults += faults_of(browser.client, method, url, **data)
    assert faults == []


@SPREAD
@pytest.mark.timeout(600)
@POSTGRESQL_FIRST
def test_anybody_who_fills_a_form_with_hostile_values_gets_a_page_never_a_crash(
    app: Flask, world: World, visitor: Callable[..., Any], everywhere: bool
) -> None:
    faults = []
    for start, (browser, form) in enumerate(all_forms(app, world, visitor)):
        for values in hostile_values(form_fields(form), start, everywhere):
            faults += posted(browser, form, values)
    assert faults == []


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_anybody_who_plants_one_hostile_value_in_a_good_form_gets_a_page_never_a_crash(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    faults = []
    for browser, form in all_forms(app, world, visitor):
        good = {name: quote((values or ["a"])[0] or "a") for name, values in form.values.items()}
        for name in form_fields(form):
            for kind in PLANTED:
                faults += posted(browser, form, {**good, name: RAW[kind]})
    assert faults == []


@POSTGRESQL_FIRST
def test_a_stranger_who_sends_a_value_of_a_million_signs_is_refused(client: FlaskClient) -> None:
    client.get("/sign-in")
    for path in ("/sign-in", "/reset-password", "/register/volunteer", "/sign-in/send-link"):
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text).group(1)  # type: ignore[union-attr]
        for name in ("email", "password", "name", "csrf_token", "next", "link-email", "link-next"):
            data = {"csrf_token": token, "email": "a@example.org", "password": "x", name: "é" * 500_000}
            assert client.post(path, data=data).status_code in {200, 302, 400, 413}


@pytest.mark.parametrize(
    "cookie", ["\xff\xfe", "a" * 5000, "eyJ.x.y", "..", ".eJw.x.y", '"\\303\\251"', "-" * 60]
)
def test_a_stranger_with_a_broken_cookie_is_a_visitor(client: FlaskClient, cookie: str) -> None:
    answer = client.get("/account", headers={"Cookie": f"kinbridge={cookie}"})
    assert answer.status_code == 302


@pytest.mark.parametrize("named", ["999999999:1", "٣:٣", ":", "1:1:1", ""])
def test_a_session_that_names_no_account_is_a_visitors(client: FlaskClient, named: str) -> None:
    with client.session_transaction() as cookies:
        cookies["_user_id"] = named
    assert client.get("/account").status_code == 302


def all_forms(app: Flask, world: World, visitor: Callable[..., Any]) -> Iterator[tuple[Visitor, Form]]:
    """Each form that anybody finds on a page, once, with the browser of one who found it."""
    seen = set()
    for role, person in world.people.items():
        if role in {"other_volunteer", "colleague", "other_firm", "other_lead"}:
            continue
        browser = visitor(person)
        for rule, url in addresses(app, world):
            if "GET" not in (rule.methods or ()):
                continue
            page = browser.get(url, follow=False)
            for form in page.forms if page.is_html and page.status == 200 else []:
                endpoint = app.url_map.bind("localhost").match(
                    urlsplit(form.action).path, method=form.method.upper()
                )
                if form.method != "post" or endpoint[0] in seen or endpoint[0] == "sign_in.sign_out":
                    continue
                seen.add(endpoint[0])
                yield browser, form
                if person is not None:
                    browser.session.refresh(person)
                    browser.become(person)


def posted(browser: Visitor, form: Form, fields: dict[str, str]) -> Iterator[str]:
    """What is wrong with the answer to a form sent with these values (as they stand in the body)."""
    proof = urlencode({"csrf_token": (form.values.get("csrf_token") or [""])[0]})
    body = "&".join(
        [proof, *(f"{quote(name)}={raw}" for name, raw in fields.items() if name != "csrf_token")]
    )
    kind = "application/x-www-form-urlencoded"
    yield from faults_of(browser.client, "POST", form.action, data=body, content_type=kind)


def form_fields(form: Form) -> list[str]:
    """Each name that the form sends, but its proof."""
    names = dict.fromkeys(one.get("name") or "" for one in form.node.iter())
    return [name for name in names if name and name != "csrf_token"]
