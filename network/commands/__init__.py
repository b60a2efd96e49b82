"""Commands: `flask db|demo|worker|search|user|import|serve`."""

from __future__ import annotations

from flask import Flask

from network.commands.bounces import bounce_command
from network.commands.database import database_commands
from network.commands.demo import demo_commands
from network.commands.imports import import_commands
from network.commands.mail import mail_commands
from network.commands.rates import rates_commands
from network.commands.search_index import search_commands
from network.commands.serve import serve_command
from network.commands.templates import template_commands
from network.commands.users import user_commands
from network.commands.worker import worker_command


def init_commands(app: Flask) -> None:
    """Add the commands to the application's command line."""
    groups = (
        database_commands,
        demo_commands,
        import_commands,
        mail_commands,
        rates_commands,
        search_commands,
        template_commands,
        user_commands,
    )
    mail_commands.add_command(bounce_command)
    for group in (*groups, serve_command, worker_command):
        app.cli.add_command(group)
