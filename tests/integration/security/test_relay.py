"""The named contact of an outcome may be anybody: the network's mail is no tool to flood them with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import OverLimit
from network.outcomes.operations import record_outcome
from tests.integration.outcomes.test_recording import DRAFT, Scene


def recorded(session: Session, clock: FixedClock, addresses: list[str]) -> int:
    """How many outcomes one person records, each with its contact, before being told to stop."""
    scene = Scene(session)
    for number, address in enumerate(addresses):
        # Who means to flood says each time that this is another one.
        draft = replace(DRAFT, contact_email=address, is_another=True)
        try:
            record_outcome(session, scene.reporter, scene.introduction.id, draft, now=clock.now())
        except OverLimit:
            return number
    return len(addresses)


@pytest.mark.parametrize(
    ("addresses", "most"),
    [
        ([f"stranger{n}@elsewhere.example" for n in range(20)], 10),
        (["victim@elsewhere.example"] * 20, 5),
    ],
    ids=["many people", "one person"],
)
def test_a_reporter_who_names_strangers_as_contacts_is_stopped_for_the_day(
    session: Session, clock: FixedClock, work: Callable[[], int], addresses: list[str], most: int
) -> None:
    assert recorded(session, clock, addresses) == most
