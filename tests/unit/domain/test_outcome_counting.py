"""In which group an outcome is counted, and how well it is supported."""

import pytest

from network.domain.outcome_moves import MOVES, CountedAs, counted_as, tier_after
from network.domain.states import (
    HARD_KINDS,
    SOFT_KINDS,
    EvidenceTier,
    OutcomeClass,
    OutcomeKind,
    OutcomeStatus,
    Rating,
)

REPORTED, CORROBORATED, CONFIRMED, CHECKED = EvidenceTier


@pytest.mark.parametrize("tier", EvidenceTier)
@pytest.mark.parametrize("status", OutcomeStatus)
def test_only_a_beneficiary_s_confirmation_counts_in_headlines(status: OutcomeStatus, tier: EvidenceTier):
    group = counted_as(status, tier)
    headline = status is OutcomeStatus.CONFIRMED and tier in {CONFIRMED, CHECKED}
    assert (group is CountedAs.CONFIRMED) == headline
    if status is OutcomeStatus.CONFIRMED and not headline:
        assert group is CountedAs.CORROBORATED
    if status in {OutcomeStatus.DRAFT, OutcomeStatus.LAPSED, OutcomeStatus.VOID}:
        assert group is None


def test_an_unanswered_outcome_is_pending_and_a_disputed_one_stands_apart():
    assert counted_as(OutcomeStatus.UNANSWERED, REPORTED) is CountedAs.PENDING
    assert counted_as(OutcomeStatus.AWAITING_CONFIRMATION, CORROBORATED) is CountedAs.PENDING
    assert counted_as(OutcomeStatus.DISPUTED, CONFIRMED) is CountedAs.DISPUTED


def test_the_tier_follows_the_acts():
    assert tier_after("confirm", REPORTED) is CONFIRMED
    assert tier_after("confirm_with_corrections", REPORTED) is CONFIRMED
    assert tier_after("corroborate", REPORTED) is CORROBORATED
    assert tier_after("check_evidence", CONFIRMED) is CHECKED
    assert tier_after("edit_materially", CHECKED) is REPORTED
    assert tier_after("dispute", CONFIRMED) is REPORTED
    assert tier_after("reissue", CORROBORATED) is CORROBORATED


def test_papers_never_turn_a_corroborated_outcome_into_a_confirmed_one():
    tier = tier_after("check_evidence", tier_after("corroborate", REPORTED))
    assert counted_as(OutcomeStatus.CONFIRMED, tier) is CountedAs.CORROBORATED


def test_only_the_beneficiary_s_own_answers_lead_to_the_confirmed_tier():
    lifted = {action for _, action in MOVES if tier_after(action, REPORTED) is CONFIRMED}
    assert lifted == {"confirm", "confirm_with_corrections"}


def test_every_kind_of_outcome_has_one_class():
    assert len(HARD_KINDS) == 9
    assert len(SOFT_KINDS) == 7
    classes = {kind: kind.outcome_class for kind in OutcomeKind}
    assert classes[OutcomeKind.NOTHING] is OutcomeClass.NONE
    assert {kind for kind, group in classes.items() if group is OutcomeClass.HARD} == HARD_KINDS
    assert {kind for kind, group in classes.items() if group is OutcomeClass.SOFT} == SOFT_KINDS


def test_tiers_and_ratings_have_an_order():
    assert [tier.rank for tier in EvidenceTier] == [0, 1, 2, 3]
    assert [rating.score for rating in Rating] == [None, 1, 2, 3, 4, 5]
