"""What the public pages of chapters show: the list by region, one chapter with its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.reference import find_market, find_market_group, groups_of_market, trade_regions
from network.chapters.policy import can_edit_chapter, chapters_visible_to
from network.chapters.queries import (
    find_membership,
    leads_of,
    markets_of,
    member_counts,
    sectors_of,
)
from network.domain.actor import Actor
from network.domain.chapter_moves import OPEN_TO_APPLICANTS
from network.domain.formats import clock_time
from network.domain.states import ChapterState, FieldGroup, MembershipState
from network.domain.text import fold
from network.models import Chapter, ChapterLead, Membership, User, Volunteer
from network.volunteers.policy import fields_visible_to, volunteers_visible_to

MEMBERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ChapterCard:
    """One chapter of the list."""

    name: str
    slug: str
    summary: str
    city: str
    state: ChapterState
    markets: tuple[str, ...]
    members: int
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A trade region with its chapters."""

    code: str
    label: str
    chapters: tuple[ChapterCard, ...]


def chapters_by_region(
    session: Session, actor: Actor, words: str, region: str
) -> tuple[list[Region], list[tuple[str, str]]]:
    """Chapters that fit the words, by region; and all regions that have one. Four statements."""
    query = (
        select(Chapter)
        .where(
            chapters_visible_to(actor), Chapter.state.not_in([ChapterState.CLOSED, ChapterState.MERGED_INTO])
        )
        .order_by(Chapter.name)
    )
    rows = session.scalars(query).all()
    ids = [row.id for row in rows]
    markets, counts, leads = markets_of(session, ids), member_counts(session, ids), leads_of(session, ids)
    groups: dict[str, list[ChapterCard]] = {code: [] for code in (*(one.code for one in trade_regions()), "")}
    present: set[str] = set()
    for row in rows:
        card = ChapterCard(
            row.name,
            row.slug,
            row.summary,
            row.city,
            row.state,
            tuple(markets[row.id]),
            counts[row.id],
            tuple(user.name for user in leads[row.id]),
        )
        regions = _regions_of(card.markets)
        present.update(regions)
        if (not region or region in regions) and _fits(card, words):
            groups[region or regions[0]].append(card)
    found = [Region(code, region_label(code), tuple(cards)) for code, cards in groups.items() if cards]
    return found, [(one.code, one.label) for one in trade_regions() if one.code in present]


def region_label(code: str) -> str:
    """What a region is called."""
    group = find_market_group(code)
    return group.label if group else ""


def _regions_of(markets: tuple[str, ...]) -> list[str]:
    known = [one.code for one in trade_regions()]
    found = [code for market in markets for code in groups_of_market(market) if code in known]
    return list(dict.fromkeys(found)) or [""]


def _fits(card: ChapterCard, words: str) -> bool:
    labels = [found.label for code in card.markets if (found := find_market(code))]
    text = fold(" ".join((card.name, card.city, card.summary, *labels)))
    return all(word in text for word in fold(words).split())


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody who leads a chapter; `href` where the reader may open their profile."""

    name: str
    title: str
    seed: int
    href: str | None
    user_id: int


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member as the reader may see them."""

    name: str
    href: str
    seed: int
    headline: str
    place: str


@dataclass(frozen=True, slots=True)
class ChapterPage:
    """One chapter, its people, and what the reader may do."""

    chapter: Chapter
    markets: tuple[str, ...]
    sectors: tuple[str, ...]
    leads: tuple[Lead, ...]
    members: tuple[MemberCard, ...]
    visible: int
    total: int
    applicants: int
    local_time: str
    membership: Membership | None
    is_open: bool
    manages: bool


def chapter_page(session: Session, actor: Actor, chapter: Chapter, now: datetime) -> ChapterPage:
    """The chapter's page for this reader; eight statements at the most."""
    manages = can_edit_chapter(actor, chapter)
    members, visible = _members(session, actor, chapter)
    total, applicants = _counts(session, chapter.id)
    mine = find_membership(session, chapter.id, actor.volunteer_id) if actor.volunteer_id else None
    return ChapterPage(
        chapter,
        tuple(markets_of(session, [chapter.id])[chapter.id]),
        tuple(sectors_of(session, [chapter.id])[chapter.id]),
        leads_with_profiles(session, actor, chapter.id),
        members,
        visible,
        total,
        applicants if manages else 0,
        clock_time(now, chapter.timezone),
        mine,
        chapter.state in OPEN_TO_APPLICANTS,
        manages,
    )


def _counts(session: Session, chapter_id: int) -> tuple[int, int]:
    query = (
        select(Membership.state, func.count())
        .where(
            Membership.chapter_id == chapter_id,
            Membership.state.in_([MembershipState.APPROVED, MembershipState.APPLIED]),
        )
        .group_by(Membership.state)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return found.get(MembershipState.APPROVED, 0), found.get(MembershipState.APPLIED, 0)


def leads_with_profiles(session: Session, actor: Actor, chapter_id: int) -> tuple[Lead, ...]:
    """Who leads the chapter, longest serving first; names only, and the profile where it may be seen."""
    query = (
        select(ChapterLead, User, Volunteer.id)
        .join(User, User.id == ChapterLead.user_id)
        .outerjoin(Volunteer, (Volunteer.user_id == User.id) & volunteers_visible_to(actor))
        .where(ChapterLead.chapter_id == chapter_id, User.closed_at.is_(None))
        .order_by(ChapterLead.since, User.id)
    )
    return tuple(
        Lead(
            user.name,
            lead.title,
            volunteer_id or user.id,
            url_for("directory.volunteer", volunteer_id=volunteer_id) if volunteer_id else None,
            user.id,
        )
        for lead, user, volunteer_id in session.execute(query)
    )


def _members(session: Session, actor: Actor, chapter: Chapter) -> tuple[tuple[MemberCard, ...], int]:
    query = (
        select(Volunteer, Membership, func.count().over())
        .join(Membership, Membership.volunteer_id == Volunteer.id)
        .where(
            Membership.chapter_id == chapter.id,
            Membership.state == MembershipState.APPROVED,
            volunteers_visible_to(actor),
        )
        .order_by(Volunteer.thanks_count.desc(), Volunteer.name, Volunteer.id)
        .limit(MEMBERS_SHOWN)
    )
    rows = session.execute(query).all()
    cards = tuple(_card(actor, volunteer, membership) for volunteer, membership, _total in rows)
    return cards, rows[0][2] if rows else 0


def _card(actor: Actor, volunteer: Volunteer, membership: Membership) -> MemberCard:
    groups = fields_visible_to(actor, volunteer, [membership])
    country = find_market(volunteer.country)
    parts = (volunteer.city, country.label if country else "") if FieldGroup.PLACE in groups else ()
    return MemberCard(
        volunteer.name,
        url_for("directory.volunteer", volunteer_id=volunteer.id),
        volunteer.id,
        volunteer.headline if FieldGroup.PROFILE in groups else "",
        ", ".join(part for part in parts if part),
    )
