"""The words for what concerns hold as codes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from network.domain.concerns import ConcernKind, ConcernState, Measure

KINDS: dict[str, Any] = {
    ConcernKind.RUDE.value: _l("Rude, hurtful or harassing"),
    ConcernKind.DISHONEST.value: _l("Not who they say they are, or not honest"),
    ConcernKind.ADVERTISING.value: _l("Advertising or selling, not asking or helping"),
    ConcernKind.UNSAFE.value: _l("Against the law, or dangerous to somebody"),
    ConcernKind.PRIVATE.value: _l("Passes on what was said in confidence"),
    ConcernKind.OTHER.value: _l("Something else"),
}
MEASURES: dict[str, Any] = {
    Measure.WARNING.value: _l("They are told, and nothing else happens"),
    Measure.STOPPED.value: _l("The request is stopped and read again; its offers wait"),
    Measure.SUSPENDED.value: _l("They are suspended: not shown, not asked, until this is settled"),
}
# The same to the person concerned.
MEASURES_TO_YOU: dict[str, Any] = {
    Measure.WARNING.value: _l("You are told, and nothing else happens"),
    Measure.STOPPED.value: _l("Your request is stopped and read again; offers that are out wait"),
    Measure.SUSPENDED.value: _l("You are suspended: not shown and not asked, until this is settled"),
}
STATES: dict[str, Any] = {
    ConcernState.OPEN.value: _l("Waits for a decision"),
    ConcernState.DISMISSED.value: _l("Looked at, nothing followed"),
    ConcernState.UPHELD.value: _l("Upheld"),
    ConcernState.APPEALED.value: _l("Appealed, waits for another person"),
    ConcernState.CONFIRMED.value: _l("Upheld, also on appeal"),
    ConcernState.OVERTURNED.value: _l("Taken back on appeal"),
}
STATES_TO_YOU: dict[str, Any] = {
    ConcernState.UPHELD.value: _l("We found that what we were told is so"),
    ConcernState.APPEALED.value: _l("You appealed"),
    ConcernState.CONFIRMED.value: _l("It stands, also on appeal"),
    ConcernState.OVERTURNED.value: _l("Taken back on appeal"),
}
# The acts of the record, as staff read them.
RECORD: dict[str, Any] = {
    "report": _l("Reported"),
    "dismiss": _l("Decided that nothing follows"),
    "uphold": _l("Upheld"),
    "tell": _l("What the person concerned was told"),
    "appeal": _l("Appealed"),
    "confirm": _l("Upheld on appeal, for good"),
    "overturn": _l("Taken back on appeal"),
}
