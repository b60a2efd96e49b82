"""Whose turn it is where it is not the reader's, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from network.domain.states import Waiting

TURNS: dict[str, Any] = {
    Waiting.VOLUNTEER.value: _l("Waits for the volunteer"),
    Waiting.REQUESTER.value: _l("Waits for the one who asks"),
    Waiting.BROKER.value: _l("Waits for the broker"),
    Waiting.STAFF.value: _l("Waits for network staff"),
    Waiting.BENEFICIARY.value: _l("Waits for the one who benefits"),
}


def others_turn(waiting: str | None, side: Waiting) -> str:
    """Who else has the next word; empty where it is the reader's side or the network's own clock."""
    return "" if waiting == side else str(TURNS.get(waiting or "", ""))
