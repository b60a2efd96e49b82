"""The page behind a mailed answer link: the letter and all answers, or why there is nothing to answer any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.domain.actor import ANONYMOUS, Actor
from network.domain.clock import local_date
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.meeting_moves import MeetingState
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState, OrganisationState
from network.introductions.operations import answering_actor, find_plan
from network.introductions.queries import Answer, messages_of
from network.matching.fit import Wanted
from network.matching.ranking import wanted_of
from network.models import (
    Introduction,
    IntroductionMessage,
    Need,
    NeedAttachment,
    Organisation,
    User,
    VolunteerHelp,
)
from network.needs.attachments import papers_before_yes
from network.needs.queries import NeedText, text_for
from network.pages.introductions.story import offers_for
from network.volunteers.queries import is_paused

_I = IntroductionState


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An open offer, as the holder of its link reads it."""

    introduction: Introduction
    need: Need
    name: str
    zone: str
    their_zone: str
    text: NeedText
    wanted: Wanted
    thread: list[IntroductionMessage]
    offers: list[VolunteerHelp]
    may: frozenset[str]
    papers: list[NeedAttachment]
    waits: bool
    paused_until: date | None
    until: datetime
    is_anothers: bool = False

    @property
    def is_kept_over_leave(self) -> bool:
        """Whether a leave was just begun that ends after the offer: the worker puts its end off in a moment."""
        return self.paused_until is not None and local_date(self.until, self.zone) <= self.paused_until


@dataclass(frozen=True, slots=True)
class Over:
    """Why the link answers nothing any more, and what to do instead. `status` is that of the page."""

    title: str
    words: str
    introduction_id: int
    status: int = 410
    late_yes: bool = False
    thanks: bool = False


def answer_page(session: Session, answer: Answer, now: datetime, reader: Actor = ANONYMOUS) -> AnswerPage:
    """The letter and the answers that are open; contact details stand nowhere in it.

    `reader` is whoever is signed in where the link is opened.
    """
    introduction, need, volunteer = answer.introduction, answer.need, answer.volunteer
    holder = answering_actor(session, volunteer)
    thread = messages_of(session, introduction.id, side="volunteer")
    organisation = session.get_one(Organisation, need.organisation_id)
    is_open = need.state is NeedState.OPEN and organisation.state in MAY_EXCHANGE
    used = set(answer.link.used_acts.replace("[", " ").replace("]", " ").split())
    may = {"accept", "ask", "decline", "refer", "pause"} if is_open else {"decline", "pause"}
    if any(one.side == "volunteer" and not one.held_back for one in thread):
        may.discard("ask")
    may -= {"pause"} & used
    wanted = wanted_of(session, need.id)
    return AnswerPage(
        introduction=introduction,
        need=need,
        name=volunteer.name,
        zone=volunteer.timezone,
        their_zone=session.get_one(User, need.requester_id).timezone,
        text=text_for(session, holder, need),
        wanted=wanted,
        thread=thread,
        offers=offers_for(session, volunteer.id, wanted),
        may=frozenset(may),
        papers=papers_before_yes(session, holder, need.id),
        waits=not is_open,
        paused_until=volunteer.paused_until if is_paused(volunteer, now) else None,
        until=min(answer.link.expires_at, introduction.expires_at or answer.link.expires_at),
        is_anothers=reader.user_id is not None and reader.user_id != volunteer.user_id,
    )


def over_of(session: Session, answer: Answer) -> Over:
    """What became of the offer, in words that say nothing of who asked or of anybody's details."""
    introduction = answer.introduction
    if answer.link.round != introduction.offer_round:
        return Over(
            _("This link belongs to an earlier request"),
            _("You were asked once more since. Our latest mail has the link that answers, or sign in."),
            introduction.id,
        )
    if introduction.state in OFFERS:
        return Over(
            _("This link is too old to answer"),
            _("The request still waits for you. Sign in to answer it, or use the link in our latest mail."),
            introduction.id,
        )
    told = _ANSWERED.get(introduction.state)
    if told is not None:
        title, words = told()
        return Over(title, words + _times_words(session, answer), introduction.id, status=200, thanks=True)
    if introduction.state in CONTACTS_SHARED:
        return Over(
            _("Thank you. You are introduced"),
            _(
                "Both of you have each other's details by mail now. They never stand on this page: sign in to see "
                "them, and what to do next. They write to you first."
            )
            + _times_words(session, answer),
            introduction.id,
            status=200,
            thanks=True,
        )
    if introduction.state is _I.EXPIRED:
        return _expired(session, answer)
    return Over(
        _("This is no longer asked"),
        _("The request was taken back, with thanks to you. There is nothing you have to do."),
        introduction.id,
    )


def _times_words(session: Session, answer: Answer) -> str:
    """What becomes of the times that came with the yes; empty where there were none."""
    plan = find_plan(session, answer.introduction.id)
    if plan is None or plan.state is not MeetingState.PROPOSED or plan.side != "volunteer":
        return ""
    words = _("They have the times you suggested and choose one; you both get an invitation then.")
    return f" {words}"


def _expired(session: Session, answer: Answer) -> Over:
    organisation = session.get_one(Organisation, answer.need.organisation_id)
    still = answer.need.state is NeedState.OPEN and organisation.state != OrganisationState.SUSPENDED
    words = (
        _(
            "We have asked somebody else, and that is quite all right. The request is still open: you can say yes now."
        )
        if still
        else _("We have asked somebody else, and that is quite all right. The request has closed since.")
    )
    return Over(_("The time to answer is over"), words, answer.introduction.id, late_yes=still)


_ANSWERED = {
    _I.ACCEPTED: lambda: (
        _("Thank you for saying yes"),
        _(
            "They confirm once more, within five days. Then you both get each other's details in one mail. "
            "Should they not, we take it back, and it does not count as one of yours."
        ),
    ),
    _I.DECLINED: lambda: (
        _("Thank you for answering"),
        _("Somebody else is asked now. They read no more than “not available”. There is nothing more to do."),
    ),
    _I.REFERRED_ON: lambda: (
        _("Thank you for the name"),
        _("They hear from us. You have done your part, and there is nothing more to do."),
    ),
}
