"""The whole job by its people, from an empty database, with real mails: once with scripts, once without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from network.accounts.operations import create_user_by_hand
from network.domain.actor import system_actor
from network.domain.states import Channel, Role
from tests.journeys.conftest import Live
from tests.journeys.joining import FIRM, FIRM_PHONE, Profile, register_firm, register_volunteer
from tests.journeys.person import PASSWORD, Person
from tests.support.postbox import text_of_mail

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CHAPTER = "Gulf chapter"
NEED = "Find a first buyer for dosing pumps in Abu Dhabi"
ASK = "A half-hour call on how utilities there approve a new supplier."
PROFILES = (
    Profile("Buys treatment plant for a utility", "Falaj Water", "I approve suppliers.", "Abu Dhabi"),
    Profile("Sells pumps to desalination plants", "Marsa Pumps", "I know each buyer.", "Dubai"),
    Profile("Engineers desalination plants", "Sahil Works", "I write the specifications.", "Sharjah"),
)


@dataclass
class Cast:
    """Everybody in the story."""

    live: Live
    ada: Person
    lena: Person
    omar: Person
    vera: Person
    wael: Person
    yara: Person
    fay: Person
    priya: Person

    @property
    def asked(self) -> tuple[Person, Person, Person]:
        """The three volunteers, in the order in which they are asked."""
        return self.vera, self.wael, self.yara


def cast_of(live: Live, scripts: bool, open_page: Callable[..., Page]) -> Cast:
    """Eight people with a window each; the administrator has an account, nobody else."""

    def person(name: str) -> Person:
        email = f"{name.split()[0].lower()}@{name.split()[1].lower()}.example"
        return Person(live, open_page(scripts=scripts), scripts, name, email)

    names = ("Ada Admin", "Lena Haddad", "Omar Saleh", "Vera Stone", "Wael Nasser", "Yara Khan")
    people = Cast(live, *(person(name) for name in (*names, "Fay Forge", "Priya Shah")))

    def begin(session: Any) -> None:
        create_user_by_hand(
            session,
            system_actor(Channel.CLI),
            email=people.ada.email,
            name=people.ada.name,
            password=PASSWORD,
            role=Role.ADMINISTRATOR,
            now=live.clock.now(),
        )

    live.with_session(begin)
    return people


def found_chapter(people: Cast) -> None:
    """The administrator founds a chapter, welcomes two volunteers to it and makes them its leads."""
    ada = people.ada
    ada.sign_in()
    ada.open("/chapters")
    ada.follow("Start a chapter")
    ada.fill("Name", CHAPTER)
    ada.choose("Markets it looks after", "United Arab Emirates")
    ada.choose("Time zone", "Dubai (UTC+04:00)")
    ada.press("Start it")
    ada.sees("The chapter is forming. Name its leads, then open it.")
    leads = ada.page.url
    for person, work in ((people.lena, "Advises on tenders"), (people.omar, "Runs a water laboratory")):
        register_volunteer(person, Profile(work, "Gulf Bureau", "Twenty years here.", "Dubai"), CHAPTER)
        ada.follow("Members")
        ada.press(f"Approve {person.name}")
        ada.open(leads)
        ada.choose("Member of the chapter", person.name)
        ada.press("Make them a lead")
    ada.follow("Standing")
    ada.press("Open the chapter")
    ada.sees("It is open: newcomers and needs come.")


def join_chapter(people: Cast) -> None:
    """Three volunteers ask to join; nobody finds them until a lead has approved them."""
    for person, profile in zip(people.asked, PROFILES, strict=True):
        register_volunteer(person, profile, CHAPTER)
    lena = people.lena
    lena.open("/account")
    people.live.work()
    lena.open("/volunteers?q=desalination")
    lena.misses("Wael Nasser", "Yara Khan")
    lena.open(lena.link_in_mail("Yara Khan"))
    lena.open("/queue")
    lena.sees("Vera Stone", "Wael Nasser", "Yara Khan")
    lena.open("/chapters/gulf-chapter/members")
    lena.sees("3 newcomers wait for your answer.")
    for person in people.asked:
        lena.press(f"Approve {person.name}")
    lena.sees("Nobody waits for your answer.")
    people.vera.open(people.vera.link_in_mail(CHAPTER))
    people.vera.open("/account")


def search_and_ask(people: Cast) -> None:
    """The firm finds somebody who fits, says what it needs and sends it."""
    fay = people.fay
    register_firm(fay)
    fay.open("/volunteers")
    fay.fill("What do you need help with, and where?", "desalination in the Emirates")
    fay.press("Search")
    fay.sees("Wael Nasser", "Yara Khan", "Sells pumps to desalination plants")
    fay.follow("Wael Nasser")
    fay.sees("Where Wael knows the way", "Only after a yes do you both get each other's address.")
    fay.follow("Ask for an introduction to Wael Nasser")
    fay.sees("You asked for Wael Nasser")
    fay.tick("Find customers or buyers")
    fay.fill("Say it in one line", NEED)
    fay.choose("Market", "United Arab Emirates")
    fay.choose("Sectors", "Water")
    fay.tick("Introduction to buyers")
    fay.fill("Background", "We make dosing pumps for desalination and sell in Spain and Malta.")
    fay.fill("What exactly would you like somebody to do?", ASK)
    fay.fill("By when does it have to happen?", "2026-04-30")
    fay.fill("Name", people.priya.name)
    fay.fill("E-mail address", people.priya.email)
    fay.press("Send it")
    fay.sees(NEED, "Wael Nasser")


def triage(people: Cast) -> None:
    """A lead of the chapter reads it, checks the firm, and puts three on the list."""
    lena = people.lena
    lena.open("/queue")
    lena.follow(NEED)
    lena.sees(ASK, FIRM, "07654321", "Asked for by the requester")
    for place, person in enumerate(people.asked, 1):
        lena.page.get_by_label(f"Place of {person.name}").select_option(str(place))
    lena.tick("I checked the organisation")
    lena.press("Open and offer")
    lena.sees("Open. The first on the list is being asked.")


def first_says_no(people: Cast) -> None:
    """Without signing in: the mailed link opens the letter, and opening it does nothing."""
    vera = people.vera
    vera.page.context.clear_cookies()
    answer = vera.link_in_mail("Could you help")
    vera.open(answer)
    vera.sees("Can you help, Vera Stone?", NEED, ASK, FIRM, "Nothing happens until you press a button.")
    vera.unfold("Not this time")
    vera.tick("No time at the moment")
    vera.press("Say no, with thanks")
    vera.sees("Thank you for answering", "Somebody else is asked now.")
    people.fay.open(people.fay.link_in_mail("Not available; we go on"))
    people.fay.sees("Not available")
    people.fay.misses("No time at the moment")


def second_lets_it_pass(people: Cast) -> None:
    """Two reminders, each with a link of its own; then the time is over and nobody is blamed."""
    live, wael = people.live, people.wael
    wael.page.context.clear_cookies()
    first = wael.link_in_mail("Could you help")
    for days, reminders in ((4, 1), (4, 2)):
        live.clock.advance(days=days)
        live.work()
        assert len(wael.mails("Still open for you")) == reminders
    wael.open(wael.link_in_mail("Still open for you"))
    wael.sees("Can you help, Wael Nasser?")
    assert people.yara.mails("Could you help") == []
    live.clock.advance(days=3)
    wael.link_in_mail("We have asked somebody else")
    assert (answer := wael.page.goto(first)) is not None
    assert answer.status == 410
    wael.sees("The time to answer is over", "You can say yes now.")


def third_asks_and_says_yes(people: Cast) -> None:
    """A question by the link, its answer on the site, the yes by the link of the next mail."""
    yara, fay = people.yara, people.fay
    yara.page.context.clear_cookies()
    yara.open(yara.link_in_mail("Could you help"))
    yara.unfold("Ask a question first")
    yara.fill("Your question", "Which flow rates do your pumps reach?")
    yara.press("Send the question")
    yara.sees("Your question is with them")
    fay.open(fay.link_in_mail("A question for you"))
    fay.sees("Which flow rates do your pumps reach?")
    fay.fill("Your answer", "Up to forty litres an hour.")
    fay.press("Send the answer")
    yara.open(yara.link_in_mail("Your question was answered"))
    yara.sees("Up to forty litres an hour.")
    for person in (*people.asked, fay, people.lena):
        assert person.mails("Introducing") == []
    yara.press("Yes, I can help")
    yara.sees("Thank you. You are introduced", "They never stand on this page")


def both_have_one_mail(people: Cast) -> None:
    """One mail each, with both sides' details, answered to the other; the volunteer reads who was given theirs."""
    live, fay, yara = people.live, people.fay, people.yara
    live.work()
    for person, other in ((fay, yara), (yara, fay)):
        (mail,) = person.mails("Introducing Yara Khan and Fay Forge")
        text = text_of_mail(mail)
        assert all(words in text for words in (fay.email, FIRM_PHONE, yara.email))
        assert people.priya.email not in text
        assert other.email in str(mail["Reply-To"])
    assert len([mail for mail in live.postbox.mails if "Introducing" in str(mail["Subject"])]) == 2
    fay.kept_from.discard(yara.email)
    yara.kept_from -= {fay.email, FIRM_PHONE}
    yara.sign_in()
    yara.open("/account/privacy")
    yara.sees("Fay Forge")
    yara.open("/introductions")
    yara.follow(NEED)
    yara.sees(fay.email, FIRM_PHONE)


