"""A running copy of its own for a benchmark: a folder, a demo network of a size, an index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from flask import Flask

from config.settings import load_settings
from network.app import create_app
from network.db import Base, committing, db, intending_to_write
from network.demo.load import load_demo
from network.matching.index import rebuild_index


@contextmanager
def demo_copy(volunteers: int, seed: int = 2026, now: datetime | None = None) -> Iterator[Flask]:
    """An application on SQLite with a demo network of so many volunteers, indexed; gone afterwards.

    Days are counted back from `now`, the present if nothing is said.
    """
    with tempfile.TemporaryDirectory(prefix="kbbench") as folder:
        environ = {"KINBRIDGE_ENV": "test", "KINBRIDGE_DATA_DIR": folder, "KINBRIDGE_LOG_LEVEL": "ERROR"}
        app = create_app(load_settings(environ))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with intending_to_write(), committing(db.session) as session:
                load_demo(session, volunteers=volunteers, seed=seed, now=now)
            rebuild_index(db.session, now or datetime.now(UTC))
        yield app
        app.extensions["database"][0].dispose()


def folder_of(app: Flask) -> Path:
    """The data folder of a copy."""
    return Path(app.config["DATA_DIR"])


def milliseconds(samples: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, of seconds."""
    cuts = quantiles([sample * 1000 for sample in samples], n=100, method="inclusive")
    return round(cuts[49], 1), round(cuts[94], 1)


class Stopwatch:
    """Times blocks: `with watch: ...`, then `watch.samples` in seconds."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._start = 0.0

    def __enter__(self) -> Stopwatch:
        self._start = perf_counter()
        return self

    def __exit__(self, *_error: object) -> None:
        self.samples.append(perf_counter() - self._start)
