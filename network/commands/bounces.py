"""`flask mail bounce`: one delivery report from standard input, out of a pipe of the mail server."""

from __future__ import annotations

import sys

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from network.accounts.bounces import receive_bounce
from network.db import committing, db, intending_to_write
from network.mail.bounces import LARGEST

# "Try again later", in the words of sysexits.h: the mail server keeps the report.
TEMPORARY_FAILURE = 75


@click.command("bounce")
def bounce_command() -> None:
    """Take one delivery report (RFC 3464) and mark the address that it says is gone."""
    try:
        with intending_to_write(), committing(db.session) as session:
            raw = sys.stdin.buffer.read(LARGEST)
            result = receive_bounce(session, raw, now=current_app.extensions["clock"].now())
    except DBAPIError as error:
        click.echo("The database does not answer; try again later.", err=True)
        raise SystemExit(TEMPORARY_FAILURE) from error
    click.echo(result)
