"""Loading the demo network into an empty database, deterministic by seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.demo.accounts import demo_accounts
from network.demo.load_introductions import IntroductionLoader
from network.demo.load_needs import NeedLoader
from network.demo.load_outcomes import OutcomeLoader
from network.demo.load_people import PeopleLoader
from network.domain.errors import Conflict
from network.measures.snapshots import make_snapshot
from network.models import User

__all__ = ["demo_accounts", "load_demo"]


def load_demo(
    session: Session,
    *,
    volunteers: int = 1500,
    seed: int = 2026,
    progress: Callable[[str], None] = lambda _words: None,
    now: datetime | None = None,
) -> None:
    """The invented network stands in the tables; the caller commits. Raises Conflict where people are already.

    Names, texts and facts follow from the seed alone; dates are counted back from `now`.
    """
    if session.scalar(select(User.id).limit(1)) is not None:
        raise Conflict(
            "not_empty", "There are people in this database already; the demo is for an empty one."
        )
    moment = now or datetime.now(UTC)
    loaded = PeopleLoader(session, moment, seed, progress).load(volunteers)
    needs = NeedLoader(session, moment, seed, loaded).load()
    progress(f"{len(needs)} needs of 80 firms and 4 universities")
    introductions = IntroductionLoader(session, moment, seed, loaded).load(needs)
    outcomes = OutcomeLoader(session, moment, seed, loaded).load(introductions)
    progress(f"{len(introductions)} introductions and {outcomes} outcomes over three years")
    session.flush()
    for quarter in range(3):
        make_snapshot(session, moment - timedelta(days=91 * (2 - quarter)))
