"""Recording an outcome and moving it: each act checks who, then what, then writes all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.accounts.limits import CONFIRMATIONS_PER_ADDRESS, CONFIRMATIONS_PER_PERSON, count_try
from network.accounts.queries import canonical_email
from network.audit.moves import check_version, log_transition, move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.outcome_moves import MOVES, tier_after
from network.domain.states import EvidenceTier, OutcomeClass, OutcomeStatus, Role, ValueMode
from network.introductions.policy import introductions_visible_to
from network.models import (
    Affiliation,
    Introduction,
    Need,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    OutcomeContributor,
    OutcomeValue,
    User,
    Volunteer,
)
from network.outbox.queue import enqueue
from network.outcomes.asking import ask_contact, schedule
from network.outcomes.drafts import OutcomeDraft, check_draft
from network.outcomes.policy import can_corroborate, can_report_on, is_conflicted, roles_towards_outcome
from network.outcomes.queries import get_outcome, volunteer_of
from network.rules import network_config

REPORTABLE = ("introduced", "met", "in_progress", "completed", "no_contact", "stalled")
# What the beneficiary confirmed: a change of any of these asks them again.
MATERIAL = ("kind", "title", "what_happened", "happened_on", "value_mode", "value_band", "other_party")


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
        university_id=_university_of(session, volunteer.id),
        market=_market_of(session, need.id, volunteer),
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
    _fill(outcome, draft, need)
    session.add(outcome)
    session.flush()
    _write_values(session, outcome, draft)
    _write_contributors(session, outcome, volunteer, need)
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
    values_before = _amounts(session, outcome.id)
    _fill(outcome, draft, need)
    outcome.updated_at = now
    session.flush()
    _write_values(session, outcome, draft)
    material = before != [getattr(outcome, name) for name in MATERIAL] or values_before != _amounts(
        session, outcome.id
    )
    record(
        session, actor, "outcome.edit", "outcome", outcome.id, now=now, fields=MATERIAL if material else ()
    )
    if material and outcome.status is OutcomeStatus.CONFIRMED:
        _check_contact(session, outcome, volunteer)
        outcome.tier = tier_after("edit_materially", outcome.tier)
        move(session, actor, outcome, MOVES, "edit_materially", now=now, roles=roles)
        _count_asking(session, actor, outcome, now)
        ask_contact(session, outcome, now, fresh=True)
    return outcome


def request_confirmation(session: Session, actor: Actor, outcome: Outcome, *, now: datetime) -> None:
    """Ask the beneficiary's named contact by a personal link; refused where the contact is a side of it."""
    volunteer = volunteer_of(session, outcome)
    _check_contact(session, outcome, volunteer)
    roles = roles_towards_outcome(actor, outcome, volunteer.id if volunteer else None)
    action = "request_confirmation" if outcome.status is OutcomeStatus.DRAFT else "ask_again"
    move(session, actor, outcome, MOVES, action, now=now, roles=roles)
    record(session, actor, f"outcome.{action}", "outcome", outcome.id, now=now)
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
    if not (actor.is_user(outcome.reporter_id) and actor.belongs_to(outcome.organisation_id)):
        raise NotAllowed("not_the_reporter", "Only the person who reported it can sign for it.")
    if outcome.status is OutcomeStatus.DRAFT:
        move(session, actor, outcome, MOVES, "request_confirmation", now=now, roles=roles)
    move(session, actor, outcome, MOVES, "declare", now=now, roles=roles)
    outcome.declared_at = now
    schedule(session, outcome)
    record(session, actor, "outcome.declare", "outcome", outcome.id, now=now)
    enqueue(session, "outcome.declared", now=now, outcome_id=outcome.id)
    return outcome


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
    enqueue(session, "outcome.corroborated", now=now, outcome_id=outcome.id)
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


