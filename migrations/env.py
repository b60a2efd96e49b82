"""Alembic's environment: the models' metadata against the application's database."""

from __future__ import annotations

from alembic import context

import network.models  # noqa: F401 - maps every table
from network.db import Base, make_engine


def run() -> None:
    """Run the migrations in one transaction."""
    url = context.config.attributes["url"]
    engine = make_engine(url)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # A changed table is made anew and the old one dropped: with foreign keys on, SQLite would take what points
            # at its rows with it. They are checked at the end instead.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("The migration left rows that point at nothing; nothing was changed.")
        connection.commit()
    engine.dispose()


run()
