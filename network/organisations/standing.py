"""Whether an organisation may ask: verified, refused, suspended, looked at again each year."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.audit.moves import check_version, move
from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor, system_actor
from network.domain.errors import NotAllowed
from network.domain.organisation_moves import MOVES
from network.domain.standing_timers import StandingClock, next_action
from network.domain.states import OrganisationKind, OrganisationState
from network.models import Organisation, User
from network.organisations.policy import roles_towards_organisation
from network.organisations.queries import first_need_submitted_at, get_organisation
from network.outbox.queue import enqueue
from network.rules import network_config, periods


def clock_of(session: Session, organisation: Organisation) -> StandingClock:
    """What the organisation's clock looks at."""
    home = network_config().timezone
    return StandingClock(
        state=organisation.state,
        since=organisation.state_since or organisation.created_at,
        steps_done=organisation.steps_done,
        zone=home,
        broker_zone=home,
        need_submitted_at=first_need_submitted_at(session, organisation.id)
        if organisation.state is OrganisationState.UNVERIFIED
        else None,
    )


def schedule_organisation(session: Session, organisation: Organisation) -> None:
    """Whose turn it is and until when stand on the row; also called when its first need is sent in."""
    step = next_action(clock_of(session, organisation), periods())
    set_quietly(
        session,
        organisation,
        next_action_by=step.waiting.value if step else None,
        next_action_at=step.at if step else None,
    )


def apply_trusted_rules(session: Session, organisation: Organisation, user: User, now: datetime) -> bool:
    """An organisation whose owner's verified address is in a trusted domain is eligible at once; whether it is."""
    if organisation.state is not OrganisationState.UNVERIFIED or user.email_verified_at is None:
        return False
    if not in_trusted_domain(organisation.kind, user.email):
        return False
    actor = system_actor()
    _move(session, actor, organisation, "verify", now, None, None)
    _checked(organisation, now)
    session.flush()
    return True


def in_trusted_domain(kind: OrganisationKind, email: str) -> bool:
    """Whether staff trust this address for this kind of organisation; a leading dot stands for all below."""
    trusted = network_config().trusted
    domains = trusted.university_domains if kind is OrganisationKind.UNIVERSITY else trusted.company_domains
    if kind is OrganisationKind.AGENCY:
        return False
    host = email.rpartition("@")[2].lower()
    return any(host.endswith(domain) if domain.startswith(".") else host == domain for domain in domains)


def verify_organisation(
    session: Session, actor: Actor, organisation_id: int, *, now: datetime, seen: int | None = None
) -> Organisation:
    """The organisation may ask: checked by a broker who does not belong to it."""
    organisation = _by(session, actor, organisation_id, "verify", now, None, seen)
    _checked(organisation, now)
    session.flush()
    enqueue(session, "organisation.verified", organisation_id=organisation.id, now=now)
    return organisation


def refuse_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Organisation:
    """The organisation may not ask; its owner reads why."""
    organisation = _by(session, actor, organisation_id, "refuse", now, reason, seen)
    enqueue(session, "organisation.refused", organisation_id=organisation.id, now=now)
    return organisation


def reconsider_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Organisation:
    """A refused organisation waits to be checked again."""
    return _by(session, actor, organisation_id, "reconsider", now, reason, seen)


def suspend_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Organisation:
    """Only the state: nothing is exchanged for it from now on. What freezes above happens on the event."""
    organisation = _by(session, actor, organisation_id, "suspend", now, reason, seen)
    enqueue(session, "organisation.suspended", organisation_id=organisation.id, now=now)
    return organisation


def reinstate_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Organisation:
    """The organisation may ask again."""
    organisation = _by(session, actor, organisation_id, "reinstate", now, reason, seen)
    _checked(organisation, now)
    session.flush()
    enqueue(session, "organisation.reinstated", organisation_id=organisation.id, now=now)
    return organisation


def recheck_organisation(
    session: Session, actor: Actor, organisation_id: int, *, now: datetime, seen: int | None = None
) -> Organisation:
    """Looked at again and found in order, for another year."""
    organisation = _by(session, actor, organisation_id, "recheck", now, None, seen)
    _checked(organisation, now)
    session.flush()
    return organisation


def _by(
    session: Session,
    actor: Actor,
    organisation_id: int,
    action: str,
    now: datetime,
    reason: str | None,
    seen: int | None,
) -> Organisation:
    organisation = get_organisation(session, organisation_id)
    if not actor.is_system and actor.belongs_to(organisation.id):
        raise NotAllowed(
            "conflict_same_organisation", "This is your own organisation. Somebody else has to decide."
        )
    _move(session, actor, organisation, action, now, reason, seen)
    record(session, actor, f"organisation.{action}", "organisation", organisation.id, now=now)
    return organisation


def _move(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    action: str,
    now: datetime,
    reason: str | None,
    seen: int | None,
) -> None:
    roles = roles_towards_organisation(actor, organisation.id)
    check_version(organisation, seen)
    organisation.state_reason = reason
    move(session, actor, organisation, MOVES, action, now=now, reason=reason, roles=roles)
    schedule_organisation(session, organisation)


def _checked(organisation: Organisation, now: datetime) -> None:
    organisation.checked_at = now
    organisation.recheck_on = (now + timedelta(days=periods().organisation_review_days)).date()
