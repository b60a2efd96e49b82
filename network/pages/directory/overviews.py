"""The same question seen from above: on the map of the world, and by chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.chapters.queries import markets_of
from network.db import db
from network.domain.actor import Actor
from network.matching.queries import search_volunteers
from network.models import Chapter
from network.pages.directory.area import blueprint
from network.pages.directory.asked import Asked, asked_by
from network.pages.directory.facets import label_finders
from network.pages.directory.facts import places_of
from network.pages.directory.links import Link, address_of
from network.pages.directory.loosening import understood_chips
from network.web.actor import current_actor
from network.web.guards import public
from network.web.world_map import World, draw_world
from search import FacetCount, SearchUnavailable

# So many of the best are looked at for the names that stand with a chapter, and so many stand there.
LOOKED_AT = 100
NAMED = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """A market with how many people know it."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class WorldPage:
    """Where those who fit know their way."""

    total: int
    chips: Sequence[Link]
    understood: Sequence[Link]
    # The wording that was searched for where words were mistyped.
    corrected_words: str
    world: World
    markets: Sequence[Counted]


@dataclass(frozen=True, slots=True)
class ChapterGroup:
    """A chapter with how many of its people fit, and the first of them."""

    name: str
    summary: str
    markets: str
    count: int
    href: str
    chapter_href: str
    people: Sequence[Link]


@dataclass(frozen=True, slots=True)
class ChaptersPage:
    """The chapters of those who fit, the most first."""

    total: int
    chips: Sequence[Link]
    understood: Sequence[Link]
    # The wording that was searched for where words were mistyped.
    corrected_words: str
    chapters: Sequence[ChapterGroup]


@blueprint.get("/volunteers/map")
@public
def world() -> str | tuple[str, int]:
    """The people who fit, by the markets they know."""
    asked = asked_by(request.args)
    try:
        found = world_page(db.session, current_actor(), asked)
    except SearchUnavailable:
        return render_template("directory/unavailable.html", asked=asked), 503
    return render_template("directory/world.html", found=found, asked=asked, address_of=address_of)


@blueprint.get("/volunteers/by-chapter")
@public
def by_chapter() -> str | tuple[str, int]:
    """The people who fit, by the chapters they belong to."""
    asked = asked_by(request.args)
    try:
        found = chapters_page(db.session, current_actor(), asked)
    except SearchUnavailable:
        return render_template("directory/unavailable.html", asked=asked), 503
    return render_template("directory/by_chapter.html", found=found, asked=asked, address_of=address_of)


def world_page(session: Session, actor: Actor, asked: Asked) -> WorldPage:
    """Counts of whom the actor may find, each country leading to its people; at most three statements."""
    results = search_volunteers(session, actor, asked.words, asked.chosen, size=1, facets=("market",)).results
    counts = {one.code: one.count for one in results.facets.get("market", ()) if one.count}
    hrefs = {code: address_of(asked.with_only("market", (code,))) for code in counts}
    markets = [
        Counted(found.label, count, hrefs[code])
        for code, count in counts.items()
        if (found := find_market(code))
    ]
    return WorldPage(
        total=results.total,
        chips=_chips(session, asked, "directory.world"),
        understood=understood_chips(asked, results, "directory.world"),
        corrected_words=results.showing_for,
        world=draw_world(counts, hrefs),
        markets=sorted(markets, key=lambda one: (-one.count, one.label)),
    )


def chapters_page(session: Session, actor: Actor, asked: Asked) -> ChaptersPage:
    """Counts of whom the actor may find, and the best of each chapter by name; at most six statements."""
    found = search_volunteers(
        session, actor, asked.words, asked.chosen, sort=asked.sort, size=LOOKED_AT, facets=("chapter",)
    )
    counted = found.results.facets.get("chapter", ())
    places = places_of(session, [row.id for row, _hit in found.rows])
    people: dict[str, list[Link]] = {}
    for row, _hit in found.rows:
        for chapter in places[row.id].chapters:
            href = url_for("directory.volunteer", volunteer_id=row.id)
            people.setdefault(chapter.slug, []).append(Link(row.name, href))
    return ChaptersPage(
        total=found.total,
        chips=_chips(session, asked, "directory.by_chapter"),
        understood=understood_chips(asked, found.results, "directory.by_chapter"),
        corrected_words=found.results.showing_for,
        chapters=_groups(session, asked, counted, people),
    )


def _groups(
    session: Session, asked: Asked, counted: Sequence[FacetCount], people: Mapping[str, Sequence[Link]]
) -> list[ChapterGroup]:
    counts = {one.code: one.count for one in counted if one.count}
    rows = list(session.scalars(select(Chapter).where(Chapter.slug.in_(sorted(counts))))) if counts else []
    markets = markets_of(session, [row.id for row in rows])
    groups = [
        ChapterGroup(
            name=row.name,
            summary=row.summary,
            markets=", ".join(
                sorted(found.label for code in markets[row.id] if (found := find_market(code)))
            ),
            count=counts[row.slug],
            href=address_of(asked.with_only("chapter", (row.slug,))),
            chapter_href=url_for("chapters.chapter", slug=row.slug),
            people=people.get(row.slug, [])[:NAMED],
        )
        for row in rows
    ]
    return sorted(groups, key=lambda group: (-group.count, group.name))


def _chips(session: Session, asked: Asked, endpoint: str) -> list[Link]:
    """What is chosen, each with the address of the same view without it."""
    names = label_finders(session, asked.chosen)
    return [
        Link(label, remove_href=address_of(asked.without(facet, code), endpoint))
        for facet, codes in asked.chosen.items()
        for code in codes
        if (label := names[facet](code))
    ]
