"""`flask demo load`: the invented network, by seed."""

from __future__ import annotations

import click
from flask.cli import AppGroup

demo_commands = AppGroup("demo", help="The demo network.")


@demo_commands.command("load")
@click.option("--volunteers", default=1500, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--seed", default=2026, show_default=True, type=int)
def load_command(volunteers: int, seed: int) -> None:
    """Load the demo network into an empty database."""
    from network.db import committing, db, intending_to_write
    from network.demo.load import load_demo

    with intending_to_write(), committing(db.session) as session:
        load_demo(session, volunteers=volunteers, seed=seed, progress=click.echo)
    click.echo("The demo network is loaded. `flask search rebuild` builds its index.")
