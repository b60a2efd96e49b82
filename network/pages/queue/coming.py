"""What comes next for a broker with a need, and for a reviewer with its risks: who, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from network.chapters.queries import holidays_of
from network.domain.actor import Actor
from network.domain.clock import local_date, working_days_off
from network.domain.formats import day
from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import IntroductionState, NeedState, RiskState, Waiting
from network.pages.queue.risk_rows import RiskPage
from network.pages.queue.story import BrokerPage, Candidate
from network.web.labels import whoever_reads


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, and by when; `says_when` where the sentence itself names the day."""

    text: str
    by: datetime | None
    mine: bool = False
    says_when: bool = False
    # Whether the day is a working day of whoever brokers it.
    by_broker: bool = False
    # Days until then on which the chapter does not work.
    days_off: tuple[date, ...] = ()


def next_for_broker(page: BrokerPage, actor: Actor, today: date) -> Next | None:
    """The sentence for the broker's page of a need; None for one that is over.

    It waits for its named broker, else for the leads of the chapter that owns it, else for staff; others read for whom.
    """
    need = page.need
    if page.is_over:
        return None
    looked_at = page.review is not None and page.review.state is RiskState.WAITING
    if looked_at and page.review is not None and need.state in WAITS_FOR_TRIAGE:
        words = _("Network staff look at its risks first. After that it can be opened.")
        return Next(words, page.review.next_action_at)
    asked = _asked(page, actor, today) if need.state is NeedState.OPEN else None
    if asked is not None and need.asked_if_done_at is None:
        return asked
    text, waits_for_broker = _sentence(page)
    mine = page.may_broker and _is_theirs(page, actor)
    if waits_for_broker and not mine:
        with_chapter = page.owner if need.next_action_by != Waiting.STAFF else None
        owner = page.broker or whoever_reads(with_chapter.name if with_chapter else None)
        text = _("Waiting for %(name)s: %(text)s", name=owner, text=text)
    off = _days_off(page, today) if waits_for_broker else ()
    mine = waits_for_broker and mine
    return Next(text, need.next_action_at, mine=mine, by_broker=waits_for_broker, days_off=off)


def _days_off(page: BrokerPage, today: date) -> tuple[date, ...]:
    """The chapter's holidays between today and the day on which the need is due; weekends explain themselves."""
    if page.owner is None or page.need.next_action_at is None or page.need.next_action_by != Waiting.BROKER:
        return ()
    until = local_date(page.need.next_action_at, page.owner.timezone)
    return working_days_off(today, until, holidays_of(page.owner))


def _asked(page: BrokerPage, actor: Actor, today: date) -> Next | None:
    """Who has the request now, until when, and who is next; None where nobody has."""
    waiting = [(person.until, person) for person in page.asked if person.can_withdraw and person.until]
    if not waiting:
        return None
    until, one = min(waiting, key=lambda pair: pair[0])
    words = {"name": one.name, "turn": one.turn, "day": day(until, actor.timezone, today)}
    if page.listed:
        text = _HAS_UNTIL[_stand(one)][0]() % {**words, "next": page.listed[0].name}
    else:
        text = _HAS_UNTIL[_stand(one)][1]() % words
    return Next(text, until, says_when=True)


def _stand(one: Candidate) -> str:
    if one.state is IntroductionState.EXPLORING:
        return "answered" if one.turn == one.name else "question"
    return str(one.state)


# What is said where somebody is next on the list, and where nobody is.
_HAS_UNTIL = {
    "offered": (
        lambda: _("%(name)s has until %(day)s; then %(next)s is asked."),
        lambda: _("%(name)s has until %(day)s; after that nobody is left on the list."),
    ),
    "question": (
        lambda: _("%(turn)s has until %(day)s to answer a question of %(name)s; then %(next)s is asked."),
        lambda: _(
            "%(turn)s has until %(day)s to answer a question of %(name)s; after that nobody is left on the list."
        ),
    ),
    "answered": (
        lambda: _(
            "%(name)s has the answer to their question, and until %(day)s to decide; then %(next)s is asked."
        ),
        lambda: _(
            "%(name)s has the answer to their question, and until %(day)s to decide; after that nobody is left on "
            "the list."
        ),
    ),
    "accepted": (
        lambda: _("%(name)s said yes. %(turn)s has until %(day)s to agree; then %(next)s is asked."),
        lambda: _(
            "%(name)s said yes. %(turn)s has until %(day)s to agree; after that nobody is left on the list."
        ),
    ),
}


def _is_theirs(page: BrokerPage, actor: Actor) -> bool:
    need = page.need
    if need.broker_id is not None:
        return actor.is_user(need.broker_id)
    if need.owner_chapter_id is not None and need.next_action_by != Waiting.STAFF:
        return actor.leads(need.owner_chapter_id)
    return actor.is_staff


def _sentence(page: BrokerPage) -> tuple[str, bool]:
    """The sentence, and whether it is the broker who has to do something."""
    need, requester = page.need, page.requester.name
    if need.state is NeedState.SUBMITTED:
        return _("Read it, check the organisation, and open it, ask back or refuse."), True
    if need.state is NeedState.IN_TRIAGE and need.opened_at is not None:
        words = _("Read it again: open it, ask for more, or refuse with a reason. Its offers wait meanwhile.")
        return words, True
    if need.state is NeedState.IN_TRIAGE:
        return _("Decide: open it, ask for more, or refuse with a reason."), True
    if need.state is NeedState.NEEDS_INFO:
        return _("%(name)s answers your question.", name=requester), False
    if need.state is NeedState.DRAFT:
        return _("%(name)s is still writing it.", name=requester), False
    if need.asked_if_done_at is not None:
        return _("%(name)s says whether that was it.", name=requester), False
    if need.exhausted_at is not None and page.asked_soon:
        return _("%(name)s is on the list and is asked in a moment.", name=page.asked_soon), False
    if need.exhausted_at is not None:
        words = _(
            "Nobody is left to ask. Extend the list, keep it open for longer once, or close it as unmet."
        )
        return words, True
    if need.next_action_by in {Waiting.BROKER, Waiting.STAFF}:
        words = _("Its time is over. Extend the list, keep it open for longer once, or close it as unmet.")
        return words, True
    return _("Offers run by themselves, one after the other. You hear when the list is used up."), False


def next_for_reviewer(page: RiskPage, actor: Actor) -> Next | None:
    """The sentence for the page of a look at risks; None for one that is decided or counts no more."""
    review = page.review
    if page.may_decide:
        if review.reviewer_id is None or actor.is_user(review.reviewer_id):
            words = _("Decide whether this may be put to volunteers, with a reason.")
            return Next(words, review.next_action_at, mine=True)
        words = _(
            "%(name)s decides whether this may be put to volunteers. You may do so in their place.",
            name=page.reviewer,
        )
        return Next(words, review.next_action_at)
    if page.is_with_requester:
        words = _(
            "%(name)s answers a question first. Your own time begins again when the need is back.",
            name=page.requester.name,
        )
        return Next(words, page.need.next_action_at)
    return None
