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
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