def _fill(outcome: Outcome, draft: OutcomeDraft, need: Need) -> None:
    outcome.kind = draft.kind
    outcome.outcome_class = draft.kind.outcome_class
    outcome.title = draft.title
    outcome.help_given = draft.help_given
    outcome.what_happened = draft.what_happened
    outcome.goods_services = draft.goods_services
    outcome.other_party = draft.other_party
    outcome.other_party_confidential = draft.other_party_confidential
    outcome.none_reason = draft.none_reason
    outcome.happened_on = draft.happened_on
    valued = draft.kind.outcome_class is OutcomeClass.HARD
    outcome.value_mode = draft.value_mode if valued else ValueMode.CANNOT_SAY
    outcome.value_band = draft.value_band if outcome.value_mode is ValueMode.BAND else None
    outcome.currency = network_config().currency
    outcome.rate = Decimal(1)
    outcome.rate_on = draft.happened_on
    outcome.contact_name = draft.contact_name or need.contact_name
    outcome.contact_email = canonical_email(draft.contact_email or need.contact_email)


def _write_values(session: Session, outcome: Outcome, draft: OutcomeDraft) -> None:
    session.execute(
        delete(OutcomeValue).where(OutcomeValue.outcome_id == outcome.id, OutcomeValue.basis == "forecast")
    )
    if outcome.value_mode is not ValueMode.EXACT:
        return
    session.add_all(
        OutcomeValue(
            outcome_id=outcome.id,
            year=value.year,
            value_type=value.value_type,
            basis="forecast",
            amount=value.amount,
            amount_home=value.amount,
        )
        for value in draft.values
    )
    session.flush()


def _amounts(session: Session, outcome_id: int) -> list[tuple[int, str, Decimal]]:
    return [
        (row.year, row.value_type, row.amount)
        for row in session.execute(
            select(OutcomeValue.year, OutcomeValue.value_type, OutcomeValue.amount)
            .where(OutcomeValue.outcome_id == outcome_id, OutcomeValue.basis == "forecast")
            .order_by(OutcomeValue.year, OutcomeValue.value_type)
        )
    ]


def _write_contributors(session: Session, outcome: Outcome, volunteer: Volunteer, need: Need) -> None:
    if volunteer.user_id is not None:
        session.add(OutcomeContributor(outcome_id=outcome.id, user_id=volunteer.user_id, role="volunteer"))
    if need.broker_id is not None and need.broker_id != volunteer.user_id:
        session.add(OutcomeContributor(outcome_id=outcome.id, user_id=need.broker_id, role="broker"))


def _check_contact(session: Session, outcome: Outcome, volunteer: Volunteer | None) -> None:
    """The contact who confirms is neither the reporter nor the volunteer."""
    address = outcome.contact_email
    if "@" not in address:
        raise Invalid(
            "contact_missing", "Name somebody at the beneficiary who can confirm it.", "contact_email"
        )
    reporter = session.get(User, outcome.reporter_id) if outcome.reporter_id else None
    if reporter is not None and reporter.email == address:
        raise Invalid(
            "reporter_confirms",
            "Name a colleague: the person who reports an outcome cannot confirm it. If there is nobody "
            "else, save it and sign for it instead.",
            "contact_email",
        )
    theirs = {volunteer.contact_email} if volunteer else set()
    if volunteer and volunteer.user_id:
        theirs.add(session.get_one(User, volunteer.user_id).email)
    if address in theirs:
        raise Invalid("volunteer_confirms", "The volunteer who helped cannot confirm it.", "contact_email")


def _university_of(session: Session, volunteer_id: int) -> int | None:
    return session.scalar(
        select(Affiliation.organisation_id)
        .where(Affiliation.volunteer_id == volunteer_id, Affiliation.organisation_id.is_not(None))
        .order_by(Affiliation.id)
        .limit(1)
    )


def _market_of(session: Session, need_id: int, volunteer: Volunteer) -> str:
    first = session.scalar(
        select(NeedMarket.market).where(NeedMarket.need_id == need_id).order_by(NeedMarket.position).limit(1)
    )
    return first or volunteer.country


def _count_asking(session: Session, actor: Actor, outcome: Outcome, now: datetime) -> None:
    """The named contact may be anybody's address: nobody is written to without end, nobody writes without end."""
    by_person = actor.is_staff or count_try(session, CONFIRMATIONS_PER_PERSON, str(actor.user_id), now)
    if not (by_person and count_try(session, CONFIRMATIONS_PER_ADDRESS, outcome.contact_email or "", now)):
        raise OverLimit("too_many_confirmations", "That is a lot to confirm for one day. Go on tomorrow.")
