"""Telephone numbers out of ranges that regulators keep for fiction, so that none can ring."""

from __future__ import annotations

from random import Random


def phone_number(rng: Random, country: str) -> str:
    """A number that belongs to nobody, in the country's own form where one is kept for fiction."""
    if country in ("US", "CA"):
        return f"+1 {rng.choice((202, 312, 415, 617, 713))} 555 01{rng.randrange(100):02d}"
    if country == "AU":
        return f"+61 2 5550 {rng.randrange(10_000):04d}"
    if country == "FR":
        return f"+33 1 99 00 {rng.randrange(100):02d} {rng.randrange(100):02d}"
    if country == "DE":
        return f"+49 30 23125 {rng.randrange(1000):03d}"
    if country == "IE":
        return f"+353 20 91{rng.randrange(10)} {rng.randrange(10_000):04d}"
    # Ofcom's drama range for mobile numbers: graduates and expatriates often keep a British one.
    return f"+44 7700 900{rng.randrange(1000):03d}"


def home_phone_number(rng: Random) -> str:
    """A number in the Midlands out of Ofcom's drama ranges."""
    return f"+44 {rng.choice((121, 116, 115))} 496 0{rng.randrange(1000):03d}"
