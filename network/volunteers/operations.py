"""Acts on volunteers: registering in steps, editing, who sees what, pausing, standing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.operations import accept_code
from network.accounts.policy import require_self
from network.accounts.queries import get_user
from network.audit.moves import check_version, log_transition, move
from network.audit.operations import changed_fields, record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import FieldGroup, MarketDepth, Role, Visibility, VolunteerState
from network.domain.volunteer_moves import MOVES
from network.models import User, Volunteer
from network.outbox.queue import enqueue
from network.rules import limits
from network.volunteers.policy import require_edit, roles_towards_volunteer
from network.volunteers.profile import (
    About,
    fill_about,
    set_interests,
    set_languages,
    set_markets,
    set_offers,
    set_sectors,
    set_ties,
)
from network.volunteers.queries import (
    Offer,
    Tie,
    find_imported,
    find_volunteer_of,
    get_volunteer,
    knowledge_of,
)

# What is reached by each part of the registration; the account is step 1.
STEP_ACCOUNT, STEP_ABOUT, STEP_KNOWLEDGE, STEP_HELP, STEP_DONE = range(1, 6)
ONESELF = frozenset({Role.VOLUNTEER})
# A slip of the thumb in a year must not take somebody out of the network for a lifetime.
LONGEST_LEAVE = timedelta(days=366)


def begin_registration(session: Session, actor: Actor, *, now: datetime) -> Volunteer:
    """The person is a volunteer who registers; who began before, or left, goes on with the same record.

    An imported record with the person's verified address becomes theirs: nobody types twice what the office knew.
    """
    user = get_user(session, require_self(actor))
    if user.email_verified_at is None:
        raise NotAllowed("verify_first", "Verify your address first: open the link we sent you.")
    volunteer = find_volunteer_of(session, user.id)
    if volunteer is not None:
        if volunteer.state is VolunteerState.LEFT:
            move(session, actor, volunteer, MOVES, "return", now=now, roles=ONESELF)
            volunteer.registered_step = STEP_ACCOUNT
            session.flush()
        return volunteer
    imported = find_imported(session, user.email)
    if imported is not None:
        return take_over_record(session, user, imported, now)
    volunteer = Volunteer(
        user_id=user.id,
        state=VolunteerState.REGISTERING,
        name=user.name,
        contact_email=user.email,
        timezone=user.timezone,
        registered_step=STEP_ACCOUNT,
        source="registered",
        created_at=now,
        updated_at=now,
    )
    session.add(volunteer)
    session.flush()
    log_transition(session, actor, volunteer, "register", source=None, target=volunteer.state.value, now=now)
    record(session, actor, "volunteer.register", "volunteer", volunteer.id, now=now)
    return volunteer


def take_over_record(session: Session, user: User, volunteer: Volunteer, now: datetime) -> Volunteer:
    """The imported record belongs to the account; it stays invisible until the registration is finished."""
    actor = Actor(user_id=user.id, volunteer_id=volunteer.id)
    move(session, actor, volunteer, MOVES, "claim", now=now, roles=ONESELF)
    volunteer.user_id = user.id
    volunteer.contact_email = user.email
    volunteer.registered_step = STEP_ACCOUNT
    session.flush()
    record(session, actor, "volunteer.claim", "volunteer", volunteer.id, now=now)
    return volunteer


def finish_registration(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    accepts_code: bool,
    listing: Visibility,
    groups: Mapping[FieldGroup, Visibility],
    seen: int | None = None,
    now: datetime,
) -> Volunteer:
    """The volunteer is active: address verified, code of conduct accepted, every step done.

    Findable once a chapter agrees.
    """
    volunteer = _editable(session, actor, volunteer_id, seen)
    if not accepts_code:
        raise Invalid("code_not_accepted", "Accept the code of conduct to join.", "accepts_code")
    if volunteer.registered_step < STEP_HELP or not _complete(session, volunteer):
        raise Conflict("not_complete", "Some steps of your registration are still open.")
    accept_code(session, actor, now)
    set_visibility(session, actor, volunteer_id, listing=listing, groups=groups, now=now)
    if volunteer.state is VolunteerState.REGISTERING:
        volunteer.registered_step = STEP_DONE
        volunteer.reviewed_at = now
        move(session, actor, volunteer, MOVES, "activate", now=now, roles=ONESELF)
        record(session, actor, "volunteer.activate", "volunteer", volunteer.id, now=now)
        enqueue(session, "volunteer.activated", volunteer_id=volunteer.id, now=now)
    _changed(session, volunteer, now)
    return volunteer


def missing_steps(session: Session, volunteer: Volunteer) -> tuple[int, ...]:
    """The steps of the registration that still lack something."""
    known = knowledge_of(session, volunteer.id)
    missing = []
    if not volunteer.country or not volunteer.headline:
        missing.append(STEP_ABOUT)
    if not known.markets or not known.sectors:
        missing.append(STEP_KNOWLEDGE)
    if not known.offers:
        missing.append(STEP_HELP)
    return tuple(missing)


def _complete(session: Session, volunteer: Volunteer) -> bool:
    return not missing_steps(session, volunteer)


# --- editing ----------------------------------------------------------------------------


def edit_about(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    about: About,
    ties: Collection[Tie] | None = None,
    seen: int | None = None,
    now: datetime,
) -> Volunteer:
    """The volunteer is who `about` says, and cares for the reasons in `ties` (None leaves them)."""
    volunteer = _editable(session, actor, volunteer_id, seen)
    if not about.country:
        raise Invalid("no_country", "Choose the country you live in.", "country")
    if not about.headline.strip():
        raise Invalid("no_headline", "Say in a line what you do.", "headline")
    fill_about(volunteer, about)
    fields = changed_fields(volunteer)
    if ties is not None and set_ties(session, volunteer.id, ties, local_date(now, volunteer.timezone)):
        fields.append("affiliations")
    _edited(session, actor, volunteer, fields, STEP_ABOUT, now)
    return volunteer


def edit_knowledge(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    markets: Mapping[str, MarketDepth],
    sectors: Collection[str],
    languages: Collection[str],
    seen: int | None = None,
    now: datetime,
) -> Volunteer:
    """The volunteer knows these markets and sectors and works in these languages."""
    volunteer = _editable(session, actor, volunteer_id, seen)
    if not markets:
        raise Invalid("no_market", "Choose at least one market you know.", "markets")
    if not sectors:
        raise Invalid("no_sector", "Choose at least one sector you know.", "sectors")
    fields = [
        name
        for name, changed in (
            ("markets", set_markets(session, volunteer.id, markets)),
            ("sectors", set_sectors(session, volunteer.id, sectors)),
            ("languages", set_languages(session, volunteer.id, languages)),
        )
        if changed
    ]
    _edited(session, actor, volunteer, fields, STEP_KNOWLEDGE, now)
    return volunteer


def edit_help(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    offers: Collection[Offer],
    capacity: int,
    employers: Collection[str] = (),
    competitors: Collection[str] = (),
    seen: int | None = None,
    now: datetime,
) -> Volunteer:
    """The volunteer offers this help, this often, and keeps away from the firms they declared."""
    volunteer = _editable(session, actor, volunteer_id, seen)
    if not offers:
        raise Invalid("no_help", "Choose at least one kind of help.", "help_types")
    if not 1 <= capacity <= limits().capacity_maximum:
        raise Invalid(
            "bad_capacity",
            f"Choose between 1 and {limits().capacity_maximum}; pause instead of none.",
            "capacity",
        )
    volunteer.capacity = capacity
    fields = changed_fields(volunteer)
    if set_offers(session, volunteer.id, offers):
        fields.append("offers")
    if set_interests(session, volunteer.id, employers, competitors):
        fields.append("interests")
    _edited(session, actor, volunteer, fields, STEP_HELP, now)
    return volunteer


def set_visibility(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    listing: Visibility,
    groups: Mapping[FieldGroup, Visibility],
    seen: int | None = None,
    now: datetime,
) -> Volunteer:
    """Who finds the volunteer and who reads each group of fields is as given; groups not named stay.

    Only the volunteer widens: staff may make it narrower, never wider.
    """
    volunteer = _editable(session, actor, volunteer_id, seen)
    wanted = {"listing": listing, **{f"{group.value}_visibility": who for group, who in groups.items()}}
    own = actor.is_volunteer(volunteer.id)
    for column, who in wanted.items():
        if not own and _width(who) > _width(getattr(volunteer, column)):
            raise NotAllowed("only_they_widen", "Only the volunteer may show more of themselves.")
        setattr(volunteer, column, who)
    _edited(session, actor, volunteer, changed_fields(volunteer), None, now)
    return volunteer


def _width(who: Visibility) -> int:
    return (Visibility.LEADS, Visibility.MEMBERS, Visibility.PUBLIC).index(who)


def confirm_fresh(session: Session, actor: Actor, volunteer_id: int, now: datetime) -> Volunteer:
    """The volunteer looked through the profile and found it right."""
    volunteer = _editable(session, actor, volunteer_id, None)
    volunteer.reviewed_at = now
    session.flush()
    record(session, actor, "volunteer.confirm_fresh", "volunteer", volunteer.id, now=now)
    return volunteer


# --- pausing ----------------------------------------------------------------------------


def pause_volunteer(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    *,
    until: date,
    starts: date | None = None,
    now: datetime,
) -> Volunteer:
    """The volunteer is on leave from `starts` (today) to the end of `until`, by their own calendar."""
    volunteer = get_volunteer(session, volunteer_id)
    if not actor.is_system:
        require_edit(actor, volunteer)
    today = local_date(now, volunteer.timezone)
    begins = starts or today
    if until < max(begins, today):
        raise Invalid("leave_ends_first", "Choose a day after the leave begins.", "until")
    if until > today + LONGEST_LEAVE:
        raise Invalid(
            "leave_too_long", "Choose a day within a year. You can prolong your leave then.", "until"
        )
    volunteer.leave_from, volunteer.paused_until = begins, until
    _edited(session, actor, volunteer, changed_fields(volunteer), None, now, act="volunteer.pause")
    enqueue(session, "volunteer.paused", volunteer_id=volunteer.id, now=now)
    return volunteer


def resume_volunteer(session: Session, actor: Actor, volunteer_id: int, now: datetime) -> Volunteer:
    """The volunteer is back."""
    volunteer = get_volunteer(session, volunteer_id)
    if not actor.is_system:
        require_edit(actor, volunteer)
    if volunteer.paused_until is not None:
        volunteer.leave_from = volunteer.paused_until = None
        volunteer.silences = 0
        _edited(session, actor, volunteer, changed_fields(volunteer), None, now, act="volunteer.resume")
        enqueue(session, "volunteer.resumed", volunteer_id=volunteer.id, now=now)
    return volunteer


# --- standing ---------------------------------------------------------------------------


def suspend_volunteer(
    session: Session, actor: Actor, volunteer_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Volunteer:
    """Only the state: nobody finds the volunteer. `introductions` withdraws what is offered, in that transaction."""
    return _stand(session, actor, volunteer_id, "suspend", reason, now, seen)


def reinstate_volunteer(
    session: Session, actor: Actor, volunteer_id: int, *, reason: str, now: datetime, seen: int | None = None
) -> Volunteer:
    """The volunteer is active again."""
    return _stand(session, actor, volunteer_id, "reinstate", reason, now, seen)


def mark_left(
    session: Session, actor: Actor, volunteer_id: int, *, reason: str | None = None, now: datetime
) -> Volunteer:
    """Only the state: the volunteer is gone. Called by `introductions.leave_network`, which does the rest."""
    return _stand(session, actor, volunteer_id, "leave", reason, now, None)


def _stand(
    session: Session,
    actor: Actor,
    volunteer_id: int,
    action: str,
    reason: str | None,
    now: datetime,
    seen: int | None,
) -> Volunteer:
    volunteer = get_volunteer(session, volunteer_id)
    roles = roles_towards_volunteer(actor, volunteer.id)
    move(session, actor, volunteer, MOVES, action, now=now, reason=reason, seen=seen, roles=roles)
    record(session, actor, f"volunteer.{action}", "volunteer", volunteer.id, now=now)
    event = {"suspend": "volunteer.suspended", "reinstate": "volunteer.reinstated", "leave": "volunteer.left"}
    enqueue(session, event[action], volunteer_id=volunteer.id, now=now)
    _changed(session, volunteer, now)
    return volunteer


def _editable(session: Session, actor: Actor, volunteer_id: int, seen: int | None) -> Volunteer:
    volunteer = get_volunteer(session, volunteer_id)
    require_edit(actor, volunteer)
    check_version(volunteer, seen)
    return volunteer


def _edited(
    session: Session,
    actor: Actor,
    volunteer: Volunteer,
    fields: Iterable[str],
    step: int | None,
    now: datetime,
    act: str = "volunteer.edit",
) -> None:
    named = list(fields)
    if volunteer.state is VolunteerState.REGISTERING and step is not None:
        volunteer.registered_step = max(volunteer.registered_step, step)
    if named:
        volunteer.updated_at = volunteer.reviewed_at = now
        record(session, actor, act, "volunteer", volunteer.id, now=now, fields=named)
        _changed(session, volunteer, now)
    session.flush()


def _changed(session: Session, volunteer: Volunteer, now: datetime) -> None:
    """What is found may be different: the index looks again."""
    session.flush()
    enqueue(session, "volunteer.changed", volunteer_id=volunteer.id, now=now)
