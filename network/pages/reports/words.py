"""Words that several documents share."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from config.reference import find_market
from network.domain import formats
from network.domain.values import Totals
from network.rules import network_config


def money(amount: object) -> str:
    """An amount in the network's currency, as people read it."""
    return formats.money(amount, network_config().currency)  # type: ignore[arg-type]


def market_words(code: str) -> str:
    """The name of a market."""
    found = find_market(code)
    return str(found.label) if found else code


def group_words() -> dict[str, str]:
    """The groups that are never added together."""
    return {
        "confirmed": str(_("Confirmed")),
        "corroborated": str(_("Corroborated")),
        "pending": str(_("Waiting for an answer")),
        "disputed": str(_("Disputed")),
    }


def confirmed_in_words(totals: Totals) -> str:
    """How many outcomes were confirmed, and what those are worth that name a value."""
    if not totals.number:
        return str(_("No outcome was confirmed."))
    number = ngettext(
        "One outcome was confirmed by the one who benefited.",
        "%(num)s outcomes were confirmed by those who benefited.",
        totals.number,
    )
    if not totals.valued:
        return f"{number} {_('None names a value.')}"
    if totals.valued == 1:
        return f"{number} {_('One names a value: %(total)s.', total=money(totals.total))}"
    worth = _(
        "%(valued)s name a value: %(total)s in all, %(less)s without the largest, %(median)s in the middle.",
        valued=formats.number(totals.valued),
        total=money(totals.total),
        less=money(totals.total_less_largest),
        median=money(totals.median),
    )
    return f"{number} {worth}"


def attributable_in_words(totals: Totals) -> str:
    """How much of it the beneficiaries put down to the help; nothing where nobody names a value."""
    low, high = totals.attributable_low, totals.attributable_high
    if not totals.valued:
        return ""
    if not high:
        return str(
            _("By the beneficiaries' own estimate, all of it would have happened without the help too.")
        )
    if money(low) == money(high):
        words = _(
            "By the beneficiaries' own estimate, %(high)s of it would not have happened without the help.",
            high=money(high),
        )
    else:
        words = _(
            "By the beneficiaries' own estimate, between %(low)s and %(high)s of it would not have happened "
            "without the help.",
            low=money(low),
            high=money(high),
        )
    return str(words)
