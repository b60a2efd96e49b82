"""How people behave: how soon they answer and what, drawn by seed and the same for a person all year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from network.domain.states import DeclineReason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Habit:
    """Days until somebody acts, the least and the most, and how often they act at all (0 to 1)."""

    name: str
    soonest: float
    latest: float
    acts: float

    def when(self, now: datetime, rng: Random) -> datetime | None:
        """The moment they act; None where they let it pass."""
        if rng.random() > self.acts:
            return None
        return now + timedelta(days=rng.uniform(self.soonest, self.latest))


VOLUNTEERS = (
    (40, Habit("prompt", 0.1, 2.0, 0.97)),
    (33, Habit("usual", 1.0, 6.0, 0.9)),
    (17, Habit("slow", 4.0, 12.0, 0.75)),
    (10, Habit("silent", 2.0, 9.0, 0.1)),
)
REQUESTERS = (
    (60, Habit("keen", 0.2, 2.5, 0.95)),
    (30, Habit("busy", 2.0, 6.0, 0.8)),
    (10, Habit("gone", 4.0, 9.0, 0.2)),
)
BROKERS = (
    (70, Habit("diligent", 0.2, 2.0, 1.0)),
    (30, Habit("overrun", 2.0, 7.0, 0.9)),
)
ANSWERS = (
    (58, "accept"),
    (14, "ask"),
    (18, "decline"),
    (6, "refer"),
    (4, "pause"),
)
REASONS = (
    (40, DeclineReason.NO_CAPACITY),
    (38, DeclineReason.NOT_MY_AREA),
    (5, DeclineReason.CONFLICT_OF_INTEREST),
    (2, DeclineReason.NOT_APPROPRIATE),
    (15, DeclineReason.NOT_NOW),
)


def pick(table: tuple[tuple[int, T], ...], rng: Random) -> T:
    """One of the table, by weight."""
    return rng.choices([one for _, one in table], [weight for weight, _ in table])[0]
