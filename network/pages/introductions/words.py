"""How an introduction reads: where it stands, what happened, what comes next; for each side in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from network.domain.clock import local_date
from network.domain.formats import clock_time, zone_words
from network.domain.states import Channel, IntroductionState
from network.models import Introduction, Transition
from network.web.labels import label
from network.web.need_words import reason_words

_I = IntroductionState


@dataclass(frozen=True, slots=True)
class Names:
    """What the reader calls everybody in this introduction."""

    side: str
    volunteer: str
    requester: str
    broker: str
    user_id: int | None = None
    volunteer_user_id: int | None = None
    requester_user_id: int | None = None
    is_unnamed: bool = False

    @property
    def other(self) -> str:
        """Who stands across from the reader."""
        return self.requester if self.side == "volunteer" else self.volunteer

    @property
    def colleague(self) -> str | None:
        """Who asks, where the reader stands beside them; None for the requester themselves."""
        own = self.side == "requester" and self.user_id == self.requester_user_id
        return None if own or self.side != "requester" else self.requester

    def of(self, user_id: int | None, written: str | None, is_broker: bool = False) -> str:
        """Whoever did something: the reader, one of the two sides, a broker by their chapter, the network."""
        if user_id is not None and user_id == self.user_id:
            return str(_("You"))
        if user_id is not None and user_id == self.volunteer_user_id:
            return self.volunteer
        if user_id is not None and user_id == self.requester_user_id:
            return self.requester
        if user_id is None:
            return str(_("The network"))
        if is_broker or written is None:
            return self.broker
        # A colleague of a requester who stays unnamed stays so too.
        return self.requester if self.is_unnamed else written


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    text: str
    at: datetime
    when: str
    note: str | None = None
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and until when; `says_when` where the sentence itself names the day."""

    text: str
    by: datetime | None = None
    mine: bool = False
    says_when: bool = False


# --- where it stands --------------------------------------------------------------------


def state_words(
    introduction: Introduction, side: str, colleague: str | None = None
) -> tuple[str, str | None]:
    """The words of the tag, and its tone where it is not the state's own.

    To the asking side a no, a referral and a silence read alike: not available. What waits for a
    `colleague` of the reader says so by their name.
    """
    if colleague is not None and side == "requester":
        if introduction.state is _I.EXPLORING and introduction.turn != "volunteer":
            return _("Has a question for %(name)s", name=colleague), "waiting"
        if introduction.state is _I.ACCEPTED:
            return _("Said yes, waits for %(name)s", name=colleague), "waiting"
    if introduction.state is _I.EXPLORING:
        return _exploring_words(introduction.turn, side)
    words = (_FOR_VOLUNTEER if side == "volunteer" else _FOR_ASKER).get(introduction.state)
    if side == "broker" or words is None:
        return str(label(introduction.state)), None
    text, tone = words()
    return text, tone


def _exploring_words(turn: str | None, side: str) -> tuple[str, str | None]:
    if turn == "volunteer":
        mine, theirs = _("Your question is answered"), _("Reading the answer")
        return (mine, "caution") if side == "volunteer" else (theirs, "waiting")
    mine, theirs = _("Has a question for you"), _("Your question is out")
    if side == "broker":
        return _("A question is open"), "waiting"
    return (mine, "caution") if side == "requester" else (theirs, "waiting")


_FOR_VOLUNTEER: dict[IntroductionState, Any] = {
    _I.OFFERED: lambda: (_("Waits for your answer"), "caution"),
    _I.ACCEPTED: lambda: (_("You said yes"), "waiting"),
    _I.DECLINED: lambda: (_("You said no"), "ended"),
    _I.REFERRED_ON: lambda: (_("You named somebody else"), "ended"),
    _I.EXPIRED: lambda: (_("The time to answer is over"), "ended"),
    _I.WITHDRAWN: lambda: (_("No longer asked"), "ended"),
    _I.NO_CONTACT: lambda: (_("No contact yet"), "caution"),
    _I.STALLED: lambda: (_("Quiet for a while"), "caution"),
    _I.CANCELLED: lambda: (_("Stopped by the network"), "ended"),
}
_FOR_ASKER: dict[IntroductionState, Any] = {
    _I.PROPOSED: lambda: (_("On the list"), "neutral"),
    _I.OFFERED: lambda: (_("Being asked"), "waiting"),
    _I.ACCEPTED: lambda: (_("Said yes, waits for your word"), "caution"),
    _I.DECLINED: lambda: (_("Not available"), "ended"),
    _I.REFERRED_ON: lambda: (_("Not available"), "ended"),
    _I.EXPIRED: lambda: (_("Not available"), "ended"),
    _I.WITHDRAWN: lambda: (_("Not asked any more"), "ended"),
    _I.NO_CONTACT: lambda: (_("No contact yet"), "caution"),
    _I.STALLED: lambda: (_("Quiet for a while"), "caution"),
    _I.CANCELLED: lambda: (_("Stopped by the network"), "ended"),
}


# --- what happened ----------------------------------------------------------------------


