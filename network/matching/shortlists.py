"""A shortlist from a paragraph: what somebody needs in plain words, answered by the search engine, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.matching.fit import Reason
from network.matching.index import engine
from network.matching.queries import audience_of, visible_hits
from network.matching.reasons import reasons_of
from network.models import Volunteer
from search import Hit, Query, Understood

SHORTLISTED = 10
# Who fits less than this share of how well the best one fits is not worth a firm's time.
WORTH_READING = 0.3
# Parts of a score that speak for a person whatever was asked.
_STANDING = frozenset({"available", "freshness", "answers", "load"})


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """A volunteer who may help, why in order of weight, and the hit for whoever draws a card of it.

    `fit` is 1 for the best of the list and falls from there; it does not count how free or prompt they are.
    """

    volunteer: Volunteer
    hit: Hit
    reasons: tuple[Reason, ...]
    fit: float


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best first, and what was understood of the paragraph."""

    people: tuple[Shortlisted, ...] = ()
    understood: tuple[Understood, ...] = ()


def shortlist_for_text(
    session: Session,
    actor: Actor,
    text: str,
    *,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    limit: int = SHORTLISTED,
) -> Shortlist:
    """Who could help with what the paragraph describes, as far as the actor may find them.

    Nobody has to meet all of it: the more telling things they know, offer or speak of, the further up they stand.
    Empty for a text that says nothing. One statement. SearchUnavailable without an index.
    """
    if not text.strip():
        return Shortlist()
    query = Query(
        words=text, filters=filters or {}, audience=audience_of(actor), loosely=True, size=limit + 1
    )
    results = engine().search(query)
    best = max((_fit(hit) for hit in results.hits), default=0.0)
    people = [
        Shortlisted(row, hit, reasons_of(hit.matches), round(_fit(hit) / best, 2))
        for row, hit in visible_hits(session, actor, results)
        if row.id != actor.volunteer_id and _fit(hit) >= WORTH_READING * best > 0
    ]
    return Shortlist(tuple(people[:limit]), results.understood)


def _fit(hit: Hit) -> float:
    return sum(worth for part, worth in hit.parts.items() if part not in _STANDING)
