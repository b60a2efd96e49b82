"""What people type, and whom it finds."""

from __future__ import annotations

import pytest

from search import Affiliation, Audience, Query
from tests.unit.search.conftest import Holding
from tests.unit.search.people import ids, person


@pytest.mark.parametrize(
    ("held", "typed"),
    [
        ("Zürich", ["zurich", "ZÜRICH", "Zu\u0308rich"]),
        ("Nguyễn", ["nguyen", "Nguyễn", "NGUYEN"]),
        ("Łukasz", ["lukasz", "łukasz", "Lukasz"]),
        ("O'Neill", ["oneill", "O’Neill", "o neill", "O'NEILL", "neill"]),
        ("ONeill", ["O'Neill", "o’neill"]),
        ("al-Rashid", ["al-rashid", "al rashid", "alrashid", "Rashid", "Al‑Rashid"]),
        ("Søren Þórsson", ["soren", "thorsson"]),
        ("Şişli", ["sisli", "ŞİŞLİ"]),
        ("R&D", ["r&d", "R & D"]),
        ("U.A.E. desk", ["uae desk", "U.A.E."]),
        ("Straße", ["strasse"]),
        ("上海 贸易", ["上海", "贸易"]),
        ("exporters", ["export", "exporting", "Exports"]),
    ],
)
def test_person_is_found_however_the_word_is_typed(holding: Holding, held: str, typed: list[str]) -> None:
    engine = holding(person(1, headline=held), person(2, headline="something else"))
    for words in typed:
        result = engine.search(Query(words=words))
        assert (words, result.ids, result.showing_for) == (words, (1,), "")


def test_reader_asks_for_several_words_and_finds_who_holds_them_all(holding: Holding) -> None:
    engine = holding(
        person(1, headline="battery export"),
        person(2, headline="battery"),
        person(3, biography="export a battery"),
    )
    result = engine.search(Query(words="battery export"))
    assert set(result.ids) == {1, 3}
    assert result.matched_all


def test_reader_asks_for_more_than_anybody_holds_and_sees_who_holds_most(holding: Holding) -> None:
    engine = holding(
        person(1, headline="battery"), person(2, headline="battery export"), person(3, headline="cotton")
    )
    result = engine.search(Query(words="battery export vaccine"))
    assert (result.ids, result.matched_all) == ((2,), False)
    result = engine.search(Query(words="battery vaccine"))
    assert (result.ids, result.matched_all) == ((1, 2), False)


def test_reader_keeps_a_filter_and_nothing_outside_it_is_shown_instead(holding: Holding) -> None:
    engine = holding(
        person(1, headline="battery export", markets=("DE",)), person(2, headline="battery", markets=("JP",))
    )
    result = engine.search(Query(words="battery export", filters={"market": ("JP",)}))
    assert (result.ids, result.matched_all) == ((2,), False)
    assert ids(engine, "cotton", filters={"market": ("JP",)}) == ()


def test_reader_asks_for_a_phrase_and_finds_only_words_in_a_row(holding: Holding) -> None:
    engine = holding(
        person(1, headline="Medical device sales"),
        person(2, headline="Device for medical use"),
        person(3, headline="medical", job_title="device"),
    )
    assert ids(engine, '"medical device"') == (1,)
    assert ids(engine, "“medical devices”") == (1,)
    assert ids(engine, '"medical device') == (1,)
    assert ids(engine, '"device medical"') == ()


def test_reader_leaves_words_out_and_joins_others_with_or(holding: Holding) -> None:
    engine = holding(
        person(1, headline="battery export"),
        person(2, headline="battery licence"),
        person(3, headline="cotton export"),
    )
    assert ids(engine, "battery -licence") == (1,)
    assert ids(engine, 'battery -"battery export"') == (2,)
    assert set(ids(engine, "battery OR cotton")) == {1, 2, 3}
    assert set(ids(engine, "export battery OR cotton")) == {1, 3}
    assert ids(engine, "-battery") == (3,)
    assert set(ids(engine, "export OR")) == {1, 3}


def test_reader_types_small_words_and_they_do_not_narrow(holding: Holding) -> None:
    engine = holding(person(1, headline="battery export"))
    assert ids(engine, "who can help us with the export of a battery") == (1,)


@pytest.mark.parametrize("words", ["*", "***", "?", "-", '""', "!!!", "( )", "OR", "\x00"])
def test_reader_types_signs_alone_and_nobody_is_found(holding: Holding, words: str) -> None:
    assert ids(holding(person(1, headline="battery")), words) == ()


