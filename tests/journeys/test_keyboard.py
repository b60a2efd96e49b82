"""The keyboard alone: answering from the mail, searching, choosing from a list; the focus is always seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from network.accounts.links import issue_link, link_url
from network.accounts.passwords import hash_password
from network.matching.index import rebuild_index
from network.models import Introduction, Need, User
from tests.factories import NOW
from tests.factories.world import make_world
from tests.journeys.conftest import Live
from tests.journeys.person import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SEEN = """element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  return drawn && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def begin(live: Live) -> dict[str, str]:
    """The small world with its index: who may sign in, and the link of the offer that is out."""
    live.clock.set(NOW)

    def make(session: Any) -> dict[str, str]:
        world = make_world(session)
        firm = world.people["firm"]
        assert firm is not None
        session.get(User, firm.id).password_hash = hash_password(PASSWORD)
        introduction = session.get(Introduction, world.ids["introduction_id"][1])
        asked = world.people["other_volunteer"]
        assert asked is not None
        link = issue_link(
            session,
            "answer",
            introduction.id,
            now=NOW,
            expires_at=NOW + timedelta(days=10),
            user_id=asked.id,
            round=introduction.offer_round,
        )
        rebuild_index(session, NOW)
        return {"email": firm.email, "answer": link_url(link)}

    found: dict[str, str] = live.with_session(make)
    return found


def focused(page: Page) -> Locator:
    """Where the focus is; it has to be drawn and on the screen."""
    here = page.locator(":focus")
    expect(here).to_have_count(1)
    assert here.evaluate(SEEN), f"the focus is not seen on {here.evaluate('e => e.outerHTML.slice(0, 200)')}"
    return here


def tab_to(page: Page, target: Locator, key: str = "Tab", most: int = 60) -> None:
    """Press Tab until the focus is there; everything passed on the way shows that it has it."""
    for _press in range(most):
        page.keyboard.press(key)
        # The parts of a date, its calendar among them, are drawn by the browser itself.
        if page.evaluate("document.activeElement.type") != "date":
            focused(page)
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {most} times {key}")


def press_and_go(page: Page, key: str = "Enter") -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def skip_to_main(page: Page) -> None:
    """The first stop of every page leads past its head."""
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Skip to the main part")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_volunteer_declines_from_the_mail_by_the_keyboard_alone(
    live: Live, open_page: Callable[..., Page]
) -> None:
    world = begin(live)
    page = open_page()
    page.goto(world["answer"])
    skip_to_main(page)
    tab_to(page, page.get_by_role("button", name="Yes, I can help"))
    tab_to(page, page.locator("summary").filter(has_text="Not this time"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Say no, with thanks"))
    press_and_go(page)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Choose the reason that fits best.")
    tab_to(page, summary.get_by_role("link", name="Choose the reason that fits best."))
    page.keyboard.press("Enter")
    first = page.get_by_role("radio").first
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(first).not_to_be_checked()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Say no, with thanks"))
    press_and_go(page, "Space")
    expect(page.get_by_role("heading", name="Thank you for answering")).to_be_visible()


def test_a_firm_signs_in_searches_and_narrows_by_the_keyboard_alone(
    live: Live, open_page: Callable[..., Page]
) -> None:
    world = begin(live)
    page = open_page()
    page.goto(live.url("/sign-in?next=/volunteers"))
    skip_to_main(page)
    tab_to(page, page.get_by_label("E-mail address").first)
    page.keyboard.type(world["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press_and_go(page)
    skip_to_main(page)
    tab_to(page, page.get_by_role("combobox").first)
    page.keyboard.type("utilities")
    page.keyboard.press("Enter")
    expect(page.locator(".finder__count")).to_contain_text("2 people")
    expect(page.locator(".finder__count")).to_be_focused()
    box = page.locator(".facets input[type=checkbox]").first
    tab_to(page, box, "Shift+Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"[?&](market|sector|help)="))
    expect(page.locator(".facets input[type=checkbox]").first).to_be_checked()
    tab_to(page, page.locator(".person-card__name a").first)
    name = page.locator(":focus").inner_text()
    press_and_go(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_firm_chooses_a_market_by_the_arrow_keys_and_is_led_to_what_is_missing(
    live: Live, open_page: Callable[..., Page]
) -> None:
    world = begin(live)
    page = open_page()
    page.goto(live.url("/sign-in?next=/needs/new"))
    page.get_by_label("E-mail address").first.fill(world["email"])
    page.get_by_label("Password").first.fill(PASSWORD)
    press_and_go(page)
    market = page.get_by_role("combobox", name=re.compile("^Market"))
    skip_to_main(page)
    tab_to(page, market)
    page.keyboard.type("united a")
    expect(page.get_by_role("option", name="United Arab Emirates")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(market).to_have_value("United Arab Emirates")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox").first).to_be_hidden()
    expect(market).to_have_value("United Arab Emirates")
    tab_to(page, page.get_by_role("button", name="Send it"), most=120)
    press_and_go(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(market).to_have_value("United Arab Emirates")
    tab_to(page, page.locator(".error-summary").get_by_role("link", name="Give it a title"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Say it in one line")).to_be_focused()
    assert live.with_session(lambda session: session.query(Need).filter_by(state="submitted").count()) == 0
