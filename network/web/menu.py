"""The menu: what each kind of person is shown. A test holds it against the URL map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from network.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu."""

    label: Any
    href: str
    current: bool
    count: int = 0


def menu_of(actor: Actor, endpoint: str) -> list[MenuItem]:
    """The entries for this actor; the one that the page belongs to is current."""
    entries: list[tuple[Any, str]] = [
        (_l("Find a volunteer"), "directory.volunteers"),
        (_l("Chapters"), "chapters.chapters"),
        (_l("Impact"), "impact.impact"),
    ]
    if actor.organisation_ids or actor.is_staff:
        entries.append((_l("Needs"), "needs.needs"))
    if actor.volunteer_id is not None or actor.organisation_ids:
        entries.append((_l("Introductions"), "introductions.introductions"))
    if actor.is_signed_in:
        entries.append((_l("Outcomes"), "outcomes.outcomes"))
    if actor.is_broker:
        entries.append((_l("Queue"), "queue.queue"))
    if actor.is_broker or actor.office_organisation_ids:
        entries.append((_l("Reports"), "reports.reports"))
    if actor.is_staff:
        entries.append((_l("Admin"), "admin.admin"))
    area = endpoint.partition(".")[0]
    return [MenuItem(words, url_for(target), target.partition(".")[0] == area) for words, target in entries]
