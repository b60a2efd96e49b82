"""What was put right as people read it: what was claimed, what the contact put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from network.domain.formats import money, short_day
from network.domain.states import OutcomeKind, ValueMode
from network.outcomes.corrections import WORDING
from network.outcomes.drafts import JOBS
from network.pages.outcomes.forms import bands
from network.rules import network_config
from network.web.labels import label


@dataclass(frozen=True, slots=True)
class Corrected:
    """One part, before and after."""

    what: str
    was: str
    now: str


def corrected_rows(
    changes: list[dict[str, Any]] | None, currency: str | None, *, wording: bool = True
) -> list[Corrected]:
    """The changes of an answer in words; `wording`: whether this reader may read what happened.

    An answer from before currencies could be put right says none: its figures are in the outcome's.
    """
    return [
        Corrected(_name_of(one), *(_words(one, side, currency) for side in (0, 1)))
        for one in changes or []
        if wording or one["what"] not in WORDING
    ]


def _name_of(change: dict[str, Any]) -> str:
    if change["what"] == "value":
        if change["value_type"] == JOBS:
            return str(_("People"))
        return str(
            _("Year %(year)s, %(kind)s", year=change["year"], kind=str(label(change["value_type"])).lower())
        )
    names = {
        "kind": _("What it was"),
        "title": _("In a few words"),
        "what_happened": _("What happened"),
        "happened_on": _("Date"),
        "value_mode": _("How the value is given"),
        "value_band": _("Range"),
        "currency": _("Currency"),
    }
    return str(names[change["what"]])


def _words(change: dict[str, Any], side: int, currency: str | None) -> str:
    value = change["was" if side == 0 else "now"]
    if value is None:
        return str(_("Not said"))
    what = change["what"]
    if what == "kind":
        return str(label(OutcomeKind(value)))
    if what == "happened_on":
        return short_day(date.fromisoformat(value))
    if what == "value_mode":
        return str(label(ValueMode(value)))
    if what == "value_band":
        return str(bands().get(value, value))
    if what != "value":
        return str(value)
    if change["value_type"] == JOBS:
        return str(int(Decimal(value)))
    told_in = (change.get("currencies") or [currency, currency])[side]
    return money(Decimal(value), told_in or network_config().currency)
