"""Each part of the ranking, by number: what it counts, that it decides, and that its weight is heard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from search import Engine, Query, Weights, open_engine
from search.ranking import FIELD_WEIGHTS, rarity, told
from tests.unit.search.conftest import VOCABULARY
from tests.unit.search.people import NOON, person

SILENT: dict[str, Any] = dict.fromkeys(("market_depth", "available", "freshness", "answers", "load"), 0.0)


def weighed(engine_name: str, folder: Path, *people: Any, **weights: Any) -> Engine:
    """An index of these people with weights of its own; a part that is not named counts nothing."""
    made = Weights(**{**SILENT, **weights})
    engine = open_engine(engine_name, folder / "weighed", vocabulary=VOCABULARY, weights=made)
    engine.rebuild(people)
    return engine


@pytest.mark.parametrize(
    ("part", "better", "worse", "expected"),
    [
        ("available", {}, {"availability": "later"}, (2.0, 0.0)),
        ("freshness", {}, {"updated_at": NOON - timedelta(days=180)}, (2.0, 1.0)),
        ("answers", {"answer_days": 0.0}, {"answer_days": 3.0}, (2.0, 1.0)),
        ("answers", {"answer_days": 1.0}, {"answer_days": None}, (1.5, 1.0)),
        ("load", {"load": 0.25}, {"load": 1.0}, (1.5, 0.0)),
        (
            "market_depth",
            {"market_depths": {"DE": "lived"}},
            {"market_depths": {"DE": "knows"}},
            (2.0, 0.6),
        ),
        ("market_depth", {"market_depths": {"DE": "worked"}}, {}, (1.6, 1.0)),
    ],
)
def test_part_that_speaks_for_a_person_counts_its_weight_and_decides(
    engine_name: str, tmp_path: Path, part: str, better: dict, worse: dict, expected: tuple[float, float]
) -> None:
    people = [person(1, markets=("DE",), **worse), person(2, markets=("DE",), **better)]
    asked = Query(words="German")
    hits = weighed(engine_name, tmp_path, *people, **{part: 2.0}).search(asked).hits
    assert [hit.id for hit in hits] == [2, 1]
    assert [hit.parts[part] for hit in hits] == pytest.approx(expected, rel=1e-3)
    hits = weighed(engine_name, tmp_path, *people).search(asked).hits
    assert [hit.id for hit in hits] == [1, 2]
    assert {hit.parts[part] for hit in hits} == {0.0}


@pytest.mark.parametrize(
    ("part", "words", "borne"),
    [
        ("market", "German", {"markets": ("DE",)}),
        ("sector", "medtech", {"sector_paths": ("health.devices",)}),
        ("help", "find a distributor", {"help_types": ("distributors",)}),
    ],
)
def test_code_that_was_understood_counts_as_so_many_mentions_of_a_word(
    engine_name: str, tmp_path: Path, part: str, words: str, borne: dict
) -> None:
    people = [person(1, **borne), *(person(n) for n in range(2, 7))]
    for weight in (3.0, 0.5):
        engine = weighed(engine_name, tmp_path, *people, understood={part: weight})
        hit = engine.search(Query(words=words)).hits[0]
        assert hit.parts[part] == pytest.approx(told(weight, rarity(6, 1)), rel=1e-3)
        assert hit.score == pytest.approx(hit.parts[part], rel=1e-3)


def test_word_counts_by_where_it_stands(engine_name: str, tmp_path: Path) -> None:
    people = [person(1, biography="Bridge"), person(2, headline="Bridge"), person(3, city="Bridge")]
    fields = dict.fromkeys(FIELD_WEIGHTS, 1.0) | {"city": 5.0, "biography": 2.0}
    hits = weighed(engine_name, tmp_path, *people, fields=fields).search(Query(words="bridge")).hits
    assert [hit.id for hit in hits] == [3, 1, 2]
    rare = rarity(3, 3)
    assert [hit.parts["words"] for hit in hits] == pytest.approx(
        [told(weight, rare) for weight in (5.0, 2.0, 1.0)], rel=0.03
    )


def test_index_written_with_other_word_weights_asks_to_be_rebuilt(engine_name: str, tmp_path: Path) -> None:
    weighed(engine_name, tmp_path, person(1))
    other = Weights(fields={**FIELD_WEIGHTS, "name": 9.0})
    engine = open_engine(engine_name, tmp_path / "weighed", weights=other)
    assert not engine.ready().is_ready
    engine.rebuild([person(1)])
    assert engine.ready().is_ready


def test_weights_for_a_field_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="headline"):
        Weights(fields={"telephone": 1.0})
