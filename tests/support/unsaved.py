"""Fails a request that ends with changes it did not commit."""

from __future__ import annotations

from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session


class UnsavedChanges(AssertionError):
    """A view changed rows and did not commit them."""


def watch_unsaved(app: Flask) -> None:
    """Watch the sessions of requests (not of the tests) for flushed or pending changes left behind."""

    @event.listens_for(Session, "after_flush")
    def _flushed(session: Session, _context: object) -> None:
        session.info["unsaved"] = True

    @event.listens_for(Session, "after_commit")
    @event.listens_for(Session, "after_rollback")
    def _settled(session: Session) -> None:
        session.info["unsaved"] = False

    @app.teardown_request
    def _check(error: BaseException | None) -> None:
        session = g.get("db_session")
        if error is None and session is not None:
            pending = bool(session.new or session.dirty or session.deleted)
            if pending or session.info.get("unsaved"):
                raise UnsavedChanges("the request ended with uncommitted changes")
