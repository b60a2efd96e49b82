"""What the contact put right: what they say counts, what was claimed stays with their answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from network.domain.clock import local_date
from network.domain.errors import Invalid
from network.domain.states import OutcomeClass, OutcomeKind, ValueMode
from network.models import Outcome
from network.outcomes.drafts import JOBS, Claim, YearValue, check_claim, same
from network.outcomes.queries import values_of
from network.outcomes.writing import set_rate, write_values
from network.rules import network_config

Change = dict[str, Any]
WORDING = ("title", "what_happened")


def claim_of(session: Session, outcome: Outcome) -> Claim:
    """What is claimed: the kind, its words, the day, and the forecast year by year or its band."""
    values = tuple(
        YearValue(row.year, row.value_type, row.amount)
        for row in values_of(session, outcome.id)
        if row.basis == "forecast"
    )
    return Claim(
        kind=outcome.kind or OutcomeKind.NOTHING,
        title=outcome.title,
        what_happened=outcome.none_reason or outcome.what_happened,
        happened_on=outcome.happened_on,
        currency=outcome.currency or network_config().currency,
        value_mode=outcome.value_mode,
        value_band=outcome.value_band,
        values=values,
    )


def changes_between(claimed: Claim, corrected: Claim) -> list[Change]:
    """Each part that differs, with both values as text; `was` or `now` is None where there is none."""
    changes: list[Change] = []

    def compare(what: str, was: Any, now: Any, **more: Any) -> None:
        if was != now:
            plain = [None if one is None else str(one) for one in (was, now)]
            changes.append({"what": what, **more, "was": plain[0], "now": plain[1]})

    compare("kind", claimed.kind.value, corrected.kind.value)
    for name in WORDING:
        was, now = getattr(claimed, name), getattr(corrected, name)
        if not same(was, now):
            compare(name, was, now)
    compare("happened_on", claimed.happened_on, corrected.happened_on)
    compare("value_mode", claimed.value_mode.value, corrected.value_mode.value)
    compare("value_band", claimed.value_band, corrected.value_band)
    if _in_money(claimed) or _in_money(corrected):
        compare("currency", claimed.currency, corrected.currency)
    amounts = [
        {(one.year, one.value_type): one.amount.quantize(Decimal("0.01")) for one in claim.values}
        for claim in (claimed, corrected)
    ]
    currencies = [claimed.currency, corrected.currency]
    for year, value_type in sorted({*amounts[0], *amounts[1]}):
        was, now = (one.get((year, value_type)) for one in amounts)
        compare("value", was, now, year=year, value_type=value_type, currencies=currencies)
    return changes


def _in_money(claim: Claim) -> bool:
    return any(one.value_type != JOBS for one in claim.values)


def put_right(session: Session, outcome: Outcome, corrected: Claim, claimed: Claim, *, now: datetime) -> None:
    """What the contact put right is what the outcome says from here on, at the rate of its day.

    Raises Invalid, naming the field, where it cannot stand.
    """
    check_claim(corrected, claimed, local_date(now, network_config().timezone))
    _put_rate_right(session, outcome, corrected)
    nothing = corrected.kind.outcome_class is OutcomeClass.NONE
    if corrected.kind is not claimed.kind:
        outcome.kind, outcome.outcome_class = corrected.kind, corrected.kind.outcome_class
    outcome.title, outcome.what_happened = corrected.title, corrected.what_happened
    outcome.none_reason = corrected.what_happened if nothing else None
    outcome.happened_on = corrected.happened_on
    outcome.value_mode = corrected.value_mode
    outcome.value_band = corrected.value_band if corrected.value_mode is ValueMode.BAND else None
    outcome.updated_at = now
    write_values(session, outcome, corrected.values)
    session.flush()


def _put_rate_right(session: Session, outcome: Outcome, corrected: Claim) -> None:
    try:
        set_rate(session, outcome, corrected.currency, corrected.happened_on)
    except Invalid:
        # Without an amount there is nothing to turn: the rate that stands stays.
        if _in_money(corrected):
            raise
