"""The words for what needs hold as codes: goals, risk questions, endings by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from network.domain.cascade import offers_allowed, parallel_offers
from network.domain.clock import last_working_day, local_date
from network.domain.formats import day
from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import Waiting
from network.models import Need
from network.rules import limits
from network.web.labels import label, whoever_reads

GOALS: dict[str, Any] = {
    "find_customers": _l("Find customers or buyers"),
    "find_partner": _l("Find a distributor, agent or partner"),
    "understand_market": _l("Understand a market before deciding"),
    "meet_rules": _l("Meet a rule, standard or approval"),
    "find_investment": _l("Find investors or finance"),
    "research": _l("Find research partners, or bring research to market"),
    "set_up": _l("Open an office or hire somebody there"),
    "solve_problem": _l("Get past something we are stuck on"),
}
# For each goal, what a good need says: its line, and its ask.
EXAMPLES: dict[str, tuple[Any, Any]] = {
    "find_customers": (
        _l("First buyers for cold-chain boxes among Dutch flower exporters"),
        _l(
            "Half an hour on how exporters there choose packaging, and two or three firms we should write to first."
        ),
    ),
    "find_partner": (
        _l("Find a first distributor for dosing pumps in Oman"),
        _l(
            "A look at three distributors we found: whom would you trust with a small firm, and whom did we miss?"
        ),
    ),
    "understand_market": (
        _l("Is Chile ready for our online courses for nurses?"),
        _l("A call on who pays for further training there, and whether hospitals buy from abroad at all."),
    ),
    "meet_rules": (
        _l("Halal certificate for a baby food before a fair in Dubai"),
        _l(
            "Which body is accepted, how long it really takes, and what sent applications back that you have seen."
        ),
    ),
    "find_investment": (
        _l("Two million for a battery pilot line: who in Japan invests this early?"),
        _l("An honest word on our two-page summary, and which of these funds has done something like it."),
    ),
    "research": (
        _l("A clinical partner in Kenya for a malaria breath test"),
        _l(
            "Half an hour on which teams there run such trials, and how a small university best writes to them."
        ),
    ),
    "set_up": (
        _l("Our first employee in Texas"),
        _l("What you would do in the first six months, and the two mistakes that cost most."),
    ),
    "solve_problem": (
        _l("Our parts have stood in customs in São Paulo for five weeks"),
        _l("A call this week: what papers are usually missing, and which kind of agent to ask."),
    ),
}
# The five questions of the need form, as what applies. The codes are kept on the need; rules in network.toml name them.
RISKS: dict[str, Any] = {
    "state_linked": _l("A government, a public official or a state-owned body is on the other side"),
    "sensitive_technology": _l("It touches defence, security or technology that could be used for both"),
    "sensitive_market": _l(
        "The market, or somebody we would deal with, may be under sanctions or export control"
    ),
    "data_or_ip": _l(
        "Personal data, unpublished research or know-how that is not protected would change hands"
    ),
    "political_exposure": _l("It could embarrass us, a university or a public body if it became known"),
}
# Asked by earlier forms.
EARLIER_RISKS: dict[str, Any] = {
    "sanctions": RISKS["sensitive_market"],
    "commercial": _l("It touches a dispute, exclusive rights or a deal that is not public"),
    "reputation": RISKS["political_exposure"],
}
KINDS_OF_RISK: dict[str, Any] = {
    "geopolitical": _l("Geopolitical: sanctions, export control, conflict between states"),
    "political": _l("Political: public bodies, officials and what they may want in return"),
    "security": _l("Security: defence, dual use, people and sites to be protected"),
    "commercial": _l("Commercial: know-how, data and rights that could be lost"),
    "institutional": _l("Institutional: the good name of those who ask and of those who help"),
}
# Reasons that the network's clock and the cascade keep as codes.
REASONS: dict[str, Any] = {
    "draft_left_alone": _l("The draft was left alone for so long that we put it away."),
    "question_unanswered": _l("Our question was not answered in time."),
    "no_answer_means_done": _l("We asked whether that was all and heard nothing, so we took it as done."),
    "found_not_appropriate": _l("A volunteer who was asked found it not appropriate."),
    "enough_found": _l("Enough people had accepted by then."),
    "need_closed": _l("The need had closed."),
    "need_fulfilled": _l("The need was met."),
    "stop_taken_back": _l("It had been stopped after a report. That was taken back on appeal."),
    "by_asker": _l("Taken back by the asking side or its broker."),
    "by_volunteer": _l("Taken back by the volunteer."),
}


def goal_words(code: str) -> Any:
    """The goal as people read it; one in the requester's own words stays as it is."""
    return GOALS.get(code) or (label(code) if code.replace("_", "").isalpha() and code.islower() else code)


def risk_words(answers: str) -> list[Any]:
    """The risk questions that were answered with yes."""
    return [RISKS.get(code) or EARLIER_RISKS.get(code) or label(code) for code in answers.split()]


def kinds_of_risk(kinds: str) -> list[Any]:
    """The kinds of risk that the rules named, each with what it means."""
    return [KINDS_OF_RISK.get(code) or label(code) for code in kinds.split()]


def asked_at_a_time(wanted: int, urgent: bool, accepted: int = 0) -> str:
    """How many people are asked at once, as a sentence with its reason; as long as one more is looked for."""
    bounds = limits()
    parallel = parallel_offers(urgent, bounds.parallel_offers, bounds.parallel_offers_urgent)
    most = offers_allowed(0, min(accepted, wanted - 1), wanted, parallel)
    if most <= 1:
        return str(_("We ask one person at a time."))
    number = {2: _("two"), 3: _("three"), 4: _("four")}.get(most, most)
    if not urgent:
        return str(
            _("We ask up to %(n)s people at a time, because you would like to meet several.", n=number)
        )
    if wanted == 1:
        return str(_("We ask up to %(n)s people at a time, because it is urgent.", n=number))
    return str(
        _("We ask up to %(n)s people at a time: you would like to meet several, and it is urgent.", n=number)
    )


def stands_words(need: Need, owner: str | None, asked: int, accepted: int, zone: str, now: datetime) -> str:
    """Who has a need that was sent, and until when; what an open one has come to where nobody of the network has it."""
    who = whoever_reads(owner if need.next_action_by != Waiting.STAFF else None, begins=True)
    until = need.next_action_at if need.next_action_at is not None and need.next_action_at > now else None
    on = day(last_working_day(until, zone), zone, local_date(now, zone)) if until is not None else ""
    if need.state in WAITS_FOR_TRIAGE:
        words = (
            _("%(who)s will read it and answer by %(day)s.")
            if on
            else _("%(who)s will read it and answer you.")
        )
    elif need.exhausted_at is not None and not asked and need.asked_if_done_at is None:
        words = (
            _("%(who)s will look for more people to ask by %(day)s.")
            if on
            else _("%(who)s will look for more people to ask.")
        )
    else:
        return open_need_words(asked, accepted)
    return str(words % {"who": who, "day": on})


def open_need_words(asked: int, accepted: int) -> str:
    """How far an open need has come, as a sentence."""
    if not accepted and not asked:
        return str(_("We look for the right person to ask."))
    made = ngettext("%(num)d introduction made", "%(num)d introductions made", accepted) if accepted else ""
    if not asked:
        return f"{made}."
    out = ngettext("%(num)d person is being asked.", "%(num)d people are being asked.", asked)
    return f"{made}, {out}" if made else str(out)


def reason_words(reason: str | None) -> Any:
    """A reason as people read it: words of a person stay, codes of the clock are put in words."""
    return REASONS.get(reason, reason) if reason else ""
