"""Recording an outcome and moving it: each act checks who, then what, then writes all of it or nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.limits import CONFIRMATIONS_PER_ADDRESS, CONFIRMATIONS_PER_PERSON, count_try
from network.accounts.queries import canonical_email
from network.audit.moves import check_version, log_transition, move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, NotAllowed, NotFound, OverLimit
from network.domain.outcome_moves import MOVES, tier_after
from network.domain.states import EvidenceTier, OutcomeStatus, Role
from network.introductions.policy import introductions_visible_to
from network.models import (
    Introduction,
    Need,
    NeedSector,
    Organisation,
    Outcome,
    Volunteer,
)
from network.outbox.queue import enqueue
from network.outcomes.asking import ask_contact, schedule
from network.outcomes.drafts import OutcomeDraft, check_draft
from network.outcomes.missions import name_mission
from network.outcomes.policy import can_corroborate, can_report_on, is_conflicted, roles_towards_outcome
from network.outcomes.queries import get_outcome, volunteer_of
from network.outcomes.twins import refuse_twin
from network.outcomes.writing import (
    amounts,
    check_contact,
    fill,
    home_total,
    market_of,
    university_of,
    write_contributors,
    write_values,
)
from network.rules import network_config

REPORTABLE = ("introduced", "met", "in_progress", "completed", "no_contact", "stalled")
# What the beneficiary confirmed: a change of any of these asks them again.
MATERIAL = (
    "kind", "title", "what_happened", "happened_on", "value_mode", "value_band", "currency", "other_party",
)  # fmt: skip


def record_outcome(
    session: Session,
    actor: Actor,
    introduction_id: int,
    draft: OutcomeDraft,
    *,
    now: datetime,
    send: bool = True,
) -> Outcome:
    """Write down what came of an introduction; with `send` the beneficiary's contact is asked to confirm it.

    Place, market, sector, chapter and university are taken from the introduction. Raises NotFound where the
    actor may not see it, Conflict before the two sides were introduced, Invalid for what cannot stand.
    """
    introduction, need, volunteer = _reportable(session, actor, introduction_id)
    check_draft(draft, local_date(now, actor.timezone))
    organisation = session.get_one(Organisation, need.organisation_id)
    outcome = Outcome(
        status=OutcomeStatus.DRAFT,
        tier=EvidenceTier.REPORTED,
        introduction_id=introduction.id,
        need_id=need.id,
        organisation_id=need.organisation_id,
        chapter_id=need.owner_chapter_id,
        university_id=university_of(session, volunteer.id),
        market=market_of(session, need.id, volunteer),
        sector=session.scalar(
            select(NeedSector.sector)
            .where(NeedSector.need_id == need.id)
            .order_by(NeedSector.sector)
            .limit(1)
        ),
        home_place=organisation.home_place,
        reporter_id=actor.user_id,
        state_since=now,
        created_at=now,
        updated_at=now,
    )
    fill(session, outcome, draft, need)
    if not draft.is_another:
        refuse_twin(session, outcome, home_total(outcome, draft))
    session.add(outcome)
    session.flush()
    write_values(session, outcome, draft.values)
    write_contributors(session, outcome, volunteer, need)
    name_mission(session, outcome, draft.mission_id, local_date(now, actor.timezone))
    log_transition(session, actor, outcome, "record", source=None, target="draft", now=now)
    record(session, actor, "outcome.record", "outcome", outcome.id, now=now)
    schedule(session, outcome)
    if send:
        request_confirmation(session, actor, outcome, now=now)
    return outcome


def edit_outcome(
    session: Session, actor: Actor, outcome_id: int, draft: OutcomeDraft, *, seen: int | None, now: datetime
) -> Outcome:
    """Change an outcome; a material change after the confirmation asks the beneficiary again."""
    outcome, volunteer, roles = _for_act(session, actor, outcome_id)
    check_version(outcome, seen)
    if not roles & {Role.ORGANISATION_MEMBER, Role.VOLUNTEER, Role.CHAPTER_LEAD, Role.STAFF}:
        raise NotAllowed("role_may_not", "This is not yours to change.")
    if outcome.status not in {
        OutcomeStatus.DRAFT,
        OutcomeStatus.CONFIRMED,
        OutcomeStatus.DISPUTED,
        OutcomeStatus.UNANSWERED,
    }:
        raise Conflict("being_asked", "The beneficiary is being asked about this now. Wait for the answer.")
    check_draft(draft, local_date(now, actor.timezone))
    need = session.get_one(Need, outcome.need_id)
    before = [getattr(outcome, name) for name in MATERIAL]
    values_before = amounts(session, outcome.id)
    fill(session, outcome, draft, need)
    outcome.updated_at = now
    session.flush()
    write_values(session, outcome, draft.values)
    name_mission(session, outcome, draft.mission_id, local_date(now, actor.timezone))
    material = before != [getattr(outcome, name) for name in MATERIAL] or values_before != amounts(
        session, outcome.id
    )
    record(
        session, actor, "outcome.edit", "outcome", outcome.id, now=now, fields=MATERIAL if material else ()
    )
    if material and outcome.status is OutcomeStatus.CONFIRMED:
        signs = outcome.declared_at is not None and _may_declare(actor, outcome)
        if not signs:
            check_contact(session, outcome, volunteer)
        outcome.tier = tier_after("edit_materially", outcome.tier)
        move(session, actor, outcome, MOVES, "edit_materially", now=now, roles=roles)
        if signs:
            # Whoever signed for the old words signs for the new ones, and somebody bears them out anew.
            _declare(session, actor, outcome, roles, now)
            return outcome
        _ask_afresh(session, actor, outcome, now)
    return outcome


def request_confirmation(session: Session, actor: Actor, outcome: Outcome, *, now: datetime) -> None:
    """Ask the beneficiary's named contact by a personal link; refused where the contact is a side of it."""
    volunteer = volunteer_of(session, outcome)
    check_contact(session, outcome, volunteer)
    roles = roles_towards_outcome(actor, outcome, volunteer.id if volunteer else None)
    action = "request_confirmation" if outcome.status is OutcomeStatus.DRAFT else "ask_again"
    move(session, actor, outcome, MOVES, action, now=now, roles=roles)
    record(session, actor, f"outcome.{action}", "outcome", outcome.id, now=now)
    _ask_afresh(session, actor, outcome, now)


