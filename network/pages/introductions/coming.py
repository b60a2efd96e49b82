"""What comes next in an introduction, in a sentence with its day, for each side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import IntroductionState, NeedState
from network.introductions.operations.following import LINK_LIVES
from network.models import Introduction, Need
from network.pages.introductions.words import Names, Next

_I = IntroductionState


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sentence depends on: the row, until when, and what holds it up."""

    introduction: Introduction
    need: Need
    names: Names
    ends_at: datetime | None
    is_frozen: bool
    is_late: bool
    # Of how many days the follow-up is that waits for the reader's answer.
    asked_after_days: int | None
    now: datetime


def next_of(standing: Standing) -> Next | None:
    """The sentence; None for what is over and needs none."""
    state, side = standing.introduction.state, standing.names.side
    if standing.is_frozen and state in _BEFORE:
        return _frozen(standing)
    if standing.is_late:
        return Next(_("The time to answer is over. We ask the next person now."), standing.now)
    words = _WORDS.get(state)
    return words[side](standing) if words else None


def _frozen(standing: Standing) -> Next:
    """Whoever holds the request up, and until when they have time."""
    need, names = standing.need, standing.names
    if need.state in WAITS_FOR_TRIAGE:
        words = _(
            "%(who)s will read the request once more. Nobody loses time by it: it waits.", who=names.broker
        )
        return Next(words, need.next_action_at)
    if need.state is NeedState.NEEDS_INFO:
        words = _(
            "%(who)s answers a question about the request first. Nobody loses time by it: it waits.",
            who=names.requester,
        )
        return Next(words, need.next_action_at)
    words = _("Network staff look at the asking side first. Nobody loses time by it: it waits.")
    return Next(words, standing.ends_at)


def _proposed(standing: Standing) -> Next:
    names = {"volunteer": standing.names.volunteer, "broker": standing.names.broker}
    if standing.need.state is NeedState.OPEN:
        words = _(
            "%(volunteer)s is on the list and asked in turn. %(broker)s will see to it if that takes long."
        )
        return Next(words % names, standing.ends_at)
    words = _("%(volunteer)s is on the list. %(broker)s will read the request before anybody is asked.")
    return Next(words % names, standing.need.next_action_at)


_BEFORE = frozenset({_I.PROPOSED, _I.OFFERED, _I.EXPLORING, _I.ACCEPTED})


def _exploring_volunteer(standing: Standing) -> Next:
    if standing.introduction.turn == "volunteer":
        return Next(_("Your question is answered. Say yes or no."), standing.ends_at, mine=True)
    return Next(
        _(
            "%(who)s has your question. You hear from us when it is answered; until then nothing is asked of you.",
            who=standing.names.requester,
        ),
        standing.ends_at,
    )


def _exploring_requester(standing: Standing) -> Next:
    if standing.introduction.turn == "volunteer":
        return Next(_("%(who)s reads your answer.", who=standing.names.volunteer), standing.ends_at)
    return Next(
        _("%(who)s has a question before deciding. Answer it below.", who=standing.names.volunteer),
        standing.ends_at,
        mine=True,
    )


def _exploring_broker(standing: Standing) -> Next:
    if standing.introduction.turn == "volunteer":
        return Next(_("%(who)s reads the answer.", who=standing.names.volunteer), standing.ends_at)
    return Next(
        _("The question waits for %(who)s. You may answer it for them.", who=standing.names.requester),
        standing.ends_at,
    )


def _introduced_requester(standing: Standing) -> Next:
    names = standing.names
    if names.user_id != names.requester_user_id:
        words = _(
            "%(requester)s has the details and writes to %(volunteer)s. Once they have spoken, log it here."
        )
        return Next(words % _names(standing), standing.ends_at)
    words = _(
        "Write to %(volunteer)s today: two lines and three times that suit you. Once you have spoken, log it here."
    )
    return Next(words % _names(standing), standing.ends_at, mine=True)


