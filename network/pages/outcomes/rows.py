"""What the outcome pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from network.audit.moves import transitions_of
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.lifecycle import may_move, open_actions
from network.domain.outcome_moves import MOVES, CountedAs, counted_as
from network.domain.states import EvidenceTier, OutcomeClass, OutcomeKind, OutcomeStatus, PublishConsent, Role
from network.models import (
    Confirmation,
    Introduction,
    Mission,
    Organisation,
    Outcome,
    OutcomeAttachment,
    OutcomeValue,
    Transition,
    Volunteer,
)
from network.outcomes.contributors import Contributor, candidates, contributors_of
from network.outcomes.drafts import JOBS
from network.outcomes.evidence import evidence_of
from network.outcomes.policy import (
    can_corroborate,
    can_name_organisation,
    can_read_evidence,
    outcomes_visible_to,
    roles_towards_outcome,
)
from network.outcomes.queries import (
    SentLink,
    confirmations_of,
    get_outcome,
    links_of,
    notes_of,
    parties_of,
    values_of,
)
from network.outcomes.settling import check_stands_until, due_check
from network.web.labels import label
from network.web.paging import Page

SIZE = 25
STATUS_ORDER = {
    OutcomeStatus.DISPUTED: 0,
    OutcomeStatus.UNANSWERED: 1,
    OutcomeStatus.DRAFT: 2,
    OutcomeStatus.AWAITING_CONFIRMATION: 3,
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One line of the list."""

    id: int
    title: str
    status: OutcomeStatus
    tier: EvidenceTier
    outcome_class: OutcomeClass
    kind: OutcomeKind | None
    organisation: str
    volunteer: str
    market: str
    happened_on: date
    next_action_at: datetime | None


