"""`flask import volunteers FILE`: a network's own list."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from network.db import committing, db, intending_to_write
from network.domain.actor import system_actor
from network.domain.errors import DomainError
from network.domain.states import Channel
from network.volunteers.import_rows import template_csv
from network.volunteers.imports import ImportReport, Line, import_volunteers

import_commands = AppGroup("import", help="Bring in a network's own lists.")
SHOWN = 200


@import_commands.command("volunteers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--invite", is_flag=True, help="Mail the claim link to everybody who clearly agreed to mail.")
def volunteers_command(file: Path, dry_run: bool, invite: bool) -> None:
    """Take volunteers from a CSV file; they are invisible until they claim their record."""
    clock = current_app.extensions["clock"]
    try:
        with intending_to_write(), committing(db.session) as session:
            report = import_volunteers(
                session,
                system_actor(Channel.IMPORT),
                file,
                now=clock.now(),
                dry_run=dry_run,
                invite=invite,
                progress=lambda rows: click.echo(f"\r{rows:,} rows", nl=False, err=True),
            )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo("", err=True)
    tell(report, dry_run)


@import_commands.command("template")
def template_command() -> None:
    """Print an empty list with our columns: save it as CSV and fill it in."""
    click.echo(template_csv(), nl=False)


def tell(report: ImportReport, dry_run: bool) -> None:
    """Print what was done, row by row where somebody has to look."""
    verb = "would be taken" if dry_run else "taken"
    click.echo(f"{report.rows:,} rows ({report.encoding}): {report.taken:,} {verb}.")
    click.echo(f"{report.known:,} are here already and stay as they are.")
    click.echo(
        f"{report.without_address:,} have no address and cannot be invited. {report.invited:,} invited."
    )
    if report.ignored_columns:
        click.echo(f"Columns not used: {', '.join(report.ignored_columns[:40])}.")
    _list("refused", report.refused)
    _list("the same person as an earlier row", report.duplicates)
    _list("left out until somebody has looked: one address, two names", report.review)
    _list("taken with a cell left empty that was not understood", report.unclear)


def _list(title: str, lines: list[Line]) -> None:
    if not lines:
        return
    click.echo(f"{len(lines):,} {title}:")
    for one in lines[:SHOWN]:
        where = f", {one.column}" if one.column else ""
        click.echo(f"  row {one.row}, line {one.line}: {one.reason}{where}")
    if len(lines) > SHOWN:
        click.echo(f"  and {len(lines) - SHOWN:,} more")