def meet_and_report(people: Cast) -> None:
    """The firm logs the meeting, closes it with thanks and says what came of it."""
    live, fay = people.live, people.fay
    live.clock.advance(days=3)
    fay.open("/introductions")
    fay.follow(NEED)
    fay.sees("Yara Khan", people.yara.email)
    fay.unfold("We spoke: log a meeting")
    fay.fill("When?", live.clock.now().date().isoformat())
    fay.press("Log it")
    fay.unfold("It is done")
    fay.fill("Your thanks", "Your list of names saved us a year.")
    fay.press("Close it as done")
    fay.sees("Your list of names saved us a year.")
    live.clock.advance(days=20)
    fay.follow("Say what came of it")
    fay.follow("Export contract")
    fay.fill("In a few words", "First order from a utility in Abu Dhabi")
    fay.fill("What happened?", "The utility ordered forty pumps for its new plant.")
    fay.fill("When?", live.clock.now().date().isoformat())
    fay.tick("In this range")
    fay.page.get_by_label("Range", exact=False).last.select_option(label="£10,000 to £50,000")
    fay.fill("Who at the firm can confirm it?", people.priya.name)
    fay.fill("Their e-mail address", people.priya.email)
    fay.press("Report it and ask them")
    fay.sees("Thank you. Priya Shah is being asked to confirm it.")
    fay.open("/impact")
    figure(fay, "0", "outcomes confirmed")
    figure(fay, "1", "waiting for an answer")


