"""Money, bands, shares, and totals that no single value can mislead."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.errors import Invalid
from network.domain.states import Rating, ShareWithout, ValueMode
from network.domain.values import SHARES, Money, ValueBand, Valued, mean_rating, totals, visible_count

AMOUNTS = st.decimals(min_value=0, max_value=10_000_000, places=2)
SHARE = st.none() | st.sampled_from(list(ShareWithout))
VALUES = st.builds(
    lambda amount, share: Valued.of(ValueMode.EXACT, exact=amount, share_without=share), AMOUNTS, SHARE
)


def exact(amount: int, share: ShareWithout | None = None) -> Valued:
    return Valued.of(ValueMode.EXACT, exact=Decimal(amount), share_without=share)


def test_totals_show_the_median_and_what_is_left_without_the_largest():
    found = totals([exact(10), exact(20), exact(1_000_000), Valued.of(ValueMode.CANNOT_SAY)])
    assert (found.number, found.valued) == (4, 3)
    assert found.median == Decimal("20.00")
    assert found.total == Decimal("1000030.00")
    assert found.total_less_largest == Decimal("30.00")


def test_totals_of_nothing_are_nought_and_have_no_median():
    found = totals([])
    assert (found.number, found.valued, found.median, found.total, found.total_less_largest) == (
        0,
        0,
        None,
        0,
        0,
    )


@given(st.lists(VALUES, max_size=12))
def test_totals_agree_with_themselves(values: list[Valued]):
    found = totals(values)
    assert Decimal(0) <= found.total_less_largest <= found.total
    assert Decimal(0) <= found.attributable_low <= found.attributable_high <= found.total + Decimal("0.01")
    assert found.median is None or found.median <= found.total + Decimal("0.01")


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (ShareWithout.NONE, 1000, 1000),
        (ShareWithout.UNDER_QUARTER, 750, 1000),
        (ShareWithout.ABOUT_HALF, 450, 550),
        (ShareWithout.ALL, 0, 0),
        (None, 0, 1000),
    ],
)
def test_the_attributable_range_follows_what_would_have_happened_anyway(share, low, high):
    assert exact(1000, share).attributable == (low, high)


def test_every_share_has_bounds_in_order():
    assert list(SHARES) == list(ShareWithout)
    assert all(0 <= low <= high <= 1 for low, high in SHARES.values())


def test_bands_touch_and_never_overlap():
    bands = list(ValueBand)
    assert [band.high for band in bands[:-1]] == [band.low for band in bands[1:]]
    assert bands[-1].high is None
    assert bands[-1].point == bands[-1].low
    assert ValueBand.FROM_10K.point == Decimal(30_000)


def test_a_band_counts_by_its_middle_and_is_attributed_by_its_bounds():
    value = Valued.of(
        ValueMode.BAND, band=ValueBand.FROM_10K, rate=Decimal(2), share_without=ShareWithout.NONE
    )
    assert value.point == Decimal(60_000)
    assert value.attributable == (Decimal(20_000), Decimal(100_000))
    top = Valued.of(ValueMode.BAND, band=ValueBand.OVER_10M, share_without=ShareWithout.NONE)
    assert top.attributable == (Decimal(10_000_000), Decimal(10_000_000))


@pytest.mark.parametrize("mode", ValueMode)
def test_a_value_that_is_not_there_counts_as_cannot_say(mode: ValueMode):
    value = Valued.of(mode)
    assert value.point is None
    assert value.attributable == (0, 0)


def test_a_bare_point_is_attributed_by_itself():
    assert Valued(point=Decimal(10), share_without=ShareWithout.NONE).attributable == (10, 10)


def test_money_is_read_as_people_type_it():
    assert Money.parse(" 1,250,000.505 ", "gbp") == Money(Decimal("1250000.50"), "GBP")
    assert Money.parse("3\u00a0000", "EUR").amount == Decimal(3000)


@pytest.mark.parametrize("text", ["", "lots", "-1", "NaN", "Infinity", "1e30", "1.2.3"])
def test_money_that_is_no_sum_is_refused_at_its_field(text: str):
    with pytest.raises(Invalid) as refusal:
        Money.parse(text, "GBP")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("currency", ["", "£", "POUND", "G B"])
def test_a_currency_that_is_no_code_is_refused_at_its_field(currency: str):
    with pytest.raises(Invalid) as refusal:
        Money(Decimal(1), currency)
    assert refusal.value.field == "currency"


def test_money_of_two_currencies_is_never_added():
    pounds = Money(Decimal(1), "GBP")
    assert pounds + Money(Decimal(2), "GBP") == Money(Decimal(3), "GBP")
    with pytest.raises(ValueError, match="EUR added to GBP"):
        pounds + Money(Decimal(1), "EUR")


def test_money_is_converted_at_a_stated_rate():
    assert Money(Decimal(100), "USD").converted(Decimal("0.79"), "GBP") == Money(Decimal(79), "GBP")
    for rate in ("0", "-1", "NaN"):
        with pytest.raises(Invalid):
            Money(Decimal(100), "USD").converted(Decimal(rate), "GBP")


@pytest.mark.parametrize(("count", "seen"), [(0, 0), (1, None), (4, None), (5, 5), (80, 80)])
def test_the_public_never_sees_a_cell_under_five(count, seen):
    assert visible_count(count) == seen


def test_a_mean_rating_leaves_out_what_did_not_apply():
    assert mean_rating([Rating.FIVE, Rating.FOUR, Rating.NOT_APPLICABLE]) == Decimal("4.5")
    assert mean_rating([Rating.NOT_APPLICABLE]) is None
