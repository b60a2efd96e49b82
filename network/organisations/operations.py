"""Acts on organisations: registering, editing, colleagues."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.reference import find_home_place, find_market, find_sector
from network.accounts.limits import INVITES_PER_ADDRESS, INVITES_PER_ORGANISATION, count_try
from network.accounts.links import find_link, is_live, issue_link, use_link
from network.accounts.policy import require_self
from network.accounts.queries import get_user
from network.accounts.registration import checked_email
from network.audit.moves import check_version, log_transition
from network.audit.operations import changed_fields, record
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotAllowed, OverLimit
from network.domain.organisation_moves import LIVE
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.domain.text import clean_line, clean_text
from network.models import (
    LinkToken,
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
    User,
)
from network.organisations.policy import can_edit_organisation, can_manage_members, require
from network.organisations.queries import (
    canonical_number,
    find_by_number,
    find_member,
    get_member,
    get_organisation,
    members_of,
)
from network.organisations.standing import apply_trusted_rules, schedule_organisation
from network.outbox.queue import enqueue

INVITE_LIFE = timedelta(days=14)
SIZES = ("micro", "small", "medium", "large")
EXPERIENCES = ("none", "occasional", "regular")


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What an organisation says about itself."""

    name: str
    home_place: str
    sectors: Collection[str] = ()
    markets: Collection[str] = ()
    size: str | None = None
    export_experience: str | None = None
    website: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The organisation, and whether the person waits for its owner's yes."""

    organisation: Organisation
    waits_for_owner: bool


def register_organisation(
    session: Session,
    actor: Actor,
    *,
    kind: OrganisationKind,
    registration_number: str,
    details: OrganisationDetails,
    job_title: str = "",
    phone: str | None = None,
    now: datetime,
) -> Registered:
    """The organisation exists with this person as its owner; where its number is known already, they ask to join it."""
    user = _verified(session, actor)
    number = _checked_number(kind, registration_number)
    existing = find_by_number(session, number)
    if existing is not None:
        ask_to_join(session, user, existing.id, job_title=job_title, phone=phone, now=now)
        return Registered(existing, True)
    organisation = Organisation(
        kind=kind,
        registration_number=number or None,
        name="",
        home_place="",
        state=OrganisationState.UNVERIFIED,
        state_since=now,
        created_at=now,
        updated_at=now,
    )
    _fill(organisation, details)
    session.add(organisation)
    session.flush()
    _set_lists(session, organisation, details)
    session.add(_member(organisation, user, Role.ORGANISATION_OWNER, job_title, phone, now, approved=True))
    session.flush()
    log_transition(
        session, actor, organisation, "register", source=None, target=organisation.state.value, now=now
    )
    record(session, actor, "organisation.register", "organisation", organisation.id, now=now)
    if not apply_trusted_rules(session, organisation, user, now):
        schedule_organisation(session, organisation)
    enqueue(session, "organisation.registered", organisation_id=organisation.id, user_id=user.id, now=now)
    return Registered(organisation, False)


def ask_to_join(
    session: Session, user: User, organisation_id: int, *, job_title: str, phone: str | None, now: datetime
) -> OrganisationMember:
    """The person waits for the owner's yes; somebody who belongs or waits already changes nothing."""
    organisation = get_organisation(session, organisation_id)
    found = find_member(session, organisation.id, user.id)
    if found is not None:
        return found
    member = _member(organisation, user, Role.ORGANISATION_MEMBER, job_title, phone, now, approved=False)
    session.add(member)
    session.flush()
    record(
        session, Actor(user_id=user.id), "organisation.ask_to_join", "organisation", organisation.id, now=now
    )
    enqueue(session, "organisation.join_asked", member_id=member.id, now=now)
    return member


def edit_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    details: OrganisationDetails,
    seen: int | None = None,
    now: datetime,
) -> Organisation:
    """The organisation says about itself what is given; kind, number and state stay."""
    organisation = get_organisation(session, organisation_id)
    require(can_edit_organisation(actor, organisation))
    check_version(organisation, seen)
    _fill(organisation, details)
    fields = [*changed_fields(organisation), *_set_lists(session, organisation, details)]
    if fields:
        organisation.updated_at = now
        session.flush()
        record(session, actor, "organisation.edit", "organisation", organisation.id, now=now, fields=fields)
        enqueue(session, "organisation.changed", organisation_id=organisation.id, now=now)
    return organisation


