"""What happened to a need, to its risks and to the people who were asked, in a broker's words, with the tone."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

NEED_MOVES: dict[str, tuple[Any, str | None]] = {
    "create": (lambda: _("Written as a draft"), None),
    "submit": (lambda: _("Sent in"), None),
    "appeal": (lambda: _("Appealed: to be read by somebody else"), "waiting"),
    "begin_triage": (lambda: _("Taken up to be read"), None),
    "skip_triage": (lambda: _("Opened at once, for a trusted requester"), "good"),
    "ask_info": (lambda: _("Asked the requester for more"), "waiting"),
    "open": (lambda: _("Opened"), "good"),
    "refuse": (lambda: _("Refused"), "bad"),
    "edit_materially": (lambda: _("Changed by the requester, so read again"), "waiting"),
    "flag": (lambda: _("Flagged, so read again"), "bad"),
    "renew": (lambda: _("Kept open for longer"), None),
    "fulfil": (lambda: _("Met"), "good"),
    "close_unmet": (lambda: _("Closed as unmet"), "bad"),
    "withdraw": (lambda: _("Withdrawn"), None),
    "escalate": (lambda: _("Passed to network staff"), "waiting"),
    "reassign": (lambda: _("Given to another owner or broker"), None),
    "hand_over": (lambda: _("Handed to a colleague of the requester"), None),
}
RISK_MOVES: dict[str, tuple[Any, str | None]] = {
    "create": (lambda: _("Its risks are looked at"), "waiting"),
    "clear": (lambda: _("Its risks were cleared"), "good"),
    "stop": (lambda: _("Stopped for its risks"), "bad"),
    "reassign": (lambda: _("Another colleague looks at its risks"), None),
    "escalate": (lambda: _("The look at its risks is overdue"), "waiting"),
}
PERSON_MOVES: dict[str, tuple[Any, str | None]] = {
    "propose": (lambda name: _("%(name)s put on the list", name=name), None),
    "offer": (lambda name: _("Offered to %(name)s", name=name), "waiting"),
    "late_offer": (lambda name: _("Offered to %(name)s once more", name=name), "waiting"),
    "ask": (lambda name: _("%(name)s asked a question", name=name), None),
    "answer_question": (lambda name: _("The question of %(name)s was answered", name=name), None),
    "accept": (lambda name: _("%(name)s accepted; details exchanged", name=name), "good"),
    "accept_without_consent": (
        lambda name: _("%(name)s accepted; the requester's word is awaited", name=name),
        "good",
    ),
    "share_contacts": (
        lambda name: _("The requester agreed; details exchanged with %(name)s", name=name),
        "good",
    ),
    "decline": (lambda name: _("%(name)s declined", name=name), None),
    "refer_on": (lambda name: _("%(name)s referred somebody better", name=name), None),
    "expire": (lambda name: _("%(name)s did not answer in time", name=name), None),
    "withdraw": (lambda name: _("Taken back from %(name)s", name=name), None),
    "log_meeting": (lambda name: _("Met %(name)s", name=name), "good"),
    "mark_no_contact": (lambda name: _("No contact with %(name)s", name=name), "bad"),
    "start_progress": (lambda name: _("Under way with %(name)s", name=name), None),
    "report_progress": (lambda name: _("News of the work with %(name)s", name=name), None),
    "complete": (lambda name: _("Completed with %(name)s", name=name), "good"),
    "stall": (lambda name: _("Gone quiet with %(name)s", name=name), "bad"),
    "resume": (lambda name: _("Taken up again with %(name)s", name=name), None),
    "cancel": (lambda name: _("Stopped with %(name)s by staff", name=name), "bad"),
}
# What makes the network ask the next by itself: by whom, and about whom.
CAUSES: dict[str, Any] = {
    "open": lambda name, person: _("In turn, once %(name)s had opened it", name=name),
    "skip_triage": lambda name, person: _("In turn, once it was open"),
    "renew": lambda name, person: _("In turn, once %(name)s had kept it open for longer", name=name),
    "propose": lambda name, person: _("In turn, once %(name)s had put somebody on the list", name=name),
    "decline": lambda name, person: _("In turn, after %(person)s had declined", person=person),
    "refer_on": lambda name, person: _("In turn, after %(person)s had named somebody better", person=person),
    "expire": lambda name, person: _("In turn, after %(person)s had not answered in time", person=person),
    "withdraw": lambda name, person: _("In turn, after it was taken back from %(person)s", person=person),
    "mark_no_contact": lambda name, person: _("In turn, after no contact with %(person)s", person=person),
    "stall": lambda name, person: _("In turn, after it went quiet with %(person)s", person=person),
    "cancel": lambda name, person: _("In turn, after it was stopped with %(person)s", person=person),
}
