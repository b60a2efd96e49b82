"""What anybody may try in a generated story: `w` is the story itself, with its session, its time and its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from network.domain.actor import Actor
from network.domain.concerns import MEASURES
from network.domain.states import DeclineReason
from network.introductions import operations as intro
from network.models import Concern, RiskReview
from network.moderation import operations as moderation
from network.needs import operations as needs

Act = Callable[..., object]

NEED_ACTS: dict[str, Act] = {
    "submit": lambda w, a, n, v: needs.submit_need(w.session, a, n, now=w.now),
    "begin": lambda w, a, n, v: needs.begin_triage(w.session, a, n, now=w.now),
    "open": lambda w, a, n, v: needs.open_need(w.session, a, n, now=w.now, organisation_checked=True),
    "ask info": lambda w, a, n, v: needs.ask_info(w.session, a, n, "Which certificates?", now=w.now),
    "refuse": lambda w, a, n, v: needs.refuse_need(w.session, a, n, "Not for this network.", now=w.now),
    "appeal": lambda w, a, n, v: needs.appeal_need(w.session, a, n, "Please look again.", now=w.now),
    "flag": lambda w, a, n, v: needs.flag_need(w.session, a, n, "This reads oddly.", now=w.now),
    "renew": lambda w, a, n, v: needs.renew_need(w.session, a, n, w.now.date() + timedelta(60), now=w.now),
    "more": lambda w, a, n, v: needs.ask_for_more(w.session, a, n, now=w.now),
    "fulfil": lambda w, a, n, v: needs.fulfil_need(w.session, a, n, now=w.now),
    "unmet": lambda w, a, n, v: needs.close_unmet(w.session, a, n, "Nobody knows this.", now=w.now),
    "withdraw": lambda w, a, n, v: needs.withdraw_need(w.session, a, n, now=w.now),
    "take": lambda w, a, n, v: needs.take_need(w.session, a, n, now=w.now),
    "escalate": lambda w, a, n, v: needs.escalate_need(w.session, a, n, now=w.now),
    "hand over": lambda w, a, n, v: needs.hand_over_need(w.session, a, n, w.colleague_id, now=w.now),
    "propose": lambda w, a, n, v: intro.propose(w.session, a, n, [v.id], now=w.now),
    "propose two": lambda w, a, n, v: intro.propose(w.session, a, n, [v.id, w.volunteer_ids[0]], now=w.now),
}
ANSWERS: dict[str, Act] = {
    "accept": lambda w, a, i, v: intro.accept_introduction(w.session, a, i, now=w.now),
    "late yes": lambda w, a, i, v: intro.late_yes(w.session, a, i, now=w.now),
    "share": lambda w, a, i, v: intro.share_contacts(w.session, a, i, now=w.now),
    "ask": lambda w, a, i, v: intro.ask_question(w.session, a, i, "Which voltage?", now=w.now),
    "answer": lambda w, a, i, v: intro.answer_question(w.session, a, i, "230 volts.", now=w.now),
    "no capacity": lambda w, a, i, v: intro.decline(w.session, a, i, DeclineReason.NO_CAPACITY, now=w.now),
    "not right": lambda w, a, i, v: intro.decline(w.session, a, i, DeclineReason.NOT_APPROPRIATE, now=w.now),
    "refer": lambda w, a, i, v: intro.refer_to_volunteer(w.session, a, i, v.id, now=w.now),
    "pause": lambda w, a, i, v: intro.pause_from_answer(
        w.session, a, i, w.now.date() + timedelta(20), now=w.now
    ),
}
LATER_ACTS: dict[str, Act] = {
    "offer": lambda w, a, i, v: intro.offer(w.session, a, i, now=w.now),
    "offer again": lambda w, a, i, v: intro.offer_again(w.session, a, i, now=w.now),
    "take back": lambda w, a, i, v: intro.withdraw_introduction(w.session, a, i, now=w.now),
    "met": lambda w, a, i, v: intro.log_meeting(w.session, a, i, held_on=w.now.date(), now=w.now),
    "begin": lambda w, a, i, v: intro.start_progress(w.session, a, i, now=w.now),
    "report": lambda w, a, i, v: intro.report_progress(w.session, a, i, now=w.now),
    "silence": lambda w, a, i, v: intro.mark_no_contact(w.session, a, i, now=w.now),
    "complete": lambda w, a, i, v: intro.complete_introduction(w.session, a, i, now=w.now),
    "stall": lambda w, a, i, v: intro.stall(w.session, a, i, now=w.now),
    "resume": lambda w, a, i, v: intro.resume(w.session, a, i, now=w.now),
    "cancel": lambda w, a, i, v: intro.cancel_introduction(w.session, a, i, "Moderated.", now=w.now),
    "thank": lambda w, a, i, v: intro.thank_volunteer(w.session, a, i, "Thank you!", now=w.now),
    "leave": lambda w, a, i, v: intro.leave_network(w.session, a, v.id, now=w.now),
}
# A look at the risks of a need, and what becomes of it.
RISK_ACTS: dict[str, Callable[[Any, Actor, RiskReview], object]] = {
    "clear": lambda w, a, r: needs.clear_risk(w.session, a, r, "An open tender.", now=w.now),
    "stop": lambda w, a, r: needs.stop_risk(
        w.session, a, r, "On a list.", words="We cannot put this to anybody.", now=w.now
    ),
    "hand over": lambda w, a, r: needs.hand_over_risk(w.session, a, r, w.user_ids["second_staff"], now=w.now),
}
# What follows from a report, by whoever may.
DECISIONS: dict[str, Callable[[Any, Actor, Concern], object]] = {
    "dismiss": lambda w, a, c: moderation.dismiss_concern(w.session, a, c, "Nothing in it.", now=w.now),
    "warn": lambda w, a, c: _uphold(w, a, c, 0),
    "stop or suspend": lambda w, a, c: _uphold(w, a, c, 1),
    "appeal": lambda w, a, c: moderation.appeal_concern(w.session, a, c, "It was not so.", now=w.now),
    "confirm": lambda w, a, c: _settle(w, a, c, stands=True),
    "overturn": lambda w, a, c: _settle(w, a, c, stands=False),
}


def _uphold(w: Any, actor: Actor, concern: Concern, place: int) -> object:
    measure = MEASURES[concern.about][place]
    return moderation.uphold_concern(
        w.session, actor, concern, measure, "It was so.", words="This was not right.", now=w.now
    )


def _settle(w: Any, actor: Actor, concern: Concern, *, stands: bool) -> object:
    return moderation.settle_appeal(
        w.session, actor, concern, stands=stands, reason="Read again.", words="We looked again.", now=w.now
    )
