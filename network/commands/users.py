"""`flask user create`: an account by hand, for the first administrator and for staff."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from network.accounts.operations import create_user_by_hand
from network.db import committing, db, intending_to_write
from network.domain.actor import system_actor
from network.domain.errors import DomainError
from network.domain.states import Channel, Role

user_commands = AppGroup("user", help="Accounts.")


@user_commands.command("create")
@click.option("--role", type=click.Choice([Role.STAFF.value, Role.ADMINISTRATOR.value]), required=True)
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def create_command(role: str, email: str, name: str, password: str) -> None:
    """Make an account with a verified address and a role."""
    clock = current_app.extensions["clock"]
    try:
        with intending_to_write(), committing(db.session) as session:
            user = create_user_by_hand(
                session,
                system_actor(Channel.CLI),
                email=email,
                name=name,
                password=password,
                role=Role(role),
                now=clock.now(),
            )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Account {user.id} made with the role {role}.")