def confirm(people: Cast) -> None:
    """The named contact answers by the link, without an account; the link works once."""
    priya = people.priya
    link = priya.link_in_mail("Is this right?")
    priya.open(link)
    priya.sees("First order from a utility in Abu Dhabi", "£10,000 to £50,000", "Yara Khan")
    priya.tick("Yes, that is right")
    priya.press("Send your answer")
    priya.sees("Thank you", "Your answer is on the record")
    assert (again := priya.page.goto(link)) is not None
    assert again.status == 410
    priya.open("/impact")
    figure(priya, "1", "outcomes confirmed")
    figure(priya, "1", "introductions made")
    figure(priya, "0", "waiting for an answer")
    priya.misses("Yara Khan", FIRM, people.yara.email)
    people.yara.link_in_mail(f"Something came of your help to {FIRM}")


def figure(person: Person, number: str, words: str) -> None:
    """This number stands before these words."""
    stat = person.page.locator(".stat").filter(has_text=words).locator(".stat__number")
    expect(stat).to_have_text(number)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_everybody_plays_the_whole_job_from_an_empty_database_to_a_confirmed_outcome(
    scripts: bool, live: Live, open_page: Callable[..., Page]
) -> None:
    people = cast_of(live, scripts, open_page)
    found_chapter(people)
    join_chapter(people)
    for person in people.asked:
        person.kept_from = {people.fay.email, people.priya.email, FIRM_PHONE}
    people.fay.kept_from = {person.email for person in people.asked}
    people.lena.kept_from = people.fay.kept_from | people.yara.kept_from
    search_and_ask(people)
    triage(people)
    first_says_no(people)
    second_lets_it_pass(people)
    third_asks_and_says_yes(people)
    both_have_one_mail(people)
    meet_and_report(people)
    confirm(people)
