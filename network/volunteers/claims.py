"""Imported people claim their record by a mailed link; until then nobody sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.links import find_link, is_live, use_link, withdraw_links
from network.accounts.queries import find_user_by_email
from network.accounts.registration import register_proven
from network.audit.moves import move
from network.audit.operations import record
from network.domain.actor import Actor, system_actor
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import Role, VolunteerState
from network.domain.volunteer_moves import MOVES
from network.models import LinkToken, User, Volunteer
from network.outbox.queue import enqueue
from network.volunteers.operations import take_over_record
from network.volunteers.queries import find_volunteer_of, get_volunteer

CLAIM_LIFE = timedelta(days=30)


def invite_to_claim(session: Session, actor: Actor, volunteer_id: int, now: datetime) -> None:
    """The person gets a link to their record; staff and the import do this, and never for who must not be asked."""
    if not (actor.is_staff or actor.is_system):
        raise NotAllowed("staff_only", "Only staff may do this.")
    volunteer = get_volunteer(session, volunteer_id)
    if volunteer.state is not VolunteerState.IMPORTED:
        raise Conflict("claimed_already", "This record was claimed already.")
    if not volunteer.contact_email:
        raise Invalid("no_address", "There is no address to write to.")
    record(session, actor, "volunteer.invite_to_claim", "volunteer", volunteer.id, now=now)
    enqueue(session, "volunteer.claim_wanted", volunteer_id=volunteer.id, now=now)


def find_claim(session: Session, secret: str, now: datetime) -> tuple[LinkToken, Volunteer] | None:
    """The live claim link of a secret with its record, or None."""
    token = find_link(session, "claim", secret)
    if token is None or not is_live(token, now):
        return None
    volunteer = session.get(Volunteer, token.subject_id)
    if volunteer is None or volunteer.state is not VolunteerState.IMPORTED or not volunteer.contact_email:
        return None
    return token, volunteer


def needs_account(session: Session, volunteer: Volunteer) -> bool:
    """Whether claiming the record has to make an account first (name and password are asked then)."""
    user = find_user_by_email(session, volunteer.contact_email or "")
    return user is None or user.email_verified_at is None


def claim_record(
    session: Session, secret: str, *, name: str = "", password: str = "", now: datetime
) -> User | None:
    """The record belongs to the account of its address, made now where there is none; None for a dead link.

    Somebody who registered meanwhile keeps their own profile: the imported one then leads to it.
    """
    found = find_claim(session, secret, now)
    if found is None:
        return None
    token, volunteer = found
    user = register_proven(
        session, email=volunteer.contact_email or "", name=name or volunteer.name, password=password, now=now
    )
    if not use_link(session, token, now):
        return None
    withdraw_links(session, "claim", volunteer.id, now)
    own = find_volunteer_of(session, user.id)
    if own is None:
        take_over_record(session, user, volunteer, now)
    else:
        _lead_to(session, user, volunteer, own, now)
    return user


def refuse_claim(session: Session, secret: str, now: datetime) -> bool:
    """The person does not want to be here: the record is gone and its address is never asked again."""
    found = find_claim(session, secret, now)
    if found is None or not use_link(session, found[0], now):
        return False
    withdraw_links(session, "claim", found[1].id, now)
    enqueue(session, "volunteer.claim_refused", volunteer_id=found[1].id, now=now)
    record(session, system_actor(), "volunteer.refuse_claim", "volunteer", found[1].id, now=now)
    return True


def _lead_to(session: Session, user: User, imported: Volunteer, own: Volunteer, now: datetime) -> None:
    actor = Actor(user_id=user.id, volunteer_id=imported.id)
    move(session, actor, imported, MOVES, "leave", now=now, roles=frozenset({Role.VOLUNTEER}))
    imported.merged_into_id = own.id
    imported.contact_email = imported.phone = None
    session.flush()
    record(session, actor, "volunteer.merge", "volunteer", imported.id, now=now)
