"""That somebody has read the thread: written down in a transaction of its own, beside the page that was read."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import DBAPIError

from network.db import committing, db, intending_to_write
from network.domain.actor import Actor
from network.introductions.operations import mark_read

log = structlog.get_logger("introductions")


def note_read(actor: Actor, introduction_id: int, message_id: int) -> None:
    """Remember it; a database that cannot write at the moment keeps nobody from reading."""
    # The page's own reading is over: SQLite has one writer, and nobody waits for a reader.
    db.session.rollback()
    try:
        with intending_to_write(), db.new_session() as session, committing(session):
            mark_read(session, actor, introduction_id, message_id)
    except DBAPIError as error:
        log.info("thread.not_marked", error=type(error).__name__)
