"""Counts and pages agree with a recount by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Audience, Engine, Query, Sort, VolunteerDocument, open_engine
from search.query import FACETS
from search.terms import codes_of
from tests.unit.search.conftest import ENGINES, Holding
from tests.unit.search.people import MARKETS, NOON, SECTORS, WORDS, by_code, crowd, ids, person

COUNTED = ("market", "sector", "available", "language")
CROWD = crowd(120)


@pytest.fixture(scope="module", params=(*ENGINES, "tantivy as if there were many"))
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that holds the crowd in several segments, some of them with people deleted since."""
    name, _, many = request.param.partition(" ")
    with pytest.MonkeyPatch.context() as patch:
        if many:
            # What is done otherwise for a large answer: how it is counted, and where its exact order ends.
            patch.setattr("search.engines.tantivy_generation._FEW", 0)
            patch.setattr("search.engines.tantivy_answer.HEAD", 9)
            patch.setattr("search.engines.tantivy_schema.SLOTS", dict.fromkeys(FACETS, 1))
        engine = open_engine(name, tmp_path_factory.mktemp("crowd"))
        engine.rebuild([*CROWD[:70], *(person(n, headline="bygone") for n in range(71, 80))])
        for at in range(70, 120, 10):
            engine.index(CROWD[at : at + 10])
        yield engine


def _codes(one: VolunteerDocument, audience: Audience) -> set[tuple[str, str]]:
    return {(facet, code) for tier, facet, code in codes_of(one) if tier <= audience.tier}


def _words(one: VolunteerDocument, audience: Audience) -> set[str]:
    names = ("headline", "biography", "employer")
    seen = [getattr(one, name) for name in names if one.audience_of(name).tier <= audience.tier]
    return set(" ".join(seen).split())


def _fits(one: VolunteerDocument, query: Query, *, aside: str = "") -> bool:
    codes = _codes(one, query.audience)
    return (
        one.listed.tier <= query.audience.tier
        and set(query.words.split()) <= _words(one, query.audience)
        and all(
            any((facet, code) in codes for code in chosen)
            for facet, chosen in query.filters.items()
            if facet != aside
        )
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    filters=st.fixed_dictionaries(
        {},
        optional={
            "market": st.lists(st.sampled_from(MARKETS), max_size=2).map(tuple),
            "sector": st.lists(st.sampled_from(SECTORS), max_size=2).map(tuple),
            "available": st.sampled_from([("now",), ("later",)]),
        },
    ),
    audience=st.sampled_from(list(Audience)),
)
def test_reader_chooses_anything_and_counts_agree_with_a_recount(
    crowded: Engine, words: list[str], filters: dict[str, tuple[str, ...]], audience: Audience
) -> None:
    query = Query(words=" ".join(words), filters=filters, audience=audience, facets=COUNTED, size=200)
    result = crowded.search(query)
    expected = {one.id for one in CROWD if _fits(one, query)}
    if not result.matched_all:
        assert not expected
        return
    assert set(result.ids) == expected
    assert result.total == len(expected)
    for facet in COUNTED:
        counts = Counter(
            code
            for one in CROWD
            if _fits(one, query, aside=facet)
            for name, code in _codes(one, audience)
            if name == facet
        )
        found = by_code(result.facets[facet])
        assert {code: count for code, count in found.items() if count} == dict(counts)
        assert set(query.filters.get(facet, ())) <= set(found)


def test_reader_chooses_one_market_and_still_sees_the_others_counted(holding: Holding) -> None:
    engine = holding(
        person(1, markets=("DE",), languages=("de",)),
        person(2, markets=("JP",), languages=("ja",)),
        person(3),
    )
    result = engine.search(Query(filters={"market": ("DE",)}, facets=("market", "language")))
    assert result.ids == (1,)
    assert [(c.code, c.count, c.selected) for c in result.facets["market"]] == [
        ("DE", 1, True),
        ("JP", 1, False),
    ]
    assert by_code(result.facets["language"]) == {"de": 1}


def test_reader_chooses_two_codes_of_a_facet_and_finds_who_has_either(holding: Holding) -> None:
    engine = holding(person(1, markets=("DE",)), person(2, markets=("JP",)), person(3, markets=("US",)))
    assert ids(engine, filters={"market": ("DE", "JP")}) == (1, 2)


def test_parent_sector_finds_and_counts_those_of_its_children(holding: Holding) -> None:
    engine = holding(person(1, sectors=("energy.wind",), sector_paths=("energy", "energy.wind")))
    result = engine.search(Query(filters={"sector": ("energy",)}, facets=("sector",)))
    assert by_code(result.facets["sector"]) == {"energy": 1, "energy.wind": 1}


def test_query_names_an_unknown_facet_and_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        Query(filters={"colour": ("red",)})
    assert set(COUNTED) < set(FACETS)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("words", ["", "export", "export battery cotton bridge turbine"])
def test_reader_turns_pages_and_meets_everybody_once(crowded: Engine, sort: Sort, words: str) -> None:
    asked = {"words": words, "sort": sort, "audience": Audience.LEADS}
    whole = crowded.search(Query(**asked, size=200))
    pages = [crowded.search(Query(**asked, page=page, size=7)) for page in range(1, 20)]
    assert [one for page in pages for one in page.ids] == list(whole.ids)
    assert len(set(whole.ids)) == whole.total == len(whole.ids)


def test_reader_sorts_by_name_by_freshness_and_by_who_answers_soonest(holding: Holding) -> None:
    engine = holding(
        person(1, "Zoë", updated_at=NOON, availability="later", answer_days=0.5),
        person(2, "Émile", updated_at=NOON - timedelta(days=3), answer_days=None),
        person(3, "anna", updated_at=NOON - timedelta(days=1), answer_days=2.0, load=0.5),
        person(4, "Anna", updated_at=NOON - timedelta(days=1), answer_days=2.0, load=0.0),
    )
    assert ids(engine, sort=Sort.NAME) == (3, 4, 2, 1)
    assert ids(engine, sort=Sort.RECENT) == (1, 3, 4, 2)
    assert ids(engine, sort=Sort.SOONEST) == (4, 3, 2, 1)


def test_list_without_words_begins_with_who_can_help_now_is_fresh_and_not_overrun(holding: Holding) -> None:
    old = NOON - timedelta(days=400)
    engine = holding(
        person(1, availability="later"), person(2, updated_at=old), person(3, load=1.0), person(4), person(5)
    )
    assert ids(engine)[:2] == (4, 5)
    assert ids(engine)[-1] == 1


def test_market_known_by_living_there_comes_before_one_only_known(holding: Holding) -> None:
    engine = holding(
        *(
            person(n, markets=("JP",), market_depths={"JP": d})
            for n, d in enumerate(["knows", "lived", "worked"], 1)
        )
    )
    assert ids(engine, filters={"market": ("JP",)}) == (2, 3, 1)
