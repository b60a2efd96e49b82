"""`flask search rebuild` and `flask search verify`."""

from __future__ import annotations

from flask.cli import AppGroup

search_commands = AppGroup("search", help="The search index.")
