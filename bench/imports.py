"""How fast rows of a network's own list come into the database, and how much memory it takes."""

from __future__ import annotations

import csv
import multiprocessing
import resource
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

SIZES = (1_500, 5_000, 100_000)


def run() -> list[dict[str, Any]]:
    """One row for each size and way; each in a process of its own, so that memory is its own."""
    context = multiprocessing.get_context("spawn")
    rows = []
    for size in SIZES:
        for dry_run in (True, False):
            with context.Pool(1) as pool:
                rows.append(pool.apply(measure, (size, dry_run)))
    return rows


def measure(size: int, dry_run: bool) -> dict[str, Any]:
    """Import a list of so many people into an empty database."""
    from datetime import UTC, datetime

    from config.settings import load_settings
    from network.app import create_app
    from network.db import Base, committing, db, intending_to_write
    from network.domain.actor import system_actor
    from network.domain.states import Channel
    from network.volunteers.imports import import_volunteers

    with tempfile.TemporaryDirectory(prefix="kbbench") as folder:
        environ = {"KINBRIDGE_ENV": "test", "KINBRIDGE_DATA_DIR": folder, "KINBRIDGE_LOG_LEVEL": "ERROR"}
        app = create_app(load_settings(environ))
        path = Path(folder) / "list.csv"
        _write_list(path, size)
        with app.app_context(), intending_to_write():
            Base.metadata.create_all(db.engine)
            start = perf_counter()
            with committing(db.session) as session:
                report = import_volunteers(
                    session, system_actor(Channel.IMPORT), path, now=datetime.now(UTC), dry_run=dry_run
                )
            seconds = perf_counter() - start
        app.extensions["database"][0].dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "rows": size,
        "dry_run": dry_run,
        "taken": report.taken,
        "seconds": round(seconds, 1),
        "rows_per_s": round(size / seconds),
        "peak_mb": peak,
    }


def _write_list(path: Path, size: int) -> None:
    from network.demo.people import generate_volunteers

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["name", "email", "headline", "job_title", "employer", "city", "country", "biography"]
        )
        for seed in generate_volunteers(size, 7):
            writer.writerow(
                [
                    seed.name,
                    seed.email,
                    seed.headline,
                    seed.job_title,
                    seed.employer,
                    seed.city,
                    seed.country,
                    seed.biography,
                ]
            )