def _ask_afresh(session: Session, actor: Actor, outcome: Outcome, now: datetime) -> None:
    """A contact answers from here on: what was signed for before is signed for no more."""
    outcome.declared_at = outcome.corroborated_by_id = None
    _count_asking(session, actor, outcome, now)
    ask_contact(session, outcome, now, fresh=True)


def name_contact(
    session: Session, actor: Actor, outcome_id: int, *, name: str, email: str, seen: int | None, now: datetime
) -> Outcome:
    """Name another contact and ask them: the way on from silence and from a dispute."""
    outcome, _volunteer, roles = _for_act(session, actor, outcome_id)
    check_version(outcome, seen)
    if not roles:
        raise NotAllowed("role_may_not", "This is not yours to change.")
    outcome.contact_name, outcome.contact_email = name, canonical_email(email)
    session.flush()
    request_confirmation(session, actor, outcome, now=now)
    return outcome


def declare_only_contact(
    session: Session, actor: Actor, outcome_id: int, *, seen: int | None, now: datetime
) -> Outcome:
    """The beneficiary's only contact, who reported it, signs for it; somebody else must bear it out."""
    outcome, _volunteer, roles = _for_act(session, actor, outcome_id)
    check_version(outcome, seen)
    if not _may_declare(actor, outcome):
        raise NotAllowed("not_the_reporter", "Only the person who reported it can sign for it.")
    if outcome.status is OutcomeStatus.DRAFT:
        move(session, actor, outcome, MOVES, "request_confirmation", now=now, roles=roles)
    _declare(session, actor, outcome, roles, now)
    return outcome


def _may_declare(actor: Actor, outcome: Outcome) -> bool:
    return actor.is_user(outcome.reporter_id) and actor.belongs_to(outcome.organisation_id)


def _declare(session: Session, actor: Actor, outcome: Outcome, roles: frozenset[Role], now: datetime) -> None:
    move(session, actor, outcome, MOVES, "declare", now=now, roles=roles)
    outcome.declared_at, outcome.corroborated_by_id = now, None
    schedule(session, outcome)
    record(session, actor, "outcome.declare", "outcome", outcome.id, now=now)
    enqueue(session, "outcome.declared", now=now, outcome_id=outcome.id, version=outcome.version)


def corroborate_outcome(
    session: Session, actor: Actor, outcome_id: int, *, seen: int | None, now: datetime
) -> Outcome:
    """An unconflicted volunteer or broker bears it out: tier corroborated, always counted apart."""
    outcome, volunteer, roles = _for_act(session, actor, outcome_id)
    if outcome.declared_at is None:
        raise Conflict("not_declared", "The reporter has not signed for this yet.")
    if not can_corroborate(actor, outcome, volunteer.id if volunteer else None):
        raise NotAllowed("conflicted", "Somebody who is on neither side of this has to bear it out.")
    move(session, actor, outcome, MOVES, "corroborate", now=now, seen=seen, roles=roles)
    outcome.tier = tier_after("corroborate", outcome.tier)
    outcome.corroborated_by_id = actor.user_id
    outcome.first_confirmed_at = outcome.first_confirmed_at or now
    schedule(session, outcome)
    record(session, actor, "outcome.corroborate", "outcome", outcome.id, now=now)
    enqueue(session, "outcome.corroborated", now=now, outcome_id=outcome.id, version=outcome.version)
    return outcome


