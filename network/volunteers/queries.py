"""Looking volunteers up, with what they know and offer, and who was given their details."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import NotFound
from network.domain.states import Effort, MarketDepth, VolunteerState
from network.models import (
    Affiliation,
    DeclaredInterest,
    Disclosure,
    Organisation,
    User,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.volunteers.policy import is_findable, volunteers_visible_to


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of help at one effort, in the volunteer's own words if they gave any."""

    help_type: str
    effort: Effort = Effort.ONE_CALL
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """Why a volunteer cares: `kind` is university, origin, family or friend."""

    kind: str
    organisation_id: int | None = None
    text: str = ""
    year: int | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything a volunteer knows, offers and declares, in a fixed order."""

    markets: tuple[tuple[str, MarketDepth], ...] = ()
    sectors: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    languages: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()
    employers: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One exchange of contact details, as the person whose they are reads it."""

    at: datetime
    recipient: str
    organisation: str | None
    fields: str
    purpose: str
    introduction_id: int


def get_volunteer(session: Session, volunteer_id: int) -> Volunteer:
    """The volunteer of this id; of a merged one the record that stayed. NotFound where there is none."""
    found = session.get(Volunteer, volunteer_id)
    while found is not None and found.merged_into_id is not None:
        found = session.get(Volunteer, found.merged_into_id)
    if found is None:
        raise NotFound("no_such_volunteer", "There is no such volunteer.")
    return found


def visible_volunteer(session: Session, actor: Actor, volunteer_id: int) -> Volunteer:
    """The volunteer, if the actor may see them; NotFound otherwise. A merged id leads to the one that stayed."""
    kept = get_volunteer(session, volunteer_id).id
    found = session.scalar(select(Volunteer).where(Volunteer.id == kept, volunteers_visible_to(actor)))
    if found is None:
        raise NotFound("no_such_volunteer", "There is no such volunteer.")
    return found


def find_volunteer_of(session: Session, user_id: int) -> Volunteer | None:
    """The volunteer a user is, or None; one who left is still found."""
    return session.scalar(select(Volunteer).where(Volunteer.user_id == user_id))


def find_imported(session: Session, email: str) -> Volunteer | None:
    """The imported record with this address that nobody claimed yet, or None."""
    return session.scalars(
        select(Volunteer)
        .where(
            Volunteer.contact_email == email,
            Volunteer.state == VolunteerState.IMPORTED,
            Volunteer.user_id.is_(None),
            Volunteer.merged_into_id.is_(None),
        )
        .order_by(Volunteer.id)
        .limit(1)
    ).first()


def is_volunteer_findable(session: Session, volunteer_id: int) -> bool:
    """Whether others find the volunteer at all."""
    query = select(Volunteer.id).where(Volunteer.id == volunteer_id, is_findable())
    return session.scalar(query) is not None


def is_paused(volunteer: Volunteer, now: datetime) -> bool:
    """Whether the volunteer is on leave today, by their own calendar."""
    return paused_on(volunteer, local_date(now, volunteer.timezone))


def paused_on(volunteer: Volunteer, day: date) -> bool:
    """Whether that day lies in the volunteer's leave."""
    if volunteer.paused_until is None or day > volunteer.paused_until:
        return False
    return volunteer.leave_from is None or volunteer.leave_from <= day


def knowledge_of(session: Session, volunteer_id: int) -> Knowledge:
    """Everything one volunteer knows, offers and declares."""
    return knowledge_of_many(session, [volunteer_id])[volunteer_id]


def knowledge_of_many(session: Session, volunteer_ids: Collection[int]) -> dict[int, Knowledge]:
    """The same for several volunteers, in as many statements as for one."""
    ids = list(volunteer_ids)
    return {
        volunteer_id: Knowledge(*parts)
        for volunteer_id, parts in zip(
            ids,
            zip(
                *(
                    _grouped(ids, rows)
                    for rows in (
                        _markets(session, ids),
                        _sectors(session, ids),
                        _offers(session, ids),
                        _languages(session, ids),
                        _ties(session, ids),
                        _interests(session, ids, "employer"),
                        _interests(session, ids, "competitor"),
                    )
                ),
                strict=True,
            ),
            strict=True,
        )
    }


