"""Writing what a volunteer says about themselves: checked values, lists replaced as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.reference import find_help_type, find_home_place, find_language, find_market, find_sector
from network.accounts.registration import checked_email, checked_name, checked_timezone
from network.domain.errors import Invalid
from network.domain.states import MarketDepth, OrganisationKind
from network.domain.text import clean_line, clean_text
from network.models import (
    Affiliation,
    DeclaredInterest,
    Organisation,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.volunteers.queries import Offer, Tie

TIE_KINDS = ("university", "origin", "family", "friend")
LONGEST = {"headline": 140, "job_title": 120, "employer": 120, "city": 80, "phone": 40}
BIOGRAPHY_LONGEST = 4000
WORDS_LONGEST = 140
LIST_LONGEST = {"markets": 30, "sectors": 20, "languages": 15, "ties": 12, "interests": 20}
EARLIEST_YEAR = 1930


@dataclass(frozen=True, slots=True)
class About:
    """Who a volunteer is and where they live."""

    name: str
    headline: str = ""
    job_title: str = ""
    employer: str = ""
    biography: str = ""
    city: str = ""
    country: str = ""
    timezone: str = "UTC"
    phone: str = ""
    contact_email: str | None = None


def fill_about(volunteer: Volunteer, about: About) -> None:
    """The volunteer's own fields are as given; Invalid names the field that cannot be taken."""
    volunteer.name = checked_name(about.name)
    for field in ("headline", "job_title", "employer", "city"):
        setattr(volunteer, field, short_line(getattr(about, field), field))
    volunteer.phone = short_line(about.phone, "phone") or None
    volunteer.biography = clean_text(about.biography, field="biography")
    if len(volunteer.biography) > BIOGRAPHY_LONGEST:
        raise Invalid("too_long", f"Keep this under {BIOGRAPHY_LONGEST} characters.", "biography")
    if about.country and find_market(about.country) is None:
        raise Invalid("no_such_country", "Choose the country from the list.", "country")
    volunteer.country, volunteer.timezone = about.country, checked_timezone(about.timezone)
    if about.contact_email:
        volunteer.contact_email = checked_email(about.contact_email, "contact_email")


def short_line(text: str | None, field: str) -> str:
    """One line within the length of its field."""
    found = clean_line(text, field=field)
    if len(found) > LONGEST[field]:
        raise Invalid("too_long", f"Keep this under {LONGEST[field]} characters.", field)
    return found


def set_markets(session: Session, volunteer_id: int, markets: Mapping[str, MarketDepth]) -> bool:
    """The volunteer knows these markets, each so well; whether anything changed."""
    _refuse_unknown(markets, find_market, "markets", "Choose markets from the list.")
    rows = {code: {"market": code, "depth": MarketDepth(depth)} for code, depth in markets.items()}
    return _replace(session, VolunteerMarket, volunteer_id, "market", rows)


def set_sectors(session: Session, volunteer_id: int, sectors: Collection[str]) -> bool:
    """The volunteer knows these sectors; whether anything changed."""
    _refuse_unknown(sectors, find_sector, "sectors", "Choose sectors from the list.")
    return _replace(
        session, VolunteerSector, volunteer_id, "sector", {code: {"sector": code} for code in sectors}
    )


def set_languages(session: Session, volunteer_id: int, languages: Collection[str]) -> bool:
    """The volunteer works in these languages; whether anything changed."""
    _refuse_unknown(languages, find_language, "languages", "Choose languages from the list.")
    rows = {code: {"language": code} for code in languages}
    return _replace(session, VolunteerLanguage, volunteer_id, "language", rows)


def set_offers(session: Session, volunteer_id: int, offers: Collection[Offer]) -> bool:
    """The volunteer offers this help; whether anything changed."""
    by_type = {offer.help_type: offer for offer in offers}
    _refuse_unknown(by_type, find_help_type, "help_types", "Choose the kinds of help from the list.")
    rows = {}
    for code, offer in by_type.items():
        words = clean_line(offer.words, field="help_types")
        if len(words) > WORDS_LONGEST:
            raise Invalid("too_long", f"Keep each offer under {WORDS_LONGEST} characters.", "help_types")
        rows[code] = {"help_type": code, "effort": offer.effort, "words": words}
    return _replace(session, VolunteerHelp, volunteer_id, "help_type", rows)


