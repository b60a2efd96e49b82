"""What the search page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.matching.queries import FEW, search_volunteers
from network.needs.queries import find_owner_chapter
from network.pages.directory.asked import Asked
from network.pages.directory.cards import Card, cards_of
from network.pages.directory.facets import Facet, facets_of
from network.pages.directory.links import Link, address_of
from network.pages.directory.loosening import looser_ways, understood_chips
from network.web.paging import Page
from search import PAGE_SIZE, Correction, Results, Sort

# The facets whose codes say what was missing.
GAP_FACETS = ("market", "sector", "help")


@dataclass(frozen=True, slots=True)
class Gap:
    """Codes of a search that found few: for the record, without words and without who asked."""

    market: str | None
    sector: str | None
    help_type: str | None
    found: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of an answer, or of everybody."""

    asked: Asked
    page: Page[Card]
    facets: Sequence[Facet] = ()
    understood: Sequence[Link] = ()
    chips: Sequence[Link] = ()
    corrections: Sequence[Correction] = ()
    corrected_words: str = ""
    # The same question with its words as they were typed, each in quotation marks.
    as_typed: str = ""
    matched_all: bool = True
    # How many meet all of the question; the others follow them.
    full: int = 0
    looser: Sequence[Link] = ()
    gap: Gap | None = None
    # Where too few fit: the chapter that looks after the market, and the form that asks it.
    post_to: Link | None = None
    kept: Mapping[str, object] = field(default_factory=dict)


def search_page(
    session: Session, actor: Actor, asked: Asked, now: datetime, kept: Sequence[int] = ()
) -> SearchPage:
    """Who fits the question. At most seven statements. SearchUnavailable without an index."""
    found = search_volunteers(session, actor, asked.words, asked.chosen, sort=asked.sort, page=asked.page)
    results = found.results
    facets = facets_of(session, results.facets)
    is_thin = asked.page == 1 and not asked.is_empty and results.full <= FEW
    topics = _topics(asked, results)
    gap = _gap(topics, results) if is_thin else None
    return SearchPage(
        asked=asked,
        page=Page(
            cards_of(session, actor, found.rows, now, kept, topics),
            asked.page,
            PAGE_SIZE,
            results.total,
        ),
        facets=facets,
        understood=understood_chips(asked, results),
        chips=_chips(asked, facets),
        corrections=results.corrections,
        corrected_words=results.showing_for,
        as_typed=_as_typed(asked, results.corrections),
        matched_all=results.matched_all,
        full=results.full,
        looser=looser_ways(actor, asked, results) if is_thin else [],
        gap=gap,
        post_to=_post_to(session, gap) if gap else None,
        kept={name: list(codes) for name, codes in asked.chosen.items()}
        | ({} if asked.sort is Sort.BEST else {"sort": asked.sort.value}),
    )


def _as_typed(asked: Asked, corrections: Sequence[Correction]) -> str:
    """The address of the question that keeps to words which were read as others; a phrase is never read otherwise."""
    words = asked.words
    for one in corrections:
        words = words.replace(one.typed, f'"{one.typed}"', 1)
    return address_of(replace(asked, words=words, page=1))


def _chips(asked: Asked, facets: Sequence[Facet]) -> list[Link]:
    """What is chosen, each with the address of the question without it."""
    return [
        Link(option.label, remove_href=address_of(asked.without(facet.name, option.value)))
        for facet in facets
        for option in facet.options
        if option.selected
    ]


def _post_to(session: Session, gap: Gap) -> Link:
    """The form for a need about what is missing, with the name of the chapter that would read it; at most two."""
    chapter = find_owner_chapter(
        session, [gap.market] if gap.market else [], [gap.sector] if gap.sector else []
    )
    href = url_for("needs.new", market=gap.market, sector=gap.sector, help=gap.help_type)
    return Link(chapter.name if chapter else "", href)


def _topics(asked: Asked, results: Results) -> dict[str, str]:
    """What the question is about by code, chosen or understood: at most one market, sector and kind of help."""
    wanted = {name: codes[0] for name in GAP_FACETS if (codes := asked.chosen.get(name))}
    for one in results.understood:
        if one.kind in GAP_FACETS and len(one.codes) == 1:
            wanted.setdefault(one.kind, one.codes[0])
    return wanted


def _gap(topics: Mapping[str, str], results: Results) -> Gap | None:
    """What too few know; nothing where no code was asked for."""
    if not topics:
        return None
    return Gap(topics.get("market"), topics.get("sector"), topics.get("help"), results.full)
