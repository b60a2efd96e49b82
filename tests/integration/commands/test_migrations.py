"""An upgrade keeps what is in the database: tables that are made anew take nothing with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, func, insert, inspect, select
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Numeric, String

from network.commands.database import alembic_config

CHAIN = (
    "users", "user_roles", "organisations", "organisation_members", "volunteers", "needs", "need_markets",
    "introductions", "meetings", "outcomes", "outcome_values", "confirmations", "mails",
)  # fmt: skip


def filler(column: Any) -> Any:
    """A value that a column takes: 1 for what points at a row."""
    if column.foreign_keys:
        return 1
    kinds = (
        (Boolean, False), (DateTime, datetime(2026, 1, 1, tzinfo=UTC)), (Date, date(2026, 1, 1)), (JSON, {}),
        (Numeric, 1), (String, "x"),
    )  # fmt: skip
    return next((value for kind, value in kinds if isinstance(column.type, kind)), 1)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_upgrade_of_a_filled_database_loses_no_row(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        server = request.getfixturevalue("postgresql_url").replace("postgresql://", "postgresql+psycopg://")
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS filled")
            connection.exec_driver_sql("CREATE DATABASE filled")
        admin.dispose()
        url = request.getfixturevalue("postgresql_url").replace("/postgres?", "/filled?", 1)
    command.upgrade(alembic_config(url), "0005")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    old = MetaData()
    old.reflect(engine)
    with engine.begin() as connection:
        for name in CHAIN:
            table = old.tables[name]
            needed = [
                one
                for one in table.columns
                if not one.nullable and not (one.primary_key and one.name == "id")
            ]
            connection.execute(insert(table).values({one.name: filler(one) for one in needed}))
    command.upgrade(alembic_config(url), "head")
    with engine.connect() as connection:
        new = MetaData()
        new.reflect(engine, only=CHAIN)
        counts = {
            name: connection.scalar(select(func.count()).select_from(new.tables[name])) for name in CHAIN
        }
    assert counts == dict.fromkeys(CHAIN, 1)
    assert "anonymous" in {one["name"] for one in inspect(engine).get_columns("outcomes")}
    engine.dispose()