# --- colleagues -------------------------------------------------------------------------


def invite_colleague(
    session: Session, actor: Actor, organisation_id: int, *, email: str, now: datetime
) -> None:
    """A link goes to the address; whoever opens it joins. Known and unknown addresses get the same answer.

    Raises OverLimit when the organisation invited too many today.
    """
    organisation = get_organisation(session, organisation_id)
    require(can_manage_members(actor, organisation))
    if organisation.state not in LIVE or organisation.state is OrganisationState.SUSPENDED:
        raise Conflict("organisation_not_open", "This organisation cannot invite anybody at the moment.")
    email = checked_email(email)
    if not count_try(session, INVITES_PER_ORGANISATION, str(organisation.id), now):
        raise OverLimit(
            "too_many_invitations", "That is as many invitations as one day allows. Go on tomorrow."
        )
    record(session, actor, "organisation.invite", "organisation", organisation.id, now=now)
    # The address itself has its own limit, so that nobody is flooded from several organisations.
    if not count_try(session, INVITES_PER_ADDRESS, email, now):
        return
    link = issue_link(
        session, "invite", organisation.id, now=now, expires_at=now + INVITE_LIFE, address=email
    )
    enqueue(session, "organisation.colleague_invited", link_id=link.id, inviter_id=actor.user_id, now=now)


def find_invitation(session: Session, secret: str, now: datetime) -> LinkToken | None:
    """The live invitation of a secret (its `subject_id` is the organisation, `address` whom it invites), or None."""
    token = find_link(session, "invite", secret)
    return token if token is not None and is_live(token, now) and token.address else None


def accept_invitation(session: Session, user: User, secret: str, now: datetime) -> OrganisationMember | None:
    """The person belongs to the organisation: whom the owner invited needs no further yes. None for a dead link.

    The link is for its address: somebody signed in with another one is refused.
    """
    token = find_invitation(session, secret, now)
    if token is None:
        return None
    if token.address != user.email:
        raise NotAllowed("other_address", "This invitation was sent to another address than your account's.")
    if not use_link(session, token, now):
        return None
    organisation = get_organisation(session, token.subject_id)
    member = find_member(session, organisation.id, user.id)
    if member is None:
        member = _member(organisation, user, Role.ORGANISATION_MEMBER, "", None, now, approved=True)
        session.add(member)
    member.approved_at = member.approved_at or now
    session.flush()
    record(session, Actor(user_id=user.id), "organisation.join", "organisation", organisation.id, now=now)
    return member


def approve_colleague(session: Session, actor: Actor, member_id: int, now: datetime) -> OrganisationMember:
    """The person who asked to join belongs to the organisation."""
    member = get_member(session, member_id)
    require(can_manage_members(actor, get_organisation(session, member.organisation_id)))
    if actor.is_user(member.user_id):
        raise NotAllowed("not_oneself", "Nobody approves themselves.")
    if member.approved_at is None:
        member.approved_at = now
        session.flush()
        record(
            session, actor, "organisation.approve_colleague", "organisation", member.organisation_id, now=now
        )
        enqueue(session, "organisation.join_approved", member_id=member.id, now=now)
    return member


def remove_colleague(session: Session, actor: Actor, member_id: int, now: datetime) -> None:
    """The person no longer belongs to the organisation, or is not let in; the owner hands over first."""
    member = get_member(session, member_id)
    organisation = get_organisation(session, member.organisation_id)
    require(can_manage_members(actor, organisation) or actor.is_user(member.user_id))
    if member.role is Role.ORGANISATION_OWNER:
        raise Conflict("owner_stays", "Make somebody else the owner first.")
    waited = member.approved_at is None
    user_id = member.user_id
    session.delete(member)
    session.flush()
    record(session, actor, "organisation.remove_colleague", "organisation", organisation.id, now=now)
    enqueue(
        session,
        "organisation.colleague_removed",
        organisation_id=organisation.id,
        user_id=user_id,
        waited=waited,
        by_self=actor.is_user(user_id),
        now=now,
    )


