"""People, organisations, chapters."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.queries import load_actor
from network.domain.actor import Actor
from network.domain.states import (
    Channel,
    ChapterState,
    Effort,
    MarketDepth,
    MembershipState,
    OrganisationKind,
    OrganisationState,
    Role,
    Visibility,
    VolunteerState,
)
from network.models import (
    Chapter,
    ChapterLead,
    ChapterMarket,
    Membership,
    Organisation,
    OrganisationMember,
    OrganisationSector,
    User,
    UserRole,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def make_user(
    session: Session, *, name: str = "Robin Hale", roles: Iterable[Role] = (), **given: Any
) -> User:
    """A person with a verified address."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "name": name,
        "timezone": "Europe/London",
        "email_verified_at": NOW,
        "code_accepted_at": NOW,
        "terms_accepted_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    user = User(**values)
    session.add(user)
    session.flush()
    for role in roles:
        session.add(UserRole(user_id=user.id, role=role, given_at=NOW))
    session.flush()
    return user


def make_staff(session: Session, **given: Any) -> User:
    """A concierge of the network."""
    return make_user(session, **{"name": "Sam Concierge", "roles": [Role.STAFF], **given})


def make_chapter(
    session: Session, *, markets: Iterable[str] = ("AE",), leads: Iterable[User] = (), **given: Any
) -> Chapter:
    """An active chapter."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"chapter-{number}",
        "name": f"Chapter {number}",
        "summary": "Friends of the place who live here.",
        "timezone": "Asia/Dubai",
        "state": ChapterState.ACTIVE,
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    chapter = Chapter(**values)
    session.add(chapter)
    session.flush()
    session.add_all(ChapterMarket(chapter_id=chapter.id, market=market) for market in markets)
    session.add_all(ChapterLead(chapter_id=chapter.id, user_id=lead.id, since=NOW) for lead in leads)
    session.flush()
    return chapter


def make_lead(session: Session, chapter: Chapter, **given: Any) -> User:
    """One more lead of a chapter."""
    user = make_user(session, **{"name": "Lee Lead", **given})
    session.add(ChapterLead(chapter_id=chapter.id, user_id=user.id, since=NOW))
    session.flush()
    return user


def make_membership(
    session: Session,
    volunteer: Volunteer,
    chapter: Chapter,
    state: MembershipState = MembershipState.APPROVED,
    **given: Any,
) -> Membership:
    """A volunteer's place in a chapter."""
    values: dict[str, Any] = {"applied_at": NOW, "created_at": NOW, "updated_at": NOW, **given}
    if state is MembershipState.APPLIED:
        values.setdefault("next_action_by", "broker")
        values.setdefault("next_action_at", NOW)
    membership = Membership(volunteer_id=volunteer.id, chapter_id=chapter.id, state=state, **values)
    session.add(membership)
    session.flush()
    return membership


def make_volunteer(
    session: Session,
    *,
    chapter: Chapter | None = None,
    markets: Iterable[str] = ("AE",),
    sectors: Iterable[str] = ("energy",),
    help_types: Iterable[str] = ("market_insight",),
    languages: Iterable[str] = ("en",),
    user: User | None = None,
    **given: Any,
) -> Volunteer:
    """An active volunteer with an account; findable once a chapter is given."""
    name = given.pop("name", "Amina Rahman")
    owner = user or make_user(session, name=name, timezone="Asia/Dubai")
    values: dict[str, Any] = {
        "user_id": owner.id,
        "state": VolunteerState.ACTIVE,
        "name": name,
        "headline": "Power and water projects in the Gulf",
        "job_title": "Director of Projects",
        "employer": "Al Noor Power",
        "biography": "Led procurement for two solar plants in Oman. Knows the contracting teams of Gulf utilities.",
        "city": "Abu Dhabi",
        "country": "AE",
        "timezone": "Asia/Dubai",
        "contact_email": owner.email,
        "phone": "+971 50 555 0100",
        "capacity": 2,
        "listing": Visibility.MEMBERS,
        "created_at": NOW,
        "updated_at": NOW,
        "reviewed_at": NOW,
        **given,
    }
    volunteer = Volunteer(**values)
    session.add(volunteer)
    session.flush()
    key = {"volunteer_id": volunteer.id}
    session.add_all(VolunteerMarket(**key, market=code, depth=MarketDepth.LIVED) for code in markets)
    session.add_all(VolunteerSector(**key, sector=code) for code in sectors)
    session.add_all(VolunteerHelp(**key, help_type=code, effort=Effort.ONE_CALL) for code in help_types)
    session.add_all(VolunteerLanguage(**key, language=code) for code in languages)
    session.flush()
    if chapter is not None:
        make_membership(session, volunteer, chapter)
    return volunteer


def make_organisation(
    session: Session, *, owner: User | None = None, members: Iterable[User] = (), **given: Any
) -> Organisation:
    """An eligible company with an owner."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": OrganisationKind.COMPANY,
        "name": f"Northfield Pumps {number}",
        "registration_number": f"MH{number:06d}",
        "home_place": "E12000005",
        "size": "small",
        "export_experience": "occasional",
        "state": OrganisationState.ELIGIBLE,
        "checked_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    session.add(OrganisationSector(organisation_id=organisation.id, sector="energy"))
    people = [(owner, Role.ORGANISATION_OWNER)] if owner else []
    people += [(user, Role.ORGANISATION_MEMBER) for user in members]
    session.add_all(
        OrganisationMember(
            organisation_id=organisation.id,
            user_id=user.id,
            role=role,
            job_title="Export manager",
            phone="+44 121 496 0100",
            joined_at=NOW,
            approved_at=NOW,
        )
        for user, role in people
        if user is not None
    )
    session.flush()
    return organisation


def actor_of(session: Session, user: User, channel: Channel = Channel.WEB) -> Actor:
    """The actor a user is now."""
    session.flush()
    return load_actor(session, user, channel)
