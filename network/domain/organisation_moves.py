"""The lifecycle of an organisation: may it ask, and does it still exist."""

from network.domain.lifecycle import BROKER, STAFF, SYSTEM, Moves, moves, table
from network.domain.states import OrganisationState

_G = OrganisationState

ENDED: frozenset[OrganisationState] = frozenset({_G.REFUSED, _G.MERGED_INTO})
LIVE: frozenset[OrganisationState] = frozenset(_G) - ENDED
# Its offers go out and its contact details are exchanged. Anything else freezes both.
MAY_EXCHANGE: frozenset[OrganisationState] = frozenset({_G.ELIGIBLE})
# May write and submit needs; the check comes with the triage of the first one.
MAY_SUBMIT: frozenset[OrganisationState] = frozenset({_G.UNVERIFIED, _G.ELIGIBLE})

MOVES: Moves[OrganisationState] = table(
    # By rules that staff trust, or by whoever triages the first need.
    moves("verify", [_G.UNVERIFIED], _G.ELIGIBLE, BROKER | SYSTEM),
    moves("refuse", [_G.UNVERIFIED], _G.REFUSED, BROKER, needs_reason=True),
    # Without it the appeal of a refused need could never succeed.
    moves("reconsider", [_G.REFUSED], _G.UNVERIFIED, STAFF, needs_reason=True),
    moves("recheck", [_G.ELIGIBLE], _G.ELIGIBLE, BROKER | SYSTEM),
    moves("suspend", [_G.ELIGIBLE], _G.SUSPENDED, STAFF, needs_reason=True),
    moves("reinstate", [_G.SUSPENDED], _G.ELIGIBLE, STAFF, needs_reason=True),
    moves("escalate", [_G.UNVERIFIED], _G.UNVERIFIED, BROKER | SYSTEM),
    # The younger record; the older id stays and this one leads to it.
    moves("merge", sorted(LIVE | {_G.REFUSED}), _G.MERGED_INTO, STAFF),
)
