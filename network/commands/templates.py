"""`flask templates check`: every template compiles, and every link in one names a page that exists."""

from __future__ import annotations

import re

import click
from flask import current_app
from flask.cli import AppGroup
from jinja2 import TemplateError

template_commands = AppGroup("templates", help="The page and mail templates.")

LINK = re.compile(r"""url_for\(\s*['"]([a-z_.]+)['"]""")
PATH = re.compile(r"""(?:href|action|src)="(/[^"{}?#]*)["?#]""")


@template_commands.command("check")
def check_command() -> None:
    """Compile all templates and look up the endpoints they link to; exit 1 where something is wrong."""
    faults = [fault for name in current_app.jinja_env.list_templates() for fault in faults_of(name)]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} faults in the templates")


def faults_of(name: str) -> list[str]:
    """What is wrong with one template, each as a line with its place."""
    environment = current_app.jinja_env
    if environment.loader is None:
        return []
    source, _path, _is_fresh = environment.loader.get_source(environment, name)
    try:
        environment.compile(source, name)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        return [f"templates/{name}:{line}: {error.message}"]
    addresses = current_app.url_map.bind("localhost")
    wrong = [
        (link, "no page is called")
        for link in LINK.finditer(source)
        if link[1] not in current_app.view_functions
    ]
    wrong += [
        (path, "no page stands at")
        for path in PATH.finditer(source)
        if not addresses.allowed_methods(path[1])
    ]
    return [
        f"templates/{name}:{source.count(chr(10), 0, match.start()) + 1}: {said} {match[1]}"
        for match, said in wrong
    ]
