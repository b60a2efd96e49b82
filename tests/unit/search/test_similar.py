"""Who is like whom, as far as the reader may know."""

from __future__ import annotations

import pytest

from search import Audience
from tests.unit.search.conftest import Holding
from tests.unit.search.people import crowd, person

PUBLIC, MEMBERS, LEADS = Audience


def test_likest_share_the_rarest_market_and_sector_and_are_told_with_what_they_share(
    holding: Holding,
) -> None:
    engine = holding(
        person(1, markets=("JP", "DE"), sector_paths=("energy", "energy.wind"), help_types=("advice",)),
        person(2, markets=("DE",)),
        person(3, markets=("JP",), market_depths={"JP": "lived"}, sector_paths=("energy", "energy.wind")),
        person(4, markets=("US",), languages=("en",), help_types=("advice",)),
        *(person(n, markets=("DE",)) for n in range(5, 15)),
    )
    hits = engine.similar(1, PUBLIC, size=3)
    assert hits[0].id == 3
    assert {(m.kind, m.value, m.detail) for m in hits[0].matches} == {
        ("market", "JP", "lived"), ("sector", "energy", ""), ("sector", "energy.wind", ""),
    }  # fmt: skip
    assert [hit.id for hit in hits[1:]] == [2, 5]
    assert sum(hits[0].parts.values()) == pytest.approx(hits[0].score)
    assert not {1, 4} & {hit.id for hit in engine.similar(1, PUBLIC, size=50)}


def test_reader_is_shown_nobody_like_a_person_they_may_not_find(holding: Holding) -> None:
    engine = holding(
        person(1, listed=LEADS, markets=("JP",)),
        person(2, markets=("JP",), hidden={"markets": MEMBERS}),
        person(3, markets=("JP",)),
    )
    assert engine.similar(1, PUBLIC) == engine.similar(99, LEADS) == ()
    assert [hit.id for hit in engine.similar(1, LEADS)] == [2, 3]
    # What is hidden neither makes anybody alike nor counts.
    assert engine.similar(2, PUBLIC) == engine.similar(3, PUBLIC) == ()
    assert [hit.id for hit in engine.similar(2, MEMBERS)] == [3]


def test_likest_come_in_order_of_their_score_and_share_a_market_or_a_sector(holding: Holding) -> None:
    engine = holding(*crowd(150))
    for reader in Audience:
        for number in (3, 40, 77):
            hits = engine.similar(number, reader, size=8)
            assert [hit.id for hit in hits] == [
                hit.id for hit in sorted(hits, key=lambda hit: (-hit.score, hit.id))
            ]
            assert all(any(match.kind in ("market", "sector") for match in hit.matches) for hit in hits)
