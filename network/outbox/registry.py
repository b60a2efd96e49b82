"""Which function answers which event, and which jobs run by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, dict[str, Any], datetime], None]
Job = Callable[[Session, datetime], None]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that runs once in each slot of `every`."""

    name: str
    every: timedelta
    run: Job


HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: dict[str, Periodic] = {}


def handles(*events: str) -> Callable[[Handler], Handler]:
    """Register a function `(session, payload, now)` for events.

    It reloads what it needs, tolerates being called twice, may find that nothing is due any more, and never
    commits. All handlers of one event run in one transaction.
    """

    def register(handler: Handler) -> Handler:
        for event in events:
            handlers = HANDLERS.setdefault(event, [])
            if handler not in handlers:
                handlers.append(handler)
        return handler

    return register


def periodic(name: str, every: timedelta) -> Callable[[Job], Job]:
    """Register a job `(session, now)` that runs once per slot, in a transaction of its own."""

    def register(job: Job) -> Job:
        PERIODIC[name] = Periodic(name, every, job)
        return job

    return register


def slot_of(now: datetime, every: timedelta) -> str:
    """The name of the slot that `now` falls in: the same for every process and after every restart."""
    seconds = int(every.total_seconds())
    return str(int(now.timestamp()) // seconds * seconds)
