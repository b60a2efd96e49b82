"""Who may see an introduction, act on it and read its contact details: question and filter side by side."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, object_session

from network.domain.actor import Actor
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.states import NeedState, Role
from network.models import Introduction, Need, OrganisationMember, Volunteer
from network.needs.policy import (
    asking_roles,
    can_ask_for_need,
    can_triage_need,
    declared_against,
    needs_asked_by,
    needs_triageable_by,
    needs_watched_by,
    roles_towards_need,
)

_BROKERS = frozenset({Role.CHAPTER_LEAD, Role.STAFF, Role.ADMINISTRATOR})
_ASKERS = frozenset({Role.ORGANISATION_MEMBER, Role.ORGANISATION_OWNER, Role.UNIVERSITY_OFFICE})


def roles_towards_introduction(actor: Actor, introduction: Introduction, need: Need) -> frozenset[Role]:
    """What the actor is to this introduction; nobody brokers one in which they are the volunteer."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    if actor.is_volunteer(introduction.volunteer_id):
        return frozenset({Role.VOLUNTEER})
    return asking_roles(actor, need) | (roles_towards_need(actor, need) & _BROKERS)


def introductions_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Of needs the actor asks or brokers, and those that were put to them; a proposal is not yet theirs."""
    if actor.is_system:
        return true()
    needs = select(Need.id).where(or_(needs_asked_by(actor), needs_watched_by(actor)))
    parts: list[ColumnElement[bool]] = [Introduction.need_id.in_(needs)] if actor.is_signed_in else []
    if actor.volunteer_id is not None:
        own = Introduction.volunteer_id == actor.volunteer_id
        # A lead who is proposed for a need of their own chapter does not see that as a volunteer either.
        parts = [and_(Introduction.volunteer_id != actor.volunteer_id, part) for part in parts]
        parts.append(and_(own, Introduction.offered_at.is_not(None)))
    return or_(*parts) if parts else false()


def can_view_introduction(actor: Actor, introduction: Introduction) -> bool:
    """Whether the actor may know of this introduction at all."""
    return _holds(introduction, introductions_visible_to(actor))


def writing_side(actor: Actor, introduction: Introduction, need: Need) -> str | None:
    """On which side the actor writes in the thread: volunteer, requester or broker; None for anybody else."""
    roles = roles_towards_introduction(actor, introduction, need)
    if Role.VOLUNTEER in roles:
        return "volunteer"
    if roles & _ASKERS:
        return "requester"
    return "broker" if roles & _BROKERS else None


def introductions_brokered_by(actor: Actor) -> ColumnElement[bool]:
    """Introductions of needs the actor moves along, except their own."""
    if not actor.is_broker:
        return false()
    mine = Introduction.need_id.in_(select(Need.id).where(needs_triageable_by(actor)))
    if actor.volunteer_id is None:
        return mine
    return and_(mine, Introduction.volunteer_id != actor.volunteer_id)


def can_propose(actor: Actor, need: Need) -> bool:
    """Whether the actor may put volunteers on the need's shortlist: its asking side, or its broker."""
    if actor.is_system or can_triage_need(actor, need):
        return True
    return need.state in _OPEN_TO_ASKERS and can_ask_for_need(actor, need)


_OPEN_TO_ASKERS = frozenset(
    {NeedState.DRAFT, NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO, NeedState.OPEN}
)


def contacts_readable_by(actor: Actor) -> ColumnElement[bool]:
    """Introductions whose contact details the actor was given: its two sides, once introduced, and nobody else."""
    shared = Introduction.state.in_(sorted(CONTACTS_SHARED))
    parts: list[ColumnElement[bool]] = []
    if actor.user_id is not None:
        asked = select(Need.id).where(Need.requester_id == actor.user_id)
        parts.append(Introduction.need_id.in_(asked))
    if actor.volunteer_id is not None:
        parts.append(Introduction.volunteer_id == actor.volunteer_id)
    return and_(shared, or_(*parts)) if parts else false()


def can_read_contacts(actor: Actor, introduction: Introduction) -> bool:
    """Whether the actor may read the other side's contact details."""
    return _holds(introduction, contacts_readable_by(actor))


def is_volunteer_conflicted(session: Session, volunteer: Volunteer, need: Need) -> bool:
    """Whether the volunteer must not be asked: they ask, belong to the firm, or declared it."""
    if volunteer.user_id is not None and volunteer.user_id == need.requester_id:
        return True
    member = exists().where(
        OrganisationMember.organisation_id == need.organisation_id,
        # Nobody's account is the same as no account.
        OrganisationMember.user_id == (volunteer.user_id or 0),
        OrganisationMember.approved_at.is_not(None),
    )
    declared = declared_against(volunteer.id, Need.organisation_id)
    query = select(Need.id).where(Need.id == need.id, or_(member, declared))
    return session.scalar(query) is not None


def _holds(introduction: Introduction, criterion: ColumnElement[bool]) -> bool:
    """The filter asked about one row, so that question and filter cannot differ."""
    session = object_session(introduction)
    if session is None:
        return False
    return (
        session.scalar(select(Introduction.id).where(Introduction.id == introduction.id, criterion))
        is not None
    )
