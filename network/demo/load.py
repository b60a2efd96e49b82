"""Loading the demo network into an empty database, deterministic by seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.demo.accounts import demo_accounts
from network.demo.load_introductions import IntroductionLoader
from network.demo.load_needs import NeedLoader
from network.demo.load_outcomes import OutcomeLoader
from network.demo.load_people import Loaded, PeopleLoader, give_account
from network.demo.load_results import ResultLoader
from network.domain.errors import Conflict
from network.domain.states import IntroductionState
from network.measures.snapshots import make_snapshot
from network.models import Introduction, User, Volunteer

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
    _choose_volunteer(session, loaded)
    outcomes = OutcomeLoader(session, moment, seed, loaded).load(introductions)
    ResultLoader(session, moment, seed, loaded).load(introductions)
    progress(f"{len(introductions)} introductions and {outcomes} outcomes over three years")
    session.flush()
    for quarter in range(3):
        make_snapshot(session, moment - timedelta(days=91 * (2 - quarter)))


def _choose_volunteer(session: Session, loaded: Loaded) -> None:
    """The demo's volunteer has a request to answer, and as much behind them as anybody who has one."""
    led = {user_id for ids in loaded.leads.values() for user_id in ids}
    plain = [helper.user_id for helper in loaded.findable if helper.user_id not in led]
    asked = select(Introduction.volunteer_id).where(Introduction.state == IntroductionState.OFFERED)
    busiest = session.scalars(
        select(Volunteer.user_id)
        .join(Introduction, Introduction.volunteer_id == Volunteer.id)
        .where(Volunteer.id.in_(asked))
        .group_by(Volunteer.id, Volunteer.user_id)
        .order_by(func.count(Introduction.introduced_at).desc(), func.count().desc(), Volunteer.id)
    )
    allowed = set(plain)
    chosen = next((user_id for user_id in busiest if user_id in allowed), plain[0] if plain else None)
    if chosen is not None:
        give_account(session, chosen, "volunteer")
