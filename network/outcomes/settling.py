"""What follows an answer: the thread of a dispute and its end, consent that changes, what it came to later."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.audit.moves import check_version, move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.clock import local_date, months_after
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.outcome_moves import MOVES
from network.domain.states import OutcomeClass, OutcomeStatus, PublishConsent, Role
from network.models import Confirmation, Outcome, OutcomeNote, OutcomeValue
from network.outbox.queue import enqueue
from network.outcomes.asking import schedule
from network.outcomes.drafts import LARGEST, VALUE_TYPES
from network.outcomes.policy import roles_towards_outcome
from network.outcomes.queries import get_outcome, volunteer_of
from network.rules import periods

LONGEST = 2000
# A figure that was asked for and not given stands open for so long.
CHECK_STANDS_MONTHS = 12
_RANK = {PublishConsent.NO: 0, PublishConsent.ANONYMOUSLY: 1, PublishConsent.BY_NAME: 2}


def add_note(session: Session, actor: Actor, outcome_id: int, text: str, *, now: datetime) -> OutcomeNote:
    """Write into the thread of a disputed outcome; the others are told that there is something to read.

    Raises NotAllowed for whoever is neither a side nor their broker, Conflict where it is not disputed.
    """
    outcome, _roles = _for_act(session, actor, outcome_id)
    if outcome.status is not OutcomeStatus.DISPUTED:
        raise Conflict("not_disputed", "This is settled. Write to the other side through the introduction.")
    if not text.strip():
        raise Invalid("text_missing", "Write what you want to say.", "text")
    note = OutcomeNote(
        outcome_id=outcome.id, author_id=actor.user_id, text=text.strip()[:LONGEST], created_at=now
    )
    session.add(note)
    session.flush()
    record(session, actor, "outcome.note", "outcome", outcome.id, now=now)
    enqueue(session, "outcome.note", now=now, outcome_id=outcome.id, note_id=note.id)
    return note


def take_back(
    session: Session, actor: Actor, outcome_id: int, *, reason: str, seen: int | None, now: datetime
) -> Outcome:
    """End a dispute by taking the outcome back: the beneficiary was right, and it counts nowhere."""
    outcome, roles = _for_act(session, actor, outcome_id)
    move(session, actor, outcome, MOVES, "take_back", now=now, seen=seen, roles=roles, reason=reason)
    outcome.state_reason = reason or None
    outcome.next_action_by = outcome.next_action_at = None
    record(session, actor, "outcome.take_back", "outcome", outcome.id, now=now)
    enqueue(session, "outcome.taken_back", now=now, outcome_id=outcome.id)
    return outcome


def change_consent(
    session: Session, actor: Actor, outcome_id: int, consent: PublishConsent, *, now: datetime
) -> None:
    """Say anew whether it may be told in public: the contact as they like, colleagues only to take consent back."""
    outcome, _roles = _for_act(session, actor, outcome_id)
    if not actor.belongs_to(outcome.organisation_id):
        raise NotAllowed("not_the_beneficiary", "Only the organisation that was helped decides this.")
    answer = session.scalars(
        select(Confirmation)
        .where(Confirmation.outcome_id == outcome.id)
        .order_by(Confirmation.id.desc())
        .limit(1)
    ).first()
    if answer is None:
        raise Conflict("not_answered", "Nobody has answered yet, so nothing is told.")
    if _RANK[consent] > _RANK[answer.publish] and not actor.is_user(answer.answered_by_id):
        raise NotAllowed("not_the_contact", "Only the person who answered can agree to more.")
    answer.publish = consent
    outcome.updated_at = now
    session.flush()
    record(session, actor, "outcome.consent", "outcome", outcome.id, now=now, fields=["publish"])


def due_check(outcome: Outcome, today: date) -> int | None:
    """The months (12 or 24) after which the figure is to be set beside the forecast, or None where none is due."""
    if outcome.status is not OutcomeStatus.CONFIRMED or outcome.outcome_class is OutcomeClass.NONE:
        return None
    due = _due_checks(outcome, today)
    return due[0] if due else None


def check_stands_until(outcome: Outcome, today: date) -> date | None:
    """The last day on which a figure that is due is asked for; None where none is due, or it is asked for no more.

    The first year's is asked for until the second year's is due, and then along with it.
    """
    due = _due_checks(outcome, today)
    last = months_after(outcome.happened_on, due[-1] + CHECK_STANDS_MONTHS) if due else None
    return last if last is not None and last >= today else None


def _due_checks(outcome: Outcome, today: date) -> list[int]:
    return [
        months
        for months in periods().outcome_check_months
        if months > outcome.checked_months and months_after(outcome.happened_on, months) <= today
    ]


def record_actual(
    session: Session, actor: Actor, outcome_id: int, amount: Decimal, *, seen: int | None, now: datetime
) -> Outcome:
    """Write down what the year came to in fact, in the outcome's currency at its stored rate.

    The first check is of year 1 (12 months), the second of year 2 (24 months); the forecast stays beside it.
    Raises Conflict where no check is due.
    """
    outcome, roles = _for_act(session, actor, outcome_id)
    check_version(outcome, seen)
    months = due_check(outcome, local_date(now, actor.timezone))
    if months is None:
        raise Conflict("no_check_due", "There is no figure to give at the moment.")
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        raise Invalid("value_range", "Give an amount between 0 and 9,999,999,999.", "amount")
    move(session, actor, outcome, MOVES, "check_actuals", now=now, roles=roles)
    year = months // 12
    session.execute(
        delete(OutcomeValue).where(
            OutcomeValue.outcome_id == outcome.id, OutcomeValue.basis == "actual", OutcomeValue.year == year
        )
    )
    session.add(
        OutcomeValue(
            outcome_id=outcome.id,
            year=year,
            value_type=_type_of(session, outcome),
            basis="actual",
            amount=amount,
            amount_home=(amount * (outcome.rate or Decimal(1))).quantize(Decimal("0.01")),
        )
    )
    outcome.checked_months = months
    schedule(session, outcome)
    record(session, actor, "outcome.actual", "outcome", outcome.id, now=now, fields=["actual"])
    return outcome


def _type_of(session: Session, outcome: Outcome) -> str:
    found = session.scalar(
        select(OutcomeValue.value_type)
        .where(
            OutcomeValue.outcome_id == outcome.id,
            OutcomeValue.basis == "forecast",
            OutcomeValue.value_type.in_(VALUE_TYPES),
        )
        .order_by(OutcomeValue.year)
        .limit(1)
    )
    return found or VALUE_TYPES[0]


def _for_act(session: Session, actor: Actor, outcome_id: int) -> tuple[Outcome, frozenset[Role]]:
    outcome = get_outcome(session, actor, outcome_id, lock=True)
    volunteer = volunteer_of(session, outcome)
    roles = roles_towards_outcome(actor, outcome, volunteer.id if volunteer else None)
    if not roles:
        raise NotAllowed("role_may_not", "This is not yours to change.")
    return outcome, roles
