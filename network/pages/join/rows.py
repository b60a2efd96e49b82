"""What the pages of joining show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.chapters.queries import memberships_of, open_chapters, suggest_chapters
from network.domain.states import Effort, FieldGroup, MembershipState
from network.models import ReferralInvitation, User, Volunteer
from network.volunteers.policy import visibility_of
from network.volunteers.queries import Knowledge, Tie, knowledge_of


@dataclass(frozen=True, slots=True)
class Applied:
    """A chapter that was asked, and by when it answers."""

    chapter: str
    slug: str
    state: str
    until: datetime | None


def about_values(session: Session, volunteer: Volunteer) -> dict[str, Any]:
    """What step two shows of what is known already."""
    ties = knowledge_of(session, volunteer.id).ties
    studied = next((tie for tie in ties if tie.kind == "university"), Tie("university"))
    return {
        **{
            name: getattr(volunteer, name)
            for name in (
                "name",
                "headline",
                "job_title",
                "employer",
                "biography",
                "country",
                "city",
                "timezone",
            )
        },
        "university": str(studied.organisation_id or ""),
        "course": studied.text,
        "year": studied.year,
        "origin": next((tie.place for tie in ties if tie.kind == "origin" and tie.place), ""),
        "family": any(tie.kind == "family" for tie in ties),
        "friend": any(tie.kind == "friend" for tie in ties),
        "version": volunteer.version,
    }


def knowledge_values(session: Session, volunteer: Volunteer, rows: int) -> dict[str, Any]:
    """What step three shows of what is known already."""
    known = knowledge_of(session, volunteer.id)
    markets = [{"market": code, "depth": depth.value} for code, depth in known.markets]
    if not markets and volunteer.country:
        markets = [{"market": volunteer.country, "depth": "lived"}]
    empty = [{"market": "", "depth": "knows"}] * max(1, rows - len(markets))
    return {
        "markets": [*markets, *empty],
        "sectors": list(known.sectors),
        "languages": list(known.languages),
        "version": volunteer.version,
    }


def help_values(session: Session, volunteer: Volunteer) -> dict[str, Any]:
    """What step four shows of what is known already."""
    known: Knowledge = knowledge_of(session, volunteer.id)
    return {
        "help_types": [offer.help_type for offer in known.offers],
        "effort": known.offers[0].effort.value if known.offers else Effort.ONE_CALL.value,
        "capacity": volunteer.capacity,
        "employers": "\n".join(known.employers) or volunteer.employer,
        "competitors": "\n".join(known.competitors),
        "version": volunteer.version,
    }


def privacy_values(volunteer: Volunteer, chapters: list[tuple[int, str]]) -> dict[str, Any]:
    """What step five shows: the defaults until somebody chooses otherwise."""
    return {
        "listing": volunteer.listing.value,
        **{group.value: visibility_of(volunteer, group).value for group in FieldGroup},
        "chapters": [chapters[0][0]] if chapters else [],
        "version": volunteer.version,
    }


def chapter_choices(session: Session, volunteer: Volunteer) -> list[tuple[int, str]]:
    """The chapters that fit the volunteer's markets first; all open ones where none fits."""
    codes = [code for code, _depth in knowledge_of(session, volunteer.id).markets]
    found = suggest_chapters(session, codes, volunteer.country) or open_chapters(session)
    return [(chapter.id, chapter.name) for chapter in found]


def applications(session: Session, volunteer: Volunteer) -> list[Applied]:
    """The chapters that the volunteer asked, with their answers."""
    return [
        Applied(
            chapter.name,
            chapter.slug,
            membership.state.value,
            membership.next_action_at if membership.state is MembershipState.APPLIED else None,
        )
        for membership, chapter in memberships_of(session, volunteer.id)
    ]


def inviter_of(session: Session, referral_id: int) -> tuple[ReferralInvitation, str] | None:
    """A referral and the name of whoever made it, or None."""
    found = session.execute(
        select(ReferralInvitation, User.name)
        .join(User, User.id == ReferralInvitation.inviter_id)
        .where(ReferralInvitation.id == referral_id, User.closed_at.is_(None))
    ).first()
    return (found[0], found[1]) if found else None