def _grouped(ids: list[int], rows: Iterable[tuple[int, object]]) -> list[tuple[object, ...]]:
    found: dict[int, list[object]] = {volunteer_id: [] for volunteer_id in ids}
    for volunteer_id, value in rows:
        found[volunteer_id].append(value)
    return [tuple(found[volunteer_id]) for volunteer_id in ids]


def _markets(session: Session, ids: list[int]) -> list[tuple[int, object]]:
    order = {depth: place for place, depth in enumerate(MarketDepth)}
    rows = session.scalars(select(VolunteerMarket).where(VolunteerMarket.volunteer_id.in_(ids))).all()
    return [
        (row.volunteer_id, (row.market, row.depth))
        for row in sorted(rows, key=lambda row: (order[row.depth], row.market))
    ]


def _sectors(session: Session, ids: list[int]) -> list[tuple[int, object]]:
    query = select(VolunteerSector.volunteer_id, VolunteerSector.sector)
    rows = session.execute(
        query.where(VolunteerSector.volunteer_id.in_(ids)).order_by(VolunteerSector.sector)
    )
    return [(row_id, sector) for row_id, sector in rows]


def _offers(session: Session, ids: list[int]) -> list[tuple[int, object]]:
    query = select(VolunteerHelp).where(VolunteerHelp.volunteer_id.in_(ids)).order_by(VolunteerHelp.help_type)
    return [(row.volunteer_id, Offer(row.help_type, row.effort, row.words)) for row in session.scalars(query)]


def _languages(session: Session, ids: list[int]) -> list[tuple[int, object]]:
    query = select(VolunteerLanguage.volunteer_id, VolunteerLanguage.language)
    rows = session.execute(
        query.where(VolunteerLanguage.volunteer_id.in_(ids)).order_by(VolunteerLanguage.language)
    )
    return [(row_id, language) for row_id, language in rows]


def _ties(session: Session, ids: list[int]) -> list[tuple[int, object]]:
    query = select(Affiliation).where(Affiliation.volunteer_id.in_(ids)).order_by(Affiliation.id)
    return [
        (row.volunteer_id, Tie(row.kind, row.organisation_id, row.text, row.year, row.place))
        for row in session.scalars(query)
    ]


def _interests(session: Session, ids: list[int], kind: str) -> list[tuple[int, object]]:
    query = (
        select(DeclaredInterest.volunteer_id, DeclaredInterest.name)
        .where(DeclaredInterest.volunteer_id.in_(ids), DeclaredInterest.kind == kind)
        .order_by(DeclaredInterest.id)
    )
    return [(row_id, name) for row_id, name in session.execute(query)]


def disclosures_of(session: Session, user_id: int) -> list[DisclosureLine]:
    """To whom this person's contact details were given, newest first: names and purposes, never the values."""
    query = (
        select(Disclosure, User.name, Organisation.name)
        .join(User, User.id == Disclosure.recipient_user_id)
        .outerjoin(Organisation, Organisation.id == Disclosure.organisation_id)
        .where(Disclosure.subject_user_id == user_id)
        .order_by(Disclosure.created_at.desc(), Disclosure.id.desc())
    )
    return [
        DisclosureLine(row.created_at, person, firm, row.fields, row.purpose, row.introduction_id)
        for row, person, firm in session.execute(query)
    ]


def universities_of(session: Session, volunteer_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the universities on the network that each volunteer named as theirs."""
    query = (
        select(Affiliation.volunteer_id, Organisation.name)
        .join(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(Affiliation.volunteer_id.in_(volunteer_ids), Affiliation.kind == "university")
        .order_by(Affiliation.volunteer_id, Organisation.name)
    )
    found: dict[int, list[str]] = {}
    for volunteer_id, name in session.execute(query):
        found.setdefault(volunteer_id, []).append(name)
    return found
