"""Figures that the contact put right: what they say counts, what was claimed stays with their answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from network.domain.clock import local_date
from network.domain.states import ValueMode
from network.models import Outcome
from network.outcomes.drafts import Figures, YearValue, check_figures
from network.outcomes.queries import values_of
from network.outcomes.writing import set_rate, write_values
from network.rules import network_config

Change = dict[str, Any]


def figures_of(session: Session, outcome: Outcome) -> Figures:
    """What is claimed: the day, and the forecast year by year or its band."""
    values = tuple(
        YearValue(row.year, row.value_type, row.amount)
        for row in values_of(session, outcome.id)
        if row.basis == "forecast"
    )
    return Figures(outcome.happened_on, outcome.value_mode, outcome.value_band, values)


def changes_between(claimed: Figures, corrected: Figures) -> list[Change]:
    """Each figure that differs, with both values as text; `was` or `now` is None where there is none."""
    changes: list[Change] = []

    def compare(what: str, was: Any, now: Any, **more: Any) -> None:
        if was != now:
            plain = [None if one is None else str(one) for one in (was, now)]
            changes.append({"what": what, **more, "was": plain[0], "now": plain[1]})

    compare("happened_on", claimed.happened_on, corrected.happened_on)
    compare("value_mode", claimed.value_mode.value, corrected.value_mode.value)
    compare("value_band", claimed.value_band, corrected.value_band)
    was, now = (
        {(one.year, one.value_type): one.amount.quantize(Decimal("0.01")) for one in figures.values}
        for figures in (claimed, corrected)
    )
    for year, value_type in sorted({*was, *now}):
        key = (year, value_type)
        compare("value", was.get(key), now.get(key), year=year, value_type=value_type)
    return changes


def put_right(session: Session, outcome: Outcome, figures: Figures, *, now: datetime) -> None:
    """The corrected figures are those of the outcome from here on, at the rate of their day.

    Raises Invalid, naming the field, where they cannot stand.
    """
    check_figures(figures, local_date(now, network_config().timezone))
    set_rate(session, outcome, outcome.currency or network_config().currency, figures.happened_on)
    outcome.happened_on = figures.happened_on
    outcome.value_mode = figures.value_mode
    outcome.value_band = figures.value_band if figures.value_mode is ValueMode.BAND else None
    outcome.updated_at = now
    write_values(session, outcome, figures.values)
    session.flush()
