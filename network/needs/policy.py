"""Who may see, write, broker and read all of a need: each rule as a question and as a filter."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session

from network.domain.actor import Actor
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.states import Confidentiality, IntroductionState, NeedState, Role
from network.models import (
    ChapterMarket,
    DeclaredInterest,
    Introduction,
    Need,
    NeedMarket,
    Organisation,
    Transition,
    User,
    UserRole,
    Volunteer,
)

# While an appeal is being read.
APPEALING = (NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO)
# What a broker moves along; a draft is its writer's own business.
BROKERED = (NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO, NeedState.OPEN)


# --- conflicts of interest --------------------------------------------------------------


def organisations_of(actor: Actor) -> frozenset[int]:
    """Every organisation the actor belongs to, in whatever part."""
    return actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids


def declared_against(volunteer_id: int, organisation_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The volunteer works for the organisation or declared it, as employer or as competitor."""
    declared = select(DeclaredInterest.name_key).where(DeclaredInterest.volunteer_id == volunteer_id)
    employed = select(Volunteer.employer_key).where(Volunteer.id == volunteer_id)
    return (
        select(Organisation.id)
        .where(
            Organisation.id == organisation_id,
            Organisation.name_key != "",
            or_(Organisation.name_key.in_(declared), Organisation.name_key.in_(employed)),
        )
        .correlate_except(Organisation)
        .exists()
    )


def needs_conflicted_with(actor: Actor) -> ColumnElement[bool]:
    """Needs the actor must keep out of: asked by them, for their organisation, or for one they declared."""
    parts: list[ColumnElement[bool]] = []
    if actor.user_id is not None:
        parts.append(Need.requester_id == actor.user_id)
    if mine := organisations_of(actor):
        parts.append(Need.organisation_id.in_(sorted(mine)))
    if actor.volunteer_id is not None:
        parts.append(declared_against(actor.volunteer_id, Need.organisation_id))
    return or_(*parts) if parts else false()


def is_conflicted(actor: Actor, need: Need) -> bool:
    """Whether the actor must keep out of the brokering of this need."""
    if actor.is_user(need.requester_id) or actor.belongs_to(need.organisation_id):
        return True
    return actor.volunteer_id is not None and _holds(need, needs_conflicted_with(actor))


def needs_judged_by(actor: Actor) -> ColumnElement[bool]:
    """Appeals against a refusal of the actor's own: somebody else reads them, where there is anybody else."""
    if actor.user_id is None:
        return false()
    refused = (
        select(Transition.id)
        .where(
            Transition.subject == "need",
            Transition.subject_id == Need.id,
            Transition.action == "refuse",
            Transition.actor_id == actor.user_id,
        )
        .correlate(Need)
        .exists()
    )
    return and_(
        Need.appealed_at.is_not(None), Need.state.in_(APPEALING), refused, somebody_else(actor.user_id)
    )


def somebody_else(user_id: int) -> ColumnElement[bool]:
    """Whether anybody but this person works for the network."""
    staff = UserRole.role.in_([Role.STAFF, Role.ADMINISTRATOR])
    return (
        select(UserRole.user_id)
        .join(User, User.id == UserRole.user_id)
        .where(staff, UserRole.user_id != user_id, User.closed_at.is_(None))
        .exists()
    )


def has_judged(actor: Actor, need: Need) -> bool:
    """Whether the actor refused this need before and an appeal against that is being read."""
    return need.appealed_at is not None and _holds(need, needs_judged_by(actor))


# --- roles ------------------------------------------------------------------------------


def roles_towards_need(actor: Actor, need: Need) -> frozenset[Role]:
    """What the actor is to this need: its asker, its unconflicted broker, somebody it was offered to."""
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    roles = set(asking_roles(actor, need)) | set(_broker_roles(actor, need))
    if actor.volunteer_id is not None and need.state != NeedState.DRAFT and _holds(need, _offered_to(actor)):
        roles.add(Role.VOLUNTEER)
    return frozenset(roles)


def asking_roles(actor: Actor, need: Need) -> frozenset[Role]:
    """The roles of the asking side: the requester, and whoever answers for the organisation."""
    roles: set[Role] = set()
    if actor.is_user(need.requester_id):
        roles.add(Role.ORGANISATION_MEMBER)
        roles.update(actor.roles & {Role.UNIVERSITY_OFFICE})
    if actor.owns(need.organisation_id) and need.state != NeedState.DRAFT:
        roles.add(Role.ORGANISATION_OWNER)
    return frozenset(roles)


def _broker_roles(actor: Actor, need: Need) -> frozenset[Role]:
    roles = set(actor.roles & {Role.STAFF, Role.ADMINISTRATOR})
    if actor.leads(need.owner_chapter_id):
        roles.add(Role.CHAPTER_LEAD)
    if not roles or need.state == NeedState.DRAFT or is_conflicted(actor, need) or has_judged(actor, need):
        return frozenset()
    return frozenset(roles)


def _offered_to(actor: Actor) -> ColumnElement[bool]:
    return _has_introduction(
        actor,
        Introduction.offered_at.is_not(None),
        Introduction.state != IntroductionState.CANCELLED,
    )


