"""Merging people and organisations: the older id stays, the other leads to it, the strictest consent holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.audit.moves import move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed
from network.domain.introduction_moves import CONTACTS_SHARED, LIVE, WITHDRAWN_ON_LEAVING
from network.domain.organisation_moves import MOVES as ORGANISATION_MOVES
from network.domain.states import OrganisationState, Visibility, VolunteerState
from network.domain.volunteer_moves import MOVES as VOLUNTEER_MOVES
from network.introductions.operations.leaving import freeze_organisation
from network.introductions.operations.rows import (
    BY_CLOCK,
    CLOCK,
    continue_cascade,
    lock_introduction,
    lock_volunteer,
    withdraw_by_network,
)
from network.introductions.policy import is_volunteer_conflicted
from network.models import (
    Affiliation,
    DeclaredInterest,
    Disclosure,
    Introduction,
    Membership,
    Need,
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
    Outcome,
    ReferralInvitation,
    User,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.organisations.standing import schedule_organisation
from network.outbox.queue import enqueue

_VISIBILITIES = (
    "listing",
    "profile_visibility",
    "work_visibility",
    "place_visibility",
    "university_visibility",
    "origin_visibility",
)
_STRICTEST_FIRST = (Visibility.LEADS, Visibility.MEMBERS, Visibility.PUBLIC)
# The state in which the kept record is, of the two: the one that lets others do the least.
_CAUTIOUS_FIRST = (
    OrganisationState.SUSPENDED,
    OrganisationState.REFUSED,
    OrganisationState.ELIGIBLE,
    OrganisationState.UNVERIFIED,
)


def merge_volunteers(
    session: Session, actor: Actor, one_id: int, other_id: int, *, now: datetime
) -> Volunteer:
    """Two records of one person are one: the older, with what both knew and the stricter consent of the two."""
    _require_staff(actor)
    older, younger = _two(one_id, other_id)
    kept, gone = lock_volunteer(session, older), lock_volunteer(session, younger)
    if gone.merged_into_id is not None or kept.merged_into_id is not None:
        raise Invalid("merged_before", "One of the two was merged already.", "volunteer")
    if actor.is_volunteer(kept.id) or actor.is_volunteer(gone.id):
        raise NotAllowed("conflict_oneself", "Somebody else has to merge your own records.")
    _take_strictest(kept, gone)
    _join_accounts(session, kept, gone, now)
    _move_knowledge(session, kept, gone)
    _move_memberships(session, kept, gone)
    _move_introductions(session, kept, gone, now)
    if gone.state != VolunteerState.LEFT:
        move(session, CLOCK, gone, VOLUNTEER_MOVES, "leave", now=now, reason="merged", roles=BY_CLOCK)
    gone.merged_into_id = kept.id
    gone.contact_email = gone.phone = None
    kept.updated_at = now
    session.flush()
    record(session, actor, "volunteer.merge", "volunteer", kept.id, now=now)
    for volunteer_id in (kept.id, gone.id):
        enqueue(session, "volunteer.changed", volunteer_id=volunteer_id, now=now)
    return kept


def _take_strictest(kept: Volunteer, gone: Volunteer) -> None:
    for name in _VISIBILITIES:
        both = (getattr(kept, name), getattr(gone, name))
        setattr(kept, name, min(both, key=_STRICTEST_FIRST.index))
    kept.capacity = min(kept.capacity, gone.capacity)
    kept.silences = max(kept.silences, gone.silences)
    pauses = [day for day in (kept.paused_until, gone.paused_until) if day is not None]
    if pauses and kept.paused_until != max(pauses):
        kept.paused_until, kept.leave_from = max(pauses), gone.leave_from
    kept.contact_email = kept.contact_email or gone.contact_email
    kept.phone = kept.phone or gone.phone


def _join_accounts(session: Session, kept: Volunteer, gone: Volunteer, now: datetime) -> None:
    """One account signs in for the person; the other leads to it and is closed, and no mail comes to both."""
    user_id, gone.user_id = gone.user_id, None
    session.flush()
    if user_id is None:
        return
    if kept.user_id is None:
        kept.user_id = user_id
        session.flush()
        return
    stays, goes = session.get_one(User, kept.user_id), session.get_one(User, user_id)
    stays.mail_off = " ".join(sorted({*stays.mail_off.split(), *goes.mail_off.split()}))
    if not _has_another_part(session, goes.id):
        goes.merged_into_id, goes.closed_at = stays.id, now
        goes.session_epoch += 1
    session.flush()


def _has_another_part(session: Session, user_id: int) -> bool:
    """Whether the account is somebody in an organisation too, and so has to stay open."""
    query = select(OrganisationMember.id).where(OrganisationMember.user_id == user_id)
    return session.scalar(query.limit(1)) is not None


def _move_knowledge(session: Session, kept: Volunteer, gone: Volunteer) -> None:
    for table, key in (
        (VolunteerMarket, "market"),
        (VolunteerSector, "sector"),
        (VolunteerHelp, "help_type"),
        (VolunteerLanguage, "language"),
    ):
        _move_keyed(session, table, "volunteer_id", key, kept.id, gone.id)
    for plain in (Affiliation, DeclaredInterest):
        session.execute(update(plain).where(plain.volunteer_id == gone.id).values(volunteer_id=kept.id))


def _move_keyed(session: Session, table: Any, owner: str, key: str, kept_id: int, gone_id: int) -> None:
    """Rows that the kept record lacks pass to it; the others go."""
    owner_column, key_column = getattr(table, owner), getattr(table, key)
    present = set(session.scalars(select(key_column).where(owner_column == kept_id)))
    for row in session.scalars(select(table).where(owner_column == gone_id)).all():
        if getattr(row, key) in present:
            session.delete(row)
        else:
            setattr(row, owner, kept_id)
    session.flush()


def _move_memberships(session: Session, kept: Volunteer, gone: Volunteer) -> None:
    _move_keyed(session, Membership, "volunteer_id", "chapter_id", kept.id, gone.id)


def _move_introductions(session: Session, kept: Volunteer, gone: Volunteer, now: datetime) -> None:
    live = Introduction.state.in_(sorted(LIVE))
    asked = {
        row.need_id: row
        for row in session.scalars(select(Introduction).where(Introduction.volunteer_id == kept.id, live))
    }
    for row in session.scalars(select(Introduction).where(Introduction.volunteer_id == gone.id)).all():
        twin = asked.get(row.need_id) if row.state in LIVE else None
        if twin is not None:
            _end_twin(session, twin, row, now)
        row.volunteer_id = kept.id
        session.flush()
    session.execute(
        update(ReferralInvitation)
        .where(ReferralInvitation.registered_volunteer_id == gone.id)
        .values(registered_volunteer_id=kept.id)
    )


def _end_twin(session: Session, one: Introduction, other: Introduction, now: datetime) -> None:
    """The same need was put to both records: the one that came less far is taken back."""
    less = other if other.state in WITHDRAWN_ON_LEAVING or one.state not in WITHDRAWN_ON_LEAVING else one
    held = lock_introduction(session, less.id)
    if held.state in WITHDRAWN_ON_LEAVING:
        withdraw_by_network(session, held, "merged", now)
        continue_cascade(session, held.need_id, now)
        return
    raise Invalid(
        "both_introduced",
        "Both records were introduced for the same need. End one of them first.",
        "volunteer",
    )


def merge_organisations(
    session: Session, actor: Actor, one_id: int, other_id: int, *, now: datetime
) -> Organisation:
    """Two records of one organisation are one: the older, with both's people and needs, and the stricter standing."""
    _require_staff(actor)
    older, younger = _two(one_id, other_id)
    kept, gone = (_lock_organisation(session, id) for id in (older, younger))
    if actor.belongs_to(kept.id) or actor.belongs_to(gone.id):
        raise NotAllowed("conflict_same_organisation", "Somebody else has to merge your own organisation.")
    standing = min((kept.state, gone.state), key=_caution)
    number, gone.registration_number = gone.registration_number, None
    roles = frozenset(actor.roles)
    move(session, actor, gone, ORGANISATION_MOVES, "merge", now=now, roles=roles)
    gone.merged_into_id = kept.id
    schedule_organisation(session, gone)
    kept.registration_number = kept.registration_number or number
    _move_keyed(session, OrganisationMember, "organisation_id", "user_id", kept.id, gone.id)
    _move_keyed(session, OrganisationSector, "organisation_id", "sector", kept.id, gone.id)
    _move_keyed(session, OrganisationMarket, "organisation_id", "market", kept.id, gone.id)
    for table in (Need, Outcome, Disclosure, Affiliation):
        session.execute(update(table).where(table.organisation_id == gone.id).values(organisation_id=kept.id))
    if standing == OrganisationState.SUSPENDED and kept.state == OrganisationState.ELIGIBLE:
        reason = "The record that was merged into this one was suspended."
        move(session, actor, kept, ORGANISATION_MOVES, "suspend", now=now, reason=reason, roles=roles)
        kept.state_reason = reason
        schedule_organisation(session, kept)
        freeze_organisation(session, kept.id, now)
    kept.updated_at = now
    session.flush()
    _withdraw_conflicted(session, kept, now)
    record(session, actor, "organisation.merge", "organisation", kept.id, now=now)
    enqueue(session, "organisation.changed", organisation_id=kept.id, now=now)
    return kept


