"""What the worker makes for reports: facts, public figures, and the quarter's tables when the quarter is over."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from network.measures.figures import count_headline, funnel
from network.measures.refreshing import (
    keep_state,
    rebuild_chunk,
    rebuild_supply,
    refresh_facts,
    state_of,
)
from network.measures.snapshots import make_snapshot
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic

# From here on, counting for each visitor would take longer than a page may.
LARGE = 20_000


@periodic("measures.snapshot", timedelta(hours=1))
def snapshot_quarter(session: Session, now: datetime) -> None:
    """Make the last quarter's public tables, once."""
    make_snapshot(session, now)


@periodic("measures.public", timedelta(minutes=1))
def make_public(session: Session, now: datetime) -> None:
    """Make the public figures: a large network's pages read them, as counting takes too long there."""
    counts = asdict(count_headline(session))
    del counts["as_of"]
    stages = [[stage.code, stage.count] for stage in funnel(session)]
    large = counts["introductions"] >= LARGE
    keep_state(session, "public", now, {"large": large, "headline": counts, "funnel": stages})


@periodic("measures.facts", timedelta(minutes=2))
def freshen(session: Session, now: datetime) -> None:
    """Make the facts of what changed; the first time, everything."""
    if not refresh_facts(session, now):
        keep_state(session, "facts", now, {})
        _go_on(session, now, _run_of(now), "needs", 0)


@periodic("measures.rebuild", timedelta(days=1))
def begin_rebuild(session: Session, now: datetime) -> None:
    """Once a day everything is made anew, chunk by chunk, so that nothing that was missed stays."""
    _go_on(session, now, _run_of(now), "needs", 0)


@handles("measures.rebuild")
def rebuild_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """One chunk in its own transaction, then ask for the next; nothing for a step that is behind us."""
    state = state_of(session, "rebuild")
    if state is None or state.content != payload:
        # It came twice, or another run has begun since: each would ask for a next step of its own.
        return
    if payload["stage"] == "supply":
        rebuild_supply(session)
        keep_state(session, "rebuild", now, {})
        return
    stage, after = rebuild_chunk(session, payload["stage"], payload["after"])
    _go_on(session, now, payload["run"], stage, after)


def _run_of(now: datetime) -> str:
    return now.isoformat()


def _go_on(session: Session, now: datetime, run: str, stage: str, after: int) -> None:
    """Write down the step that comes next and ask for it."""
    keep_state(session, "rebuild", now, {"run": run, "stage": stage, "after": after})
    enqueue(session, "measures.rebuild", now=now, run=run, stage=stage, after=after)
