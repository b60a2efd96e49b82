"""Looking chapters, their leads and their members up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from network.chapters.policy import chapters_visible_to
from network.domain.actor import Actor
from network.domain.chapter_moves import OPEN_TO_APPLICANTS, TAKES_NEEDS
from network.domain.errors import NotFound
from network.domain.states import ChapterState, MembershipState
from network.models import Chapter, ChapterLead, ChapterMarket, ChapterSector, Membership, User, Volunteer


def get_chapter(session: Session, chapter_id: int) -> Chapter:
    """The chapter of this id; NotFound where there is none."""
    found = session.get(Chapter, chapter_id)
    if found is None:
        raise NotFound("no_such_chapter", "There is no such chapter.")
    return found


def find_chapter_by_slug(session: Session, slug: str) -> Chapter | None:
    """The chapter of this address, ended ones too: a page may lead on to the successor."""
    return session.scalar(select(Chapter).where(Chapter.slug == slug[:120]))


def visible_chapter(session: Session, actor: Actor, slug: str) -> Chapter:
    """The chapter of this address, if the actor may see it; NotFound otherwise."""
    found = session.scalar(select(Chapter).where(Chapter.slug == slug[:120], chapters_visible_to(actor)))
    if found is None:
        raise NotFound("no_such_chapter", "There is no such chapter.")
    return found


def successor_of(session: Session, chapter: Chapter) -> Chapter | None:
    """The living chapter that a closed or merged one handed over to, or None."""
    seen = set()
    found: Chapter | None = chapter
    while found is not None and found.successor_id is not None and found.id not in seen:
        seen.add(found.id)
        found = session.get(Chapter, found.successor_id)
    if found is None or found is chapter or found.state in {ChapterState.CLOSED, ChapterState.MERGED_INTO}:
        return None
    return found


def markets_of(session: Session, chapter_ids: Collection[int]) -> dict[int, list[str]]:
    """The markets of each chapter, in the order of their codes."""
    return _codes(session, chapter_ids, ChapterMarket, ChapterMarket.market)


def sectors_of(session: Session, chapter_ids: Collection[int]) -> dict[int, list[str]]:
    """The sectors of each sector chapter."""
    return _codes(session, chapter_ids, ChapterSector, ChapterSector.sector)


def _codes(
    session: Session, chapter_ids: Collection[int], table: type, column: object
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {chapter_id: [] for chapter_id in chapter_ids}
    query = select(table.chapter_id, column).where(table.chapter_id.in_(chapter_ids)).order_by(column)  # type: ignore[attr-defined,call-overload]
    for chapter_id, code in session.execute(query):
        found[chapter_id].append(code)
    return found


def leads_of(session: Session, chapter_ids: Collection[int]) -> dict[int, list[User]]:
    """The leads of each chapter with an open account, longest serving first."""
    found: dict[int, list[User]] = {chapter_id: [] for chapter_id in chapter_ids}
    query = (
        select(ChapterLead.chapter_id, User)
        .join(User, User.id == ChapterLead.user_id)
        .where(ChapterLead.chapter_id.in_(chapter_ids), User.closed_at.is_(None))
        .order_by(ChapterLead.chapter_id, ChapterLead.since, User.id)
    )
    for chapter_id, user in session.execute(query):
        found[chapter_id].append(user)
    return found


def has_lead(session: Session, chapter_id: int) -> bool:
    """Whether anybody leads the chapter; without a lead staff act for it."""
    return bool(leads_of(session, [chapter_id])[chapter_id])


def holidays_of(chapter: Chapter) -> frozenset[date]:
    """The days that working-day clocks of the chapter leave out."""
    return frozenset(date.fromisoformat(day) for day in chapter.holidays.split())


def member_counts(session: Session, chapter_ids: Collection[int]) -> dict[int, int]:
    """How many approved members each chapter has."""
    query = (
        select(Membership.chapter_id, func.count())
        .where(Membership.chapter_id.in_(chapter_ids), Membership.state == MembershipState.APPROVED)
        .group_by(Membership.chapter_id)
    )
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {chapter_id: counted.get(chapter_id, 0) for chapter_id in chapter_ids}


def owner_chapter_id(session: Session, market: str, sectors: Iterable[str] = ()) -> int | None:
    """The chapter that owns a need for its first market, or None for staff.

    A chapter of that market which also looks after one of the sectors comes first, then the oldest
    chapter of the market without sectors of its own.
    """
    in_sector = exists().where(
        ChapterSector.chapter_id == Chapter.id, ChapterSector.sector.in_(list(sectors))
    )
    any_sector = exists().where(ChapterSector.chapter_id == Chapter.id)
    query = (
        select(Chapter.id)
        .join(ChapterMarket, ChapterMarket.chapter_id == Chapter.id)
        .where(
            ChapterMarket.market == market, Chapter.state.in_(sorted(TAKES_NEEDS)), in_sector | ~any_sector
        )
        .order_by(case((in_sector, 0), else_=1), Chapter.id)
        .limit(1)
    )
    return session.scalar(query)


def suggest_chapters(
    session: Session, markets: Collection[str], country: str = "", sectors: Collection[str] = ()
) -> list[Chapter]:
    """Chapters open to newcomers that look after one of the markets; those of the country lived in first."""
    wanted = {*markets, country} - {""}
    here = exists().where(ChapterMarket.chapter_id == Chapter.id, ChapterMarket.market == country)
    theirs = exists().where(ChapterMarket.chapter_id == Chapter.id, ChapterMarket.market.in_(sorted(wanted)))
    in_sector = exists().where(
        ChapterSector.chapter_id == Chapter.id, ChapterSector.sector.in_(sorted(sectors))
    )
    any_sector = exists().where(ChapterSector.chapter_id == Chapter.id)
    query = (
        select(Chapter)
        .where(Chapter.state.in_(sorted(OPEN_TO_APPLICANTS)), theirs, in_sector | ~any_sector)
        .order_by(case((here, 0), else_=1), Chapter.name)
    )
    return list(session.scalars(query))


def open_chapters(session: Session) -> list[Chapter]:
    """All chapters open to newcomers, by name."""
    query = select(Chapter).where(Chapter.state.in_(sorted(OPEN_TO_APPLICANTS))).order_by(Chapter.name)
    return list(session.scalars(query))


def get_membership(session: Session, membership_id: int) -> Membership:
    """The membership of this id; NotFound where there is none."""
    found = session.get(Membership, membership_id)
    if found is None:
        raise NotFound("no_such_membership", "There is no such membership.")
    return found


def find_membership(session: Session, chapter_id: int, volunteer_id: int) -> Membership | None:
    """A volunteer's place in a chapter, in any state, or None."""
    return session.scalar(
        select(Membership).where(Membership.chapter_id == chapter_id, Membership.volunteer_id == volunteer_id)
    )


