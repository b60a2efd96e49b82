"""The lifecycle of a chapter.

Opening needs two leads, closing a successor or staff for what it held: the operation sees to
both.
"""

from network.domain.lifecycle import BROKER, STAFF, SYSTEM, Moves, moves, table
from network.domain.states import ChapterState

_C = ChapterState

ENDED: frozenset[ChapterState] = frozenset({_C.CLOSED, _C.MERGED_INTO})
LIVE: frozenset[ChapterState] = frozenset(_C) - ENDED
# Shown to the public, and open to newcomers.
OPEN_TO_APPLICANTS: frozenset[ChapterState] = frozenset({_C.FORMING, _C.ACTIVE})
# Takes new needs; others go to staff.
TAKES_NEEDS: frozenset[ChapterState] = frozenset({_C.ACTIVE})

MOVES: Moves[ChapterState] = table(
    moves("activate", [_C.FORMING], _C.ACTIVE, STAFF),
    moves("rest", [_C.ACTIVE], _C.DORMANT, BROKER | SYSTEM),
    moves("revive", [_C.DORMANT], _C.ACTIVE, BROKER),
    moves("review", sorted(LIVE), None, BROKER),
    moves("close", sorted(LIVE), _C.CLOSED, STAFF, needs_reason=True),
    moves("merge", sorted(LIVE), _C.MERGED_INTO, STAFF),
)
