"""Headers and cookies: the same protection on every answer, and nothing private kept by a cache."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config.settings import SettingsError, load_settings
from network.accounts.passwords import hash_password
from network.app import create_app
from network.web.csv_export import safe_cell
from tests.factories import make_user
from tests.factories.world import World, make_world
from tests.integration.access.test_matrix import addresses

PASSWORD = "corn bread lantern"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
PRODUCTION = {
    "KINBRIDGE_ENV": "production",
    "KINBRIDGE_BASE_URL": "https://network.example",
    "KINBRIDGE_SECRET_KEY": "hfLwpR0sWcNBMaqy8uLxDqv1Z3tGgK4e7aYJ5o2i",
    "KINBRIDGE_MAIL_URL": "smtp+starttls://mail.network.example",
    "KINBRIDGE_MAIL_FROM": "hello@network.example",
    "KINBRIDGE_LOG_LEVEL": "ERROR",
}


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def production(tmp_path) -> Flask:
    return create_app(load_settings({**PRODUCTION, "KINBRIDGE_DATA_DIR": str(tmp_path)}))


def unprotected(response: Any) -> list[str]:
    """The protections that an answer lacks."""
    headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers.get("Content-Security-Policy", "x y").split("; "))
    wrong = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    if policy.get("default-src") != "'none'" or "unsafe" in str(policy):
        wrong.append("Content-Security-Policy")
    wrong += [name for name in ("form-action", "base-uri", "frame-ancestors") if name not in policy]
    wrong += [
        name for name in ("Referrer-Policy", "Permissions-Policy", "Cache-Control") if name not in headers
    ]
    return wrong


def test_a_browser_gets_every_protection_with_every_kind_of_answer(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    client: FlaskClient = visitor(world.people["firm"]).client
    asked = [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
        ("GET", "/sign-in", 302),
        ("GET", "/no-such-page", 404),
        ("GET", "/sign-out", 405),
        ("TRACE", "/", 405),
        ("POST", "/sign-out", 400),
        ("GET", "/impact/data.csv", 200),
        ("GET", "/healthz", 200),
        ("GET", "/needs/count.json", 200),
        ("GET", "/static/img/mark.svg", 200),
        ("GET", "/static/none.css", 404),
        ("GET", "/verify/none", 410),
    ]
    wrong = []
    for method, url, status in asked:
        response = client.open(url, method=method)
        if response.status_code != status or unprotected(response):
            wrong.append((method, url, response.status_code, unprotected(response)))
    too_large = client.post("/sign-in", data=b"x", headers={"Content-Length": str(10**9)})
    assert too_large.status_code in {400, 413}
    assert unprotected(too_large) == []
    assert wrong == []


def test_a_person_whose_request_crashes_reads_no_trace_of_it_and_is_protected(production: Flask) -> None:
    production.add_url_rule("/crash", view_func=lambda: {}["the-secret-key-of-a-row"])
    answer = production.test_client().get("/crash", base_url="https://network.example")
    assert answer.status_code == 500
    assert unprotected(answer) == []
    assert "the-secret-key" not in answer.get_data(as_text=True)


def test_a_cache_keeps_no_page_of_a_signed_in_person_or_of_a_mailed_link(
    app: Flask, world: World, visitor: Callable[..., Any]
) -> None:
    browser = visitor(world.people["firm"])
    kept = []
    for rule, url in addresses(app, world):
        if "GET" not in (rule.methods or ()):
            continue
        response = browser.get(url, follow=False).response
        if "no-store" not in response.headers["Cache-Control"]:
            kept.append(url)
    assert kept == []
    for path in ("/verify/none", "/answer/none", "/confirm/none", "/mail/stop/none"):
        answer = visitor().get(path, follow=False).headers
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_a_person_signing_in_gets_a_fresh_session_that_no_script_and_no_cache_sees(
    session: Session, visitor: Callable[..., Any]
) -> None:
    user = make_user(session, password_hash=hash_password(PASSWORD))
    browser = visitor()
    page = browser.get("/sign-in")
    planted = browser.client.get_cookie("kinbridge").value
    answer = page.submit(button="Sign in", email=user.email, password=PASSWORD, follow=False)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["Cache-Control"] == "no-store"
    other = visitor()
    other.client.set_cookie("kinbridge", planted)
    assert other.get("/account", follow=False).status == 302


def test_a_person_with_a_new_password_ends_the_stolen_session(
    session: Session, visitor: Callable[..., Any]
) -> None:
    user = make_user(session, password_hash=hash_password(PASSWORD))
    thief, person = visitor(user), visitor(user)
    person.get("/account/settings").submit(
        "change-password", current=PASSWORD, password="another bread lantern"
    )
    assert person.get("/account", follow=False).status == 200
    assert thief.get("/account", follow=False).status == 302


def test_a_network_in_production_has_strict_cookies_and_no_page_for_developers(production: Flask) -> None:
    assert production.config["SESSION_COOKIE_NAME"] == "__Host-kinbridge"
    assert production.config["SESSION_COOKIE_SECURE"] is True
    assert production.config["SESSION_COOKIE_HTTPONLY"] is True
    assert not [rule.rule for rule in production.url_map.iter_rules() if rule.rule.startswith("/dev")]
    answer = production.test_client().get("/healthz", base_url="https://network.example")
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "bad",
    [
        {"KINBRIDGE_SECRET_KEY": ""},
        {"KINBRIDGE_SECRET_KEY": "a" * 64},
        {"KINBRIDGE_SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 2},
        {"KINBRIDGE_BASE_URL": "http://network.example"},
        {"KINBRIDGE_MAIL_URL": ""},
    ],
)
def test_a_network_in_production_does_not_start_with_a_weak_setting(tmp_path, bad: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load_settings({**PRODUCTION, "KINBRIDGE_DATA_DIR": str(tmp_path), **bad})


def test_a_stranger_behind_a_proxy_reads_no_figures_of_the_machine(app: Flask, client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


def test_an_attacker_who_names_another_host_changes_no_link_of_a_page_or_mail(
    session: Session, visitor: Callable[..., Any], work: Callable[[], int], mails: Callable[..., Any]
) -> None:
    user = make_user(session)
    browser = visitor()
    for names in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        page = browser.client.get("/reset-password", headers=names)
        assert "evil.example" not in page.get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True)).group(1)
        browser.client.post("/reset-password", data={"email": user.email, "csrf_token": token}, headers=names)
        sent = browser.client.get("/account", headers=names)
        assert "evil.example" not in sent.headers["Location"]
    work()
    found = mails(event="reset_password_link")
    assert found
    assert not [mail for mail in found if "evil.example" in mail.text + mail.html]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_reader_of_an_exported_table_runs_no_formula(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell
