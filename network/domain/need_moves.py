"""The lifecycle of a need: what an organisation wants, from draft to answer.

That an appeal or a renewal comes only once is for the operation to refuse, which can count.
"""

from network.domain.lifecycle import (
    BROKER,
    REQUESTER,
    STAFF,
    SYSTEM,
    VOLUNTEER,
    Moves,
    moves,
    table,
)
from network.domain.states import NeedState

_N = NeedState

ENDED: frozenset[NeedState] = frozenset({_N.FULFILLED, _N.CLOSED_UNMET, _N.WITHDRAWN, _N.REFUSED})
LIVE: frozenset[NeedState] = frozenset(_N) - ENDED
# Counts against the cap per organisation: everything asked and not yet answered.
COUNTS_AGAINST_CAP: frozenset[NeedState] = LIVE - {_N.DRAFT}
# Stands in a broker's queue before anybody is asked.
WAITS_FOR_TRIAGE: frozenset[NeedState] = frozenset({_N.SUBMITTED, _N.IN_TRIAGE})

_OWNED = (_N.SUBMITTED, _N.IN_TRIAGE, _N.NEEDS_INFO, _N.OPEN)

MOVES: Moves[NeedState] = table(
    moves("submit", [_N.DRAFT, _N.NEEDS_INFO], _N.SUBMITTED, REQUESTER),
    moves("appeal", [_N.REFUSED], _N.SUBMITTED, REQUESTER, needs_reason=True),
    moves("begin_triage", [_N.SUBMITTED], _N.IN_TRIAGE, BROKER | SYSTEM),
    # A requester trusted by staff, with no risk flagged.
    moves("skip_triage", [_N.SUBMITTED], _N.OPEN, SYSTEM),
    moves("open", [_N.IN_TRIAGE], _N.OPEN, BROKER),
    moves("ask_info", [_N.IN_TRIAGE], _N.NEEDS_INFO, BROKER, needs_reason=True),
    moves("refuse", [_N.IN_TRIAGE, _N.OPEN], _N.REFUSED, BROKER, needs_reason=True),
    # Back to triage: what was approved is no longer what is asked, or somebody raised a flag.
    moves("edit_materially", [_N.OPEN], _N.IN_TRIAGE, REQUESTER),
    moves("flag", [_N.OPEN], _N.IN_TRIAGE, VOLUNTEER | BROKER | SYSTEM, needs_reason=True),
    moves("renew", [_N.OPEN], _N.OPEN, REQUESTER | BROKER),
    moves("fulfil", [_N.OPEN], _N.FULFILLED, REQUESTER | BROKER | SYSTEM),
    moves("close_unmet", [_N.OPEN], _N.CLOSED_UNMET, BROKER, needs_reason=True),
    # By the clock: a draft that nobody touched, a question that nobody answered; by its
    # organisation's end from anywhere.
    moves("withdraw", sorted(LIVE), _N.WITHDRAWN, REQUESTER | STAFF | SYSTEM),
    # The state stays while the owner changes: to staff, to another chapter, and on the asking
    # side to the organisation's owner when the requester leaves.
    moves("escalate", _OWNED, None, BROKER | SYSTEM),
    moves("reassign", _OWNED, None, BROKER | SYSTEM),
    moves("hand_over", sorted(LIVE), None, REQUESTER | STAFF | SYSTEM),
)