def set_ties(session: Session, volunteer_id: int, ties: Collection[Tie], today: date) -> bool:
    """Why the volunteer cares is as given; whether anything changed."""
    if len(ties) > LIST_LONGEST["ties"]:
        raise Invalid("too_many", "That is more than we can keep.", "ties")
    wanted = [_checked_tie(session, tie, today) for tie in ties]
    query = select(Affiliation).where(Affiliation.volunteer_id == volunteer_id).order_by(Affiliation.id)
    had = [
        Tie(row.kind, row.organisation_id, row.text, row.year, row.place) for row in session.scalars(query)
    ]
    if had == wanted:
        return False
    session.execute(delete(Affiliation).where(Affiliation.volunteer_id == volunteer_id))
    session.add_all(
        Affiliation(
            volunteer_id=volunteer_id,
            kind=tie.kind,
            organisation_id=tie.organisation_id,
            text=tie.text,
            year=tie.year,
            place=tie.place,
        )
        for tie in wanted
    )
    session.flush()
    return True


def _checked_tie(session: Session, tie: Tie, today: date) -> Tie:
    if tie.kind not in TIE_KINDS:
        raise Invalid("no_such_tie", "Choose why you care from the list.", "ties")
    if tie.year is not None and not EARLIEST_YEAR <= tie.year <= today.year + 8:
        raise Invalid("bad_year", "Write the year of graduation with four digits.", "year")
    if tie.place and find_home_place(tie.place) is None:
        raise Invalid("no_home_place", "Choose the place from the list.", "place")
    if tie.organisation_id is not None:
        university = session.get(Organisation, tie.organisation_id)
        if university is None or university.kind is not OrganisationKind.UNIVERSITY:
            raise Invalid("no_such_university", "Choose the university from the list.", "university")
    text = clean_line(tie.text, field="ties")[:200]
    return Tie(tie.kind, tie.organisation_id, text, tie.year, tie.place or None)


def set_interests(
    session: Session, volunteer_id: int, employers: Collection[str], competitors: Collection[str]
) -> bool:
    """The firms the volunteer declares as employer or competitor are these; whether anything changed."""
    wanted = [
        (kind, name)
        for kind, names in (("employer", employers), ("competitor", competitors))
        for name in dict.fromkeys(clean_line(one, field=f"{kind}s")[:120] for one in names)
        if name
    ]
    if len(wanted) > LIST_LONGEST["interests"]:
        raise Invalid("too_many", "That is more than we can keep.", "competitors")
    query = select(DeclaredInterest).where(DeclaredInterest.volunteer_id == volunteer_id)
    had = sorted((row.kind, row.name) for row in session.scalars(query))
    if had == sorted(wanted):
        return False
    session.execute(delete(DeclaredInterest).where(DeclaredInterest.volunteer_id == volunteer_id))
    session.add_all(
        DeclaredInterest(volunteer_id=volunteer_id, kind=kind, name=name) for kind, name in wanted
    )
    session.flush()
    return True


def _refuse_unknown(codes: Collection[str] | Mapping[str, Any], find: Any, field: str, words: str) -> None:
    if any(find(code) is None for code in codes):
        raise Invalid("not_on_the_list", words, field)
    if len(codes) > LIST_LONGEST.get(field, 40):
        raise Invalid("too_many", "Choose fewer: the ones you know best.", field)


def _replace(
    session: Session, table: Any, volunteer_id: int, column: str, rows: dict[str, dict[str, Any]]
) -> bool:
    """Make the table hold just these rows for the volunteer; whether that changed anything."""
    found = {
        getattr(row, column): row
        for row in session.scalars(select(table).where(table.volunteer_id == volunteer_id))
    }
    changed = False
    for code in found.keys() - rows.keys():
        session.delete(found[code])
        changed = True
    for code, values in rows.items():
        row = found.get(code)
        if row is None:
            session.add(table(volunteer_id=volunteer_id, **values))
            changed = True
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed = True
    session.flush()
    return changed
