"""The lifecycle of a volunteer's membership of one chapter."""

from network.domain.lifecycle import (
    BROKER,
    STAFF,
    SYSTEM,
    VOLUNTEER,
    Moves,
    moves,
    table,
)
from network.domain.states import MembershipState

_M = MembershipState

ENDED: frozenset[MembershipState] = frozenset({_M.REFUSED, _M.LEFT})
LIVE: frozenset[MembershipState] = frozenset(_M) - ENDED
# Any one of these makes a volunteer findable.
FINDABLE: frozenset[MembershipState] = frozenset({_M.APPROVED})

MOVES: Moves[MembershipState] = table(
    moves("approve", [_M.APPLIED], _M.APPROVED, BROKER),
    moves("return", [_M.APPLIED], _M.RETURNED, BROKER, needs_reason=True),
    moves("refuse", [_M.APPLIED], _M.REFUSED, BROKER, needs_reason=True),
    # Somebody who once left may knock again; the row, and its history, stay the same.
    moves("reapply", [_M.RETURNED, _M.LEFT], _M.APPLIED, VOLUNTEER),
    moves("suspend", [_M.APPROVED], _M.SUSPENDED, BROKER | SYSTEM, needs_reason=True),
    moves("reinstate", [_M.SUSPENDED], _M.APPROVED, BROKER, needs_reason=True),
    moves("leave", sorted(LIVE), _M.LEFT, VOLUNTEER | SYSTEM),
    moves("escalate", [_M.APPLIED], _M.APPLIED, BROKER | SYSTEM),
    # The chapter closed or merged: its successor takes the member as they stand.
    moves("transfer", sorted(LIVE), None, STAFF | SYSTEM),
)
