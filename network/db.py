"""The database: engine, declarative base with a naming convention, request session, committing().

One `Database` per application holds the engine. Requests use `db.session` (scoped to the application
context); the worker and commands open sessions of their own with `Database.new_session()`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask import Flask, g
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

# SQLite takes its write lock at BEGIN when a request means to write: a deferred transaction that
# upgrades later fails at once with "database is locked" instead of waiting its turn.
write_intended: ContextVar[bool] = ContextVar("write_intended", default=False)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC for the column."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime may not be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the column's value back as an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all mapped classes: named constraints and UTC times."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), str: String()}


class Database:
    """Engine and session factory of one application; also the Flask extension of the request session."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._factory: sessionmaker[Session] | None = None

    def init_app(self, app: Flask) -> None:
        """Bind to the application's DATABASE_URL and close the request session at its end."""
        app.extensions["database"] = make_engine_pair(app.config["DATABASE_URL"])
        app.teardown_appcontext(self._close)

    @property
    def engine(self) -> Engine:
        """The current application's engine."""
        engine: Engine = _current_pair()[0]
        return engine

    @property
    def session(self) -> Session:
        """The session of the current request or command; opened at first use."""
        if "db_session" not in g:
            g.db_session = self.new_session()
        session: Session = g.db_session
        return session

    def new_session(self) -> Session:
        """A session of one's own, to be closed by the caller."""
        return _current_pair()[1]()

    @staticmethod
    def _close(_error: BaseException | None) -> None:
        session = g.pop("db_session", None)
        if session is not None:
            session.close()


def _current_pair() -> tuple[Engine, sessionmaker[Session]]:
    from flask import current_app

    pair: tuple[Engine, sessionmaker[Session]] = current_app.extensions["database"]
    return pair


db = Database()


def make_engine_pair(url: str) -> tuple[Engine, sessionmaker[Session]]:
    """An engine for the URL, with its session factory."""
    engine = make_engine(url)
    return engine, sessionmaker(engine, expire_on_commit=False)


def make_engine(url: str) -> Engine:
    """An engine with the settings each database needs: WAL, foreign keys and waits; deadlines on PostgreSQL."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False})
        _tune_sqlite(engine)
        return engine
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            # A database that freezes never runs its own timeout: the client must give up itself.
            "tcp_user_timeout": 8000,
            "options": "-c timezone=UTC -c statement_timeout=20000 -c lock_timeout=10000",
        },
    )


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver's own transactions are off: it would commit and begin behind our back.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write_intended.get() else "BEGIN")


@contextlib.contextmanager
def committing(session: Session) -> Iterator[Session]:
    """Commit at the end of the block; on any error roll back and let the error through."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def keep_rows(session: Session) -> None:
    """Rows that are read stay at hand until the session closes: whoever needs one again asks no database.

    Without it the session forgets each row that nobody holds, and an event's handlers read the same few over and over.
    For work on a few rows; one that goes through thousands would hold them all.
    """
    kept: list[object] = []

    def hold(_session: Session, row: object) -> None:
        kept.append(row)

    event.listen(session, "loaded_as_persistent", hold)
    event.listen(session, "pending_to_persistent", hold)


@contextlib.contextmanager
def intending_to_write() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once."""
    token = write_intended.set(True)
    try:
        yield
    finally:
        write_intended.reset(token)


def database_answers(session: Session) -> bool:
    """Whether the database answers a trivial statement."""
    from sqlalchemy import text

    try:
        session.execute(text("SELECT 1"))
    except OperationalError:
        return False
    return True
