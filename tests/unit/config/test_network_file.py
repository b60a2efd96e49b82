"""The network's own file: what is read from it, and what its editor is told about a mistake."""

from __future__ import annotations

import re

import pytest

from config.network_file import NetworkFileError, load_network
from config.settings import ROOT

SHIPPED = ROOT / "config" / "network.toml"


def test_editor_reads_the_shipped_file_gets_the_network():
    network = load_network(SHIPPED)
    assert network.home.regions == ("E12000004", "E12000005")
    assert network.periods.offer_nudge_days == (4, 8)
    assert network.limits.open_needs_per_organisation == 5
    assert network.host.contact.endswith(".example")


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        (r"^offer_days = .*", "offer_day = 10", "periods.offer_day is not known; did you mean offer_days?"),
        (r"^offer_days = .*", "", "periods.offer_days is missing"),
        (r"^offer_days = .*", 'offer_days = "ten"', "periods.offer_days must be a whole number"),
        (r"^offer_days = .*", "offer_days = true", "periods.offer_days must be a whole number"),
        (
            r"^offer_days = .*",
            "offer_days = 8",
            "periods.offer_nudge_days must come before periods.offer_days",
        ),
        (r"^follow_up_days = .*", "follow_up_days = [90, 30]", "periods.follow_up_days must rise"),
        (r"^follow_up_days = .*", "follow_up_days = 30", "must be a list of whole numbers"),
        (r"^regions = .*", "regions = []", "home.regions must name at least one"),
        (r"^regions = .*", 'regions = "E12000004"', "home.regions must be a list"),
        (r"^name = \"The Midhearth N.*", 'name = " "', "name must be a text"),
        (r"^name = \"The Midhearth N.*", "", ": name is missing"),
        (r"^ink = .*", 'ink = "navy"', "colours.ink is 'navy'"),
        (r"^currency = .*", 'currency = "pounds"', "currency is 'pounds'"),
        (r"^timezone = .*", 'timezone = "Europe/Dudley"', "not a known time zone"),
        (r"^contact = .*", 'contact = "the office"', "host.contact"),
        (r"^university_domains = .*", 'university_domains = ["*.ac.uk"]', "domains such as"),
        (r"^wanted_introductions_default = .*", "wanted_introductions_default = 9", "above its maximum"),
        (r"^market_depth = .*", 'market_depth = "much"', "ranking.market_depth must be a number"),
        (r"^biography = .*", "biography = -1", "ranking.words.biography must be a number from 0"),
        (r"^worked = .*", "", "ranking.depths.worked is missing"),
        (r"^\[home\]", "[home", "is not valid TOML"),
    ],
)
def test_editor_makes_a_mistake_is_told_file_and_key(tmp_path, line, instead, said):
    text, count = re.subn(line, instead, SHIPPED.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    copy = tmp_path / "network.toml"
    copy.write_text(text)
    with pytest.raises(NetworkFileError) as refusal:
        load_network(copy)
    assert said in str(refusal.value)
    assert str(copy) in str(refusal.value)


def test_editor_gives_a_text_for_a_table_is_told(tmp_path):
    copy = tmp_path / "network.toml"
    copy.write_text(
        'home = "the Midlands"\n' + re.sub(r"\[home\](.*\n){3}", "", SHIPPED.read_text(), count=1)
    )
    with pytest.raises(NetworkFileError, match="home must be a table"):
        load_network(copy)


def test_editor_names_a_missing_file_is_told(tmp_path):
    with pytest.raises(NetworkFileError, match="cannot be read"):
        load_network(tmp_path / "absent.toml")
