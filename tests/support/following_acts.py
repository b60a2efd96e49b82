"""What anybody may try once two people know each other: meetings that are planned, what came of them, and its answer.

`w` is the story itself, with its session and its time; `n` is some number, from which an act takes its choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from network.accounts.links import find_link
from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import OutcomeKind, PublishConsent, ShareWithout, ValueMode
from network.introductions import operations as intro
from network.models import Introduction, MailMessage, Outcome
from network.outcomes import operations as outcomes
from network.outcomes.asking import answer_confirmation
from network.outcomes.corrections import claim_of
from network.outcomes.drafts import ConfirmationDraft, OutcomeDraft, YearValue
from network.outcomes.settling import add_note, change_consent, record_actual, take_back

ANSWERS = ("nothing_yet", "talking", "deal", "stopped")
CONTACTS = (
    ("Kim Contact", "kim@firm.example"),
    ("Lou Contact", "lou@firm.example"),
    ("Not Me", "volunteer@kinbridge.example"),
)
_LINK = re.compile(r"/(confirm|follow-up)/([\w~.-]+)")


def draft(w: Any, n: int, **given: Any) -> OutcomeDraft:
    """An outcome out of a number: some with years, some with a band, some soft, some nothing."""
    kinds = (OutcomeKind.EXPORT_CONTRACT, OutcomeKind.MARKET_KNOWLEDGE, OutcomeKind.NOTHING)
    kind = kinds[0] if n % 5 < 3 else kinds[n % 5 - 2]
    band, years = n % 2 == 1, tuple(YearValue(year, "sales", Decimal(1000 * n + year)) for year in (1, 2))
    name, email = CONTACTS[n % 7 % 3]
    values: dict[str, Any] = {
        "kind": kind,
        "title": f"What came of it, {n}",
        "what_happened": "An order for dosing pumps.",
        "happened_on": w.now.date() - timedelta(days=n),
        "none_reason": "It was too early." if kind is OutcomeKind.NOTHING else None,
        "value_mode": ValueMode.BAND if band else ValueMode.EXACT,
        "value_band": "10k_50k" if band else None,
        "values": () if band else years,
        "is_another": n > 3,
        "contact_name": name,
        "contact_email": w.volunteer_email if name == "Not Me" else email,
        **given,
    }
    return OutcomeDraft(**values)


# --- meetings, and what came of them ----------------------------------------------------


def _suggest(w: Any, a: Actor, i: Introduction, n: int) -> object:
    times = [w.now + timedelta(days=day, hours=n) for day in range(1, 2 + n % 3)]
    return intro.propose_times(w.session, a, i, times, now=w.now)


def _suggest_past(w: Any, a: Actor, i: Introduction, n: int) -> object:
    return intro.propose_times(w.session, a, i, [w.now - timedelta(hours=1)], now=w.now)


def _choose(w: Any, a: Actor, i: Introduction, n: int) -> object:
    plan = intro.find_plan(w.session, i.id)
    if plan is None or not plan.slots:
        raise NotFound("no_plan", "None.")
    at = datetime.fromisoformat(plan.slots[n % len(plan.slots)])
    return intro.agree_time(w.session, a, i, at, now=w.now)


FOLLOWING_ACTS: dict[str, Callable[[Any, Actor, Introduction, int], object]] = {
    "suggest": _suggest,
    "suggest the past": _suggest_past,
    "choose": _choose,
    "call off": lambda w, a, i, n: intro.call_off(w.session, a, i, now=w.now),
    "held": lambda w, a, i, n: intro.hold_meeting(w.session, a, i, now=w.now),
    "missed": lambda w, a, i, n: intro.miss_meeting(
        w.session, a, i, ("volunteer", "requester", "both")[n % 3], now=w.now
    ),
    "met": lambda w, a, i, n: intro.log_meeting(w.session, a, i, held_on=w.now.date(), now=w.now),
    "share": lambda w, a, i, n: intro.share_contacts(w.session, a, i, now=w.now),
    "begin": lambda w, a, i, n: intro.start_progress(w.session, a, i, now=w.now),
    "report": lambda w, a, i, n: intro.report_progress(w.session, a, i, now=w.now),
    "complete": lambda w, a, i, n: intro.complete_introduction(w.session, a, i, now=w.now),
    "stall": lambda w, a, i, n: intro.stall(w.session, a, i, now=w.now),
    "resume": lambda w, a, i, n: intro.resume(w.session, a, i, now=w.now),
    "cancel": lambda w, a, i, n: intro.cancel_introduction(w.session, a, i, "Moderated.", now=w.now),
    "follow up": lambda w, a, i, n: intro.record_follow_up(w.session, a, i, ANSWERS[n % 4], now=w.now),
    "feedback": lambda w, a, i, n: intro.give_feedback(w.session, a, i, "useful", "It went well.", now=w.now),
    "record": lambda w, a, i, n: outcomes.record_outcome(w.session, a, i.id, draft(w, n), now=w.now),
    "record a draft": lambda w, a, i, n: outcomes.record_outcome(
        w.session, a, i.id, draft(w, n), now=w.now, send=False
    ),
}
OUTCOME_ACTS: dict[str, Callable[[Any, Actor, Outcome, int], object]] = {
    "edit": lambda w, a, o, n: outcomes.edit_outcome(w.session, a, o.id, draft(w, n), seen=None, now=w.now),
    "name a contact": lambda w, a, o, n: outcomes.name_contact(
        w.session, a, o.id, name="Kim", email=draft(w, n).contact_email, seen=None, now=w.now
    ),
    "declare": lambda w, a, o, n: outcomes.declare_only_contact(w.session, a, o.id, seen=None, now=w.now),
    "corroborate": lambda w, a, o, n: outcomes.corroborate_outcome(w.session, a, o.id, seen=None, now=w.now),
    "reissue": lambda w, a, o, n: outcomes.reissue_link(w.session, a, o.id, seen=None, now=w.now),
    "check evidence": lambda w, a, o, n: outcomes.check_evidence(w.session, a, o.id, seen=None, now=w.now),
    "void": lambda w, a, o, n: outcomes.void_outcome(
        w.session, a, o.id, reason="Told twice.", seen=None, now=w.now
    ),
    "take back": lambda w, a, o, n: take_back(
        w.session, a, o.id, reason="They were right.", seen=None, now=w.now
    ),
    "note": lambda w, a, o, n: add_note(w.session, a, o.id, "It was in March.", now=w.now),
    "consent": lambda w, a, o, n: change_consent(w.session, a, o.id, list(PublishConsent)[n % 3], now=w.now),
    "actual": lambda w, a, o, n: record_actual(w.session, a, o.id, Decimal(100 * n), seen=None, now=w.now),
}


# --- by a link out of a mail, the newest or any other -----------------------------------


def secrets(w: Any, kind: str) -> list[str]:
    """The secrets of all links of a kind that stand in mails, the newest first."""
    texts = w.session.scalars(select(MailMessage.text).order_by(MailMessage.id.desc()))
    return [secret for text in texts for found, secret in _LINK.findall(text) if found == kind]


def _answer(w: Any, n: int, answer: str, **given: Any) -> object:
    known = secrets(w, "confirm")
    link = find_link(w.session, "confirm", known[n // 4 % len(known)]) if known else None
    if link is None:
        raise NotFound("no_link", "None.")
    share = list(ShareWithout)[n % len(ShareWithout)]
    told = ConfirmationDraft(answer, share_without=share, publish=list(PublishConsent)[n % 3], **given)
    return answer_confirmation(w.session, link, told, now=w.now)


def _correct(w: Any, n: int) -> object:
    """The day and the amounts are put right in the fields of the page."""
    known = secrets(w, "confirm")
    link = find_link(w.session, "confirm", known[n // 4 % len(known)]) if known else None
    if link is None:
        raise NotFound("no_link", "None.")
    claimed = claim_of(w.session, w.session.get_one(Outcome, link.subject_id))
    values = (YearValue(1, "sales", Decimal(7 * n + 1)),) if claimed.values else ()
    fixed = replace(claimed, happened_on=w.now.date() - timedelta(days=n), values=values)
    return _answer(w, n, "confirm_with_corrections", claim=fixed)


def _follow_up(w: Any, n: int) -> object:
    known = secrets(w, "follow-up")
    if not known:
        raise NotFound("no_link", "None.")
    return intro.answer_by_link(w.session, known[n // 4 % len(known)], ANSWERS[n % 4], now=w.now)


LINK_ACTS: dict[str, Callable[[Any, int], object]] = {
    "confirm": lambda w, n: _answer(w, n, "confirm"),
    "correct": _correct,
    "correct in words": lambda w, n: _answer(w, n, "confirm_with_corrections", corrections="In March."),
    "dispute": lambda w, n: _answer(w, n, "dispute", comments="It never came about."),
    "say what came of it": _follow_up,
}
