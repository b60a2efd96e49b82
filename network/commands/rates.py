"""`flask rates load FILE`: exchange rates from a file the administrator has."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from network.db import committing, db, intending_to_write
from network.domain.actor import system_actor
from network.domain.errors import DomainError
from network.domain.states import Channel
from network.outcomes.rates import load_rates

rates_commands = AppGroup("rates", help="Exchange rates, from a file.")
SHOWN = 50


@rates_commands.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_command(file: Path) -> None:
    """Take rates from a CSV file with the columns currency, date and rate."""
    clock = current_app.extensions["clock"]
    try:
        with (
            file.open(encoding="utf-8-sig", newline="") as lines,
            intending_to_write(),
            committing(db.session) as session,
        ):
            report = load_rates(session, system_actor(Channel.IMPORT), lines, now=clock.now())
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text in UTF-8.") from None
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{report.added:,} new, {report.changed:,} changed, {report.known:,} known already.")
    for line, reason in report.refused[:SHOWN]:
        click.echo(f"  line {line}: {reason}")
    if len(report.refused) > SHOWN:
        click.echo(f"  and {len(report.refused) - SHOWN:,} more")
