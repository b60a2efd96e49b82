"""Nobody finds, counts or guesses what is hidden from them."""

from __future__ import annotations

import pytest

from search import Affiliation, Audience, Query
from tests.unit.search.conftest import Holding
from tests.unit.search.people import by_code, ids, person

PUBLIC, MEMBERS, LEADS = Audience
HIDEABLE_TEXTS = ("headline", "job_title", "employer", "biography", "city", "help_words", "labels")


@pytest.mark.parametrize("name", HIDEABLE_TEXTS)
@pytest.mark.parametrize("audience", list(Audience))
def test_reader_searches_a_hidden_text_and_finds_it_only_inside_its_audience(
    holding: Holding, name: str, audience: Audience
) -> None:
    engine = holding(person(1, hidden={name: audience}, **{name: "quicksilver"}))
    for reader in Audience:
        found = ids(engine, "quicksilver", audience=reader)
        assert found == ((1,) if reader.tier >= audience.tier else ())


@pytest.mark.parametrize("words", ["quicksilver", "quicksilvre", '"pure quicksilver"', "quicksilver OR gold"])
def test_visitor_asks_for_a_hidden_word_in_any_way_and_learns_nothing(holding: Holding, words: str) -> None:
    engine = holding(
        person(1, biography="pure quicksilver", hidden={"biography": LEADS}),
        person(2, listed=MEMBERS, biography="pure quicksilver"),
    )
    result = engine.search(Query(words=words, facets=("market", "available")))
    assert (result.total, result.showing_for, result.corrections) == (0, "", ())
    assert all(not counts for counts in result.facets.values())
    assert engine.suggest("quick", PUBLIC) == ()


def test_visitor_excludes_a_hidden_word_and_still_finds_the_person(holding: Holding) -> None:
    engine = holding(person(1, employer="Quicksilver", hidden={"employer": MEMBERS}))
    assert ids(engine, "-quicksilver", audience=PUBLIC) == (1,)
    assert ids(engine, "-quicksilver", audience=MEMBERS) == ()


def test_visitor_lists_everybody_and_sees_only_the_public(holding: Holding) -> None:
    engine = holding(person(1), person(2, listed=MEMBERS), person(3, listed=LEADS))
    assert ids(engine, audience=PUBLIC) == (1,)
    assert ids(engine, audience=MEMBERS) == (1, 2)
    assert ids(engine, audience=LEADS) == (1, 2, 3)


def test_visitor_filters_by_a_hidden_code_and_finds_and_counts_nobody(holding: Holding) -> None:
    engine = holding(person(1, markets=("JP",), hidden={"markets": MEMBERS}))
    for reader, expected in ((PUBLIC, {"JP": 0}), (MEMBERS, {"JP": 1})):
        result = engine.search(Query(filters={"market": ("JP",)}, facets=("market",), audience=reader))
        assert by_code(result.facets["market"]) == expected
        assert result.total == expected["JP"]
    assert by_code(engine.search(Query(facets=("market",))).facets["market"]) == {}


def test_member_finds_by_university_and_only_leads_find_by_place_of_origin(holding: Holding) -> None:
    engine = holding(
        person(
            1,
            affiliations=(
                Affiliation("uni-4", "Castleford chemistry", MEMBERS),
                Affiliation("place-E06", "born in Ludlow", LEADS),
            ),
        )
    )
    assert [ids(engine, "castleford", audience=a) for a in Audience] == [(), (1,), (1,)]
    assert [ids(engine, "ludlow", audience=a) for a in Audience] == [(), (), (1,)]
    counted = [
        by_code(engine.search(Query(facets=("affiliation",), audience=a)).facets["affiliation"])
        for a in Audience
    ]
    assert counted == [{}, {"uni-4": 1}, {"uni-4": 1, "place-E06": 1}]


def test_reader_is_told_why_without_hidden_fields_or_hidden_depth(holding: Holding) -> None:
    engine = holding(
        person(
            1,
            headline="turbine",
            employer="turbine",
            markets=("DE",),
            market_depths={"DE": "lived"},
            hidden={"employer": LEADS, "markets": LEADS},
        )
    )
    hit = engine.search(Query(words="turbine german", audience=PUBLIC)).hits[0]
    assert [(m.kind, m.fields) for m in hit.matches] == [("word", ("headline",))]
    hit = engine.search(Query(words="turbine german", audience=LEADS)).hits[0]
    assert ("market", "DE", "lived") in [(m.kind, m.value, m.detail) for m in hit.matches]
    assert ("headline", "employer") in [m.fields for m in hit.matches]


def test_visitor_types_and_is_offered_only_people_and_words_of_the_public(holding: Holding) -> None:
    engine = holding(
        person(1, "Maria Garlandova", headline="garlic"),
        person(2, "Garth Gone", listed=MEMBERS, headline="garnet"),
    )
    assert [s.text for s in engine.suggest("gar", PUBLIC)] == ["Maria Garlandova", "garlandova", "garlic"]
    assert "Garth Gone" in [s.text for s in engine.suggest("gar", MEMBERS)]


def test_document_cannot_hide_a_field_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="telephone"):
        person(1, hidden={"telephone": LEADS})
