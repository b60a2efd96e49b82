"""What the cells of a row mean: names, addresses, consent; codes for countries, sectors and languages.

A row is refused only for what makes it no person we may keep. What is not understood stays empty and is listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from network.domain.text import clean_line, clean_text
from network.volunteers.import_files import FileRefused
from network.volunteers.import_words import (
    find_country_word,
    find_help_word,
    find_language_word,
    find_sector_word,
)

# Our columns, and other headings under which they are known. Order is that of the template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("constituentid", "externalid", "sourceid"),
    "first_name": ("firstname", "forename", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
    "name": ("fullname",),
    "email": ("emailaddress", "preferredemail", "mail"),
    "email_alternate": ("alternateemail", "secondaryemail", "otheremail"),
    "phone": ("tel", "telephone", "mobile", "mobilephone"),
    "headline": (),
    "job_title": ("job", "position"),
    "employer": ("worksfor", "accountname", "company"),
    "biography": ("bio",),
    "city": ("town", "homecity", "mailingcity"),
    "country": ("homecountry", "mailingcountry", "countryofresidence"),
    "markets": ("marketsknown",),
    "sectors": ("sector", "industry", "industrysectors", "field"),
    "help": ("helpoffered", "offers"),
    "languages": ("language", "languagesspoken", "speaks"),
    "university": ("almamater",),
    "degree": ("degrees", "award"),
    "class_year": ("classyears", "graduated", "yearofgraduation", "graduationdate"),
    "email_opt_in": ("newsletterconsent", "mailingok", "newsletteryn", "mailconsent"),
    "opted_out": ("hasoptedoutofemail", "donotemail"),
    "do_not_contact": (),
    "deceased": (),
    "status": (),
    "notes": ("remarks", "description", "comments"),
}
HEADINGS = {name.replace("_", ""): name for name in COLUMNS} | {
    other: name for name, others in COLUMNS.items() for other in others
}
EMPTY = frozenset({"", "n/a", "na", "none", "unknown", "null", "tbc", "-", "?"})
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "☑", "on", "opted in", "opted-in", "subscribed"})
NO = frozenset(
    {"no", "n", "false", "0", "off", "opted out", "opted-out", "unsubscribed", "withdrawn"} | EMPTY
)
DEAD = YES | {"†", "deceased", "dead", "d", "rip"}
LONGEST = {"notes": 20_000, "biography": 4000, "headline": 140, "email": 2000, "email_alternate": 2000}
_LONGEST_FIELD = 300
_NAME_LONGEST = 120
_EMAIL = re.compile(
    r"[a-z0-9!#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]*)>$")
_YEAR = re.compile(r"(?<![\d.–—-])(19[3-9]\d|20\d\d)(?![\d.])(?!\d*x)")
_CONTROLS = frozenset({"Cc", "Cs", "Cf", "Co", "Cn"})
_SPLIT = re.compile(r"[;,/&+\n]| and ")


class RowRefused(Exception):
    """One row cannot be taken; the reason is a word of the documentation."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


@dataclass(slots=True)
class Person:
    """What one row says about one person. `unclear` names the columns that were not understood."""

    name: str
    source_id: str | None = None
    email: str | None = None
    phone: str | None = None
    headline: str = ""
    job_title: str = ""
    employer: str = ""
    biography: str = ""
    city: str = ""
    country: str = ""
    markets: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    help_types: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    university: str = ""
    degree: str = ""
    class_year: int | None = None
    consents: bool = False
    refuses: bool = False
    never_contact: bool = False
    unclear: list[str] = field(default_factory=list)


def columns_of(header: list[str]) -> dict[str, int]:
    """Which of our columns stands where; raises FileRefused where the header cannot be trusted."""
    if len(header) > 200:
        raise FileRefused("too_many_columns", "The file has too many columns: 200 at most.")
    found: dict[str, int] = {}
    for place, heading in enumerate(header):
        name = known_heading(heading)
        if name is None:
            continue
        if name in found:
            raise FileRefused(
                "duplicate_header",
                f"Two columns are headed {name} (duplicate header). Keep the one that counts.",
            )
        found[name] = place
    return found


def known_heading(heading: str) -> str | None:
    """Our column for a heading, however it is written, or None."""
    plain = re.sub(r"__c$", "", heading.strip().lower())
    return HEADINGS.get(re.sub(r"[^a-z0-9]", "", plain))


def is_header(columns: Mapping[str, int]) -> bool:
    """Whether a record is the header: a name and something else under headings we know."""
    return not columns.keys().isdisjoint({"first_name", "last_name", "name"}) and len(columns) >= 2


def read_row(fields: list[str], columns: Mapping[str, int], width: int, latest_year: int) -> Person:
    """The person of a row; raises RowRefused."""
    if len(fields) > width and not any(extra.strip() for extra in fields[width:]):
        fields = fields[:width]
    if len(fields) != width:
        raise RowRefused("field_count")
    cells = {name: fields[place] for name, place in columns.items()}
    _refuse_unreadable(fields, cells)
    cells = {name: _plain(name, text) for name, text in cells.items()}
    if cells.get("deceased", "").lower() in DEAD or cells.get("status", "").lower() in DEAD - YES:
        raise RowRefused("deceased", "deceased")
    return _person(cells, latest_year)


def _refuse_unreadable(fields: list[str], cells: Mapping[str, str]) -> None:
    if any("\udc80" <= sign <= "\udcff" for text in fields if not text.isascii() for sign in text):
        raise RowRefused("bad_encoding")
    for name, text in cells.items():
        if len(text) > LONGEST.get(name, _LONGEST_FIELD):
            raise RowRefused("bad_email" if name == "email" else "too_long", name)
        if not (text.isascii() and text.isprintable()) and _has_controls(name, text.strip()):
            raise RowRefused("control_characters", name)