def _has_introduction(actor: Actor, *criteria: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Introduction.id).where(
        Introduction.need_id == Need.id, Introduction.volunteer_id == actor.volunteer_id, *criteria
    )
    return found.correlate(Need).exists()


# --- seeing -----------------------------------------------------------------------------


def needs_asked_by(actor: Actor) -> ColumnElement[bool]:
    """The actor's own needs, and those of colleagues in an organisation they answer for (drafts apart)."""
    if actor.user_id is None:
        return false()
    own: ColumnElement[bool] = Need.requester_id == actor.user_id
    answered_for = actor.owned_organisation_ids | actor.office_organisation_ids
    if not answered_for:
        return own
    return or_(own, and_(Need.organisation_id.in_(sorted(answered_for)), Need.state != NeedState.DRAFT))


def needs_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Asked by the actor, brokered or watched by them without a conflict, or once offered to them."""
    if actor.is_system:
        return true()
    parts = [needs_asked_by(actor), needs_watched_by(actor)]
    if actor.volunteer_id is not None:
        parts.append(and_(Need.state != NeedState.DRAFT, _offered_to(actor)))
    return or_(*parts)


def can_view_need(actor: Actor, need: Need) -> bool:
    """Whether the actor may know of this need at all."""
    if actor.is_system or can_ask_for_need(actor, need):
        return True
    return actor.is_signed_in and _holds(need, needs_visible_to(actor))


def can_ask_for_need(actor: Actor, need: Need) -> bool:
    """Whether the actor stands on the asking side: the requester, or who answers for the organisation."""
    return bool(asking_roles(actor, need))


def needs_watched_by(actor: Actor) -> ColumnElement[bool]:
    """Needs the actor sees as a broker: staff all, a lead those of their chapters' markets; no conflict."""
    if not actor.is_broker:
        return false()
    clean = and_(Need.state != NeedState.DRAFT, ~needs_conflicted_with(actor))
    if actor.is_staff:
        return clean
    chapters = sorted(actor.lead_chapter_ids)
    # The chapter of a need's second market may look on.
    watched = (
        select(NeedMarket.need_id)
        .join(ChapterMarket, ChapterMarket.market == NeedMarket.market)
        .where(NeedMarket.need_id == Need.id, ChapterMarket.chapter_id.in_(chapters))
        .correlate(Need)
        .exists()
    )
    return and_(clean, or_(Need.owner_chapter_id.in_(chapters), watched))


# --- brokering --------------------------------------------------------------------------


def needs_triageable_by(actor: Actor) -> ColumnElement[bool]:
    """Needs the actor moves along: of their chapter, or any at all for staff, without a conflict."""
    if not actor.is_broker:
        return false()
    owned = true() if actor.is_staff else Need.owner_chapter_id.in_(sorted(actor.lead_chapter_ids))
    return and_(Need.state.in_(BROKERED), owned, ~needs_conflicted_with(actor), ~needs_judged_by(actor))


def can_triage_need(actor: Actor, need: Need) -> bool:
    """Whether the actor may open, refuse, shortlist and hand on this need."""
    if need.state not in BROKERED or not (actor.is_staff or actor.leads(need.owner_chapter_id)):
        return False
    return not is_conflicted(actor, need) and not has_judged(actor, need)


# --- reading ----------------------------------------------------------------------------


def needs_readable_in_full_by(actor: Actor) -> ColumnElement[bool]:
    """Visible needs of which the actor may read everything, the confidential part too."""
    if actor.is_system:
        return true()
    parts = [needs_asked_by(actor), needs_watched_by(actor)]
    if actor.volunteer_id is not None:
        opened = and_(
            Need.confidentiality == Confidentiality.OPEN, Need.state != NeedState.DRAFT, _offered_to(actor)
        )
        shared = _has_introduction(actor, Introduction.state.in_(sorted(CONTACTS_SHARED)))
        parts.append(or_(opened, and_(Need.state != NeedState.DRAFT, shared)))
    return or_(*parts)


def can_read_confidential(actor: Actor, need: Need) -> bool:
    """Whether the actor may read the need in full.

    The asking side and unconflicted brokers may; a volunteer once details were exchanged, or at
    once where the need is not confidential.
    """
    if actor.is_system or can_ask_for_need(actor, need):
        return True
    return actor.is_signed_in and _holds(need, needs_readable_in_full_by(actor))


def can_flag_need(actor: Actor, need: Need) -> bool:
    """Whether the actor may send the need back to triage: a broker, or who holds an offer of it."""
    if can_triage_need(actor, need):
        return True
    return actor.volunteer_id is not None and _holds(
        need, _has_introduction(actor, Introduction.state.in_(sorted(OFFERS)))
    )


def _holds(need: Need, criterion: ColumnElement[bool]) -> bool:
    """The filter asked about one row, so that question and filter cannot differ."""
    session: Session | None = object_session(need)
    if session is None:
        return False
    return session.scalar(select(literal(1)).where(Need.id == need.id, criterion)) is not None
