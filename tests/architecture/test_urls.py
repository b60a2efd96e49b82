"""Every endpoint is guarded, kebab-case, typed, and reachable or knowingly left out of the menus."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

MARKS = {"public", "by_token", "signed_in", "volunteer", "organisation", "broker", "staff", "administrator"}
PROMISED = {
    "/", "/register", "/register/volunteer", "/register/organisation", "/sign-in", "/sign-out",
    "/reset-password", "/volunteers", "/volunteers/<int:volunteer_id>", "/chapters", "/chapters/<slug>",
    "/needs", "/needs/new", "/needs/<int:need_id>", "/introductions", "/introductions/<int:introduction_id>",
    "/answer/<token>", "/outcomes", "/outcomes/<int:outcome_id>", "/confirm/<token>", "/impact",
    "/impact/data.csv", "/queue", "/account", "/admin", "/privacy", "/terms", "/accessibility",
    "/code-of-conduct", "/healthz", "/readyz", "/dev/mail",
}  # fmt: skip


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
class TestUrls:
    def test_every_endpoint_says_who_may_open_it(self, app: Flask, rules: list[Rule]) -> None:
        unmarked = [
            rule.endpoint
            for rule in rules
            if getattr(app.view_functions[rule.endpoint], "guard", None) not in MARKS
        ]
        assert unmarked == []

    def test_every_address_is_kebab_case(self, rules: list[Rule]) -> None:
        plain = [re.sub(r"<[^>]+>", "x", rule.rule) for rule in rules if rule.endpoint != "static"]
        assert [url for url in plain if not re.fullmatch(r"[a-z0-9/.-]+", url)] == []

    def test_every_id_in_an_address_is_typed(self, rules: list[Rule]) -> None:
        untyped = [
            rule.rule
            for rule in rules
            for part in re.findall(r"<([^>]+)>", rule.rule)
            if ":" not in part and part not in {"token", "slug"}
        ]
        assert untyped == []

    def test_an_act_is_a_post_and_ends_in_its_verb(self, rules: list[Rule]) -> None:
        only_post = [
            rule.rule
            for rule in rules
            if "POST" in (rule.methods or ()) and "GET" not in (rule.methods or ())
        ]
        assert [url for url in only_post if url.rsplit("/", 1)[-1].startswith("<int")] == []

    def test_the_promised_addresses_are_there(self, rules: list[Rule]) -> None:
        assert PROMISED - {rule.rule for rule in rules} == set()

    def test_what_is_signed_for_a_token_is_named_token(self, app: Flask, rules: list[Rule]) -> None:
        by_token = [
            rule for rule in rules if getattr(app.view_functions[rule.endpoint], "guard", "") == "by_token"
        ]
        assert [rule.rule for rule in by_token if "token" not in rule.arguments] == []
