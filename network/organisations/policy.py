"""Who may do what with organisations."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.states import Role
from network.models import Organisation


def roles_towards_organisation(actor: Actor, organisation_id: int) -> frozenset[Role]:
    """What the actor is to this organisation; its own people are never its checkers."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    roles: set[Role] = set()
    if actor.belongs_to(organisation_id):
        roles.add(Role.ORGANISATION_MEMBER)
        if actor.owns(organisation_id):
            roles.add(Role.ORGANISATION_OWNER)
        return frozenset(roles)
    if actor.is_staff:
        roles.add(Role.STAFF)
    if actor.lead_chapter_ids:
        roles.add(Role.CHAPTER_LEAD)
    return frozenset(roles)


def can_view_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Its own people and brokers see an organisation."""
    return actor.is_broker or actor.belongs_to(organisation.id)


def organisations_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if actor.is_broker:
        return true()
    own = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    return or_(Organisation.id.in_(sorted(own))) if own else false()


def can_edit_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Its owner (at a university: the office) and staff."""
    return actor.owns(organisation.id) or actor.is_staff


def can_manage_members(actor: Actor, organisation: Organisation) -> bool:
    """Who invites, approves and removes colleagues: the owner, and staff."""
    return actor.owns(organisation.id) or actor.is_staff


def can_check_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Brokers check whether an organisation may ask, but never their own."""
    return actor.is_broker and not actor.belongs_to(organisation.id)


def organisations_checkable_by(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if not actor.is_broker:
        return false()
    own = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    return Organisation.id.not_in(sorted(own)) if own else true()


def require(allowed: bool) -> None:
    """NotAllowed unless the question was answered with yes."""
    if not allowed:
        raise NotAllowed("role_may_not", "This is not yours to do.")
