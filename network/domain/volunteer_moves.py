"""The lifecycle of a volunteer in the network, above all memberships."""

from network.domain.lifecycle import STAFF, SYSTEM, VOLUNTEER, Moves, moves, table
from network.domain.states import VolunteerState

_V = VolunteerState

ENDED: frozenset[VolunteerState] = frozenset({_V.LEFT})
LIVE: frozenset[VolunteerState] = frozenset(_V) - ENDED
# An imported person is invisible until they claim their record themselves.
FINDABLE: frozenset[VolunteerState] = frozenset({_V.ACTIVE})

MOVES: Moves[VolunteerState] = table(
    moves("claim", [_V.IMPORTED], _V.REGISTERING, VOLUNTEER),
    # Address verified and code of conduct accepted.
    moves("activate", [_V.REGISTERING], _V.ACTIVE, VOLUNTEER | SYSTEM),
    moves("suspend", [_V.ACTIVE], _V.SUSPENDED, STAFF, needs_reason=True),
    moves("reinstate", [_V.SUSPENDED], _V.ACTIVE, STAFF, needs_reason=True),
    moves("leave", sorted(LIVE), _V.LEFT, VOLUNTEER | STAFF | SYSTEM),
    moves("return", [_V.LEFT], _V.REGISTERING, VOLUNTEER),
)
