"""Words that lead to another question of the search page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from network.pages.directory.asked import Asked


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another question."""

    label: str
    href: str | None = None
    remove_href: str | None = None


def address_of(asked: Asked, endpoint: str = "directory.volunteers") -> str:
    """The address of the list, or another view, for a question."""
    return url_for(endpoint, **asked.args())  # type: ignore[arg-type]
