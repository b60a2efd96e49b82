"""The clock of the application: real, unless a test moved it."""

from __future__ import annotations

from datetime import datetime

from flask import current_app


def now() -> datetime:
    """The present, aware and in UTC, by the application's clock."""
    moment: datetime = current_app.extensions["clock"].now()
    return moment
