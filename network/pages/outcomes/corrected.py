"""Corrected figures as people read them: what was claimed, what the contact put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from network.domain.formats import money, short_day
from network.domain.states import ValueMode
from network.outcomes.drafts import JOBS
from network.pages.outcomes.forms import bands
from network.rules import network_config
from network.web.labels import label


@dataclass(frozen=True, slots=True)
class Corrected:
    """One figure, before and after."""

    what: str
    was: str
    now: str


def corrected_rows(changes: list[dict[str, Any]] | None, currency: str | None) -> list[Corrected]:
    """The changes of an answer in words, in the outcome's currency."""
    return [
        Corrected(_name_of(one), *(_words(one, one[side], currency) for side in ("was", "now")))
        for one in changes or []
    ]


def _name_of(change: dict[str, Any]) -> str:
    if change["what"] == "value":
        people = change["value_type"] == JOBS
        return str(_("People")) if people else str(_("Year %(year)s", year=change["year"]))
    names = {"happened_on": _("Date"), "value_mode": _("How the value is given"), "value_band": _("Range")}
    return str(names[change["what"]])


def _words(change: dict[str, Any], value: str | None, currency: str | None) -> str:
    if value is None:
        return str(_("Not said"))
    what = change["what"]
    if what == "happened_on":
        return short_day(date.fromisoformat(value))
    if what == "value_mode":
        return str(label(ValueMode(value)))
    if what == "value_band":
        return str(bands().get(value, value))
    if change["value_type"] == JOBS:
        return str(int(Decimal(value)))
    return money(Decimal(value), currency or network_config().currency)
