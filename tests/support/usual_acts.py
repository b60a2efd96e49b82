"""What people usually do with a row as it stands, so that a generated story gets somewhere between its refusals."""

from __future__ import annotations

from collections.abc import Mapping

from network.domain.states import IntroductionState, NeedState, OutcomeStatus

_N, _I, _O = NeedState, IntroductionState, OutcomeStatus
# By state: the act, and who does it. "volunteer" is the one asked; "side" is either of the two.
Usual = Mapping[object, tuple[tuple[str, str], ...]]

NEEDS: Usual = {
    _N.DRAFT: (("submit", "owner"),),
    _N.SUBMITTED: (("begin", "lead"), ("begin", "staff"), ("take", "second_lead"), ("escalate", "lead")),
    _N.IN_TRIAGE: (
        ("open", "lead"),
        ("open", "staff"),
        ("ask info", "lead"),
        ("refuse", "staff"),
        ("propose two", "lead"),
    ),
    _N.NEEDS_INFO: (("submit", "owner"),),
    _N.OPEN: (
        ("propose", "owner"),
        ("propose two", "lead"),
        ("propose", "staff"),
        ("renew", "owner"),
        ("more", "owner"),
        ("take", "second_lead"),
        ("hand over", "owner"),
        ("flag", "lead"),
        ("fulfil", "owner"),
    ),
    _N.REFUSED: (("appeal", "owner"),),
}
OFFERS: Usual = {
    _I.PROPOSED: (("offer", "lead"), ("offer", "staff"), ("take back", "owner")),
    _I.OFFERED: (
        ("accept", "volunteer"),
        ("accept", "volunteer"),
        ("ask", "volunteer"),
        ("no capacity", "volunteer"),
        ("not right", "volunteer"),
        ("refer", "volunteer"),
        ("pause", "volunteer"),
    ),
    _I.EXPLORING: (
        ("answer", "owner"),
        ("accept", "volunteer"),
        ("ask", "volunteer"),
        ("refer", "volunteer"),
    ),
    _I.ACCEPTED: (("share", "owner"), ("take back", "volunteer")),
    _I.EXPIRED: (("late yes", "volunteer"), ("offer again", "lead")),
    _I.INTRODUCED: (("met", "owner"), ("met", "volunteer"), ("silence", "owner")),
    _I.NO_CONTACT: (("met", "volunteer"),),
    _I.MET: (("begin", "volunteer"), ("complete", "owner"), ("stall", "volunteer"), ("thank", "owner")),
    _I.IN_PROGRESS: (("report", "owner"), ("complete", "volunteer"), ("stall", "owner")),
    _I.STALLED: (("resume", "volunteer"),),
    _I.COMPLETED: (("thank", "owner"),),
}
FOLLOWING: Usual = {
    _I.ACCEPTED: (("share", "owner"),),
    _I.INTRODUCED: (
        ("suggest", "side"),
        ("choose", "side"),
        ("choose", "side"),
        ("held", "side"),
        ("missed", "side"),
        ("call off", "side"),
        ("met", "side"),
    ),
    _I.NO_CONTACT: (("met", "side"), ("suggest", "side")),
    _I.MET: (
        ("suggest", "side"),
        ("choose", "side"),
        ("held", "side"),
        ("feedback", "side"),
        ("begin", "side"),
        ("stall", "side"),
        ("record a draft", "side"),
    ),
    _I.IN_PROGRESS: (("report", "side"), ("complete", "side"), ("record", "side"), ("suggest", "side")),
    _I.STALLED: (("resume", "side"), ("follow up", "side")),
    _I.COMPLETED: (
        ("follow up", "side"),
        ("follow up", "side"),
        ("record", "side"),
        ("record a draft", "side"),
        ("feedback", "side"),
    ),
}
OUTCOMES: Usual = {
    _O.DRAFT: (("name a contact", "side"), ("edit", "side"), ("declare", "owner")),
    _O.AWAITING_CONFIRMATION: (
        ("reissue", "lead"),
        ("corroborate", "volunteer"),
        ("corroborate", "lead"),
        ("consent", "owner"),
    ),
    _O.UNANSWERED: (
        ("corroborate", "lead"),
        ("name a contact", "side"),
        ("reissue", "lead"),
        ("edit", "side"),
    ),
    _O.DISPUTED: (("note", "side"), ("take back", "side"), ("edit", "side"), ("check evidence", "staff")),
    _O.CONFIRMED: (("actual", "owner"), ("edit", "side"), ("consent", "owner"), ("check evidence", "staff")),
}


def usual(table: Usual, state: object, pick: int) -> tuple[str, str] | None:
    """One of the acts that are usual in a state, and by whom; None where nothing is."""
    known = table.get(state, ())
    return known[pick % len(known)] if known else None
