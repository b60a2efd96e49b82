"""Changes that are nobody's edit: nudges, counters, clocks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session


def set_quietly(session: Session, row: Any, **values: Any) -> None:
    """Change columns of a row without a new version, so that an open form of it stays good."""
    session.flush()
    session.execute(update(type(row)).where(type(row).id == row.id).values(**values))
