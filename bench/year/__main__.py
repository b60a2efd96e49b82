"""`python -m bench.year [volunteers needs days]`: play it, print what came of it, fail where a promise broke."""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, datetime
from random import Random
from time import perf_counter, process_time
from typing import Any

from bench.year.play import Year
from bench.year.report import FAIR, broken_promises, report
from bench.year.world import make_world
from config.settings import load_settings
from network.app import create_app
from network.db import Base, committing, db, intending_to_write
from network.domain.clock import FixedClock

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
SPARING = 1_000


def simulate(
    volunteers: int, needs: int, days: int, *, after: int = 30, seed: int = 2026
) -> tuple[dict[str, Any], list[str]]:
    """What came of it, and the promises that did not hold at its end."""
    began, spent = perf_counter(), process_time()
    with tempfile.TemporaryDirectory(prefix="kbyear") as folder:
        environ = {"KINBRIDGE_ENV": "test", "KINBRIDGE_DATA_DIR": folder, "KINBRIDGE_LOG_LEVEL": "ERROR"}
        clock = FixedClock(START)
        app = create_app(load_settings(environ), clock)
        with app.app_context(), intending_to_write():
            Base.metadata.create_all(db.engine)
            with committing(db.session) as session:
                world = make_world(session, volunteers, max(needs // 8, 8), seed, START)
        year = Year(app, clock, world, Random(seed))
        year.play(days, needs, lambda words: print(words, file=sys.stderr, flush=True), after=after)
        with app.app_context():
            found = report(db.session, year.by_fit_alone)
            broken = broken_promises(db.session, clock.now())
            db.session.rollback()
        app.extensions["database"][0].dispose()
    found["acts refused"] = dict(year.refused.most_common())
    found["minutes"] = round((perf_counter() - began) / 60, 1)
    found["minutes of one processor"] = round((process_time() - spent) / 60, 1)
    return found, broken


def main(arguments: list[str]) -> None:
    """Play a year of 2,000 volunteers and 5,000 needs, or what is named."""
    volunteers, needs, days = [int(one) for one in arguments] or (2_000, 5_000, 365)
    found, broken = simulate(volunteers, needs, days)
    print(json.dumps(found, indent=1))
    ratio = found["ratio"]
    # Among few people, whoever fits is asked: only a network of some size can spare anybody.
    if volunteers >= SPARING and ratio is not None and ratio > FAIR:
        broken.append(f"the most loaded tenth carries {ratio} of what it would without fairness, not {FAIR}")
    for line in broken:
        print(f"Broken: {line}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
