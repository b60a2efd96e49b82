"""`flask worker`: does what the outbox holds, sends mail, runs what the clock says."""

from __future__ import annotations

import fcntl
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TextIO

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from network.db import db
from network.domain.clock import Clock
from network.mail.delivery import deliver_due
from network.matching.jobs import mend_index
from network.outbox.worker import run_due, run_periodic

IDLE_SECONDS = 0.4
log = structlog.get_logger("worker")


@click.command("worker")
@with_appcontext
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def worker_command(once: bool) -> None:
    """Do side effects, mail and clocks until told to stop."""
    lock = _single_worker_lock(Path(current_app.config["DATA_DIR"])) if current_app.config["SQLITE"] else None
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    clock: Clock = current_app.extensions["clock"]
    log.info("worker.started")
    while not stop.is_set():
        busy = work_once(clock)
        if once and not busy:
            break
        if not busy:
            stop.wait(IDLE_SECONDS)
    log.info("worker.stopped")
    if lock:
        lock.close()


def work_once(clock: Clock) -> int:
    """One round: outbox, mail, periodic jobs; the number of things done. A database that is gone is waited for."""
    try:
        done = mend_index(db.new_session, clock.now())
        done += run_due(db.new_session, clock.now())
        done += deliver_due(db.new_session, clock.now())
        return done + run_periodic(db.new_session, clock.now())
    except DBAPIError as error:
        log.warning("worker.database", error=type(error).__name__)
        return 0


def _single_worker_lock(folder: Path) -> TextIO:
    handle = (folder / "worker.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise click.ClickException(
            "Another worker is running on this data folder; SQLite takes one at a time."
        ) from None
    return handle