def _completed(standing: Standing) -> Next:
    one = standing.introduction
    if standing.asked_after_days is not None:
        last = (one.introduced_at or standing.now) + timedelta(days=standing.asked_after_days) + LINK_LIVES
        return Next(_("Tell us what came of it: one click is enough."), one.next_action_at or last, mine=True)
    if one.next_action_at is None:
        return Next(_("Nothing more is asked. If something still comes of it, say so here."))
    return Next(
        _("Nothing more is asked now. We ask again what came of it."),
        one.next_action_at,
    )


def _by(text: Callable[[], str], mine: bool = False) -> Callable[[Standing], Next]:
    return lambda standing: Next(text() % _names(standing), standing.ends_at, mine=mine)


def _plain(text: Callable[[], str], mine: bool = False) -> Callable[[Standing], Next]:
    return lambda standing: Next(text() % _names(standing), mine=mine)


def _names(standing: Standing) -> dict[str, str]:
    return {"volunteer": standing.names.volunteer, "requester": standing.names.requester}


_ALL = ("volunteer", "requester", "broker")
_WORDS: dict[IntroductionState, dict[str, Callable[[Standing], Next]]] = {
    _I.PROPOSED: dict.fromkeys(_ALL, _proposed),
    _I.OFFERED: {
        "volunteer": _by(
            lambda: _("Read it and answer: yes, a question first, not this time, or somebody better."), True
        ),
        "requester": _by(lambda: _("%(volunteer)s is being asked. You hear from us either way.")),
        "broker": _by(lambda: _("%(volunteer)s is being asked.")),
    },
    _I.EXPLORING: {
        "volunteer": _exploring_volunteer,
        "requester": _exploring_requester,
        "broker": _exploring_broker,
    },
    _I.ACCEPTED: {
        "volunteer": _by(
            lambda: _(
                "%(requester)s confirms once more, then you have each other's details. "
                "If they do not, we take it back and it does not count as one of yours."
            )
        ),
        "requester": _by(
            lambda: _("%(volunteer)s said yes. Agree, and you have each other's details at once."), True
        ),
        "broker": _by(lambda: _("%(requester)s has to agree before details are exchanged.")),
    },
    _I.INTRODUCED: {
        "volunteer": _by(
            lambda: _(
                "%(requester)s writes to you first. Once you have spoken, log it here. "
                "Hearing nothing, we take it that you did not reach each other."
            )
        ),
        "requester": _introduced_requester,
        "broker": _by(lambda: _("%(requester)s writes first; both are asked whether they spoke.")),
    },
    _I.MET: {
        "volunteer": _by(
            lambda: _(
                "You have met. Say whether it goes on or is done. Hearing nothing, we close it as done."
            )
        ),
        "requester": _by(
            lambda: _(
                "You have met. Say whether it goes on or is done. Hearing nothing, we close it as done."
            ),
            True,
        ),
        "broker": _by(lambda: _("They have met. Hearing nothing, we close it as done.")),
    },
    _I.IN_PROGRESS: dict.fromkeys(
        _ALL,
        _by(
            lambda: _(
                "It is under way. A word from either side now and then keeps it so; hearing nothing, we let it rest."
            )
        ),
    ),
    _I.COMPLETED: dict.fromkeys(_ALL, _completed),
    _I.NO_CONTACT: {
        "volunteer": _plain(
            lambda: _("You did not reach each other. Should you speak after all, log it here.")
        ),
        "requester": _plain(
            lambda: _("You did not reach each other. Should you speak after all, log it here.")
        ),
        "broker": _plain(
            lambda: _("They did not reach each other. A meeting that is logged puts that right.")
        ),
    },
    _I.STALLED: dict.fromkeys(
        _ALL, _plain(lambda: _("It rests. Either side can take it up again, whenever there is news."))
    ),
    _I.DECLINED: {
        "volunteer": _plain(
            lambda: _("Thank you for answering. Somebody else is asked; nothing more to do.")
        ),
        "requester": _plain(lambda: _("We ask the next person on your list.")),
        "broker": _plain(lambda: _("The next person on the list is asked.")),
    },
    _I.REFERRED_ON: {
        "volunteer": _plain(lambda: _("Thank you for the name. They are asked next; nothing more to do.")),
        "requester": _plain(lambda: _("We ask the next person on your list.")),
        "broker": _plain(lambda: _("The person they named stands on the list, or is invited.")),
    },
}
