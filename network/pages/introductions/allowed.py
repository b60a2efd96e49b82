"""Which acts stand on the page for this reader; each operation decides for itself once more."""

from __future__ import annotations

from dataclasses import dataclass

from network.domain.introduction_moves import CONTACTS_SHARED, MOVES, OFFERS, THREAD_OPEN
from network.domain.lifecycle import may_move, open_actions
from network.domain.need_moves import MOVES as NEED_MOVES
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState, Role
from network.models import Introduction, Need, Organisation

ASKERS = frozenset({Role.ORGANISATION_MEMBER, Role.ORGANISATION_OWNER, Role.UNIVERSITY_OFFICE})
BROKERS = frozenset({Role.CHAPTER_LEAD, Role.STAFF, Role.ADMINISTRATOR})
# What brokers do with their lists stands in the queue.
_ELSEWHERE = frozenset({"offer", "expire"})
_ANSWERS = frozenset({"accept", "ask", "decline", "refer_on", "answer_question"})
_WHILE_OPEN = frozenset({"accept", "ask", "share_contacts", "late_offer"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about the buttons."""

    introduction: Introduction
    need: Need
    organisation: Organisation
    roles: frozenset[Role]
    has_asked: bool
    is_frozen: bool
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Whether the need takes a yes at the moment."""
        in_order = self.organisation.state in MAY_EXCHANGE
        return self.need.state is NeedState.OPEN and in_order and not self.is_frozen


def open_acts(now: Situation) -> frozenset[str]:
    """The acts by the names of the lifecycle, and those that move nothing (see `_beside`)."""
    found = set(open_actions(MOVES, now.introduction.state, now.roles)) - _ELSEWHERE
    if "accept_without_consent" in found:
        found = (found - {"accept_without_consent"}) | {"accept"}
    found -= _ANSWERS if now.is_late else set()
    found -= set() if now.is_open else _WHILE_OPEN
    if now.introduction.turn != "requester":
        found.discard("answer_question")
    if now.has_asked:
        found.discard("ask")
    if Role.VOLUNTEER not in now.roles:
        found.discard("late_offer")
    return frozenset(found | _beside(now))


def _beside(now: Situation) -> set[str]:
    """Acts that leave the state as it is."""
    found = set()
    volunteer, asker = Role.VOLUNTEER in now.roles, bool(now.roles & ASKERS)
    if volunteer and now.introduction.state in OFFERS and not now.is_late:
        found.add("pause")
    found |= _words(now, volunteer, asker)
    if (volunteer or asker) and now.introduction.state in CONTACTS_SHARED:
        found.add("follow_up")
        if asker and now.introduction.met_at is not None and not now.introduction.thanks:
            found.add("thank")
    gone = volunteer and now.introduction.state not in OFFERS
    if not asker and not gone and may_move(NEED_MOVES, now.need.state, "flag", now.roles):
        found.add("flag")
    return found


def _words(now: Situation, volunteer: bool, asker: bool) -> set[str]:
    """Who may write in the thread, and who among brokers only."""
    state, broker = now.introduction.state, bool(now.roles & BROKERS) and not volunteer and not asker
    # A question that waits has a form of its own, for its answer.
    waits = state is IntroductionState.EXPLORING and now.introduction.turn == "requester" and not volunteer
    is_open = state in CONTACTS_SHARED or (now.is_open and not now.is_late)
    found = {"note"} if broker else set()
    if state in THREAD_OPEN and is_open and not waits and (volunteer or asker or broker):
        found.add("write")
    return found
