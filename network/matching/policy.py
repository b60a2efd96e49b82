"""Whose a saved search is: its owner's and nobody else's."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from network.domain.actor import Actor
from network.models import SavedSearch


def can_view_saved_search(actor: Actor, saved: SavedSearch) -> bool:
    """The owner reads, changes and deletes it."""
    return actor.is_user(saved.user_id)


def saved_searches_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    return false() if actor.user_id is None else SavedSearch.user_id == actor.user_id
