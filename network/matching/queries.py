"""Asking the index and loading what may be seen of the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.matching.index import engine
from network.models import UnmetSearch, Volunteer
from network.volunteers.policy import volunteers_visible_to
from search import FACETS, PAGE_SIZE, Audience, Hit, Query, Results, Sort

# Searches that found so few people, or fewer, are remembered as a gap.
FEW = 2


@dataclass(frozen=True, slots=True)
class FoundVolunteers:
    """One page of an answer: the rows the actor may see, in order, each with why it was found."""

    rows: Sequence[tuple[Volunteer, Hit]]
    results: Results

    @property
    def total(self) -> int:
        """How many there are on all pages."""
        return self.results.total


def audience_of(actor: Actor) -> Audience:
    """Whose fields the actor's question may touch.

    Fields for leads are searched by staff only: a lead reads them of the members of their own chapters, and a
    question to the whole index would tell about others.
    """
    if actor.is_staff or actor.is_system:
        return Audience.LEADS
    return Audience.MEMBERS if actor.is_signed_in else Audience.PUBLIC


def search_volunteers(
    session: Session,
    actor: Actor,
    words: str = "",
    filters: Mapping[str, tuple[str, ...]] | None = None,
    *,
    sort: Sort = Sort.BEST,
    page: int = 1,
    size: int = PAGE_SIZE,
    facets: Collection[str] = FACETS,
) -> FoundVolunteers:
    """Who fits the words and facets, as far as the actor may find them. SearchUnavailable without an index."""
    results = engine().search(
        Query(
            words=words,
            filters=filters or {},
            audience=audience_of(actor),
            sort=sort,
            page=page,
            size=size,
            facets=tuple(facets),
        )
    )
    return FoundVolunteers(visible_hits(session, actor, results), results)


def count_volunteers(
    actor: Actor, words: str = "", filters: Mapping[str, tuple[str, ...]] | None = None
) -> int:
    """How many meet all of the same question, without loading anybody."""
    query = Query(words=words, filters=filters or {}, audience=audience_of(actor), size=1)
    return engine().search(query).full


def visible_hits(session: Session, actor: Actor, results: Results) -> list[tuple[Volunteer, Hit]]:
    """The rows behind the hits that the actor may see, in the order of the hits; one statement."""
    return _visible(session, actor, results.hits)


def similar_volunteers(
    session: Session, actor: Actor, volunteer_id: int, limit: int = 3
) -> list[tuple[Volunteer, Hit]]:
    """Others who share markets, sectors and kinds of help with a volunteer, the likest first, whom the actor may see.

    Never the actor. What is shared stands in the hits. One statement. SearchUnavailable without an index.
    """
    # Some more, for those who are not shown any longer and for the actor.
    hits = engine().similar(volunteer_id, audience_of(actor), size=limit + 3)
    found = _visible(session, actor, hits)
    return [pair for pair in found if not actor.is_volunteer(pair[0].id)][:limit]


def _visible(session: Session, actor: Actor, hits: Sequence[Hit]) -> list[tuple[Volunteer, Hit]]:
    if not hits:
        return []
    query = select(Volunteer).where(Volunteer.id.in_([hit.id for hit in hits]), volunteers_visible_to(actor))
    rows = {row.id: row for row in session.scalars(query)}
    return [(rows[hit.id], hit) for hit in hits if hit.id in rows]


def record_unmet_search(
    session: Session, *, market: str | None, sector: str | None, help_type: str | None, found: int, on: date
) -> None:
    """Remember that too few know this: the codes and the day, never the words, never who asked."""
    session.execute(
        insert(UnmetSearch).values(
            market=market, sector=sector, help_type=help_type, found=found, created_on=on
        )
    )
