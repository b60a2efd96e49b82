"""Values of outcomes: money, bands, shares and the totals that are derived from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from statistics import median

from network.domain.errors import Invalid
from network.domain.states import Rating, ShareWithout, ValueMode

_CURRENCY = re.compile("[A-Z]{3}")
_PENNY = Decimal("0.01")
# Numeric(16, 2) in the database; more than any trade deal.
_MOST = Decimal("99999999999999.99")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in one ISO 4217 currency, never under nought, to two places."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not _CURRENCY.fullmatch(self.currency):
            raise Invalid(
                "currency_unknown", "Name the currency by its three letters, as in GBP.", "currency"
            )
        if not self.amount.is_finite() or not 0 <= self.amount <= _MOST:
            raise Invalid("amount_out_of_range", "Give an amount that is not below nought.", "amount")
        object.__setattr__(self, "amount", self.amount.quantize(_PENNY, ROUND_HALF_EVEN))

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """An amount as typed ("1,250,000.50"); Invalid where it is no number."""
        plain = text.replace(",", "").replace(" ", "").replace("\u00a0", "").strip()
        try:
            return cls(Decimal(plain), currency.strip().upper())
        except InvalidOperation:
            raise Invalid(
                "amount_not_a_number", "Give the amount in figures, as in 250000.", "amount"
            ) from None

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} added to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def converted(self, rate: Decimal, currency: str) -> Money:
        """The same value in another currency; one unit of this is `rate` units of that."""
        if not rate.is_finite() or rate <= 0:
            raise Invalid("rate_out_of_range", "Give a rate above nought.", "rate")
        return Money(self.amount * rate, currency)


class ValueBand(StrEnum):
    """How large a value is, for those who cannot say it exactly."""

    UNDER_10K = "under_10k"
    FROM_10K = "10k_50k"
    FROM_50K = "50k_100k"
    FROM_100K = "100k_500k"
    FROM_500K = "500k_1m"
    FROM_1M = "1m_5m"
    FROM_5M = "5m_10m"
    OVER_10M = "over_10m"

    @property
    def low(self) -> Decimal:
        """The least it may be, in whole units of the currency."""
        return _BANDS[self][0]

    @property
    def high(self) -> Decimal | None:
        """The most it may be; None where the band is open."""
        return _BANDS[self][1]

    @property
    def point(self) -> Decimal:
        """What it counts as in totals: the middle, or the least where the band is open."""
        return self.low if self.high is None else (self.low + self.high) / 2


_BANDS: dict[ValueBand, tuple[Decimal, Decimal | None]] = {
    ValueBand.UNDER_10K: (Decimal(0), Decimal(10_000)),
    ValueBand.FROM_10K: (Decimal(10_000), Decimal(50_000)),
    ValueBand.FROM_50K: (Decimal(50_000), Decimal(100_000)),
    ValueBand.FROM_100K: (Decimal(100_000), Decimal(500_000)),
    ValueBand.FROM_500K: (Decimal(500_000), Decimal(1_000_000)),
    ValueBand.FROM_1M: (Decimal(1_000_000), Decimal(5_000_000)),
    ValueBand.FROM_5M: (Decimal(5_000_000), Decimal(10_000_000)),
    ValueBand.OVER_10M: (Decimal(10_000_000), None),
}

# What share would have happened without the help, from and to.
SHARES: dict[ShareWithout, tuple[Decimal, Decimal]] = {
    ShareWithout.NONE: (Decimal(0), Decimal(0)),
    ShareWithout.UNDER_QUARTER: (Decimal(0), Decimal("0.25")),
    ShareWithout.QUARTER_TO_HALF: (Decimal("0.25"), Decimal("0.5")),
    ShareWithout.ABOUT_HALF: (Decimal("0.45"), Decimal("0.55")),
    ShareWithout.HALF_TO_THREE_QUARTERS: (Decimal("0.5"), Decimal("0.75")),
    ShareWithout.OVER_THREE_QUARTERS: (Decimal("0.75"), Decimal(1)),
    ShareWithout.ALL: (Decimal(1), Decimal(1)),
}


@dataclass(frozen=True, slots=True)
class Valued:
    """One outcome's value in the currency of the totals, and how much of it the help explains.

    `point` is what it counts as; `low` and `high` are its bounds, equal to it where the value is
    exact. All three are None where nobody can say.
    """

    point: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    share_without: ShareWithout | None = None

    @classmethod
    def of(
        cls,
        mode: ValueMode,
        *,
        exact: Decimal | None = None,
        band: ValueBand | None = None,
        rate: Decimal = Decimal(1),
        share_without: ShareWithout | None = None,
    ) -> Valued:
        """A value as recorded, converted at `rate` to the currency of the totals."""
        if mode is ValueMode.EXACT and exact is not None:
            amount = exact * rate
            return cls(amount, amount, amount, share_without)
        if mode is ValueMode.BAND and band is not None:
            top = band.low if band.high is None else band.high
            return cls(band.point * rate, band.low * rate, top * rate, share_without)
        return cls(share_without=share_without)

    @property
    def attributable(self) -> tuple[Decimal, Decimal]:
        """The least and the most that the help explains; the whole range where nobody was asked."""
        if self.point is None:
            return Decimal(0), Decimal(0)
        least = self.point if self.low is None else self.low
        most = self.point if self.high is None else self.high
        if self.share_without is None:
            return Decimal(0), most
        from_share, to_share = SHARES[self.share_without]
        return least * (1 - to_share), most * (1 - from_share)


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of one group of outcomes, so that one large value cannot mislead.

    `number` counts all of them, `valued` those with a value; money is in one currency.
    """

    number: int
    valued: int
    median: Decimal | None
    total: Decimal
    total_less_largest: Decimal
    attributable_low: Decimal
    attributable_high: Decimal


def totals(items: Iterable[Valued]) -> Totals:
    """The totals of outcomes that are counted together; never mix groups of `counted_as`."""
    outcomes = list(items)
    points = [item.point for item in outcomes if item.point is not None]
    total = sum(points, Decimal(0))
    ranges = [item.attributable for item in outcomes]
    return Totals(
        number=len(outcomes),
        valued=len(points),
        median=_money(median(points)) if points else None,
        total=_money(total),
        total_less_largest=_money(total - max(points, default=Decimal(0))),
        attributable_low=_money(sum((low for low, _ in ranges), Decimal(0))),
        attributable_high=_money(sum((high for _, high in ranges), Decimal(0))),
    )


def visible_count(count: int, smallest: int = 5) -> int | None:
    """A count as the public may see it: None where it would point at a few; nought may be seen."""
    return count if count == 0 or count >= smallest else None


def mean_rating(ratings: Iterable[Rating]) -> Decimal | None:
    """The mean of the ratings that applied, to one place; None where none did."""
    scores = [rating.score for rating in ratings]
    given = [Decimal(score) for score in scores if score is not None]
    return (sum(given, Decimal(0)) / len(given)).quantize(Decimal("0.1")) if given else None


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_PENNY, ROUND_HALF_EVEN)
