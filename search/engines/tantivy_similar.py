"""Who is like somebody, over one view: a native sum of what they share, its head put in order exactly."""

from __future__ import annotations

from tantivy import Occur, Query

from search.engines.tantivy_answer import HEAD, standing_of
from search.engines.tantivy_generation import View
from search.engines.tantivy_schema import BASE
from search.results import Hit
from search.similar import TELLING, alike, codes_to_share, first_of


def similar(view: View, volunteer_id: int, size: int) -> tuple[Hit, ...]:
    """The likest others, of whom the audience may find; nobody where it may not find the person itself."""
    if volunteer_id < 0 or size < 1:
        return ()
    itself = view.with_ids([volunteer_id])
    found = view.searcher.search(
        Query.boolean_query([(Occur.Must, itself), (Occur.Must, view.listed())]), 1
    ).hits
    if not found:
        return ()
    wanted = codes_to_share(
        view.generation.kept(found[0][1]).facts,
        view.tier,
        lambda facet, code: view.rarity_of_meaning(((facet, (code,)),)),
    )
    near = view.meaning((one.facet, (one.code,)) for one in wanted if one.facet in TELLING)
    query = Query.boolean_query(
        [
            (Occur.Must, Query.const_score_query(near, BASE)),
            (Occur.MustNot, itself),
            *(
                (Occur.Should, Query.const_score_query(view.coded(one.facet, (one.code,)), one.worth))
                for one in wanted
            ),
        ]
    )
    others = view.searcher.search(query, max(HEAD, size), count=False, weight_by_field="weight").hits
    people = (view.generation.kept(address).facts for _, address in others)
    return first_of((alike(facts, view.tier, wanted, standing_of(view, facts)) for facts in people), size)
