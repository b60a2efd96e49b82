"""The world picture: small enough for a page, every market on it, each where it lies."""

from __future__ import annotations

import re

from config.reference import markets
from network.web.world_map import PLACES, draw_world, level_of, outlines_of, shapes, simplified

UNINHABITED = {"BV", "GS", "HM", "IO", "SJ", "TF", "UM", "AQ"}


def test_a_reader_gets_a_picture_that_is_small_enough() -> None:
    assert sum(len(shape.path) for shape in shapes().values()) < 60_000


def test_a_reader_finds_every_inhabited_market_as_shape_or_bubble() -> None:
    missing = [m.code for m in markets() if m.code not in shapes() and m.code not in PLACES]
    assert set(missing) <= UNINHABITED


def test_a_country_with_people_is_darker_the_more_there_are() -> None:
    assert [level_of(count) for count in (1, 4, 5, 19, 20, 49, 50, 900)] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_country_too_small_to_see_becomes_a_bubble_and_nobody_counts_twice() -> None:
    world = draw_world({"SG": 12, "QA": 3, "OM": 8, "FR": 0}, {"OM": "/volunteers?market=OM"})
    assert [place.code for place in world.places] == ["OM", "QA", "SG"]
    assert [bool(place.path) for place in world.places] == [True, False, False]
    assert world.places[0].href == "/volunteers?market=OM"
    assert shapes()["FR"].path in world.land
    assert shapes()["OM"].path not in world.land


def test_a_code_that_is_no_country_is_left_out() -> None:
    assert draw_world({"ZZ": 4}).places == ()


def test_neighbours_lie_beside_each_other() -> None:
    found = shapes()
    assert abs(found["LK"].x - found["IN"].x) < 60
    assert found["KW"].y < PLACES["QA"][1]
    assert found["NZ"].x > found["AU"].x


def test_a_path_of_every_command_is_read() -> None:
    rings = outlines_of("M10 10h10v10H10zm50 0l10 0 0 10zL5 5")
    assert rings[0] == [(4.0, 4.0), (8.0, 4.0), (8.0, 8.0), (4.0, 8.0)]
    assert rings[1][0] == (24.0, 4.0)


def test_a_straight_coast_keeps_only_its_ends() -> None:
    assert simplified([(0.0, 0.0), (5.0, 0.1), (10.0, 0.0)]) == [(0.0, 0.0), (10.0, 0.0)]


def test_paths_hold_nothing_but_path_data() -> None:
    assert all(re.fullmatch(r"[Mlhvz0-9 \-]+", shape.path) for shape in shapes().values())
