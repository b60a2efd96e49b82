"""What the forms of a volunteer's profile show of what is known already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import help_type_choices
from network.domain.states import Effort, FieldGroup
from network.models import Organisation, Volunteer
from network.organisations.queries import universities
from network.volunteers.policy import visibility_of
from network.volunteers.queries import Knowledge, Offer

# So many empty rows stand under the ones that are filled: more come with each saving.
SPARE_MARKETS = 3
SPARE_UNIVERSITIES = 1
ABOUT = ("name", "headline", "job_title", "employer", "biography", "country", "city", "timezone")


def university_choices(session: Session, known: Knowledge) -> list[tuple[int, str]]:
    """The universities that may be named, and any other that was named before."""
    found = universities(session)
    named = {tie.organisation_id for tie in known.ties if tie.organisation_id} - {
        row_id for row_id, _n in found
    }
    if named:
        query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(named)))
        found += [(row_id, name) for row_id, name in session.execute(query.order_by(Organisation.name))]
    return found


def about_values(volunteer: Volunteer, known: Knowledge) -> dict[str, Any]:
    """Who they are and why they care."""
    studied = [
        {"university": str(tie.organisation_id or ""), "course": tie.text, "year": tie.year}
        for tie in known.ties
        if tie.kind == "university"
    ]
    empty: dict[str, Any] = {"university": "", "course": "", "year": None}
    return {
        **{name: getattr(volunteer, name) for name in ABOUT},
        "phone": volunteer.phone or "",
        "studied": [*studied, *[empty] * SPARE_UNIVERSITIES],
        "places": [tie.place for tie in known.ties if tie.kind == "origin" and tie.place],
        "family": any(tie.kind == "family" for tie in known.ties),
        "friend": any(tie.kind == "friend" for tie in known.ties),
        "version": volunteer.version,
    }


def knowledge_values(volunteer: Volunteer, known: Knowledge) -> dict[str, Any]:
    """Markets, sectors, languages."""
    markets = [{"market": code, "depth": depth.value} for code, depth in known.markets]
    return {
        "markets": [*markets, *[{"market": "", "depth": "knows"}] * SPARE_MARKETS],
        "sectors": list(known.sectors),
        "languages": list(known.languages),
        "version": volunteer.version,
    }


def help_values(volunteer: Volunteer, known: Knowledge) -> dict[str, Any]:
    """Offers, capacity, declared firms."""
    offered = {offer.help_type: offer for offer in known.offers}
    # A kind that the list retired stays for whoever offers it already.
    codes = [code for code, _label in help_type_choices()]
    codes += [code for code in offered if code not in codes]
    return {
        "help_types": [_offer_values(code, offered.get(code)) for code in codes],
        "capacity": volunteer.capacity,
        "employers": "\n".join(known.employers),
        "competitors": "\n".join(known.competitors),
        "version": volunteer.version,
    }


def _offer_values(code: str, offer: Offer | None) -> dict[str, Any]:
    return {
        "help_type": code,
        "offered": offer is not None,
        "effort": (offer.effort if offer else Effort.ONE_CALL).value,
        "words": offer.words if offer else "",
    }


def visibility_values(volunteer: Volunteer) -> dict[str, Any]:
    """Who finds them and who reads what."""
    return {
        "listing": volunteer.listing.value,
        **{group.value: visibility_of(volunteer, group).value for group in FieldGroup},
        "version": volunteer.version,
    }