def outcome_list(
    session: Session,
    actor: Actor,
    number: int,
    status: OutcomeStatus | None = None,
    *,
    to_check: bool = False,
) -> Page[OutcomeRow]:
    """The outcomes this actor may see: what waits first, then the newest; `to_check`: papers that wait for staff."""
    where = [outcomes_visible_to(actor)]
    if to_check:
        papers = select(OutcomeAttachment.id).where(OutcomeAttachment.outcome_id == Outcome.id).exists()
        confirmed = Outcome.status == OutcomeStatus.CONFIRMED
        where += [confirmed, Outcome.tier == EvidenceTier.CONFIRMED, papers]
    if status is not None:
        where.append(Outcome.status == status)
    total = session.scalar(select(func.count(Outcome.id)).where(*where)) or 0
    rows = session.execute(
        select(Outcome, Organisation.name, Volunteer.id, Volunteer.name)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .join(Introduction, Introduction.id == Outcome.introduction_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(*where)
        .order_by(
            case(STATUS_ORDER, value=Outcome.status, else_=9), Outcome.happened_on.desc(), Outcome.id.desc()
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return Page([_row(actor, *row) for row in rows], number, SIZE, total)


def _row(actor: Actor, outcome: Outcome, organisation: str, volunteer_id: int, volunteer: str) -> OutcomeRow:
    named = can_name_organisation(actor, outcome, volunteer_id)
    return OutcomeRow(
        id=outcome.id,
        title=outcome.title if named else str(label(outcome.kind)),
        status=outcome.status,
        tier=outcome.tier,
        outcome_class=outcome.outcome_class,
        kind=outcome.kind,
        organisation=organisation if named else _("A firm that asked not to be named"),
        volunteer=volunteer,
        market=outcome.market,
        happened_on=outcome.happened_on,
        next_action_at=outcome.next_action_at,
    )


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """One outcome with all that its page shows."""

    outcome: Outcome
    organisation: Organisation
    volunteer: Volunteer | None
    values: list[OutcomeValue]
    total: Decimal | None
    confirmations: list[Confirmation]
    moves: list[Transition]
    actions: tuple[str, ...]
    counted: CountedAs | None
    may_corroborate: bool
    may_declare: bool
    shows_other_party: bool
    names_organisation: bool
    # Whom this reader may count among those who contributed; where they may not, those who are.
    candidates: list[Contributor]
    contributors: list[Contributor]
    jobs: int
    links: list[SentLink]
    thread: list[Word]
    check_months: int | None
    # None where the figure is asked for no more, though it may still be given.
    check_until: date | None
    publish: PublishConsent | None
    may_consent: bool
    # None where its papers are not for this reader.
    papers: list[OutcomeAttachment] | None
    mission: Mission | None


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the thread: what the beneficiary disputes, and what was written since."""

    who: str
    text: str
    at: datetime
    mine: bool


def thread_of(session: Session, actor: Actor, outcome: Outcome, answers: list[Confirmation]) -> list[Word]:
    """The dispute in order of time, `answers` being all of the contact; empty where there was none."""
    disputed = [one for one in answers if one.answer == "disputed"]
    if not disputed:
        return []
    disputes = [
        Word(outcome.contact_name or _("The beneficiary"), one.comments, one.answered_at, False)
        for one in disputed
        if one.comments
    ]
    notes = [
        Word(name or _("Somebody who has left"), note.text, note.created_at, actor.is_user(note.author_id))
        for note, name in notes_of(session, outcome.id)
    ]
    return sorted([*disputes, *notes], key=lambda word: word.at)


def outcome_page(session: Session, actor: Actor, outcome_id: int, now: datetime) -> OutcomePage:
    """The page of one outcome; NotFound where this actor may not see it."""
    outcome = get_outcome(session, actor, outcome_id)
    organisation, volunteer, mission = parties_of(session, outcome)
    volunteer_id = volunteer.id if volunteer else None
    roles = roles_towards_outcome(actor, outcome, volunteer_id)
    values = values_of(session, outcome.id)
    forecasts = [value.amount for value in values if value.basis == "forecast" and value.value_type != JOBS]
    declared = outcome.declared_at is not None
    answers = confirmations_of(session, outcome.id)
    waiting = outcome.status is OutcomeStatus.AWAITING_CONFIRMATION
    choice = candidates(session, actor, outcome, volunteer)
    return OutcomePage(
        outcome=outcome,
        organisation=organisation,
        volunteer=volunteer,
        values=values,
        total=sum(forecasts, Decimal(0)) if forecasts else None,
        confirmations=answers,
        moves=transitions_of(session, "outcome", outcome.id),
        actions=open_actions(MOVES, outcome.status, roles),
        counted=counted_as(outcome.status, outcome.tier),
        may_corroborate=waiting and declared and can_corroborate(actor, outcome, volunteer_id),
        may_declare=not declared
        and outcome.status in {OutcomeStatus.DRAFT, OutcomeStatus.AWAITING_CONFIRMATION}
        and actor.is_user(outcome.reporter_id)
        and actor.belongs_to(outcome.organisation_id),
        shows_other_party=bool(roles) or not outcome.other_party_confidential,
        names_organisation=can_name_organisation(actor, outcome, volunteer_id),
        candidates=choice,
        contributors=contributors_of(session, outcome.id) if roles - {Role.VOLUNTEER} and not choice else [],
        links=links_of(session, outcome.id) if roles - {Role.VOLUNTEER} else [],
        thread=thread_of(session, actor, outcome, answers) if roles else [],
        check_months=due_check(outcome, local_date(now, actor.timezone))
        if may_move(MOVES, outcome.status, "check_actuals", roles)
        else None,
        check_until=check_stands_until(outcome, local_date(now, actor.timezone)),
        publish=answers[0].publish if answers else None,
        may_consent=bool(answers) and actor.belongs_to(outcome.organisation_id),
        papers=evidence_of(session, actor, outcome.id)
        if can_read_evidence(actor, outcome, volunteer_id)
        else None,
        mission=mission,
        jobs=sum(int(value.amount) for value in values if value.value_type == JOBS),
    )
