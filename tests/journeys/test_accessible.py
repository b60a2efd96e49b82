"""axe finds nothing on any page for any role, at two widths; nothing runs off the side of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from network.accounts.passwords import hash_password
from network.models import User
from tests.factories.world import World, make_world
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser
PASSWORD = "a-quiet-harbour-4"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
ROLES = ("visitor", "volunteer", "firm", "office", "lead", "staff", "administrator")
# Files, machine answers, and mailed links, which have tests of their own.
NOT_PAGES = re.compile(
    r"(\.csv|\.json|\.pdf|\.ics|\.svg|/healthz|/readyz|/metrics|/html|<token>|/static/|download|export|template)"
)


def pages_of(live: Live, world: World) -> list[str]:
    """The address of every page that is got, with the rows of the world in it."""
    found = []
    for rule in live.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or NOT_PAGES.search(rule.rule):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        if all(name in world.ids for name in names):
            url = rule.rule
            for name in names:
                url = re.sub(rf"<(?:\w+:)?{name}>", str(world.ids[name][0]), url)
            found.append(url)
    return sorted(found)


def sign_in(page: Page, live: Live, email: str) -> None:
    page.goto(live.url("/sign-in"))
    page.get_by_label("E-mail").first.fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def audit(
    live: Live, open_page: Callable[..., Page], role: str, skip: frozenset[str]
) -> tuple[set[str], list[str]]:
    """The pages that opened for a role, and everything axe and the width of a phone find wrong on them."""
    world, email = live.with_session(lambda session: _person(session, role))
    live.work()
    wrong: list[str] = []
    opened: set[str] = set()
    page, axe = open_page(), Axe().axe_script
    if email:
        sign_in(page, live, email)
    for path in pages_of(live, world):
        if path in skip:
            continue
        # Who is refused or sent elsewhere (to sign in, to a first step) has not seen this page: asked for first, as
        # most pages are not for most roles, and a browser takes its time to show that.
        if page.request.get(live.url(path), max_redirects=0).status != 200:
            continue
        page.goto(live.url(path))
        opened.add(path)
        page.evaluate(axe)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{path} at {width}: {fault}" for fault in faults_at_this_width(page)]
    return opened, wrong


def faults_at_this_width(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and whether it runs off the side."""
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    faults = [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}" for one in found]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"runs {overflow} px off the side"] if overflow > 0 else [])


def _person(session: Any, role: str) -> tuple[World, str | None]:
    """The small world, made once, and the address of its person in the role, who has a password."""
    world = getattr(_person, "world", None)
    if world is None or session.get(User, 1) is None:
        world = make_world(session)
        _person.world = world  # type: ignore[attr-defined]
    person = world.people[role]
    if person is None:
        return world, None
    user = session.get(User, person.id)
    user.password_hash = hash_password(PASSWORD)
    return world, user.email


@pytest.mark.timeout(900)
def test_axe_finds_nothing_on_any_page_as_the_first_role_it_opens_for(
    live: Live, open_page: Callable[..., Page]
) -> None:
    seen: frozenset[str] = frozenset()
    wrong: list[str] = []
    for role in ("visitor", "firm", "volunteer", "lead", "administrator"):
        opened, found = audit(live, open_page, role, seen)
        seen |= opened
        wrong += found
    assert wrong == []
    assert len(seen) > 80, sorted(seen)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_any_page_for_any_role(
    role: str, live: Live, open_page: Callable[..., Page]
) -> None:
    assert audit(live, open_page, role, frozenset())[1] == []
