"""The periods of the domain and those of the network's own file are the same ones."""

from dataclasses import fields
from pathlib import Path

from config.network_file import Periods as FilePeriods
from config.network_file import load_network
from network.domain.periods import DEFAULT_PERIODS, Periods

NETWORK_FILE = Path(__file__).parents[3] / "config" / "network.toml"


def test_every_period_of_the_file_has_its_twin_with_the_same_default():
    own = load_network(NETWORK_FILE).periods
    for field in fields(FilePeriods):
        assert getattr(DEFAULT_PERIODS, field.name) == getattr(own, field.name), field.name


def test_a_network_s_own_periods_are_taken_and_the_rest_keep_their_defaults():
    class Own:
        offer_days = 12

    assert Periods.of(Own()) == Periods(offer_days=12)
    assert Periods.of(object()) == DEFAULT_PERIODS
