"""Who may see, report, check and move an outcome; each rule as a question and as a filter."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from network.domain.actor import Actor
from network.domain.states import OutcomeStatus, Role
from network.models import Introduction, Outcome


def roles_towards_outcome(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> frozenset[Role]:
    """The roles an actor holds towards this outcome; `volunteer_id` is the one of its introduction.

    The conflicted (of the same organisation, or the volunteer themselves) hold no broker's role here.
    """
    roles: set[Role] = set()
    if actor.is_system:
        roles.add(Role.SYSTEM)
    if actor.belongs_to(outcome.organisation_id):
        roles.add(Role.ORGANISATION_MEMBER)
        if actor.owns(outcome.organisation_id):
            roles.add(Role.ORGANISATION_OWNER)
    if actor.is_volunteer(volunteer_id):
        roles.add(Role.VOLUNTEER)
    if not is_conflicted(actor, outcome, volunteer_id):
        if actor.leads(outcome.chapter_id):
            roles.add(Role.CHAPTER_LEAD)
        if actor.is_staff:
            roles.add(Role.STAFF)
    return frozenset(roles)


def is_conflicted(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """Whether the actor stands on one of the two sides, and so may not check what the other says."""
    return actor.belongs_to(outcome.organisation_id) or actor.is_volunteer(volunteer_id)


def can_view_outcome(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """Both sides, the chapter's leads, the university that answers for it, staff; drafts for their reporter."""
    if actor.is_staff:
        return True
    if outcome.status is OutcomeStatus.DRAFT:
        return actor.is_user(outcome.reporter_id)
    if actor.belongs_to(outcome.organisation_id) or actor.is_volunteer(volunteer_id):
        return True
    office = outcome.university_id is not None and outcome.university_id in actor.office_organisation_ids
    return actor.leads(outcome.chapter_id) or office


def outcomes_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The filter that agrees with `can_view_outcome`."""
    if actor.is_staff:
        return true()
    if not actor.is_signed_in:
        return false()
    organisations = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    mine = (Outcome.status == OutcomeStatus.DRAFT) & (Outcome.reporter_id == actor.user_id)
    sides = [Outcome.organisation_id.in_(organisations)]
    if actor.volunteer_id is not None:
        sides.append(
            Outcome.introduction_id.in_(
                select(Introduction.id).where(Introduction.volunteer_id == actor.volunteer_id)
            )
        )
    sides += [
        Outcome.chapter_id.in_(actor.lead_chapter_ids),
        Outcome.university_id.in_(actor.office_organisation_ids),
    ]
    return mine | (or_(*sides) & (Outcome.status != OutcomeStatus.DRAFT))


def can_name_organisation(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """Whether the beneficiary's name may stand: an anonymous one only to the two sides and their brokers."""
    if not outcome.anonymous or actor.is_staff or actor.leads(outcome.chapter_id):
        return True
    return actor.belongs_to(outcome.organisation_id) or actor.is_volunteer(volunteer_id)


def can_report_on(actor: Actor, organisation_id: int, volunteer_id: int, chapter_id: int | None) -> bool:
    """Either side of an introduction, or an unconflicted broker, may say what came of it."""
    if actor.belongs_to(organisation_id) or actor.is_volunteer(volunteer_id):
        return True
    return actor.leads(chapter_id) or actor.is_staff


def can_corroborate(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """An unconflicted volunteer or broker who did not report it; the helper counts as one, the firm never."""
    if actor.is_user(outcome.reporter_id) or actor.belongs_to(outcome.organisation_id):
        return False
    return actor.is_volunteer(volunteer_id) or actor.leads(outcome.chapter_id) or actor.is_staff


def can_read_evidence(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """Who reported it, the beneficiary, unconflicted leads of its chapter, staff; the university's office does not."""
    if not can_view_outcome(actor, outcome, volunteer_id):
        return False
    if actor.is_user(outcome.reporter_id):
        return True
    return bool(roles_towards_outcome(actor, outcome, volunteer_id) - {Role.VOLUNTEER, Role.SYSTEM})


def evidence_readable_by(actor: Actor) -> ColumnElement[bool]:
    """The outcomes whose papers the actor may open; the filter that agrees with `can_read_evidence`."""
    if not actor.is_signed_in:
        return false()
    organisations = actor.organisation_ids | actor.owned_organisation_ids | actor.office_organisation_ids
    broker: ColumnElement[bool] = true() if actor.is_staff else Outcome.chapter_id.in_(actor.lead_chapter_ids)
    if actor.volunteer_id is not None:
        helped = select(Introduction.id).where(Introduction.volunteer_id == actor.volunteer_id)
        broker = broker & Outcome.introduction_id.not_in(helped)
    reads = or_(Outcome.reporter_id == actor.user_id, Outcome.organisation_id.in_(organisations), broker)
    return outcomes_visible_to(actor) & reads
