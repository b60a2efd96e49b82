"""The lifecycle of an outcome: what came of it, and what the beneficiary says about it.

Status says where the question stands, tier how well the answer is supported. An outcome that
the beneficiary's only contact reported, declared and had corroborated is settled too, so its
status is `confirmed`, but its tier stays `corroborated` and it is counted apart for ever:
figures go by `counted_as`, never by the status alone.
"""

from enum import StrEnum

from network.domain.lifecycle import (
    BENEFICIARY,
    BROKER,
    PARTIES,
    REQUESTER,
    STAFF,
    SYSTEM,
    VOLUNTEER,
    Moves,
    moves,
    table,
)
from network.domain.states import EvidenceTier, OutcomeStatus

_O = OutcomeStatus

ENDED: frozenset[OutcomeStatus] = frozenset({_O.LAPSED, _O.VOID})
LIVE: frozenset[OutcomeStatus] = frozenset(_O) - ENDED
# Asked, and not answered with a yes or a no.
PENDING: frozenset[OutcomeStatus] = frozenset({_O.AWAITING_CONFIRMATION, _O.UNANSWERED})

_REPORTERS = PARTIES | BROKER

MOVES: Moves[OutcomeStatus] = table(
    moves("request_confirmation", [_O.DRAFT], _O.AWAITING_CONFIRMATION, _REPORTERS),
    moves("reissue", [_O.AWAITING_CONFIRMATION], _O.AWAITING_CONFIRMATION, BROKER | SYSTEM),
    # Silence or a dispute is answered by asking again: another contact, a mended text.
    moves("ask_again", [_O.UNANSWERED, _O.DISPUTED], _O.AWAITING_CONFIRMATION, _REPORTERS),
    moves("edit_materially", [_O.CONFIRMED], _O.AWAITING_CONFIRMATION, _REPORTERS),
    # A dispute ends where the reporter takes it back: the beneficiary was right.
    moves("take_back", [_O.DISPUTED], _O.VOID, _REPORTERS, needs_reason=True),
    # The beneficiary's named contact, by the personal link.
    moves("confirm", [_O.AWAITING_CONFIRMATION], _O.CONFIRMED, BENEFICIARY),
    moves("confirm_with_corrections", [_O.AWAITING_CONFIRMATION], _O.CONFIRMED, BENEFICIARY),
    moves(
        "dispute",
        [_O.AWAITING_CONFIRMATION, _O.CONFIRMED],
        _O.DISPUTED,
        BENEFICIARY,
        needs_reason=True,
    ),
    # The only contact reported it: they declare, somebody unconflicted corroborates.
    moves("declare", [_O.AWAITING_CONFIRMATION], _O.AWAITING_CONFIRMATION, REQUESTER),
    moves("corroborate", [_O.AWAITING_CONFIRMATION], _O.CONFIRMED, VOLUNTEER | BROKER),
    # After the answer: the figures at 12 and 24 months, and papers that were seen.
    moves("check_actuals", [_O.CONFIRMED], _O.CONFIRMED, BENEFICIARY | REQUESTER | BROKER),
    moves("check_evidence", [_O.CONFIRMED], _O.CONFIRMED, STAFF),
    # By the clock.
    moves("mark_unanswered", [_O.AWAITING_CONFIRMATION], _O.UNANSWERED, SYSTEM),
    moves(
        "lapse",
        [_O.DRAFT, _O.AWAITING_CONFIRMATION, _O.UNANSWERED, _O.DISPUTED],
        _O.LAPSED,
        SYSTEM,
    ),
    moves("discard", [_O.DRAFT], _O.VOID, _REPORTERS),
    moves("void", sorted(LIVE | {_O.LAPSED}), _O.VOID, STAFF, needs_reason=True),
)


class CountedAs(StrEnum):
    """The groups of figures that are never added together."""

    CONFIRMED = "confirmed"
    CORROBORATED = "corroborated"
    PENDING = "pending"
    DISPUTED = "disputed"


def counted_as(status: OutcomeStatus, tier: EvidenceTier) -> CountedAs | None:
    """The group in which an outcome stands in figures; None where it stands in none."""
    if status is OutcomeStatus.CONFIRMED:
        supported = tier.rank >= EvidenceTier.CONFIRMED.rank
        return CountedAs.CONFIRMED if supported else CountedAs.CORROBORATED
    if status is OutcomeStatus.DISPUTED:
        return CountedAs.DISPUTED
    return CountedAs.PENDING if status in PENDING else None


_TIERS: dict[str, EvidenceTier] = {
    "confirm": EvidenceTier.CONFIRMED,
    "confirm_with_corrections": EvidenceTier.CONFIRMED,
    "corroborate": EvidenceTier.CORROBORATED,
    "edit_materially": EvidenceTier.REPORTED,
    "dispute": EvidenceTier.REPORTED,
}


def tier_after(action: str, tier: EvidenceTier) -> EvidenceTier:
    """The evidence tier after an act of the table.

    Seen papers lift a confirmed outcome to the top, but never turn a corroborated one into one
    that the beneficiary's own independent contact has confirmed.
    """
    if action == "check_evidence":
        lifted = tier.rank >= EvidenceTier.CONFIRMED.rank
        return EvidenceTier.EVIDENCE_CHECKED if lifted else tier
    return _TIERS.get(action, tier)
