"""What people say about an outcome and about its confirmation, as values that were checked for shape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from network.domain.errors import Invalid
from network.domain.states import (
    HARD_KINDS,
    OutcomeClass,
    OutcomeKind,
    PublishConsent,
    RatingTopic,
    ShareWithout,
    ValueMode,
)
from network.domain.values import ValueBand

VALUE_TYPES = ("sales", "investment", "grant", "saving")
# Counted in people, not in money: never converted and never added to it.
JOBS = "jobs"
KINDS_IN_JOBS = frozenset({OutcomeKind.JOBS, OutcomeKind.HIRE_OR_PLACEMENT})
KINDS_IN_MONEY = HARD_KINDS - KINDS_IN_JOBS - {OutcomeKind.PARTNERSHIP}
VALUE_BANDS = tuple(band.value for band in ValueBand)
LARGEST = Decimal("9999999999")


@dataclass(frozen=True, slots=True)
class YearValue:
    """The value of one year, 1 to 5, in the draft's currency (or in people where its type is "jobs")."""

    year: int
    value_type: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """One outcome as its reporter tells it."""

    kind: OutcomeKind
    title: str
    what_happened: str
    happened_on: date
    help_given: str = ""
    goods_services: str = ""
    other_party: str = ""
    other_party_confidential: bool = True
    none_reason: str | None = None
    value_mode: ValueMode = ValueMode.CANNOT_SAY
    value_band: str | None = None
    values: tuple[YearValue, ...] = ()
    # Three letters; None for the network's own.
    currency: str | None = None
    anonymous: bool = False
    # The reporter has seen that one like it stands already, and says that this is another.
    is_another: bool = False
    contact_name: str = ""
    contact_email: str = ""
    # The mission it came of; None for none, nought for the one of its introduction.
    mission_id: int | None = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """What of an outcome the contact can put right in fields: what it was, in which words, when, and its worth."""

    kind: OutcomeKind
    title: str
    # Where nothing came of it: why.
    what_happened: str
    happened_on: date
    currency: str
    value_mode: ValueMode = ValueMode.CANNOT_SAY
    value_band: str | None = None
    values: tuple[YearValue, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmationDraft:
    """What the beneficiary's contact answers; a rating of None means not applicable."""

    answer: str
    ratings: dict[RatingTopic, int | None] = field(default_factory=dict)
    prerequisite: bool | None = None
    sped_up: bool | None = None
    share_without: ShareWithout | None = None
    new_market: bool | None = None
    risk_of_not_exporting: bool | None = None
    publish: PublishConsent = PublishConsent.NO
    comments: str = ""
    corrections: str = ""
    # None where the claim was not shown in fields.
    claim: Claim | None = None


def check_draft(draft: OutcomeDraft, today: date) -> None:
    """Raise Invalid, naming the field, where the draft cannot stand."""
    if draft.happened_on > today:
        raise Invalid("date_ahead", "Give a date that is not in the future.", "happened_on")
    if draft.kind.outcome_class is OutcomeClass.NONE and not (draft.none_reason or "").strip():
        raise Invalid("reason_missing", "Say in a sentence why nothing came of it.", "none_reason")
    check_worth(draft, must_have_years=draft.kind.outcome_class is OutcomeClass.HARD)


def check_worth(given: OutcomeDraft | Claim, *, must_have_years: bool) -> None:
    """Raise Invalid, naming the field, for a band that is none, years without an amount, or amounts out of range."""
    if given.value_mode is ValueMode.BAND and given.value_band not in VALUE_BANDS:
        raise Invalid("band_missing", "Choose the band that fits best.", "value_band")
    if given.value_mode is ValueMode.EXACT and must_have_years and not given.values:
        raise Invalid("value_missing", "Give the value of at least one year.", "value_year_1")
    for value in given.values:
        if not (Decimal(0) <= value.amount <= LARGEST):
            raise Invalid(
                "value_range", "Give an amount between 0 and 9,999,999,999.", f"value_year_{value.year}"
            )


def fitting(corrected: Claim, claimed: Claim) -> Claim:
    """The corrected claim without the worth that its kind does not have; untouched where the kind stands."""
    if corrected.kind is claimed.kind:
        return corrected
    in_money, in_people = corrected.kind in KINDS_IN_MONEY, corrected.kind in KINDS_IN_JOBS
    values = tuple(one for one in corrected.values if (in_people if one.value_type == JOBS else in_money))
    if in_money:
        return replace(corrected, values=values)
    mode = ValueMode.EXACT if values else ValueMode.CANNOT_SAY
    return replace(corrected, value_mode=mode, value_band=None, values=values)


def check_claim(corrected: Claim, claimed: Claim, today: date) -> None:
    """Raise Invalid, naming the field, where what the contact puts in place of the claim cannot stand."""
    nothing = corrected.kind.outcome_class is OutcomeClass.NONE
    turned = nothing is not (claimed.kind.outcome_class is OutcomeClass.NONE)
    # Words that were left out of the claim are asked of nobody. Where something turns into nothing, or nothing into
    # something, it is told anew.
    if _is_wanting(corrected.title, claimed.title, turned and not nothing):
        raise Invalid("title_missing", "Give it a short title.", "title")
    if _is_wanting(corrected.what_happened, claimed.what_happened, turned):
        words = (
            "Say in a sentence why nothing came of it."
            if nothing
            else "Say what happened, in a sentence or two."
        )
        raise Invalid("words_missing", words, "what_happened")
    if corrected.happened_on > today:
        raise Invalid("date_ahead", "Give a date that is not in the future.", "happened_on")
    check_worth(corrected, must_have_years=True)


def _is_wanting(now: str, was: str, anew: bool) -> bool:
    return same(now, was) if anew else bool(was.split()) and not now.split()


def same(was: str, now: str) -> bool:
    """Whether two texts hold the same words, whatever the blanks between them."""
    return was.split() == now.split()


def check_confirmation(draft: ConfirmationDraft, *, corrected: bool = False) -> None:
    """Raise Invalid, naming the field, where the answer cannot stand; `corrected`: it differs from the claim."""
    if draft.answer not in {"confirm", "confirm_with_corrections", "dispute"}:
        raise Invalid("answer_missing", "Say whether this is right.", "answer")
    if draft.answer == "confirm" and corrected:
        words = "You changed what was claimed. Choose “Yes, with corrections”, or put it back."
        raise Invalid("claim_changed", words, "answer")
    if draft.answer == "confirm_with_corrections" and not corrected and not draft.corrections.strip():
        words = "Change what is not right above, or say here in a sentence what should be put right."
        raise Invalid("corrections_missing", words, "corrections")
    if draft.answer == "dispute" and not draft.comments.strip():
        raise Invalid("reason_missing", "Say in a sentence what is not right.", "comments")
    for score in draft.ratings.values():
        if score is not None and not 1 <= score <= 5:
            raise Invalid("rating_range", "Choose one of the five steps.", "rating_overall")
