"""The lifecycle of an introduction: one need put to one volunteer.

Refusals that look at more than the state (the need is open, the volunteer has capacity, the
organisation is not suspended, nobody is conflicted) belong to the operation that comes here.
"""

from network.domain.lifecycle import (
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
from network.domain.states import IntroductionState

_I = IntroductionState

LIVE: frozenset[IntroductionState] = frozenset(
    {
        _I.PROPOSED,
        _I.OFFERED,
        _I.EXPLORING,
        _I.ACCEPTED,
        _I.INTRODUCED,
        _I.MET,
        _I.IN_PROGRESS,
    }
)
ENDED: frozenset[IntroductionState] = frozenset(_I) - LIVE
FAILED: frozenset[IntroductionState] = ENDED - {_I.COMPLETED}
# An offer out with a volunteer, answered by a question or not at all.
OFFERS: frozenset[IntroductionState] = frozenset({_I.OFFERED, _I.EXPLORING})
# Withdrawn in one transaction when the volunteer leaves or the need closes; the later states
# stay, because two people already know each other.
WITHDRAWN_ON_LEAVING: frozenset[IntroductionState] = frozenset(
    {_I.PROPOSED, _I.OFFERED, _I.EXPLORING, _I.ACCEPTED}
)
# Accepted or later, and not failed: what the cascade counts against `wanted`.
COUNTS_TOWARDS_WANTED: frozenset[IntroductionState] = frozenset(
    {_I.ACCEPTED, _I.INTRODUCED, _I.MET, _I.IN_PROGRESS, _I.COMPLETED}
)
# Both sides hold each other's details.
CONTACTS_SHARED: frozenset[IntroductionState] = frozenset(
    {_I.INTRODUCED, _I.MET, _I.IN_PROGRESS, _I.COMPLETED, _I.NO_CONTACT, _I.STALLED}
)
# Both sides and the broker write to each other; before, the volunteer's one question opens the thread.
THREAD_OPEN: frozenset[IntroductionState] = frozenset({_I.EXPLORING, _I.ACCEPTED}) | CONTACTS_SHARED
# What counts against a volunteer's capacity in the period: offers that are out, and every
# acceptance, whatever came of it. A no, a silence or a withdrawal is given back.
CHARGED: frozenset[IntroductionState] = OFFERS | COUNTS_TOWARDS_WANTED | CONTACTS_SHARED

_ANSWERABLE = (_I.OFFERED, _I.EXPLORING)

MOVES: Moves[IntroductionState] = table(
    moves("offer", [_I.PROPOSED], _I.OFFERED, BROKER | SYSTEM),
    # The volunteer's answers, to the offer itself or after a question.
    moves("ask", _ANSWERABLE, _I.EXPLORING, VOLUNTEER),
    moves("answer_question", [_I.EXPLORING], _I.EXPLORING, REQUESTER | BROKER),
    moves("accept", _ANSWERABLE, _I.INTRODUCED, VOLUNTEER),
    moves("accept_without_consent", _ANSWERABLE, _I.ACCEPTED, VOLUNTEER),
    moves("decline", _ANSWERABLE, _I.DECLINED, VOLUNTEER, needs_reason=True),
    moves("refer_on", _ANSWERABLE, _I.REFERRED_ON, VOLUNTEER),
    moves("expire", _ANSWERABLE, _I.EXPIRED, SYSTEM),
    moves("late_offer", [_I.EXPIRED], _I.OFFERED, VOLUNTEER | BROKER),
    # The asking side.
    moves("share_contacts", [_I.ACCEPTED], _I.INTRODUCED, REQUESTER),
    moves(
        "withdraw",
        [_I.PROPOSED, _I.OFFERED, _I.EXPLORING],
        _I.WITHDRAWN,
        REQUESTER | BROKER | SYSTEM,
    ),
    # Before details are exchanged a volunteer may still think better of it.
    moves("withdraw", [_I.ACCEPTED], _I.WITHDRAWN, PARTIES | BROKER | SYSTEM),
    # What the two make of it.
    moves("log_meeting", [_I.INTRODUCED, _I.NO_CONTACT, _I.MET], _I.MET, PARTIES),
    moves("log_meeting", [_I.IN_PROGRESS], _I.IN_PROGRESS, PARTIES),
    moves("mark_no_contact", [_I.INTRODUCED], _I.NO_CONTACT, PARTIES | BROKER | SYSTEM),
    moves("start_progress", [_I.MET], _I.IN_PROGRESS, PARTIES),
    moves("report_progress", [_I.IN_PROGRESS], _I.IN_PROGRESS, PARTIES),
    moves("complete", [_I.MET, _I.IN_PROGRESS], _I.COMPLETED, PARTIES | BROKER | SYSTEM),
    moves("stall", [_I.MET, _I.IN_PROGRESS], _I.STALLED, PARTIES | BROKER | SYSTEM),
    moves("resume", [_I.STALLED], _I.IN_PROGRESS, PARTIES),
    # Moderation.
    moves("cancel", sorted(LIVE), _I.CANCELLED, STAFF, needs_reason=True),
)


def accept_action(requester_consented: bool) -> str:
    """The act a yes is: straight to the introduction, or to the requester's own yes first."""
    return "accept" if requester_consented else "accept_without_consent"