def check_evidence(
    session: Session, actor: Actor, outcome_id: int, *, seen: int | None, now: datetime
) -> Outcome:
    """Staff saw papers that bear it out; refused to the conflicted."""
    outcome, _volunteer, roles = _for_act(session, actor, outcome_id)
    move(session, actor, outcome, MOVES, "check_evidence", now=now, seen=seen, roles=roles)
    outcome.tier = tier_after("check_evidence", outcome.tier)
    schedule(session, outcome)
    record(session, actor, "outcome.check_evidence", "outcome", outcome.id, now=now)
    return outcome


def reissue_link(
    session: Session, actor: Actor, outcome_id: int, *, seen: int | None, now: datetime
) -> Outcome:
    """A broker sends the contact one more link, within the four that are allowed in all."""
    outcome, volunteer, roles = _for_act(session, actor, outcome_id)
    if is_conflicted(actor, outcome, volunteer.id if volunteer else None):
        raise NotAllowed("conflicted", "You are a side of this, so somebody else has to ask.")
    if outcome.declared_at is not None:
        raise Conflict(
            "signed_for", "The only contact signed for this. It waits for somebody to bear it out."
        )
    if outcome.links_sent >= network_config().periods.confirmation_links_maximum:
        raise Conflict("links_used", "Four links were sent already. Ask another contact instead.")
    move(session, actor, outcome, MOVES, "reissue", now=now, seen=seen, roles=roles)
    record(session, actor, "outcome.reissue", "outcome", outcome.id, now=now)
    _count_asking(session, actor, outcome, now)
    ask_contact(session, outcome, now, fresh=False)
    return outcome


def void_outcome(
    session: Session, actor: Actor, outcome_id: int, *, reason: str, seen: int | None, now: datetime
) -> Outcome:
    """Take an outcome out of all figures, with a reason that stays on the record; a draft needs none."""
    outcome, _volunteer, roles = _for_act(session, actor, outcome_id)
    action = "discard" if outcome.status is OutcomeStatus.DRAFT else "void"
    move(session, actor, outcome, MOVES, action, now=now, seen=seen, roles=roles, reason=reason)
    outcome.state_reason = reason or None
    outcome.next_action_by = outcome.next_action_at = None
    record(session, actor, f"outcome.{action}", "outcome", outcome.id, now=now)
    return outcome


def _for_act(
    session: Session, actor: Actor, outcome_id: int
) -> tuple[Outcome, Volunteer | None, frozenset[Role]]:
    outcome = get_outcome(session, actor, outcome_id, lock=True)
    volunteer = volunteer_of(session, outcome)
    return outcome, volunteer, roles_towards_outcome(actor, outcome, volunteer.id if volunteer else None)


def _reportable(session: Session, actor: Actor, introduction_id: int) -> tuple[Introduction, Need, Volunteer]:
    row = session.execute(
        select(Introduction, Need, Volunteer)
        .join(Need, Need.id == Introduction.need_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(Introduction.id == introduction_id, introductions_visible_to(actor))
    ).first()
    if row is None:
        raise NotFound("no_introduction", "There is no such introduction, or it is not for you to see.")
    introduction, need, volunteer = row
    if not can_report_on(actor, need.organisation_id, volunteer.id, need.owner_chapter_id):
        raise NotAllowed("role_may_not", "Only the two sides and their broker can say what came of it.")
    if introduction.state not in REPORTABLE:
        raise Conflict("not_introduced", "The two sides have not been introduced yet.")
    return introduction, need, volunteer


def _count_asking(session: Session, actor: Actor, outcome: Outcome, now: datetime) -> None:
    """The named contact may be anybody's address: nobody is written to without end, nobody writes without end."""
    by_person = actor.is_staff or count_try(session, CONFIRMATIONS_PER_PERSON, str(actor.user_id), now)
    if not (by_person and count_try(session, CONFIRMATIONS_PER_ADDRESS, outcome.contact_email or "", now)):
        raise OverLimit("too_many_confirmations", "That is a lot to confirm for one day. Go on tomorrow.")
