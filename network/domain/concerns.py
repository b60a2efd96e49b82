"""The lifecycle of a concern: reported, decided with a reason, and looked at once more where the person appeals."""

from enum import StrEnum

from network.domain.lifecycle import PARTIES, STAFF, Moves, moves, table


class ConcernState(StrEnum):
    """Where a concern stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    APPEALED = "appealed"
    CONFIRMED = "confirmed"
    OVERTURNED = "overturned"


class ConcernAbout(StrEnum):
    """What it is about."""

    VOLUNTEER = "volunteer"
    NEED = "need"


class ConcernKind(StrEnum):
    """What is wrong."""

    RUDE = "rude"
    DISHONEST = "dishonest"
    ADVERTISING = "advertising"
    UNSAFE = "unsafe"
    PRIVATE = "private"
    OTHER = "other"


class Measure(StrEnum):
    """What follows when a concern is upheld."""

    WARNING = "warning"
    STOPPED = "stopped"
    SUSPENDED = "suspended"


_C = ConcernState

WAITS: frozenset[ConcernState] = frozenset({_C.OPEN, _C.APPEALED})
# Which measures there are for what: a request is stopped, a person suspended.
MEASURES: dict[ConcernAbout, tuple[Measure, ...]] = {
    ConcernAbout.VOLUNTEER: (Measure.WARNING, Measure.SUSPENDED),
    ConcernAbout.NEED: (Measure.WARNING, Measure.STOPPED),
}

MOVES: Moves[ConcernState] = table(
    moves("dismiss", [_C.OPEN], _C.DISMISSED, STAFF, needs_reason=True),
    moves("uphold", [_C.OPEN], _C.UPHELD, STAFF, needs_reason=True),
    # By the person concerned, once; somebody else decides then, for good.
    moves("appeal", [_C.UPHELD], _C.APPEALED, PARTIES, needs_reason=True),
    moves("confirm", [_C.APPEALED], _C.CONFIRMED, STAFF, needs_reason=True),
    moves("overturn", [_C.APPEALED], _C.OVERTURNED, STAFF, needs_reason=True),
)
