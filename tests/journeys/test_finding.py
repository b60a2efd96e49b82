"""Finding somebody in a real browser: suggestions, results in place, an address that can be shared, the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from network.accounts.passwords import hash_password
from network.matching.index import rebuild_index
from network.models import User
from tests.factories import NOW, make_chapter, make_organisation, make_user, make_volunteer
from tests.journeys.conftest import Live
from tests.journeys.person import PASSWORD
from tests.journeys.test_accessible import RULES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def begin(live: Live, page: Page) -> None:
    """A firm's person looks at the list of three volunteers."""
    live.clock.set(NOW)

    def make(session: Any) -> str:
        chapter = make_chapter(session)
        make_volunteer(session, chapter=chapter)
        make_volunteer(session, chapter=chapter, name="Omid Farsi", sectors=["food_drink"])
        make_volunteer(session, chapter=chapter, name="Bea Baker", sectors=["food_drink"], markets=["DE"])
        firm = make_user(session)
        make_organisation(session, owner=firm)
        session.get(User, firm.id).password_hash = hash_password(PASSWORD)
        session.commit()
        rebuild_index(session, NOW)
        return str(firm.email)

    email = live.with_session(make)
    page.goto(live.url("/sign-in?next=/volunteers"))
    page.get_by_label("E-mail address").first.fill(email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(live.url("/volunteers"))
    # It stays as long as the page is not loaded anew.
    page.evaluate("document.body.dataset.kept = 'yes'")


def kept(page: Page) -> bool:
    """Whether the page is still the one that was opened first."""
    return bool(page.evaluate("document.body.dataset.kept === 'yes'"))


def test_a_firm_is_led_by_suggestions_with_the_keyboard(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(live, page)
    box = page.get_by_role("combobox", name="What do you need help with, and where?")
    box.press_sequentially("germ")
    option = page.get_by_role("option", name="Germany", exact=True)
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".search-box [role=status]")).to_contain_text("suggestion")
    assert Axe().run(page, options=RULES).response["violations"] == []
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(live.url("/volunteers?market=DE"))
    expect(page.locator(".finder__count")).to_be_focused()
    expect(page.locator(".person-card__name")).to_have_text(["Bea Baker"])
    assert kept(page)
    box.press_sequentially("omi")
    page.get_by_role("option", name="Omid Farsi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Omid Farsi")


def test_a_firm_narrows_and_goes_back_without_a_new_page(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(live, page)
    count = page.locator(".finder__count")
    expect(count).to_have_text("3 people")
    food = page.get_by_role("checkbox", name="Food and drink")
    food.check()
    expect(page).to_have_url(live.url("/volunteers?sector=food_drink"))
    expect(count).to_have_text(re.compile("2 people"))
    # The list is another, the focus is where it was, and the number is said.
    expect(food).to_be_focused()
    expect(page.locator("[data-finder-status]")).to_contain_text("2 people")
    box = page.get_by_role("combobox", name="What do you need help with, and where?")
    box.fill("Germany")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"q=Germany"))
    assert "sector=food_drink" in page.url
    expect(count).to_have_text(re.compile("1 person"))
    expect(count).to_be_focused()
    shared = page.url
    page.get_by_role("link", name="Remove Food and drink").click()
    expect(page).to_have_url(live.url("/volunteers?q=Germany"))
    page.go_back()
    expect(page).to_have_url(shared)
    page.go_back()
    expect(count).to_have_text(re.compile("2 people"))
    expect(box).to_have_value("")
    page.go_forward()
    expect(count).to_have_text(re.compile("1 person"))
    expect(box).to_have_value("Germany")
    page.get_by_role("link", name="Skip the choices, to the people").focus()
    page.keyboard.press("Enter")
    expect(count).to_be_focused()
    assert kept(page)
    page.goto(shared)
    expect(page.locator(".person-card__name")).to_have_text(["Bea Baker"])


def test_a_firm_puts_people_on_its_shortlist_and_stays_where_it_is(
    live: Live, open_page: Callable[..., Page]
) -> None:
    page = open_page(width=390)
    begin(live, page)
    page.get_by_role("button", name="Add to shortlist Omid Farsi").click()
    taking_off = page.get_by_role("button", name="On your shortlist Omid Farsi")
    expect(taking_off).to_be_focused()
    expect(page.locator("[data-finder-status]")).to_have_text("Your shortlist 1")
    assert kept(page)
    page.get_by_role("button", name="Add to shortlist Bea Baker").click()
    page.get_by_role("link", name="Compare and ask").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your shortlist")
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Ask for an introduction").click()
    expect(page.get_by_text("You asked for Omid Farsi, Bea Baker")).to_be_visible()


def test_a_firm_without_scripts_has_a_plain_box_and_form(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(scripts=False, width=390)
    live.clock.set(NOW)

    def make(session: Any) -> None:
        make_volunteer(session, chapter=make_chapter(session), listing="public")
        session.commit()
        rebuild_index(session, NOW)

    live.with_session(make)
    page.goto(live.url("/volunteers"))
    page.get_by_role("searchbox").fill("Amina")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(live.url("/volunteers?q=Amina"))
    expect(page.locator(".person-card__name")).to_have_text(["Amina Rahman"])
