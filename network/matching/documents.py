"""Volunteers as the index knows them, built from rows in batches, each field for the audience it was given to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config.reference import (
    find_help_type,
    find_home_place,
    find_market,
    find_sector,
    sector_and_ancestors,
)
from network.domain.states import MembershipState, Visibility
from network.matching.capacity import loads_of
from network.models import Chapter, Membership, Organisation, Volunteer
from network.volunteers.policy import is_findable
from network.volunteers.queries import Knowledge, Tie, is_paused, knowledge_of_many
from search import Affiliation, Audience, VolunteerDocument

BATCH = 400
AUDIENCES = {
    Visibility.PUBLIC: Audience.PUBLIC,
    Visibility.MEMBERS: Audience.MEMBERS,
    Visibility.LEADS: Audience.LEADS,
}


def documents_of(session: Session, volunteer_ids: Collection[int], now: datetime) -> list[VolunteerDocument]:
    """The documents of those of the volunteers who can be found at all, in order of id."""
    found: list[VolunteerDocument] = []
    ids = sorted(set(volunteer_ids))
    for first in range(0, len(ids), BATCH):
        part = ids[first : first + BATCH]
        rows = session.scalars(_findable().where(Volunteer.id.in_(part))).all()
        found.extend(_documents(session, rows, now))
    return found


def all_documents(session: Session, now: datetime) -> Iterator[VolunteerDocument]:
    """The documents of everybody who can be found, in order of id; holds no more than a batch at a time."""
    last = 0
    while rows := session.scalars(_findable().where(Volunteer.id > last).limit(BATCH)).all():
        yield from _documents(session, rows, now)
        last = rows[-1].id


def _findable() -> Select[Volunteer]:
    return select(Volunteer).where(is_findable()).order_by(Volunteer.id)


def _documents(session: Session, rows: Collection[Volunteer], now: datetime) -> list[VolunteerDocument]:
    ids = [row.id for row in rows]
    known = knowledge_of_many(session, ids)
    slugs = _chapter_slugs(session, ids)
    loads = loads_of(session, {row.id: row.capacity for row in rows}, now)
    universities = _universities(session, (tie for one in known.values() for tie in one.ties))
    return [
        document_of(row, known[row.id], slugs.get(row.id, ()), loads[row.id], universities, now)
        for row in rows
    ]


def document_of(
    row: Volunteer,
    known: Knowledge,
    chapters: Collection[str],
    load: float,
    universities: dict[int, str],
    now: datetime,
) -> VolunteerDocument:
    """One volunteer as the index holds them."""
    profile, work, place = (
        AUDIENCES[visibility]
        for visibility in (row.profile_visibility, row.work_visibility, row.place_visibility)
    )
    return VolunteerDocument(
        id=row.id,
        name=row.name,
        updated_at=row.updated_at,
        listed=AUDIENCES[row.listing],
        hidden={
            "headline": profile,
            "biography": profile,
            "job_title": work,
            "employer": work,
            "city": place,
        },
        headline=row.headline,
        job_title=row.job_title,
        employer=row.employer,
        biography=row.biography,
        # The country lived in belongs to the place; the markets known are for everybody who finds the person.
        city=", ".join(part for part in (row.city, _name(find_market, row.country)) if part),
        help_words=" ".join(offer.words for offer in known.offers if offer.words),
        labels=_labels(known),
        markets=tuple(code for code, _ in known.markets),
        market_depths={code: depth.value for code, depth in known.markets},
        sectors=known.sectors,
        sector_paths=tuple(dict.fromkeys(code for leaf in known.sectors for code in sector_path(leaf))),
        help_types=tuple(offer.help_type for offer in known.offers),
        languages=known.languages,
        chapters=tuple(chapters),
        affiliations=tuple(_affiliation(row, tie, universities) for tie in known.ties),
        availability="later" if load >= 1.0 or is_paused(row, now) else "now",
        answer_days=row.answer_days,
        load=round(load, 2),
    )


def sector_path(code: str) -> tuple[str, ...]:
    """A sector with those above it; a code that is no longer known stands alone."""
    return sector_and_ancestors(code) if find_sector(code) else (code,)


def _labels(known: Knowledge) -> str:
    codes: list[str] = [_name(find_market, code) for code, _ in known.markets]
    codes += [_name(find_sector, code) for code in known.sectors]
    codes += [_name(find_help_type, offer.help_type) for offer in known.offers]
    return "; ".join(filter(None, codes))


def _affiliation(row: Volunteer, tie: Tie, universities: dict[int, str]) -> Affiliation:
    """Origin and family follow the origin's visibility, the rest that of the university."""
    if tie.kind in {"origin", "family"}:
        place = _name(find_home_place, tie.place or "")
        words = " ".join(filter(None, (tie.text, place)))
        return Affiliation(affiliation_code(tie), words, AUDIENCES[row.origin_visibility])
    words = " ".join(filter(None, (universities.get(tie.organisation_id or 0, ""), tie.text)))
    return Affiliation(affiliation_code(tie), words, AUDIENCES[row.university_visibility])


def affiliation_code(tie: Tie) -> str:
    """The code of the facet: "university-4", "origin-E12000005", "family", "friend"; empty where nothing names one."""
    if tie.kind == "university":
        return f"university-{tie.organisation_id}" if tie.organisation_id else ""
    if tie.kind == "origin":
        return f"origin-{tie.place}" if tie.place else ""
    return tie.kind


def _chapter_slugs(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    query = (
        select(Membership.volunteer_id, Chapter.slug)
        .join(Chapter, Chapter.id == Membership.chapter_id)
        .where(Membership.volunteer_id.in_(ids), Membership.state == MembershipState.APPROVED)
        .order_by(Chapter.slug)
    )
    found: dict[int, list[str]] = {}
    for volunteer_id, slug in session.execute(query):
        found.setdefault(volunteer_id, []).append(slug)
    return found


def _universities(session: Session, ties: Iterable[Tie]) -> dict[int, str]:
    ids = {tie.organisation_id for tie in ties if tie.organisation_id}
    if not ids:
        return {}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _name(find: Callable[[str], object | None], code: str) -> str:
    found = find(code) if code else None
    return str(getattr(found, "label", ""))
