"""Who sees chapters and memberships, who leads and who decides."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import object_session

from network.domain.actor import Actor
from network.domain.chapter_moves import ENDED
from network.domain.errors import NotAllowed
from network.domain.states import Role
from network.models import Chapter, Membership, OrganisationMember, Volunteer


def roles_towards_chapter(actor: Actor, chapter_id: int) -> frozenset[Role]:
    """What the actor is to this chapter."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    roles = set()
    if actor.leads(chapter_id):
        roles.add(Role.CHAPTER_LEAD)
    if actor.is_staff:
        roles.add(Role.STAFF)
    return frozenset(roles)


def can_view_chapter(actor: Actor, chapter: Chapter) -> bool:
    """Everybody sees chapters that live; one that ended only its leads and staff."""
    return chapter.state not in ENDED or actor.is_staff or actor.leads(chapter.id)


def chapters_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if actor.is_staff:
        return true()
    alive = Chapter.state.not_in(sorted(ENDED))
    if actor.lead_chapter_ids:
        return or_(alive, Chapter.id.in_(sorted(actor.lead_chapter_ids)))
    return alive


def can_edit_chapter(actor: Actor, chapter: Chapter) -> bool:
    """Its leads and staff."""
    return actor.is_staff or actor.leads(chapter.id)


def roles_towards_membership(actor: Actor, membership: Membership) -> frozenset[Role]:
    """What the actor is to this membership: its volunteer is nothing else, and the conflicted are nothing."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    if actor.is_volunteer(membership.volunteer_id):
        return frozenset({Role.VOLUNTEER})
    if is_conflicted(actor, membership):
        return frozenset()
    return roles_towards_chapter(actor, membership.chapter_id)


def can_view_membership(actor: Actor, membership: Membership) -> bool:
    """The volunteer, the chapter's leads, staff."""
    return actor.is_staff or actor.leads(membership.chapter_id) or actor.is_volunteer(membership.volunteer_id)


def memberships_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if actor.is_staff:
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.lead_chapter_ids:
        ways.append(Membership.chapter_id.in_(sorted(actor.lead_chapter_ids)))
    if actor.volunteer_id is not None:
        ways.append(Membership.volunteer_id == actor.volunteer_id)
    return or_(*ways) if ways else false()


def can_decide_membership(actor: Actor, membership: Membership) -> bool:
    """The chapter's leads and staff decide; nobody about themselves or a colleague of their own organisation."""
    if actor.is_volunteer(membership.volunteer_id) or is_conflicted(actor, membership):
        return False
    return actor.is_staff or actor.leads(membership.chapter_id)


def memberships_decidable_by(actor: Actor) -> ColumnElement[bool]:
    """The same as a filter."""
    if not actor.is_broker:
        return false()
    ways: list[ColumnElement[bool]] = [
        true() if actor.is_staff else Membership.chapter_id.in_(sorted(actor.lead_chapter_ids))
    ]
    if actor.volunteer_id is not None:
        ways.append(Membership.volunteer_id != actor.volunteer_id)
    own = _own_organisations(actor)
    ways.append(
        ~exists().where(
            Volunteer.id == Membership.volunteer_id,
            Volunteer.user_id.is_not(None),
            or_(
                Volunteer.user_id == actor.user_id,
                exists().where(
                    OrganisationMember.user_id == Volunteer.user_id,
                    OrganisationMember.organisation_id.in_(own),
                    OrganisationMember.approved_at.is_not(None),
                ),
            ),
        )
    )
    return and_(*ways)


def is_conflicted(actor: Actor, membership: Membership) -> bool:
    """Whether the actor is the applicant, or belongs to an organisation together with them."""
    session = object_session(membership)
    volunteer = session.get(Volunteer, membership.volunteer_id) if session is not None else None
    if session is None or volunteer is None or volunteer.user_id is None:
        return False
    if actor.is_user(volunteer.user_id):
        return True
    shared = (
        session.query(OrganisationMember.id)
        .filter(
            OrganisationMember.user_id == volunteer.user_id,
            OrganisationMember.organisation_id.in_(_own_organisations(actor)),
            OrganisationMember.approved_at.is_not(None),
        )
        .first()
    )
    return shared is not None


def _own_organisations(actor: Actor) -> list[int]:
    return sorted(actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids)


def require(allowed: bool) -> None:
    """NotAllowed unless the question was answered with yes."""
    if not allowed:
        raise NotAllowed("role_may_not", "This is not yours to do.")
