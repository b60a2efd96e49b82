"""Who is like somebody, over one view: the bits of those who share a code, weighed by how few bear it."""

from __future__ import annotations

from heapq import nsmallest

from search.engines.bits import numbers_of
from search.engines.whoosh_snapshot import View
from search.results import Hit
from search.similar import TELLING, alike, codes_to_share, first_of


def similar(view: View, volunteer_id: int, size: int) -> tuple[Hit, ...]:
    """The likest others, of whom the audience may find; nobody where it may not find the person itself."""
    snapshot = view.snapshot
    number = snapshot.by_id.get(volunteer_id, -1)
    facts = snapshot.facts[number] if number >= 0 and view.listed >> number & 1 else None
    if facts is None or size < 1:
        return ()
    columns = view.facets
    wanted = codes_to_share(
        facts, view.tier, lambda facet, code: view.rarity(columns[facet].get(code, 0).bit_count())
    )
    near = 0
    for one in wanted:
        if one.facet in TELLING:
            near |= columns[one.facet].get(one.code, 0)
    worth = {other: snapshot.standings[other] for other in numbers_of(near & ~(1 << number))}
    for one in wanted:
        for other in numbers_of(columns[one.facet].get(one.code, 0) & near):
            if other != number:
                worth[other] += one.worth
    best = nsmallest(size, worth, key=lambda other: (-worth[other], _id(view, other)))
    return first_of(
        (
            alike(found, view.tier, wanted, snapshot.standing(other))
            for other in best
            if (found := snapshot.facts[other])
        ),
        size,
    )


def _id(view: View, number: int) -> int:
    facts = view.snapshot.facts[number]
    return facts.id if facts else 0