def test_reader_types_nothing_and_everybody_is_listed(holding: Holding) -> None:
    assert ids(holding(person(1), person(2)), "  \t ") == (1, 2)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("battrey", "battery"),  # swapped
        ("batery", "battery"),  # left out
        ("batttery", "battery"),  # put in
        ("bettery", "battery"),  # changed
        ("distribtuon", "distribution"),  # two edits
        ("ditsribuiton", "distribution"),  # two swaps
        ("abttery", "battery"),  # the first two swapped
        ("vattery", "battery"),  # the first changed
    ],
)
def test_reader_mistypes_and_is_told_what_is_shown_instead(holding: Holding, typed: str, meant: str) -> None:
    engine = holding(person(1, headline="battery distribution"), person(2, headline="cotton"))
    result = engine.search(Query(words=f"{typed} -cotton"))
    assert (result.ids, result.showing_for) == ((1,), f"{meant} -cotton")
    assert [(c.typed, c.shown) for c in result.corrections] == [(typed, meant)]


@pytest.mark.parametrize("typed", ["rai", "battrye5", "bxttxry", "gridxx"])
def test_reader_types_a_short_or_distant_word_and_it_is_not_bent(holding: Holding, typed: str) -> None:
    engine = holding(person(1, headline="rail battery grid"))
    result = engine.search(Query(words=typed))
    assert (result.ids, result.corrections) == ((), ())


def test_reader_types_a_word_that_is_known_and_it_is_never_bent(holding: Holding) -> None:
    engine = holding(
        person(1, headline="Iron works"), person(2, headline="Irene"), person(3, headline="trade")
    )
    result = engine.search(Query(words="Iran"))
    assert (result.ids, result.corrections) == ((), ())
    assert ids(engine, "traded") == (3,)


def test_reader_mistypes_the_word_of_somebody_who_left_and_it_is_not_offered(holding: Holding) -> None:
    engine = holding(person(1, headline="quicksilver"), person(2, headline="cotton"))
    engine.delete([1])
    result = engine.search(Query(words="quicksilvre"))
    assert (result.ids, result.corrections) == ((), ())


def test_reader_names_a_market_in_other_words_and_finds_it_by_its_code(holding: Holding) -> None:
    engine = holding(
        person(1, markets=("AE",)),
        person(2, biography="once in the UAE"),
        person(3, markets=("SA",)),
        person(4),
    )
    result = engine.search(Query(words="UAE"))
    assert set(result.ids) == {1, 2}
    assert [(u.kind, u.codes, u.label) for u in result.understood] == [
        ("market", ("AE",), "United Arab Emirates")
    ]
    assert set(ids(engine, "gulf")) == {1, 3}
    assert set(ids(engine, "united arab emirates")) == {1}
    assert set(ids(engine, "-gulf")) == {2, 4}


def test_reader_asks_in_a_sentence_and_each_understood_part_narrows(holding: Holding) -> None:
    engine = holding(
        person(1, markets=("AE",), sector_paths=("health", "health.devices"), help_types=("distributors",)),
        person(2, markets=("AE",), sector_paths=("health", "health.devices")),
        person(3, sector_paths=("health.devices",), help_types=("distributors",)),
    )
    result = engine.search(Query(words="find a distributor for medtech in the Gulf"))
    assert (result.ids, result.full, result.matched_all) == ((1, 2), 1, True)
    assert [u.kind for u in result.understood] == ["help", "sector", "market"]
    assert {(m.kind, m.value) for m in result.hits[0].matches} == {
        ("help", "distributors"), ("sector", "health.devices"), ("market", "AE"),
    }  # fmt: skip


def test_reader_asks_for_what_few_meet_and_those_who_know_the_market_follow(holding: Holding) -> None:
    engine = holding(
        person(1, markets=("DE",), headline="cotton"),
        person(2, markets=("DE",), headline="battery", market_depths={"DE": "lived"}),
        person(3, markets=("DE",), headline="battery export"),
        person(4, headline="battery export"),
    )
    result = engine.search(Query(words="German battery export", facets=("market",)))
    assert (result.ids, result.full, result.total) == ((3, 2), 1, 2)
    assert [(c.code, c.count) for c in result.facets["market"]] == [("DE", 2)]
    result = engine.search(Query(words="German battery vaccine"))
    assert (result.ids, result.full, result.matched_all) == ((2, 3), 0, False)
    assert ids(engine, "German battery -export") == (2,)
    # Enough people who meet all stand alone.
    engine.index(person(n, markets=("DE",), headline="battery export") for n in (5, 6))
    result = engine.search(Query(words="German battery export"))
    assert (set(result.ids), result.full) == ({3, 5, 6}, 3)


def test_reader_names_two_markets_and_who_knows_either_is_found(holding: Holding) -> None:
    engine = holding(
        person(1, markets=("DE",), headline="battery"),
        person(2, markets=("IR",), headline="battery"),
        person(3, headline="battery"),
    )
    assert set(ids(engine, "battery in Iran or German")) == {1, 2}


