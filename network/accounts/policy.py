"""Who may do what with accounts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.states import Role
from network.models import User

# Roles that are given by hand; all others follow from what a person belongs to.
GIVEN_ROLES = frozenset({Role.STAFF, Role.ADMINISTRATOR})


def can_view_user(actor: Actor, user: User) -> bool:
    """Staff see accounts; everybody sees their own."""
    return actor.is_staff or actor.is_user(user.id)


def users_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if actor.is_staff:
        return true()
    return User.id == actor.user_id if actor.user_id is not None else false()


def can_give_roles(actor: Actor) -> bool:
    """Only an administrator gives and takes roles, and the network's own command line."""
    return actor.is_administrator or actor.is_system


def require_self(actor: Actor) -> int:
    """The id of the signed-in person; NotAllowed for anybody else."""
    if actor.user_id is None:
        raise NotAllowed("sign_in_first", "Sign in first.")
    return actor.user_id
