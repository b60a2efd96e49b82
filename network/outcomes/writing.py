"""What a draft puts into an outcome: its fields, values, contributors, and whom it names to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.accounts.queries import canonical_email
from network.domain.errors import Invalid
from network.domain.states import OutcomeClass, ValueMode
from network.models import (
    Affiliation,
    Need,
    NeedMarket,
    Outcome,
    OutcomeContributor,
    OutcomeValue,
    User,
    Volunteer,
)
from network.outcomes.drafts import JOBS, OutcomeDraft, YearValue
from network.outcomes.queries import addresses_of_sides
from network.outcomes.rates import rate_for
from network.rules import network_config

# What a column of amounts holds at most.
LARGEST_KEPT = Decimal(10) ** 14


def fill(session: Session, outcome: Outcome, draft: OutcomeDraft, need: Need) -> None:
    """Put the draft into the outcome; the rate is stored with it."""
    set_rate(session, outcome, draft.currency or network_config().currency, draft.happened_on)
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
    outcome.anonymous = draft.anonymous
    outcome.contact_name = draft.contact_name or need.contact_name
    outcome.contact_email = canonical_email(draft.contact_email or need.contact_email)


def set_rate(session: Session, outcome: Outcome, currency: str, on: date) -> None:
    """The rate of the day stays with the outcome: a file that is loaded later never moves what was recorded."""
    if outcome.rate is None or (outcome.currency, outcome.happened_on) != (currency, on):
        found = rate_for(session, currency, on)
        if outcome.rate is not None and outcome.currency != currency:
            _turn_actuals(session, outcome.id, found.rate)
        outcome.currency, outcome.rate, outcome.rate_on = currency, found.rate, found.on


def _turn_actuals(session: Session, outcome_id: int, rate: Decimal) -> None:
    """What the years came to is shown in another currency from here on; what it is worth in ours stays."""
    rows = session.scalars(
        select(OutcomeValue).where(OutcomeValue.outcome_id == outcome_id, OutcomeValue.basis == "actual")
    )
    for row in rows:
        row.amount = (row.amount_home / rate).quantize(Decimal("0.01"))
        if row.amount >= LARGEST_KEPT:
            raise Invalid("value_range", "What the years came to is too much for this currency.", "currency")


def write_values(session: Session, outcome: Outcome, values: Sequence[YearValue]) -> None:
    """Write the forecast by year anew."""
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
            amount_home=at_home(outcome, value),
        )
        for value in values
    )
    session.flush()


def at_home(outcome: Outcome, value: YearValue) -> Decimal:
    """The amount in the network's currency at the stored rate; people are not converted."""
    rate = Decimal(1) if value.value_type == JOBS or outcome.rate is None else outcome.rate
    return (value.amount * rate).quantize(Decimal("0.01"))


def home_total(outcome: Outcome, draft: OutcomeDraft) -> Decimal:
    """What the draft comes to in the network's currency."""
    exact = outcome.value_mode is ValueMode.EXACT
    return sum((at_home(outcome, value) for value in draft.values), Decimal(0)) if exact else Decimal(0)


def amounts(session: Session, outcome_id: int) -> list[tuple[int, str, Decimal]]:
    """The forecast as it stands, to see whether it changed."""
    return [
        (row.year, row.value_type, row.amount)
        for row in session.execute(
            select(OutcomeValue.year, OutcomeValue.value_type, OutcomeValue.amount)
            .where(OutcomeValue.outcome_id == outcome_id, OutcomeValue.basis == "forecast")
            .order_by(OutcomeValue.year, OutcomeValue.value_type)
        )
    ]


def write_contributors(session: Session, outcome: Outcome, volunteer: Volunteer, need: Need) -> None:
    """The volunteer and the broker of the introduction contributed."""
    if volunteer.user_id is not None:
        session.add(OutcomeContributor(outcome_id=outcome.id, user_id=volunteer.user_id, role="volunteer"))
    if need.broker_id is not None and need.broker_id != volunteer.user_id:
        session.add(OutcomeContributor(outcome_id=outcome.id, user_id=need.broker_id, role="broker"))


def check_contact(session: Session, outcome: Outcome, volunteer: Volunteer | None) -> None:
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
    if address in addresses_of_sides(session, outcome):
        raise Invalid("volunteer_confirms", "Whoever helped with it cannot confirm it.", "contact_email")


def university_of(session: Session, volunteer_id: int) -> int | None:
    """The university through which the volunteer belongs here."""
    return session.scalar(
        select(Affiliation.organisation_id)
        .where(Affiliation.volunteer_id == volunteer_id, Affiliation.organisation_id.is_not(None))
        .order_by(Affiliation.id)
        .limit(1)
    )


def market_of(session: Session, need_id: int, volunteer: Volunteer) -> str:
    """The first market of the need, else where the volunteer lives."""
    first = session.scalar(
        select(NeedMarket.market).where(NeedMarket.need_id == need_id).order_by(NeedMarket.position).limit(1)
    )
    return first or volunteer.country