def test_reader_mistypes_a_market_and_it_is_still_understood(holding: Holding) -> None:
    engine = holding(person(1, markets=("DE",)), person(2))
    result = engine.search(Query(words="Germna"))
    assert (result.ids, result.showing_for) == ((1,), "german")
    assert [u.label for u in result.understood] == ["Germany"]


def test_word_in_the_name_outweighs_one_in_the_biography(holding: Holding) -> None:
    engine = holding(
        person(1, biography="Bridge builder once"),
        person(2, "Ann Bridge"),
        person(3, headline="Bridge builder"),
    )
    assert ids(engine, "bridge") == (2, 3, 1)


def test_hit_says_which_words_matched_where_and_its_parts_make_its_score(holding: Holding) -> None:
    engine = holding(
        person(1, headline="Exports of batteries", markets=("DE",), market_depths={"DE": "worked"})
    )
    hit = engine.search(Query(words="battery", filters={"market": ("DE",)}, audience=Audience.MEMBERS)).hits[
        0
    ]
    assert [(m.kind, m.value, m.fields, m.detail) for m in hit.matches] == [
        ("market", "DE", (), "worked"), ("word", "battery", ("headline",), ""),
    ]  # fmt: skip
    assert hit.terms == {"batteri"}
    assert sum(hit.parts.values()) == pytest.approx(hit.score)
    assert set(hit.parts) == {"words", "market_depth", "available", "freshness", "answers", "load"}


def test_reader_tells_a_whole_story_and_who_meets_the_most_telling_of_it_comes_first(
    holding: Holding,
) -> None:
    engine = holding(
        person(1, markets=("AE",), help_types=("distributors",), headline="Valves for waterworks"),
        person(2, markets=("AE",)),
        person(3, headline="Valves"),
        person(4, headline="A small firm"),
        *(person(n, headline="cotton") for n in range(5, 15)),
    )
    story = (
        "We are a small firm - valves, mostly. OR so; we want to find a distributor in the Gulf, not in Iran."
    )
    result = engine.search(Query(words=story, loosely=True))
    assert result.ids[0] == 1
    assert set(result.ids) == {1, 2, 3}
    assert (result.total, result.matched_all) == (3, True)
    parts = result.hits[0].parts
    assert min(parts["help"], parts["market"], parts["words"]) > 0
    assert sum(parts.values()) == pytest.approx(result.hits[0].score)
    assert [match.worth > 0 for match in result.hits[0].matches if match.kind == "word"] == [True]
    assert ids(engine, '"- OR the', loosely=True) == ()
    assert set(ids(engine, story, loosely=True, filters={"market": ("AE",)})) == {1, 2}


def test_reader_tells_a_story_and_no_word_of_it_is_bent(holding: Holding) -> None:
    engine = holding(person(1, headline="losing battery", markets=("DE",)), person(2, headline="losing"))
    result = engine.search(Query(words="We make dosing pumps for Germna, batery ones", loosely=True))
    assert (result.ids, result.corrections, result.showing_for, result.understood) == ((), (), "", ())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("name:bridge", {1}),
        ("NAME:Bridge", {1}),
        ("employer:bridge", {2}),
        ("company:bridge", {2}),
        ("title:bridge", {3}),
        ("city:bridge", {4}),
        ("university:bridge", {5}),
        ("employer:brigde", {2}),
        ("name:bridge OR city:bridge", {1, 4}),
        ("bridge -city:bridge", {1, 2, 3, 5}),
        ('employer:"bridge works"', {2}),
        ("market:UAE", {6}),
        ("market:bridge", {1, 2, 3, 4, 5}),
        ("colour:bridge", {1, 2, 3, 4, 5}),  # no such field: words like others
    ],
)
def test_reader_names_the_field_and_only_that_is_looked_at(
    holding: Holding, typed: str, found: set[int]
) -> None:
    engine = holding(
        person(1, "Ann Bridge"),
        person(2, employer="Bridge Works"),
        person(3, job_title="Bridge builder"),
        person(4, city="Bridge"),
        person(5, affiliations=(Affiliation("uni-1", "Bridge College", Audience.PUBLIC),)),
        person(6, markets=("AE",)),
    )
    assert (typed, set(ids(engine, typed))) == (typed, found)


def test_visitor_names_a_hidden_field_and_finds_nobody(holding: Holding) -> None:
    engine = holding(person(1, employer="Bridge", hidden={"employer": Audience.MEMBERS}))
    assert ids(engine, "employer:bridge") == ()
    assert ids(engine, "employer:bridge", audience=Audience.MEMBERS) == (1,)
