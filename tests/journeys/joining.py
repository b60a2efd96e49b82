"""How people come in: accounts whose addresses the mailed link proves, a volunteer's five steps, a firm."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.person import PASSWORD, Person

FIRM, FIRM_PHONE = "Northfield Pumps", "+44 121 496 0155"


@dataclass(frozen=True)
class Profile:
    """What a volunteer says of themselves."""

    headline: str
    employer: str
    biography: str
    city: str


def register_account(person: Person, door: str) -> None:
    """Through one of the doors of /register; the mailed link proves the address and signs in."""
    person.open("/register")
    person.follow(door)
    person.fill("Your name", person.name)
    person.fill("E-mail address", person.email)
    person.fill("Password", PASSWORD)
    person.tick("I accept the terms")
    person.press("Go on")
    person.sees("Look into your mail", f"We have written to {person.email}")
    person.open(person.link_in_mail("Verify your address"))
    person.press("Yes, this is my address")


def register_volunteer(person: Person, profile: Profile, chapter: str) -> None:
    """All five steps, in one sitting."""
    register_account(person, "I can help")
    person.sees("About you")
    person.fill("What you do, in a line", profile.headline)
    person.fill("Employer", profile.employer)
    person.fill("A few sentences about you", profile.biography)
    person.choose("Country you live in", "United Arab Emirates")
    person.fill("City", profile.city)
    person.choose("Your time zone", "Dubai (UTC+04:00)")
    person.tick("I am a friend of the place")
    person.press("Save and go on")
    person.sees("What you know", "This is what people search by.")
    person.choose("Market 1", "United Arab Emirates")
    person.choose("Sectors you know", "Water")
    person.choose("Languages you work in", "English", "Arabic")
    person.press("Save and go on")
    person.sees("How you can help")
    for help_type in ("Market insight", "Introduction to buyers"):
        person.tick(help_type)
    person.press("Save and go on")
    person.sees("Who sees what", "Your e-mail address and telephone number are shown to nobody.")
    person.tick(chapter)
    person.tick("I accept the code of conduct")
    person.press("Join")
    person.sees(f"Thank you, {person.name}", f"{chapter} reads your profile and answers you.")


def register_firm(person: Person) -> None:
    """The account, then the firm."""
    register_account(person, "I need help")
    person.sees("Your organisation")
    person.fill("Name", FIRM)
    person.fill("Registration number", "07654321")
    person.choose("Where it is at home", "Sandwell")
    person.choose("Sectors", "Water")
    person.fill("What it makes or does", "Dosing pumps for desalination plants, made in Smethwick.")
    person.fill("Your telephone number", FIRM_PHONE)
    person.press("Register")
    person.sees("Thank you", "Write your first need.")
