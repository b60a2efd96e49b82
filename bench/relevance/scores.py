"""The usual three measures of an order against grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2


def ndcg(order: Sequence[int], grades: Mapping[int, int], depth: int = 10) -> float:
    """How good the first places are beside the best that was possible: 1 where nobody better could stand there."""
    best = sorted(grades.values(), reverse=True)
    most = _gain(best[:depth])
    return _gain([grades.get(one, 0) for one in order[:depth]]) / most if most else 1.0


def recall(order: Sequence[int], grades: Mapping[int, int], depth: int = 20) -> float:
    """The share of those who fit well (grade 2 or 3) among the first places; of as many as there is room for."""
    right = {one for one, grade in grades.items() if grade >= 2}
    return len(right & set(order[:depth])) / min(len(right), depth) if right else 1.0


def reciprocal_rank(order: Sequence[int], grades: Mapping[int, int]) -> float:
    """1 where the first person fits well, a half where the second is the first who does, and so on."""
    return next((1.0 / place for place, one in enumerate(order, 1) if grades.get(one, 0) >= 2), 0.0)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1.0) / log2(place + 1) for place, grade in enumerate(grades, 1))
