"""Outcomes that look like one told twice: same organisation, market and value, near each other in time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.errors import Invalid
from network.domain.states import OutcomeStatus, ValueMode
from network.models import Outcome, OutcomeValue
from network.rules import periods

GONE = (OutcomeStatus.VOID, OutcomeStatus.LAPSED)


def find_twin(session: Session, outcome: Outcome, total: Decimal) -> Outcome | None:
    """One that stands already and says the same, or None; `total` is in the network's currency."""
    window = timedelta(days=periods().outcome_twin_days)
    query = select(Outcome).where(
        Outcome.id != (outcome.id or 0),
        Outcome.organisation_id == outcome.organisation_id,
        Outcome.market == outcome.market,
        Outcome.kind == outcome.kind,
        Outcome.value_mode == outcome.value_mode,
        Outcome.status.not_in(GONE),
        Outcome.happened_on.between(outcome.happened_on - window, outcome.happened_on + window),
    )
    if outcome.value_mode is ValueMode.BAND:
        query = query.where(Outcome.value_band == outcome.value_band)
    if outcome.value_mode is ValueMode.EXACT:
        worth = (
            select(func.coalesce(func.sum(OutcomeValue.amount_home), 0))
            .where(OutcomeValue.outcome_id == Outcome.id, OutcomeValue.basis == "forecast")
            .correlate(Outcome)
            .scalar_subquery()
        )
        # A penny either way: SQLite adds up in floating point.
        query = query.where(worth.between(total - Decimal("0.005"), total + Decimal("0.005")))
    return session.scalars(query.order_by(Outcome.id).limit(1)).first()


def refuse_twin(session: Session, outcome: Outcome, total: Decimal) -> None:
    """Raise Invalid, so that the reporter looks and says that this is another one."""
    twin = find_twin(session, outcome, total)
    if twin is not None:
        raise Invalid(
            "looks_told_already",
            f"An outcome of the same firm, market and value stands already: “{twin.title}”. "
            "If this is another one, say so and send it again.",
            "is_another",
        )