def change_owner(
    session: Session, actor: Actor, organisation_id: int, *, user_id: int, now: datetime
) -> None:
    """This colleague is the owner, the ones before are colleagues."""
    organisation = get_organisation(session, organisation_id)
    require(can_manage_members(actor, organisation))
    people = members_of(session, organisation.id)
    heir = next((one for one, user in people if user.id == user_id and one.approved_at is not None), None)
    if heir is None:
        raise Invalid("not_a_colleague", "Choose a colleague who belongs to the organisation.", "user_id")
    for member, _user in people:
        if member.role is Role.ORGANISATION_OWNER:
            member.role = Role.ORGANISATION_MEMBER
    heir.role = Role.ORGANISATION_OWNER
    organisation.updated_at = now
    session.flush()
    record(
        session,
        actor,
        "organisation.change_owner",
        "organisation",
        organisation.id,
        now=now,
        fields=["owner"],
    )
    enqueue(session, "organisation.owner_changed", organisation_id=organisation.id, user_id=user_id, now=now)


# --- values -----------------------------------------------------------------------------


def _verified(session: Session, actor: Actor) -> User:
    user = get_user(session, require_self(actor))
    if user.email_verified_at is None:
        raise NotAllowed("verify_first", "Verify your address first: open the link we sent you.")
    return user


def _member(
    organisation: Organisation,
    user: User,
    role: Role,
    job_title: str,
    phone: str | None,
    now: datetime,
    *,
    approved: bool,
) -> OrganisationMember:
    return OrganisationMember(
        organisation_id=organisation.id,
        user_id=user.id,
        role=role,
        job_title=clean_line(job_title, field="job_title")[:120],
        phone=clean_line(phone, field="phone")[:40] or None,
        joined_at=now,
        approved_at=now if approved else None,
    )


def _checked_number(kind: OrganisationKind, number: str) -> str:
    found = canonical_number(clean_line(number, field="registration_number"))
    if kind is OrganisationKind.COMPANY and not found:
        raise Invalid("no_number", "Write the company's registration number.", "registration_number")
    if len(found) > 30 or (found and len(found) < 4):
        raise Invalid(
            "bad_number", "A registration number has 4 to 30 letters and digits.", "registration_number"
        )
    return found


def _fill(organisation: Organisation, details: OrganisationDetails) -> None:
    name = clean_line(details.name, field="name")
    if not 2 <= len(name) <= 160:
        raise Invalid("bad_name", "Write the organisation's name, in at most 160 characters.", "name")
    if find_home_place(details.home_place) is None:
        raise Invalid("no_home_place", "Choose where the organisation is at home.", "home_place")
    organisation.name, organisation.home_place = name, details.home_place
    organisation.size = _one_of(details.size, SIZES, "size")
    organisation.export_experience = _one_of(details.export_experience, EXPERIENCES, "export_experience")
    organisation.website = _checked_website(details.website)
    organisation.description = clean_text(details.description, field="description")[:4000]


def _one_of(value: str | None, allowed: tuple[str, ...], field: str) -> str | None:
    if value and value not in allowed:
        raise Invalid("not_a_choice", "Choose one of the answers.", field)
    return value or None


def _checked_website(website: str | None) -> str | None:
    found = clean_line(website, field="website")
    if not found:
        return None
    if "://" not in found:
        found = f"https://{found}"
    host = found.partition("://")[2].partition("/")[0]
    if not found.startswith(("https://", "http://")) or "." not in host or " " in found or len(found) > 300:
        raise Invalid("bad_website", "Write the address of a website, like https://example.org.", "website")
    return found


def _set_lists(session: Session, organisation: Organisation, details: OrganisationDetails) -> list[str]:
    """Replace sectors and markets; the names of the lists that changed."""
    sectors, markets = set(details.sectors), set(details.markets)
    if any(find_sector(code) is None for code in sectors):
        raise Invalid("no_such_sector", "Choose sectors from the list.", "sectors")
    if any(find_market(code) is None for code in markets):
        raise Invalid("no_such_market", "Choose markets from the list.", "markets")
    changed = []
    for name, table, column, wanted in (
        ("sectors", OrganisationSector, OrganisationSector.sector, sectors),
        ("markets", OrganisationMarket, OrganisationMarket.market, markets),
    ):
        key = table.organisation_id == organisation.id
        gone = session.execute(delete(table).where(key, column.not_in(wanted)).returning(column)).all()
        had = set(session.scalars(select(column).where(key)))
        session.add_all(table(organisation_id=organisation.id, **{column.key: code}) for code in wanted - had)
        if gone or wanted - had:
            changed.append(name)
    session.flush()
    return changed
