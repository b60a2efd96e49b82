"""A person at a real browser: reads, fills, chooses and presses by the words on the page, with scripts or without."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Live
from tests.support.postbox import text_of_mail

PASSWORD = "a-quiet-harbour-4"


@dataclass
class Person:
    """Somebody with an address and a window of their own. What is `kept_from` them stands on no page they open."""

    live: Live
    page: Page
    scripts: bool
    name: str
    email: str
    kept_from: set[str] = field(default_factory=set)

    # --- going ----------------------------------------------------------------------

    def open(self, address: str) -> None:
        """Open a path of the site, or a whole address out of a mail."""
        whole = address if address.startswith("http") else self.live.url(address)
        answer = self.page.goto(whole)
        assert answer is not None
        assert answer.status < 400, f"{self.name} got {answer.status} at {whole}: {self._words()}"
        self._look()

    def follow(self, words: str, within: Locator | None = None) -> None:
        """Go where the first link with these words leads."""
        link = (within or self.page.locator("body")).get_by_role("link", name=words).first
        with self.page.expect_navigation():
            link.click()
        self._look()

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button with these words and wait for the answer."""
        button = (within or self.page.locator("main")).get_by_role("button", name=words)
        with self.page.expect_navigation() as answer:
            button.click()
        status = answer.value.status if answer.value else 200
        assert status < 400, f"{self.name} got {status} after {words!r}: {self._words()}"
        self._look()

    def unfold(self, words: str) -> None:
        """Open the part of the page that is folded under these words."""
        self.page.locator("main summary").filter(has_text=words).first.click()

    # --- writing --------------------------------------------------------------------

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        """Write into the field with this label."""
        (within or self.page.locator("main")).get_by_label(_begins(label)).first.fill(text)

    def tick(self, label: str, within: Locator | None = None) -> None:
        """Tick the box, or choose the answer, with this label."""
        (within or self.page.locator("main")).get_by_label(label).first.check()

    def choose(self, label: str, *options: str) -> None:
        """Choose from a list: by typing into it where scripts made it a combobox, else as it is."""
        field = self.page.get_by_label(_begins(label)).first
        if field.get_attribute("role") != "combobox":
            field.select_option(label=list(options))
            return
        for option in options:
            field.click()
            field.fill(option)
            self.page.get_by_role("option", name=option, exact=True).click()

    # --- reading --------------------------------------------------------------------

    def sees(self, *words: str) -> None:
        """These words stand on the page and can be seen."""
        for one in words:
            expect(
                self.page.locator("body").get_by_text(one).filter(visible=True).first,
                f"{self.name} looks for {one!r} at {self.page.url}",
            ).to_be_visible()

    def misses(self, *words: str) -> None:
        """None of these words stands anywhere on the page, not even out of sight."""
        source = self.page.content()
        for one in words:
            assert one not in source, f"{self.name} reads {one!r} at {self.page.url}"

    def mails(self, subject: str) -> list[EmailMessage]:
        """The mails to this person alone or with others whose subject has these words, oldest first."""
        return [mail for mail in self.live.postbox.to(self.email) if subject in str(mail["Subject"])]

    def link_in_mail(self, subject: str) -> str:
        """The address in the newest mail to this person whose subject has these words."""
        self.live.work()
        found = self.mails(subject)
        assert found, f"{self.name} has no mail {subject!r}, but {[m['Subject'] for m in self.mails('')]}"
        text = text_of_mail(found[-1])
        for secret in self.kept_from:
            assert secret not in text, f"{self.name} reads {secret!r} in a mail"
        links = re.findall(rf"{re.escape(self.live.base)}/\S+", text)
        assert links, text
        return str(links[0])

    def sign_in(self) -> None:
        """Sign in by password."""
        self.open("/sign-in")
        self.fill("E-mail address", self.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def _look(self) -> None:
        if self.kept_from:
            self.misses(*self.kept_from)

    def _words(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())[:800]


def _begins(label: str) -> re.Pattern[str]:
    """A label that begins with these words; fields that may stay empty say so after them."""
    return re.compile(rf"^\s*{re.escape(label)}(?!\w)")
