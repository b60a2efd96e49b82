"""The right people come first, in both engines alike, and each is found better than by their words alone."""

from __future__ import annotations

import pytest

from bench.relevance.judged import asks
from bench.relevance.measure import ENGINES, answered, left_out, material, scored
from bench.relevance.scores import ndcg, recall, reciprocal_rank
from search import open_engine


def test_measures_say_what_they_mean():
    grades = {1: 3, 2: 2, 3: 1}
    assert ndcg([1, 2, 3], grades) == 1.0
    assert ndcg([9, 8], grades) == 0.0
    assert 0 < ndcg([3, 2, 1], grades) < 1
    assert recall([9, 2], grades) == 0.5
    assert reciprocal_rank([3, 9, 2], grades) == pytest.approx(1 / 3)


def test_asks_are_many_and_a_fifth_is_held_out():
    assert len(asks()) >= 120
    assert len([ask for ask in asks() if ask.held_out]) == pytest.approx(len(asks()) / 5, abs=1)
    assert len({ask.text for ask in asks()}) == len(asks())


@pytest.mark.long
def test_firm_finds_the_right_people_in_either_engine(tmp_path):
    documents, grades = material()
    ways = left_out()
    found = {}
    for name in ENGINES:
        for way in ("whole", "words alone"):
            weights, known = ways[way]
            engine = open_engine(name, tmp_path / f"{name} {way}", vocabulary=known, weights=weights)
            engine.rebuild(documents)
            found[name, way] = scored(answered(engine, grades), grades)["ndcg@10"]
    assert abs(found["whoosh", "whole"] - found["tantivy", "whole"]) <= 0.03
    for name in ENGINES:
        assert found[name, "whole"] >= 0.7
        assert found[name, "whole"] >= found[name, "words alone"] + 0.2
