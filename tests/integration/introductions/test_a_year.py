"""Some weeks of the network in one go, as `make simulate-year` plays a whole year: many habits, one moved clock."""

from __future__ import annotations

import pytest

from bench.year.__main__ import simulate


@pytest.mark.timeout(600)
def test_weeks_of_many_people_end_with_everything_answered_or_dated() -> None:
    found, broken = simulate(volunteers=40, needs=24, days=8, after=16)
    assert broken == []
    assert found["funnel"]["needs sent"] >= 20
    assert found["funnel"]["completed"] > 0
    assert found["days to yes, median"] is not None
