"""`flask serve`: the whole site from one command, as `make run` starts it.

The schema is brought up to date, an empty database gets the demo network, the index is built where it is
missing; then web server and worker run side by side until Ctrl-C.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from config.settings import ROOT, Settings
from network.commands.database import upgrade
from network.commands.search_index import rebuild_command
from network.commands.supervisor import Child, Supervisor
from network.db import committing, db, intending_to_write
from network.matching.index import engine, what_is_wrong
from network.models import User

DEMO_VOLUNTEERS = 1500
DEMO_SEED = 2026
READY_SECONDS = 60.0


@click.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.pass_context
@with_appcontext
def serve_command(context: click.Context, port: int, host: str) -> None:
    """Prepare the database and run web server and worker until Ctrl-C."""
    settings: Settings = current_app.config["SETTINGS"]
    with only_copy(settings.data_dir):
        refuse_taken_port(host, port)
        upgrade(settings.database_url)
        loaded = settings.demo and load_demo_once()
        if loaded or what_is_wrong(engine()):
            context.invoke(rebuild_command)
        db.session.close()
        db.engine.dispose()
        supervisor = Supervisor(children(host, port), child_environment(settings, port), click.echo)
        code = supervisor.run(
            is_ready=lambda: answers(host, port),
            when_ready=lambda: greet(settings, port),
            ready_seconds=READY_SECONDS,
        )
    if code:
        sys.exit(code)
    click.echo("Stopped.")


@contextmanager
def only_copy(data_dir: Path) -> Iterator[None]:
    """Two workers on one folder would both write the index: the second copy is refused."""
    with (data_dir / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(
                f"Another copy runs on the data folder {data_dir}: stop it, or name another with DATA_DIR=..."
            ) from None
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Say in one line that the port cannot be had, before anything else is done."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = (
                    f"Port {port} is taken: choose another, such as make run PORT={min(port + 1, 65535)}"
                )
            else:
                message = f"Port {port} on {host} cannot be opened: {error.strerror}"
            raise click.ClickException(message) from None


def load_demo_once() -> bool:
    """Load the demo network where nobody has an account yet; whether it was loaded now."""
    with db.new_session() as session:
        if session.scalars(select(User.id).limit(1)).first() is not None:
            return False
    click.echo(f"Loading the demo network with {DEMO_VOLUNTEERS:,} volunteers (once) ...")
    load_demo = import_module("network.demo.load").load_demo
    with intending_to_write(), db.new_session() as session, committing(session):
        load_demo(session, volunteers=DEMO_VOLUNTEERS, seed=DEMO_SEED, progress=click.echo)
    return True


def children(host: str, port: int) -> list[Child]:
    """The processes of a running site; without the web server there is none, the worker is raised again."""
    python = [sys.executable, "-m"]
    config = str(ROOT / "config" / "gunicorn.py")
    return [
        Child(
            "web server", [*python, "gunicorn", "--config", config, "--bind", f"{host}:{port}", "wsgi:app"]
        ),
        Child("worker", [*python, "flask", "--app", "wsgi", "worker"], restarts=True),
    ]


def child_environment(settings: Settings, port: int) -> dict[str, str]:
    """What the children are told: our own settings, and the address where the site is now."""
    return {
        "KINBRIDGE_BASE_URL": f"http://localhost:{port}",
        **os.environ,
        "KINBRIDGE_DATA_DIR": str(settings.data_dir),
    }


def answers(host: str, port: int) -> bool:
    """Whether the web server says that it is well."""
    here = "127.0.0.1" if host in {"", "0.0.0.0"} else host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(here, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greet(settings: Settings, port: int) -> None:
    """Print the address, and in a demo one account for each role."""
    click.echo(f"\n{current_app.config['NETWORK'].name} is ready at http://localhost:{port}")
    if settings.mail_url is None:
        click.echo(f"Mail is not sent: read it at http://localhost:{port}/dev/mail")
    if settings.demo:
        click.echo("\nSign in as:")
        for account in import_module("network.demo.load").demo_accounts():
            click.echo(f"  {account.role:<22} {account.email:<40} {account.password}")
    click.echo("\nCtrl-C stops everything.")
