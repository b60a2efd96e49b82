"""`flask search rebuild` and `flask search verify`."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from network.db import db
from network.matching.index import rebuild_index, verify_index
from network.models import Volunteer
from network.volunteers.policy import is_findable
from search import Differences, SearchUnavailable, WriterBusy

search_commands = AppGroup("search", help="The search index.")
_SHOWN = 10


@search_commands.command("rebuild")
def rebuild_command() -> None:
    """Write the index anew from the rows; the old one answers until it is done."""
    total = db.session.scalar(select(func.count(Volunteer.id)).where(is_findable())) or 0
    try:
        with click.progressbar(length=total, label="Indexing people") as bar:
            done = rebuild_index(db.session, _now(), lambda count: bar.update(count - bar.pos))
    except WriterBusy as busy:
        raise click.ClickException(
            "The worker is writing to the index at this moment. Try again in a few seconds."
        ) from busy
    click.echo(f"The search index holds {done:,} people.")


@search_commands.command("verify")
def verify_command() -> None:
    """Compare the index with the rows; exit 1 where they differ."""
    try:
        found = verify_index(db.session, _now())
    except SearchUnavailable as unavailable:
        raise click.ClickException(f"{unavailable} Run `flask search rebuild`.") from unavailable
    if found:
        raise click.ClickException(_words(found))
    click.echo("The search index holds what it should.")


def _words(found: Differences) -> str:
    parts = [
        f"{len(ids)} {what} ({', '.join(map(str, ids[:_SHOWN]))}{', ...' if len(ids) > _SHOWN else ''})"
        for what, ids in (("missing", found.missing), ("outdated", found.stale), ("too many", found.extra))
        if ids
    ]
    return f"The search index differs: {'; '.join(parts)}. Run `flask search rebuild`."


def _now() -> datetime:
    moment: datetime = current_app.extensions["clock"].now()
    return moment