def event_of(
    moved: Transition, written: str | None, names: Names, now: datetime, zone: str, proposed_as: str = ""
) -> Event | None:
    """One move as this reader reads it; None for what is not theirs to read."""
    if names.side == "volunteer" and moved.action == "propose":
        return None
    by_broker = moved.action in _BY_BROKER or (moved.action == "propose" and proposed_as == "broker")
    is_broker = by_broker and names.side != "broker"
    who = names.of(moved.actor_id, written, is_broker)
    if moved.channel == Channel.CLOCK:
        who = str(_("The network"))
    if moved.action == "propose" and proposed_as == "referral" and names.side == "requester":
        # That somebody passed it on reads "not available" to the asking side, and nothing more.
        who = str(_("Another member"))
    text, note, tone = _told(moved, who, names)
    return Event(
        text=text % {"who": who, "volunteer": _object(names), "day": _day(moved.at, now, zone)},
        at=moved.at,
        when=f"{clock_time(moved.at, zone)} ({zone_words(zone)})",
        note=note,
        tone=tone,
    )


def _object(names: Names) -> str:
    return str(_("you")) if names.side == "volunteer" else names.volunteer


def _told(moved: Transition, who: str, names: Names) -> tuple[str, str | None, str | None]:
    if names.side == "requester" and moved.action in _NOT_AVAILABLE:
        return _("%(volunteer)s turned out not to be available on %(day)s"), None, None
    words = _MOVED.get(moved.action)
    if words is None:
        return str(label(moved.action)) + " %(day)s", None, None
    text, tone = words(moved)
    return text, _note(moved, names), tone


def _note(moved: Transition, names: Names) -> str | None:
    """The reason, for those it was given to."""
    if not moved.reason:
        return None
    own = moved.actor_id is not None and moved.actor_id == names.user_id
    if moved.action == "decline":
        return str(label(moved.reason))
    if moved.action == "cancel" or (moved.action == "withdraw" and moved.actor_id is not None):
        return moved.reason if own or names.side == "broker" else None
    return str(CLOCK_REASONS.get(moved.reason, lambda: reason_words(moved.reason))())


def _day(at: datetime, now: datetime, zone: str) -> str:
    """ "Tuesday" within the week, "3 March" later."""
    then, today = local_date(at, zone), local_date(now, zone)
    if 0 <= (today - then).days < 7:
        return f"{then:%A}"
    return f"{then.day} {then:%B}" + (f" {then.year}" if then.year != today.year else "")


# What the network keeps as codes when it moves an introduction by itself.
CLOCK_REASONS: dict[str, Any] = {
    "requester_silent": lambda: _("The asking side did not get back in time."),
    "enough_found": lambda: _("Enough people had said yes by then."),
    "need_closed": lambda: _("The request has closed."),
    "need_fulfilled": lambda: _("The request was met."),
    "volunteer_left": lambda: _("The volunteer's place in the network is not active any more."),
    "unreachable": lambda: _("Our mail to the volunteer came back."),
    "merged": lambda: _("Two records of the same person were joined."),
    "conflict": lambda: _("The two sides turned out to be too close to each other."),
    "silent_after_meeting": lambda: _("Nothing was heard for 30 days after the meeting."),
    "silent": lambda: _("Nothing was heard for 60 days."),
}
_NOT_AVAILABLE = frozenset({"decline", "refer_on", "expire"})
_BY_BROKER = frozenset({"offer", "cancel", "late_offer"})


def _sentence(text: Any, tone: str | None = None) -> Any:
    return lambda _moved: (text(), tone)


# Each sentence keeps its own places for who, the volunteer and the day: they are filled in afterwards.
_MOVED: dict[str, Any] = {
    "propose": _sentence(lambda: _("%(who)s put %(volunteer)s on the list on %(day)s")),
    "offer": _sentence(lambda: _("The request was put to %(volunteer)s on %(day)s"), "waiting"),
    "late_offer": _sentence(
        lambda: _("The request was put to %(volunteer)s once more on %(day)s"), "waiting"
    ),
    "ask": _sentence(lambda: _("%(who)s asked a question on %(day)s")),
    "answer_question": _sentence(lambda: _("%(who)s answered it on %(day)s")),
    "accept": _sentence(lambda: _("%(who)s accepted on %(day)s, and details were exchanged"), "good"),
    "accept_without_consent": _sentence(lambda: _("%(who)s accepted on %(day)s"), "good"),
    "share_contacts": _sentence(lambda: _("%(who)s agreed on %(day)s, and details were exchanged"), "good"),
    "decline": _sentence(lambda: _("%(who)s said no on %(day)s")),
    "refer_on": _sentence(lambda: _("%(who)s named somebody better on %(day)s")),
    "expire": _sentence(lambda: _("The time to answer ended on %(day)s")),
    "withdraw": _sentence(lambda: _("It was taken back on %(day)s")),
    "log_meeting": _sentence(lambda: _("%(who)s logged a meeting on %(day)s"), "good"),
    "mark_no_contact": _sentence(lambda: _("No contact had come about by %(day)s"), "bad"),
    "start_progress": _sentence(lambda: _("%(who)s said on %(day)s that it goes on")),
    "report_progress": _sentence(lambda: _("%(who)s said on %(day)s that it is still going on")),
    "complete": _sentence(lambda: _("%(who)s closed it as done on %(day)s"), "good"),
    "stall": _sentence(lambda: _("It went quiet on %(day)s"), "bad"),
    "resume": _sentence(lambda: _("%(who)s took it up again on %(day)s"), "good"),
    "cancel": _sentence(lambda: _("The network stopped it on %(day)s"), "bad"),
}
