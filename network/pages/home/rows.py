"""What the front door shows: live figures, the world, stories that may be told, chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.chapters.queries import markets_of
from network.domain.states import ChapterState, MembershipState
from network.measures.figures import Headline, headline
from network.measures.stories import Story, published_stories
from network.models import Chapter, Membership, Volunteer, VolunteerMarket
from network.volunteers.policy import is_findable
from network.web.world_map import World, draw_world

STORIES = 3
CHAPTERS = 3
MARKETS_NAMED = 2


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """A chapter with the markets it looks after and how many people it has."""

    name: str
    href: str
    summary: str
    markets: str
    members: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front door."""

    figures: Headline
    world: World
    stories: Sequence[Story]
    chapters: Sequence[ChapterRow]


def home_page(session: Session) -> HomePage:
    """Everything on the front door; eight statements."""
    counts = people_by_market(session)
    hrefs = {code: url_for("directory.volunteers", market=code) for code in counts}
    return HomePage(
        figures=headline(session),
        world=draw_world(counts, hrefs),
        stories=published_stories(session, STORIES),
        chapters=_chapters(session),
    )


def people_by_market(session: Session) -> dict[str, int]:
    """How many of those who can be found know each market, the most first."""
    query = (
        select(VolunteerMarket.market, func.count())
        .join(Volunteer, Volunteer.id == VolunteerMarket.volunteer_id)
        .where(is_findable())
        .group_by(VolunteerMarket.market)
        .order_by(func.count().desc(), VolunteerMarket.market)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _chapters(session: Session) -> list[ChapterRow]:
    members = func.count(Membership.id)
    query = (
        select(Chapter, members)
        .outerjoin(
            Membership,
            (Membership.chapter_id == Chapter.id) & (Membership.state == MembershipState.APPROVED),
        )
        .where(Chapter.state == ChapterState.ACTIVE)
        .group_by(Chapter.id)
        .order_by(members.desc(), Chapter.name)
        .limit(CHAPTERS)
    )
    rows = session.execute(query).all()
    markets = markets_of(session, [chapter.id for chapter, _members in rows])
    return [
        ChapterRow(
            name=chapter.name,
            href=url_for("chapters.chapter", slug=chapter.slug),
            summary=chapter.summary,
            markets=_names(markets[chapter.id]),
            members=count,
        )
        for chapter, count in rows
    ]


def _names(codes: Sequence[str]) -> str:
    names = [found.label for code in codes if (found := find_market(code))]
    shown = ", ".join(names[:MARKETS_NAMED])
    more = len(names) - MARKETS_NAMED
    return str(_("%(markets)s and %(more)s more", markets=shown, more=more)) if more > 0 else shown