def _caution(state: OrganisationState) -> int:
    return _CAUTIOUS_FIRST.index(state) if state in _CAUTIOUS_FIRST else len(_CAUTIOUS_FIRST)


def _withdraw_conflicted(session: Session, kept: Organisation, now: datetime) -> None:
    """Somebody of the one record was asked by the other: that is their own organisation now."""
    rows = session.scalars(
        select(Introduction)
        .join(Need, Need.id == Introduction.need_id)
        .where(
            Need.organisation_id == kept.id,
            Introduction.state.in_(sorted(WITHDRAWN_ON_LEAVING - CONTACTS_SHARED)),
        )
    ).all()
    for row in rows:
        need, volunteer = session.get_one(Need, row.need_id), session.get_one(Volunteer, row.volunteer_id)
        if is_volunteer_conflicted(session, volunteer, need):
            withdraw_by_network(session, lock_introduction(session, row.id), "conflict", now)
            continue_cascade(session, need.id, now)


def _lock_organisation(session: Session, organisation_id: int) -> Organisation:
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.merged_into_id is not None:
        raise Invalid("merged_before", "One of the two was merged already, or is not there.", "organisation")
    return found


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise NotAllowed("staff_only", "Only staff can merge records.")


def _two(one_id: int, other_id: int) -> tuple[int, int]:
    if one_id == other_id:
        raise Invalid("same_record", "Choose two different records.", "other")
    return min(one_id, other_id), max(one_id, other_id)