def memberships_of(session: Session, volunteer_id: int) -> list[tuple[Membership, Chapter]]:
    """A volunteer's memberships with their chapters, in the order of applying."""
    query = (
        select(Membership, Chapter)
        .join(Chapter, Chapter.id == Membership.chapter_id)
        .where(Membership.volunteer_id == volunteer_id)
        .order_by(Membership.applied_at, Membership.id)
    )
    return [(membership, chapter) for membership, chapter in session.execute(query)]


def chapters_of(session: Session, volunteer_ids: Collection[int]) -> dict[int, list[Chapter]]:
    """The chapters that approved each volunteer."""
    found: dict[int, list[Chapter]] = {volunteer_id: [] for volunteer_id in volunteer_ids}
    query = (
        select(Membership.volunteer_id, Chapter)
        .join(Chapter, Chapter.id == Membership.chapter_id)
        .where(Membership.volunteer_id.in_(volunteer_ids), Membership.state == MembershipState.APPROVED)
        .order_by(Membership.volunteer_id, Chapter.name)
    )
    for volunteer_id, chapter in session.execute(query):
        found[volunteer_id].append(chapter)
    return found


def applicants_of(session: Session, chapter_id: int) -> list[tuple[Membership, Volunteer]]:
    """Who waits for the chapter's answer, the longest waiting first."""
    query = (
        select(Membership, Volunteer)
        .join(Volunteer, Volunteer.id == Membership.volunteer_id)
        .where(Membership.chapter_id == chapter_id, Membership.state == MembershipState.APPLIED)
        .order_by(Membership.applied_at, Membership.id)
    )
    return [(membership, volunteer) for membership, volunteer in session.execute(query)]
