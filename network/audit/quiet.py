"""Changes that are nobody's edit: nudges, counters, clocks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value


def set_quietly(session: Session, row: Any, **values: Any) -> None:
    """Change columns of a row without a new version, so that an open form of it stays good."""
    session.flush()
    session.execute(
        update(type(row))
        .where(type(row).id == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    # Set by hand: what a new row was not given is not brought up to date by the update.
    for name, value in values.items():
        set_committed_value(row, name, value)
