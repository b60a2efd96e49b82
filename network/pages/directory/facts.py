"""What several volunteers know and offer, for cards and profiles, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from network.domain.membership_moves import LIVE
from network.domain.states import Effort, MarketDepth, MembershipState
from network.models import (
    Chapter,
    Membership,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)

_DEPTHS = tuple(MarketDepth)


@dataclass(frozen=True, slots=True)
class Offered:
    """One kind of help at one effort, in their own words if they gave any."""

    help_type: str
    effort: Effort
    words: str


@dataclass(slots=True)
class Facts:
    """What one volunteer knows and offers, in a fixed order; the deepest known market first."""

    markets: list[tuple[str, MarketDepth]] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    offers: list[Offered] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Places:
    """A volunteer's memberships that live, and the chapters that approved them."""

    memberships: list[Membership] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)


def facts_of(session: Session, ids: Collection[int]) -> dict[int, Facts]:
    """What each of these volunteers knows and offers; one statement."""
    found = {volunteer_id: Facts() for volunteer_id in ids}
    if not found:
        return found
    blank = literal("")
    parts: list[tuple[str, Any, Any, Any, Any]] = [
        (
            "market",
            VolunteerMarket,
            VolunteerMarket.market,
            type_coerce(VolunteerMarket.depth, String),
            blank,
        ),
        ("sector", VolunteerSector, VolunteerSector.sector, blank, blank),
        (
            "help",
            VolunteerHelp,
            VolunteerHelp.help_type,
            type_coerce(VolunteerHelp.effort, String),
            VolunteerHelp.words,
        ),
        ("language", VolunteerLanguage, VolunteerLanguage.language, blank, blank),
    ]
    query = union_all(
        *(
            select(table.volunteer_id, literal(kind), code, detail, words).where(
                table.volunteer_id.in_(sorted(found))
            )
            for kind, table, code, detail, words in parts
        )
    )
    for volunteer_id, kind, code, detail, words in sorted(tuple(row) for row in session.execute(query)):
        _put(found[volunteer_id], kind, code, detail, words)
    for facts in found.values():
        facts.markets.sort(key=lambda pair: (_DEPTHS.index(pair[1]), pair[0]))
    return found


def _put(facts: Facts, kind: str, code: str, detail: str, words: str) -> None:
    if kind == "market":
        facts.markets.append((code, MarketDepth(detail)))
    elif kind == "help":
        facts.offers.append(Offered(code, Effort(detail), words))
    else:
        {"sector": facts.sectors, "language": facts.languages}[kind].append(code)


def places_of(session: Session, ids: Collection[int]) -> dict[int, Places]:
    """Memberships and chapters of each of these volunteers; one statement."""
    found = {volunteer_id: Places() for volunteer_id in ids}
    query = (
        select(Membership, Chapter)
        .join(Chapter, Chapter.id == Membership.chapter_id)
        .where(Membership.volunteer_id.in_(sorted(found)), Membership.state.in_(sorted(LIVE)))
        .order_by(Chapter.name)
    )
    for membership, chapter in session.execute(query) if found else ():
        places = found[membership.volunteer_id]
        places.memberships.append(membership)
        if membership.state is MembershipState.APPROVED:
            places.chapters.append(chapter)
    return found
