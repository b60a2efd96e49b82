"""How long after the commit a saved profile is found, with a worker's rounds as the worker makes them."""

from __future__ import annotations

import threading
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import select

from bench.copy import demo_copy, milliseconds
from network.commands.worker import IDLE_SECONDS, work_once
from network.db import committing, db, intending_to_write
from network.models import Volunteer
from network.outbox.queue import enqueue
from search import Audience, Query

SIZES = (1_500, 5_000)
CHANGES = 12


def run() -> list[dict[str, Any]]:
    """One row for each size: seconds from the commit until a search finds the new word."""
    rows = []
    for size in SIZES:
        with demo_copy(size) as app:
            stop = threading.Event()

            def worker(app: Any = app, stop: threading.Event = stop) -> None:
                while not stop.is_set():
                    with app.app_context():
                        if not work_once(app.extensions["clock"]):
                            sleep(IDLE_SECONDS)

            with app.app_context():
                # What the demo's clocks have due is done first: it is not what is measured.
                while work_once(app.extensions["clock"]):
                    pass
            thread = threading.Thread(target=worker)
            thread.start()
            samples = [_one_change(app, number) for number in range(CHANGES)]
            stop.set()
            thread.join()
            p50, p95 = milliseconds(samples)
            rows.append(
                {
                    "volunteers": size,
                    "changes": CHANGES,
                    "p50_ms": p50,
                    "p95_ms": p95,
                    "worst_ms": round(max(samples) * 1000),
                }
            )
    return rows


def _one_change(app: Any, number: int) -> float:
    word = f"zyxword{chr(97 + number)}{chr(97 + number)}q"
    with app.app_context(), intending_to_write():
        with committing(db.session) as session:
            volunteer = session.scalars(
                select(Volunteer)
                .where(Volunteer.state == "active")
                .order_by(Volunteer.id)
                .offset(40 + number)
                .limit(1)
            ).one()
            volunteer.headline = f"Knows {word} well"
            session.flush()
            enqueue(session, "volunteer.changed", volunteer_id=volunteer.id)
        start = perf_counter()
        engine = app.extensions["search"]
        while perf_counter() - start < 20:
            if engine.search(Query(words=word, audience=Audience.LEADS)).total:
                return perf_counter() - start
            sleep(0.02)
    return 20.0
