"""The lifecycle of a meeting that is being planned: times suggested, one chosen, and what became of it."""

from __future__ import annotations

from enum import StrEnum

from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.lifecycle import BROKER, PARTIES, SYSTEM, Moves, moves, table
from network.domain.states import IntroductionState


class MeetingState(StrEnum):
    """Where the planning of a meeting stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"


_M = MeetingState

ENDED: frozenset[MeetingState] = frozenset({_M.CANCELLED, _M.HELD, _M.MISSED})
# Times may be suggested with the yes already; one of them is chosen once details were exchanged.
MAY_PLAN: frozenset[IntroductionState] = (frozenset({IntroductionState.ACCEPTED}) | CONTACTS_SHARED) - {
    IntroductionState.COMPLETED
}

MOVES: Moves[MeetingState] = table(
    moves("propose", sorted(_M), _M.PROPOSED, PARTIES),
    moves("agree", [_M.PROPOSED], _M.AGREED, PARTIES),
    moves("call_off", [_M.PROPOSED, _M.AGREED], _M.CANCELLED, PARTIES | BROKER | SYSTEM),
    moves("hold", [_M.AGREED], _M.HELD, PARTIES),
    moves("miss", [_M.AGREED], _M.MISSED, PARTIES),
)
