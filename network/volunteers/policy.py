"""Who finds and reads a volunteer, and which groups of fields.

Each rule stands here twice, as a question about one row and as a filter, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import object_session

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.membership_moves import FINDABLE as FINDABLE_MEMBERSHIPS
from network.domain.membership_moves import LIVE as LIVE_MEMBERSHIPS
from network.domain.states import FieldGroup, Role, Visibility, VolunteerState
from network.domain.volunteer_moves import FINDABLE
from network.models import Membership, User, Volunteer

# Leads read whom they decide about; a registration that is not finished is nobody's but its owner's.
_SEEN_BY_LEADS = frozenset({VolunteerState.ACTIVE, VolunteerState.SUSPENDED})
Row = TypeVar("Row", bound=tuple[object, ...])


def roles_towards_volunteer(actor: Actor, volunteer_id: int | None) -> frozenset[Role]:
    """What the actor is to this volunteer."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    roles = set()
    if actor.is_volunteer(volunteer_id):
        roles.add(Role.VOLUNTEER)
    elif actor.is_staff:
        roles.add(Role.STAFF)
    return frozenset(roles)


def is_findable() -> ColumnElement[bool]:
    """Active, verified, approved by at least one chapter, not merged into another: the one meaning of findable."""
    return and_(
        Volunteer.state.in_(sorted(FINDABLE)),
        Volunteer.merged_into_id.is_(None),
        # Bound to the volunteer alone, so that a select which joins the same tables may ask it too.
        exists()
        .where(User.id == Volunteer.user_id, User.email_verified_at.is_not(None), User.closed_at.is_(None))
        .correlate(Volunteer),
        exists()
        .where(Membership.volunteer_id == Volunteer.id, Membership.state.in_(sorted(FINDABLE_MEMBERSHIPS)))
        .correlate(Volunteer),
    )


def volunteers_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The volunteers whom the actor may find and open."""
    if actor.is_staff or actor.is_system:
        return true()
    listings = {Visibility.PUBLIC, Visibility.MEMBERS} if actor.is_signed_in else {Visibility.PUBLIC}
    ways = [and_(is_findable(), Volunteer.listing.in_(sorted(listings)))]
    if actor.volunteer_id is not None:
        ways.append(Volunteer.id == actor.volunteer_id)
    if actor.lead_chapter_ids:
        ways.append(
            and_(
                Volunteer.state.in_(sorted(_SEEN_BY_LEADS)),
                Volunteer.merged_into_id.is_(None),
                _led_by(actor),
            )
        )
    return or_(*ways)


def can_view_volunteer(
    actor: Actor, volunteer: Volunteer, memberships: Iterable[Membership] | None = None
) -> bool:
    """The same as a question; memberships that were loaded already save a statement."""
    if actor.is_staff or actor.is_system or actor.is_volunteer(volunteer.id):
        return True
    held = _memberships(volunteer, memberships)
    if (
        volunteer.state in _SEEN_BY_LEADS
        and volunteer.merged_into_id is None
        and any(one.state in LIVE_MEMBERSHIPS and actor.leads(one.chapter_id) for one in held)
    ):
        return True
    if not _findable(volunteer, held):
        return False
    return volunteer.listing is Visibility.PUBLIC or (
        volunteer.listing is Visibility.MEMBERS and actor.is_signed_in
    )


def fields_visible_to(
    actor: Actor, volunteer: Volunteer, memberships: Iterable[Membership] | None = None
) -> frozenset[FieldGroup]:
    """The groups of fields that the actor may read of a volunteer whom they may view.

    Name and offers of help always show; contact details never do: they have no group.
    """
    if actor.is_staff or actor.is_system or actor.is_volunteer(volunteer.id):
        return frozenset(FieldGroup)
    shown = {Visibility.PUBLIC}
    if actor.is_signed_in:
        shown.add(Visibility.MEMBERS)
    if actor.lead_chapter_ids and any(
        one.state in LIVE_MEMBERSHIPS and actor.leads(one.chapter_id)
        for one in _memberships(volunteer, memberships)
    ):
        shown.add(Visibility.LEADS)
    return frozenset(group for group in FieldGroup if visibility_of(volunteer, group) in shown)


def visibility_of(volunteer: Volunteer, group: FieldGroup) -> Visibility:
    """Who may read a group of the volunteer's fields."""
    found: Visibility = getattr(volunteer, f"{group.value}_visibility")
    return found


def can_edit_volunteer(actor: Actor, volunteer: Volunteer) -> bool:
    """The volunteer themselves, and staff who put something right for them."""
    return actor.is_volunteer(volunteer.id) or actor.is_staff


def volunteers_editable_by(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if actor.is_staff:
        return true()
    return Volunteer.id == actor.volunteer_id if actor.volunteer_id is not None else false()


def require_edit(actor: Actor, volunteer: Volunteer) -> None:
    """NotAllowed unless the actor may edit the volunteer."""
    if not can_edit_volunteer(actor, volunteer):
        raise NotAllowed("role_may_not", "This is not yours to do.")


def only_visible(query: Select[Row], actor: Actor) -> Select[Row]:
    """A select of volunteers, narrowed to those the actor may see."""
    return query.where(volunteers_visible_to(actor))


def _led_by(actor: Actor) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Membership.volunteer_id == Volunteer.id,
            Membership.chapter_id.in_(sorted(actor.lead_chapter_ids)),
            Membership.state.in_(sorted(LIVE_MEMBERSHIPS)),
        )
        .correlate(Volunteer)
    )


def _findable(volunteer: Volunteer, held: list[Membership]) -> bool:
    session = object_session(volunteer)
    if session is None or volunteer.user_id is None:
        return False
    user = session.get(User, volunteer.user_id)
    return (
        volunteer.state in FINDABLE
        and volunteer.merged_into_id is None
        and user is not None
        and user.email_verified_at is not None
        and user.closed_at is None
        and any(one.state in FINDABLE_MEMBERSHIPS for one in held)
    )


def _memberships(volunteer: Volunteer, given: Iterable[Membership] | None) -> list[Membership]:
    if given is not None:
        return list(given)
    session = object_session(volunteer)
    if session is None:
        return []
    return list(session.scalars(select(Membership).where(Membership.volunteer_id == volunteer.id)))
