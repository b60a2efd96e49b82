"""Words that several documents share."""

from __future__ import annotations

from flask_babel import gettext as _

from config.reference import find_market
from network.domain import formats
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
