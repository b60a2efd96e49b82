"""The reference data holds together: codes stay, parents exist, no word stands for two things."""

import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pycountry
import pytest
from babel import Locale

from config import reference
from config.reference import TermKind
from config.reference.lookup import terms
from config.reference.tables import DATA, read_table
from network.domain.states import Effort

TABLES = sorted(DATA.glob("*.csv"))


# --- the files -------------------------------------------------------------------------


def test_every_file_has_a_version_and_every_version_a_file():
    assert {path.stem for path in TABLES} == set(reference.versions())
    assert all(re.fullmatch(r"20\d\d\.\d+", version) for version in reference.versions().values())


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_code_stands_once_in_its_file_and_every_row_has_a_label(path: Path):
    rows = read_table(path)
    key = "city" if path.stem == "cities" else "code"
    assert [code for code, count in Counter(row[key] for row in rows).items() if count > 1] == []
    assert all(row.get("label", row.get("city", "")).strip() for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row.values())


def test_a_row_of_the_wrong_width_is_refused_with_its_name(tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("# a comment\ncode,label\na,One\nb\n")
    with pytest.raises(ValueError, match=r"broken\.csv: 1 cells instead of 2 in the row of \['b'\]"):
        read_table(broken)


@pytest.mark.parametrize("kind", TermKind)
def test_no_word_stands_for_two_things_of_a_kind(kind):
    meant = defaultdict(set)
    for term in terms(kind):
        meant[term.words].add(term.code)
    assert {words: codes for words, codes in meant.items() if len(codes) > 1} == {}
    assert () not in meant


def test_importing_reads_nothing_and_first_use_is_quick():
    asked = (
        "import sys, time; from config import reference as r\n"
        "assert r.sectors.cache_info().currsize == r.markets.cache_info().currsize == 0\n"
        "assert not {'pycountry', 'babel', 'flask'} & set(sys.modules)\n"
        "start = time.perf_counter()\n"
        "r.sectors(); r.markets(); r.home_places(); r.find_terms('solar in Oman')\n"
        "print(time.perf_counter() - start)"
    )
    root = Path(__file__).parents[3]
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True, timeout=30
    )
    assert float(answer.stdout) < 1  # some 40 ms where nothing else runs


def test_what_was_read_once_is_not_read_again():
    reference.market_groups()
    assert reference.markets() is reference.markets()
    start = time.perf_counter()
    for _ in range(10_000):
        reference.market("AE")
    assert time.perf_counter() - start < 1


# --- sectors ---------------------------------------------------------------------------


def test_there_are_27_top_sectors_and_up_to_120_below():
    levels = Counter(sector.level for sector in reference.sectors())
    assert levels[1] == len(reference.top_sectors()) == 27
    assert 60 <= levels[2] <= 120
    assert set(levels) == {1, 2, 3}


def test_every_sector_stands_under_the_parent_that_its_code_names():
    for sector in reference.sectors():
        above = sector.code.rpartition(".")[0] or None
        assert sector.parent == above
        assert above is None or reference.find_sector(above) is not None
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+){0,2}", sector.code)


def test_a_sector_knows_who_is_above_and_below():
    assert reference.sector_and_ancestors("energy.hydrogen.green") == (
        "energy.hydrogen.green",
        "energy.hydrogen",
        "energy",
    )
    below = reference.sector_descendants("energy")
    assert "energy.hydrogen.green" in below
    assert "energy" not in below
    assert reference.sector_descendants("energy.hydrogen.green") == ()
    assert sum(1 + len(reference.sector_descendants(top.code)) for top in reference.top_sectors()) == len(
        reference.sectors()
    )


def test_an_unknown_code_is_a_key_error_or_none_as_asked():
    for get in (
        reference.sector,
        reference.sector_and_ancestors,
        reference.sector_descendants,
        reference.market,
        reference.market_group,
        reference.markets_in_group,
        reference.help_type,
        reference.effort_level,
        reference.home_place,
        reference.home_place_ancestors,
        reference.local_authorities_in,
        reference.language,
        reference.currency,
    ):
        with pytest.raises(KeyError):
            get("nowhere")
    for find in (
        reference.find_sector,
        reference.find_market,
        reference.find_market_group,
        reference.find_help_type,
        reference.find_home_place,
        reference.find_language,
        reference.find_currency,
    ):
        assert find("nowhere") is None


