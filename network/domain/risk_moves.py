"""The lifecycle of a look at the risks of a need: it waits for a named reviewer, who clears or stops it."""

from network.domain.lifecycle import STAFF, SYSTEM, Moves, moves, table
from network.domain.states import RiskState

_R = RiskState

LIVE: frozenset[RiskState] = frozenset({_R.WAITING})
ENDED: frozenset[RiskState] = frozenset(_R) - LIVE

MOVES: Moves[RiskState] = table(
    moves("clear", [_R.WAITING], _R.CLEARED, STAFF, needs_reason=True),
    moves("stop", [_R.WAITING], _R.STOPPED, STAFF, needs_reason=True),
    # The need was changed, or ended: what was looked at is no longer what is asked.
    moves("supersede", sorted(_R), _R.SUPERSEDED, SYSTEM),
    moves("reassign", [_R.WAITING], None, STAFF | SYSTEM),
    moves("escalate", [_R.WAITING], None, SYSTEM),
)
