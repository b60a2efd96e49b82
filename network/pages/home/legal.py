"""The pages a public body owes its visitors: privacy, terms, accessibility, code of conduct."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template

from network.web.guards import public


def add_legal_pages(blueprint: Blueprint) -> None:
    """Add the four pages to the area."""
    for name in ("privacy", "terms", "accessibility", "code_of_conduct"):
        blueprint.add_url_rule(f"/{name.replace('_', '-')}", name, public(_page(name)))


def _page(name: str) -> Callable[[], str]:
    def show() -> str:
        return render_template(f"home/{name}.html")

    return show