def test_the_choices_offer_each_sector_once():
    offered = [code for choices in reference.sector_choices().values() for code, _ in choices]
    assert sorted(offered) == sorted(sector.code for sector in reference.sectors() if not sector.retired)


# --- kinds of help ---------------------------------------------------------------------


def test_there_are_18_kinds_of_help_each_with_an_example():
    assert len(reference.help_types()) == len(reference.help_type_choices()) == 18
    assert all(kind.example.endswith(".") for kind in reference.help_types())


def test_the_levels_of_effort_are_those_that_offers_store():
    assert [level.code for level in reference.effort_levels()] == [effort.value for effort in Effort]


# --- markets ---------------------------------------------------------------------------


def test_the_markets_are_those_of_the_standard():
    theirs = {(country.alpha_2, country.alpha_3, country.numeric) for country in pycountry.countries}
    ours = {(one.code, one.alpha_3, one.numeric) for one in reference.markets()}
    # A country that the standard drops stays with us, retired.
    retired = {one.code for one in reference.markets() if one.retired}
    assert theirs - ours == set()
    assert {code for code, *_ in ours - theirs} <= retired


def test_every_market_is_understood_by_its_usual_english_name():
    names = Locale("en").territories
    for one in reference.markets():
        # The two Congos go by their capitals there; both are understood.
        assert reference.understand_market(names[one.code]) == one, names[one.code]


def test_every_market_is_in_exactly_one_trade_region():
    members = [
        code for region in reference.trade_regions() for code in reference.markets_in_group(region.code)
    ]
    assert sorted(members) == sorted(one.code for one in reference.markets())
    offered = [code for choices in reference.market_choices_by_region().values() for code, _ in choices]
    assert sorted(offered) == sorted(code for code, _ in reference.market_choices())


def test_every_market_is_in_one_united_nations_sub_region():
    subregions = {group.code for group in reference.market_groups() if group.kind == "m49"}
    assert all(one.m49 in subregions for one in reference.markets())
    assert len(subregions) == 23  # 22 sub-regions, and Antarctica
    assert "AE" in reference.markets_in_group("142")  # Asia, by way of Western Asia


def test_every_group_has_members_and_they_name_it():
    for group in reference.market_groups():
        members = reference.markets_in_group(group.code)
        assert members, group
        assert all(group.code in reference.groups_of_market(code) for code in members)


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("gulf", 6),
        ("asean", 11),
        ("european_union", 27),
        ("g7", 7),
        ("g20", 19),
        ("commonwealth", 56),
        ("cptpp", 12),
    ],
)
def test_a_well_known_group_has_its_known_size(group, count):
    assert len(reference.markets_in_group(group)) == count


def test_every_zone_is_a_real_one():
    for zone in {one.zone for one in reference.markets()} | {city.zone for city in reference.cities()}:
        ZoneInfo(zone)


def test_cities_belong_to_markets_and_lie_on_the_globe():
    for city in reference.cities():
        assert reference.find_market(city.market) is not None
        assert -90 <= city.latitude <= 90
        assert -180 <= city.longitude <= 180
        assert reference.understand_market(city.label).code == city.market
    assert len({city.market for city in reference.cities()}) >= 70
    assert max(Counter(city.market for city in reference.cities()).values()) <= 6
    assert reference.market_zones("AU")[:2] == ("Australia/Sydney", "Australia/Melbourne")


# --- languages and currencies ----------------------------------------------------------


def test_the_languages_have_all_two_letter_codes_of_the_standard():
    theirs = {one.alpha_2 for one in pycountry.languages if hasattr(one, "alpha_2")}
    ours = {one.code for one in reference.languages()}
    assert theirs - ours <= {"sh"}  # withdrawn: Serbian, Croatian and Bosnian stand by themselves
    for one in reference.languages():
        assert pycountry.languages.get(alpha_3=one.alpha_3) is not None
        assert len(one.code) == 2 or one.code == one.alpha_3


def test_the_currencies_are_in_the_standard_and_the_main_ones_come_first():
    codes = [one.code for one in reference.currencies()]
    assert codes[:3] == ["GBP", "USD", "EUR"]
    assert set(codes) <= {one.alpha_3 for one in pycountry.currencies}
    assert len(codes) > 150
    assert reference.currency("JPY").decimals == 0
    assert reference.currency_choices()[0] == ("GBP", "GBP – British Pound")
