"""People to search for, with only what a test cares about."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from search import Audience, Engine, FacetCount, Query, VolunteerDocument

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORDS = (
    "export",
    "battery",
    "turbine",
    "licence",
    "harbour",
    "vaccine",
    "cotton",
    "bridge",
    "signal",
    "orchard",
)
MARKETS = ("AE", "DE", "JP", "US")
SECTORS = ("energy", "energy.wind", "health", "health.devices")


def person(number: int, name: str = "", **given: Any) -> VolunteerDocument:
    """A volunteer the public may find, unless the test says otherwise."""
    given.setdefault("listed", Audience.PUBLIC)
    given.setdefault("updated_at", NOON)
    return VolunteerDocument(id=number, name=name or f"Person {number}", **given)


def crowd(count: int, seed: int = 1) -> list[VolunteerDocument]:
    """Many people, the same for the same seed, with things hidden here and there."""
    dice = random.Random(seed)
    audiences = list(Audience)
    return [
        person(
            number,
            listed=dice.choice(audiences),
            hidden={
                name: dice.choice(audiences)
                for name in ("biography", "markets", "employer")
                if dice.random() < 0.5
            },
            biography=" ".join(dice.choices(WORDS, k=6)),
            headline=" ".join(dice.choices(WORDS, k=2)),
            employer=dice.choice(WORDS),
            markets=tuple(dice.sample(MARKETS, dice.randint(0, 2))),
            sector_paths=tuple(dice.sample(SECTORS, dice.randint(0, 3))),
            languages=tuple(dice.sample(["en", "de", "fr"], 1)),
            availability=dice.choice(["now", "later"]),
            updated_at=NOON - timedelta(days=dice.randint(0, 900)),
            answer_days=dice.choice([None, 1.0, 4.0]),
            load=dice.choice([0.0, 0.5, 1.0]),
        )
        for number in range(1, count + 1)
    ]


def ids(engine: Engine, words: str = "", **asked: Any) -> tuple[int, ...]:
    """Who is found."""
    return engine.search(Query(words=words, **asked)).ids


def by_code(counts: Iterable[FacetCount]) -> dict[str, int]:
    """Facet counts as a dictionary."""
    return {count.code: count.count for count in counts}
