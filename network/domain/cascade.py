"""The cascade: whom to ask next, how many at once, and when to stop asking somebody."""

from datetime import datetime, timedelta
from enum import StrEnum

from network.domain.clock import in_utc
from network.domain.periods import DEFAULT_PERIODS, Periods
from network.domain.states import DeclineReason


def parallel_offers(urgent: bool, usual: int = 1, when_urgent: int = 2) -> int:
    """How many offers of one need may be out at a time."""
    return when_urgent if urgent else usual


def offers_allowed(live_offers: int, accepted_or_later: int, wanted: int, parallel: int = 1) -> int:
    """How many more offers may go out now.

    Offers go out while (live offers + accepted or later that have not failed) is under
    `wanted + parallel - 1`, and none once `wanted` is reached.
    """
    if accepted_or_later >= wanted:
        return 0
    return max(0, wanted + parallel - 1 - live_offers - accepted_or_later)


def is_enough(accepted_or_later: int, wanted: int) -> bool:
    """`wanted` is reached: the other offers are withdrawn with thanks."""
    return accepted_or_later >= wanted


def capacity_left(capacity: int, charged: int) -> int:
    """How often a volunteer may still be asked in the period; never under nought."""
    return max(0, capacity - charged)


def should_ask_next(
    leave_from: datetime | None,
    leave_until: datetime | None,
    now: datetime,
    need_deadline: datetime | None,
    periods: Periods = DEFAULT_PERIODS,
) -> bool:
    """Whether the leave of a volunteer who holds an offer lets the next one be asked as well.

    They keep their place either way. A short leave only stops the clock; one of more than three
    days, or past the need's deadline, would keep the firm waiting too long.
    """
    if not is_on_leave(leave_from, leave_until, now):
        return False
    if leave_from is None or leave_until is None:
        return True
    length = in_utc(leave_until) - in_utc(leave_from)
    too_long = length > timedelta(days=periods.leave_grace_days)
    return too_long or (need_deadline is not None and in_utc(leave_until) > in_utc(need_deadline))


def is_on_leave(leave_from: datetime | None, leave_until: datetime | None, now: datetime) -> bool:
    """On leave now; a leave without an end lasts, one without a beginning or an end is none."""
    if leave_from is None and leave_until is None:
        return False
    begun = leave_from is None or in_utc(leave_from) <= in_utc(now)
    return begun and (leave_until is None or in_utc(now) < in_utc(leave_until))


def expires_after_leave(
    expires_at: datetime, offered_at: datetime, leave_from: datetime, leave_until: datetime
) -> datetime:
    """When an offer ends whose clock stood still over a leave.

    Only the part of the leave that lies within the offer is given back, so a leave recorded
    twice over the same stored end would count twice: call it once for each leave.
    """
    stopped_at = max(in_utc(offered_at), in_utc(leave_from))
    if stopped_at >= in_utc(expires_at):
        return in_utc(expires_at)
    return in_utc(expires_at) + max(timedelta(), in_utc(leave_until) - stopped_at)


class AfterSilence(StrEnum):
    """What offers that expired one after the other call for."""

    NOTHING = "nothing"
    ASK_WHETHER_TO_PAUSE = "ask_whether_to_pause"
    PAUSE = "pause"


def after_silences(expired_in_a_row: int, periods: Periods = DEFAULT_PERIODS) -> AfterSilence:
    """Two silences ask the volunteer whether to pause, three pause them, kindly."""
    if expired_in_a_row >= periods.expiries_before_pause:
        return AfterSilence.PAUSE
    if expired_in_a_row >= periods.expiries_before_asking:
        return AfterSilence.ASK_WHETHER_TO_PAUSE
    return AfterSilence.NOTHING


# The answer to a need that should not have been put to anybody; a broker looks at it again.
FLAGGING_REASONS = frozenset({DeclineReason.NOT_APPROPRIATE})


def flags_need(reason: DeclineReason) -> bool:
    """Whether a decline for this reason sends the need back to triage."""
    return reason in FLAGGING_REASONS
