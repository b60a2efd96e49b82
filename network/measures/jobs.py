"""What the worker makes for reports: facts, public figures, and the quarter's tables when the quarter is over."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from network.domain.actor import system_actor
from network.measures.cells import all_months, stale_months
from network.measures.changes import mark_stale
from network.measures.facts import month_of
from network.measures.figures import count_headline, count_introduced_by_facts, funnel, made_figures
from network.measures.policy import Scope
from network.measures.reading import cut_for, needs_by
from network.measures.refreshing import (
    begin_facts,
    keep_cells,
    keep_state,
    rebuild_chunk,
    rebuild_supply,
    refresh_cells,
    refresh_facts,
    state_of,
    tell_sizes,
)
from network.measures.snapshots import make_snapshot
from network.models import ReportState
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic

# From here on, counting for each visitor would take longer than a page may.
LARGE = 20_000
# Nothing was asked before.
FIRST_MONTH = 200001


@periodic("measures.snapshot", timedelta(hours=1))
def snapshot_quarter(session: Session, now: datetime) -> None:
    """Make the last quarter's public tables, once."""
    make_snapshot(session, now)


@periodic("measures.public", timedelta(minutes=1))
def make_public(session: Session, now: datetime) -> None:
    """Make the public figures: a large network's pages read them, as counting takes too long there.

    Once a network is known to be large they are made of what is added up already, and are as old as that.
    """
    before = made_figures(session)
    large = before is not None and before.content["large"]
    cut = cut_for(session, system_actor(), Scope(FIRST_MONTH, month_of(now))) if large else None
    if cut is None:
        counts, made_at = asdict(count_headline(session)), now
        stages = [[stage.code, stage.count] for stage in funnel(session)]
    else:
        counts = asdict(count_headline(session, count_introduced_by_facts))
        stages = [list(stage) for stage in needs_by(session, cut)[()].counts.items()]
        made_at = session.get_one(ReportState, "cells").made_at
    del counts["as_of"]
    large = counts["introductions"] >= LARGE
    keep_state(session, "public", made_at, {"large": large, "headline": counts, "funnel": stages})


@periodic("measures.facts", timedelta(minutes=2))
def freshen(session: Session, now: datetime) -> None:
    """Make the facts of what changed, and the cells of their months; the first time, everything."""
    if not refresh_facts(session, now):
        begin_facts(session, now)
    rebuild = state_of(session, "rebuild")
    if rebuild is None:
        # Nothing was ever added up: the daily work does it, from the first fact to the last cell.
        _go_on(session, now, _run_of(now), "needs", 0)
    elif state_of(session, "cells") is None and rebuild.content:
        # The first time it is under way, and goes on to the cells by itself.
        return
    elif stale_months(session):
        _go_on_with_cells(session, now)
    elif state_of(session, "cells") is not None:
        keep_cells(session, now)


@periodic("measures.rebuild", timedelta(days=1))
def begin_rebuild(session: Session, now: datetime) -> None:
    """Once a day everything is made anew, chunk by chunk, so that nothing that was missed stays."""
    _go_on(session, now, _run_of(now), "needs", 0)


@periodic("measures.sizes", timedelta(days=1))
def tell_sizes_daily(session: Session, now: datetime) -> None:
    """SQLite looks at no sizes by itself, and goes through every fact where an index leads to a few."""
    tell_sizes(session)


@handles("measures.rebuild")
def rebuild_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """One chunk in its own transaction, then ask for the next; nothing for a step that is behind us."""
    if not _is_next(session, "rebuild", payload):
        return
    if payload["stage"] == "supply":
        rebuild_supply(session)
        keep_state(session, "rebuild", now, {})
        mark_stale(session, all_months(session))
        _go_on_with_cells(session, now)
        return
    stage, after = rebuild_chunk(session, payload["stage"], payload["after"])
    _go_on(session, now, payload["run"], stage, after)


@handles("measures.cells")
def cells_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The cells of one month in their own transaction, then ask for the next; at the end they are as of the facts."""
    if not _is_next(session, "cells.step", payload):
        return
    if refresh_cells(session):
        _go_on_with_cells(session, now)
        return
    facts = state_of(session, "facts")
    keep_state(session, "cells.step", now, {"step": payload["step"] + 1})
    keep_cells(session, facts.made_at if facts else now)


def _is_next(session: Session, name: str, payload: dict[str, Any]) -> bool:
    """Whether this step is due: one that came twice, or of a run before, would ask for a next step of its own."""
    state = state_of(session, name)
    return state is not None and state.content == payload


def _run_of(now: datetime) -> str:
    return now.isoformat()


def _go_on(session: Session, now: datetime, run: str, stage: str, after: int) -> None:
    """Write down the step that comes next and ask for it."""
    keep_state(session, "rebuild", now, {"run": run, "stage": stage, "after": after})
    enqueue(session, "measures.rebuild", now=now, run=run, stage=stage, after=after)


def _go_on_with_cells(session: Session, now: datetime) -> None:
    """Ask for the cells of the next month; whoever was asked before is not due any more."""
    state = state_of(session, "cells.step")
    step = (state.content.get("step", 0) if state else 0) + 1
    keep_state(session, "cells.step", now, {"step": step})
    enqueue(session, "measures.cells", now=now, step=step)
