"""`flask mail receive`: one mail from standard input, out of a pipe of the mail server."""

from __future__ import annotations

import sys
from typing import IO

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from network.db import committing, db, intending_to_write
from network.introductions.operations import receive_reply
from network.mail.inbound import LARGEST, Dropped, read_inbound

mail_commands = AppGroup("mail", help="Mail that comes in.")
# "Try again later", in the words of sysexits.h: the mail server keeps the mail.
TEMPORARY_FAILURE = 75
_CHUNK = 64 * 1024


@mail_commands.command("receive")
def receive_command() -> None:
    """Take one RFC 5322 message and put an answer into its thread.

    What leads nowhere is dropped with success: a refusal would make the mail server write to the sender, and two
    machines would write to each other. Only where the database does not answer is the server told to try again.
    """
    try:
        mail = read_inbound(_first_part(sys.stdin.buffer))
        with intending_to_write(), committing(db.session) as session:
            result = receive_reply(session, mail, now=current_app.extensions["clock"].now())
    except Dropped as dropped:
        result = f"dropped: {dropped.reason}"
    except DBAPIError as error:
        click.echo("The database does not answer; try again later.", err=True)
        raise SystemExit(TEMPORARY_FAILURE) from error
    click.echo(result)


def _first_part(pipe: IO[bytes]) -> bytes:
    """As much as is looked at; the rest is read away, because a mail server takes a broken pipe for a failure."""
    kept = pipe.read(LARGEST + 1)
    while pipe.read(_CHUNK):
        continue
    return kept
