"""Who may take a person's data out, and who may have it erased."""

from __future__ import annotations

from network.domain.actor import Actor
from network.domain.errors import NotAllowed


def can_export_person(actor: Actor, user_id: int) -> bool:
    """The person themselves, and an administrator who answers a written request."""
    return actor.is_user(user_id) or actor.is_administrator


def can_erase_person(actor: Actor, user_id: int) -> bool:
    """The same people."""
    return can_export_person(actor, user_id) or actor.is_system


def require(allowed: bool) -> None:
    """NotAllowed unless the question was answered with yes."""
    if not allowed:
        raise NotAllowed("role_may_not", "This is not yours to do.")
