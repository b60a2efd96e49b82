"""The places at home are the official ones, and each knows what it lies in."""

import re
from collections import Counter, defaultdict

import pytest

from config import reference
from config.reference.home_places import HomePlaceKind, home_places_from
from config.reference.tables import DATA
from config.reference.words import fold


def test_the_local_authorities_are_those_of_the_united_kingdom():
    authorities = reference.home_places_of_kind(HomePlaceKind.LOCAL_AUTHORITY)
    assert Counter(place.code[0] for place in authorities) == {"E": 296, "S": 32, "W": 22, "N": 11}
    kinds = Counter(place.code[:3] for place in authorities)
    assert kinds == {"E06": 63, "E07": 164, "E08": 36, "E09": 33, "S12": 32, "W06": 22, "N09": 11}


def test_regions_nations_counties_and_strategic_authorities_are_all_there():
    count = {kind: len(reference.home_places_of_kind(kind)) for kind in HomePlaceKind}
    assert count[HomePlaceKind.STATE] == 1
    assert count[HomePlaceKind.NATION] == 4
    assert count[HomePlaceKind.REGION] == 9
    assert count[HomePlaceKind.COUNTY] == 21
    assert count[HomePlaceKind.STRATEGIC_AUTHORITY] == 15


def test_every_code_has_the_form_of_its_kind():
    prefixes = {
        HomePlaceKind.STATE: ("K02",),
        HomePlaceKind.NATION: ("E92", "N92", "S92", "W92"),
        HomePlaceKind.REGION: ("E12",),
        HomePlaceKind.STRATEGIC_AUTHORITY: ("E47",),
        HomePlaceKind.COUNTY: ("E10",),
        HomePlaceKind.LOCAL_AUTHORITY: ("E06", "E07", "E08", "E09", "N09", "S12", "W06"),
    }
    for place in reference.home_places():
        assert re.fullmatch(r"[EKNSW]\d{8}", place.code)
        assert place.code.startswith(prefixes[place.kind]), place


def test_every_place_leads_up_to_its_nation():
    nations = {"E": "E92000001", "S": "S92000003", "W": "W92000004", "N": "N92000002"}
    for place in reference.home_places_of_kind(HomePlaceKind.LOCAL_AUTHORITY):
        above = reference.home_place_ancestors(place.code)
        assert nations[place.code[0]] in above
        regions = [code for code in above if code.startswith("E12")]
        assert len(regions) == (1 if place.code[0] == "E" else 0)
        assert place.code.startswith("E07") == any(code.startswith("E10") for code in above)


def test_a_place_knows_all_that_it_lies_in_the_nearest_first():
    assert [reference.home_place(code).label for code in reference.home_place_ancestors("E07000136")] == [
        "Lincolnshire",
        "Greater Lincolnshire",
        "East Midlands",
        "England",
        "United Kingdom",
    ]
    assert reference.home_place_and_ancestors("E08000025")[:3] == ("E08000025", "E47000007", "E12000005")
    assert reference.home_place_ancestors("S12000036") == ("S92000003", "K02000001")


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("E47000001", 10),
        ("E47000007", 7),
        ("E47000014", 7),
        ("E47000017", 9),
        ("E47000013", 17),
        ("E12000007", 33),
        ("E47000018", 14),
        ("E10000016", 12),
        ("E47000004", 6),
        ("S92000003", 32),
        ("E08000025", 1),
    ],
)
def test_an_area_has_its_known_number_of_local_authorities(code, count):
    assert len(reference.local_authorities_in(code)) == count


def test_a_replaced_code_still_counts_by_its_successor():
    old = reference.home_place("E08000019")
    assert (old.label, old.retired, old.successor) == ("Sheffield", True, "E08000039")
    assert reference.understand_home_place("E08000019").code == "E08000039"
    assert reference.understand_home_place("sheffield").code == "E08000039"
    for place in reference.home_places():
        assert place.retired == (place.successor is not None)
        assert place.successor is None or not reference.home_place(place.successor).retired


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Hull", "E06000010"),
        ("City of Bristol", "E06000023"),
        ("Glasgow", "S12000049"),
        ("Yorkshire", "E12000003"),
        ("West Midlands", "E12000005"),
        ("Cymru", "W92000004"),
        ("St Helens", "E08000013"),
    ],
)
def test_an_importer_understands_a_place_at_home(written, code):
    assert reference.understand_home_place(written).code == code


def test_home_places_share_no_name_by_accident():
    named = defaultdict(set)
    for place in reference.home_places():
        for said in (place.label, *place.aliases):
            named[fold(said)].add(place.successor or place.code)
    assert {said: codes for said, codes in named.items() if len(codes) > 1} == {}


def test_a_form_offers_the_home_places_of_its_network():
    everywhere = reference.home_place_choices()
    assert sum(len(choices) for choices in everywhere.values()) == 361
    midlands = reference.home_place_choices(["E12000004", "E12000005"])
    assert set(midlands) == {"East Midlands", "West Midlands"}
    assert ("E08000025", "Birmingham") in midlands["West Midlands"]


def test_another_territory_is_refused_where_a_place_names_one_that_is_missing(tmp_path):
    lines = (DATA / "home_places.csv").read_text().splitlines(keepends=True)
    short = tmp_path / "short.csv"
    short.write_text("".join(line for line in lines if not line.startswith("E12000004")))
    with pytest.raises(ValueError, match="names E12000004, which is not there"):
        home_places_from(short)
