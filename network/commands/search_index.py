"""`flask search rebuild` and `flask search verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from network.db import committing, db, intending_to_write
from network.matching.index import rebuild_index, verify_index
from network.matching.jobs import mend_differences
from network.models import Volunteer
from network.volunteers.policy import is_findable
from search import Differences, SearchUnavailable, WriterBusy

search_commands = AppGroup("search", help="The search index.")
_SHOWN = 10
# More differences than these are sooner written anew than mended one by one.
_MENDED = 2_000


@search_commands.command("rebuild")
def rebuild_command() -> None:
    """Write the index anew from the rows; the old one answers until it is done."""
    with _told_when_busy(), _bar("Indexing people") as progress:
        done = rebuild_index(db.session, _now(), progress)
    click.echo(f"The search index holds {done:,} people.")


@search_commands.command("verify")
@click.option("--dry-run", is_flag=True, help="Only tell; exit 1 where the index differs.")
def verify_command(dry_run: bool) -> None:
    """Compare the index with the rows, name what differs and mend it; one that cannot be read is written anew."""
    try:
        with _bar("Comparing people") as progress:
            found = verify_index(db.session, _now(), progress)
    except SearchUnavailable as unavailable:
        if dry_run:
            raise click.ClickException(f"{unavailable} Run `flask search rebuild`.") from unavailable
        click.echo(f"{unavailable} It is written anew.")
        db.session.rollback()
        with _told_when_busy():
            done = rebuild_index(db.session, _now())
        click.echo(f"Mended: the search index holds {done:,} people.")
        return
    if not found:
        click.echo("The search index holds what it should.")
        return
    if dry_run:
        raise click.ClickException(_words(found))
    click.echo(_words(found))
    with _told_when_busy():
        _mend(found)
    if left := verify_index(db.session, _now()):
        raise click.ClickException(f"{_words(left)} Run `flask search rebuild`.")
    click.echo("Mended: the search index holds what it should.")


def _mend(found: Differences) -> None:
    # What was read to compare is not what is written: a change made since counts.
    db.session.rollback()
    if len(found.missing) + len(found.stale) + len(found.extra) > _MENDED:
        rebuild_index(db.session, _now())
        return
    with intending_to_write(), committing(db.session) as session:
        mend_differences(session, found, _now())


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int], None]]:
    total = db.session.scalar(select(func.count(Volunteer.id)).where(is_findable())) or 0
    with click.progressbar(length=total, label=label) as bar:
        yield lambda count: bar.update(count - bar.pos)
        bar.update(total - bar.pos)


@contextmanager
def _told_when_busy() -> Iterator[None]:
    try:
        yield
    except WriterBusy as busy:
        raise click.ClickException(
            "The worker is writing to the index at this moment. Try again in a few seconds."
        ) from busy


def _words(found: Differences) -> str:
    parts = [
        f"{len(ids)} {what} ({', '.join(map(str, ids[:_SHOWN]))}{', ...' if len(ids) > _SHOWN else ''})"
        for what, ids in (("missing", found.missing), ("outdated", found.stale), ("too many", found.extra))
        if ids
    ]
    return f"The search index differs: {'; '.join(parts)}."


def _now() -> datetime:
    moment: datetime = current_app.extensions["clock"].now()
    return moment