def _has_controls(name: str, text: str) -> bool:
    # A line break in an address is judged as an address; invisible signs there make it none.
    allowed = "\n\r\t" if name in {"notes", "biography", "email", "email_alternate"} else ""
    kinds = _CONTROLS if name.endswith("name") else frozenset({"Cc", "Cs"})
    return any(unicodedata.category(sign) in kinds and sign not in allowed for sign in text)


def _plain(name: str, text: str) -> str:
    cleaned = (
        clean_text(text) if name in {"notes", "biography", "email", "email_alternate"} else clean_line(text)
    )
    return "" if cleaned.lower() in EMPTY else cleaned


def _person(cells: Mapping[str, str], latest_year: int) -> Person:
    person = Person(name=_name(cells))
    person.email = _address(cells)
    both = " " in person.name
    if person.email is None and not both:
        raise RowRefused("not_identifiable", "email")
    person.source_id = cells.get("id") or None
    for plain in ("headline", "job_title", "employer", "biography", "city", "university", "degree"):
        setattr(person, plain, cells.get(plain, ""))
    person.job_title, person.employer = person.job_title[:120], person.employer[:120]
    person.city, person.phone = person.city[:80], cells.get("phone", "")[:40] or None
    _codes(person, cells)
    _year(person, cells.get("class_year", ""), latest_year)
    _consent(person, cells)
    return person


def _name(cells: Mapping[str, str]) -> str:
    parts = [cells.get("first_name", ""), cells.get("last_name", "")]
    name = " ".join(part for part in parts if part) or cells.get("name", "")
    if not any(sign.isalpha() for sign in name):
        raise RowRefused("no_name", "last_name")
    if len(name) > _NAME_LONGEST:
        raise RowRefused("too_long", "last_name")
    if any(sign in name for sign in "<>{}|=;") or re.search(r"https?:|www\.|\w\.\w+/", name, re.IGNORECASE):
        raise RowRefused("not_a_name", "last_name")
    if name[0] in "+-@\t":
        raise RowRefused("not_a_name", "first_name")
    return name


def _address(cells: Mapping[str, str]) -> str | None:
    """The first good address of the row; RowRefused where one is given and none is good."""
    given = False
    for name in ("email", "email_alternate"):
        if not cells.get(name):
            continue
        given = given or name == "email"
        if "\n" in cells[name] or "%0" in cells[name]:
            continue
        for text in cells[name].split(";"):
            found = clean_address(text)
            if found:
                return found
    if given:
        raise RowRefused("bad_email", "email")
    return None


def clean_address(text: str) -> str | None:
    """The address in a cell, without `mailto:`, a name before it or blanks around it; None for what is none."""
    inside = _IN_BRACKETS.match(text.strip())
    plain = (inside.group(1) if inside else text).strip().lower().removeprefix("mailto:").strip()
    local = plain.partition("@")[0]
    return plain if len(plain) <= 254 and len(local) <= 64 and _EMAIL.fullmatch(plain) else None


def _codes(person: Person, cells: Mapping[str, str]) -> None:
    if cells.get("country"):
        person.country = find_country_word(cells["country"]) or ""
        if not person.country:
            person.unclear.append("country")
    finders = (
        ("markets", "markets", find_country_word),
        ("sectors", "sectors", find_sector_word),
        ("help", "help_types", find_help_word),
        ("languages", "languages", find_language_word),
    )
    for column, attribute, find in finders:
        text = cells.get(column, "")
        if not text:
            continue
        whole = find(text)
        words = [whole] if whole else [find(word) for word in _SPLIT.split(text) if word.strip()]
        setattr(person, attribute, list(dict.fromkeys(code for code in words if code))[:20])
        if None in words:
            person.unclear.append(column)


def _year(person: Person, text: str, latest_year: int) -> None:
    if not text:
        return
    found = _YEAR.search(text)
    year = int(found.group()) if found else _short_year(text, latest_year)
    if year is not None and year <= latest_year:
        person.class_year = year
    else:
        person.unclear.append("class_year")


def _short_year(text: str, latest_year: int) -> int | None:
    """A year as lists write it: '93, or the number of a day as spreadsheets keep dates."""
    short = re.fullmatch(r"['’](\d\d)", text)
    if short:
        year = 2000 + int(short.group(1))
        return year if year <= latest_year else year - 100
    if re.fullmatch(r"[1-4]\d{4}", text):
        return (date(1899, 12, 30) + timedelta(days=int(text))).year
    return None


def _consent(person: Person, cells: Mapping[str, str]) -> None:
    """Only a clear yes is a yes; "opted out: no" says nothing."""
    opt_in, out = cells.get("email_opt_in", "").lower(), cells.get("opted_out", "").lower()
    person.never_contact = cells.get("do_not_contact", "").lower() in YES
    person.refuses = out in YES or (bool(opt_in) and opt_in in NO) or person.never_contact
    person.consents = opt_in in YES and not person.refuses
    if opt_in not in YES | NO:
        person.unclear.append("email_opt_in")


def template_csv() -> str:
    """The header of our own columns with one example below it: what an office fills in."""
    example = {
        "first_name": "Amina",
        "last_name": "Rahman",
        "email": "amina@example.org",
        "job_title": "Director of Projects",
        "employer": "Al Noor Power",
        "city": "Abu Dhabi",
        "country": "United Arab Emirates",
        "markets": "United Arab Emirates; Oman",
        "sectors": "Energy",
        "languages": "English; Arabic",
        "class_year": "1998",
        "email_opt_in": "yes",
    }
    lines = (list(COLUMNS), [example.get(name, "") for name in COLUMNS])
    return "".join(",".join(line) + "\r\n" for line in lines)
