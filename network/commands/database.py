"""`flask db upgrade` and `flask db check`."""

from __future__ import annotations

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine

from config.settings import ROOT
from network.db import db

database_commands = AppGroup("db", help="The database's schema.")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for this tree and a database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the schema to the newest version."""
    command.upgrade(alembic_config(url), "head")


def is_current(engine: Engine, url: str) -> bool:
    """Whether the schema is at the newest version."""
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


@database_commands.command("upgrade")
def upgrade_command() -> None:
    """Bring the schema to the newest version."""
    upgrade(current_app.config["DATABASE_URL"])
    click.echo("The database is up to date.")


@database_commands.command("check")
def check_command() -> None:
    """Say whether the schema is current and whether models and migrations agree; exit 1 where not."""
    url = current_app.config["DATABASE_URL"]
    if not is_current(db.engine, url):
        raise click.ClickException("The database is behind: run `flask db upgrade`.")
    command.check(alembic_config(url))
