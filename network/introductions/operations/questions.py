"""One question before a decision, and its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.limits import MESSAGES_PER_PERSON, Limit, count_try
from network.accounts.links import prolong_links
from network.audit.moves import check_version
from network.domain.actor import Actor
from network.domain.clock import end_of_day_after
from network.domain.errors import Conflict, Invalid, NotAllowed, OverLimit
from network.domain.introduction_moves import CONTACTS_SHARED, MOVES
from network.domain.lifecycle import may_move
from network.domain.states import IntroductionState
from network.domain.text import clean_text, contains_contact_details
from network.introductions.operations.answers import answered, check_answerable
from network.introductions.operations.rows import (
    Held,
    check_need_is_open,
    finish,
    hold,
    step,
)
from network.introductions.policy import roles_towards_introduction
from network.introductions.queries import (
    messages_of,
)
from network.models import (
    Introduction,
    IntroductionMessage,
    User,
)
from network.outbox.queue import enqueue
from network.rules import periods

LONGEST_MESSAGE = 2000
# In one introduction, by one person: nobody is buried under messages.
MESSAGES_PER_THREAD = Limit("messages.thread", 12, timedelta(days=1))


def ask_question(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    text: str,
    *,
    now: datetime,
    seen: int | None = None,
) -> IntroductionMessage:
    """The volunteer asks one question before deciding; the requester has seven days for the answer.

    A message with contact details is kept back from the other side (`held_back`) and moves nothing:
    its writer is told why and writes again.
    """
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    check_answerable(actor, held, now)
    check_need_is_open(session, held.need)
    if any(one.side == "volunteer" and not one.held_back for one in messages_of(session, introduction.id)):
        raise Conflict(
            "asked_before", "You asked a question already. Say yes or no when you have the answer."
        )
    message = write_words(session, actor, held, "volunteer", text, now)
    if message.held_back:
        return message
    step(session, actor, held.introduction, "ask", now=now)
    held.introduction.turn = "requester"
    _give_turn(session, held, now)
    answered(session, held, now)
    enqueue(
        session,
        "introduction.question_asked",
        now=now,
        introduction_id=held.introduction.id,
        message_id=message.id,
    )
    return message


def answer_question(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    text: str,
    *,
    now: datetime,
    seen: int | None = None,
) -> IntroductionMessage:
    """The asking side, or its broker, answers; the volunteer has seven days to decide.

    A message with contact details is kept back and moves nothing, as with a question.
    """
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    if held.introduction.state != IntroductionState.EXPLORING or held.introduction.turn != "requester":
        raise Conflict("nothing_asked", "There is no question that waits for an answer.")
    roles = roles_towards_introduction(actor, held.introduction, held.need)
    if not may_move(MOVES, held.introduction.state, "answer_question", roles):
        raise NotAllowed("not_yours_to_answer", "Only the asking side and its broker can answer this.")
    side = "requester" if actor.is_user(held.need.requester_id) or not actor.is_broker else "broker"
    message = write_words(session, actor, held, side, text, now)
    if message.held_back:
        return message
    step(session, actor, held.introduction, "answer_question", now=now)
    held.introduction.turn = "volunteer"
    _give_turn(session, held, now)
    enqueue(
        session,
        "introduction.question_answered",
        now=now,
        introduction_id=held.introduction.id,
        message_id=message.id,
        round=held.introduction.offer_round,
    )
    return message


def write_words(
    session: Session, actor: Actor, held: Held, side: str, text: str, now: datetime
) -> IntroductionMessage:
    """What one side says stands in the thread; with contact details in it, before they are exchanged, kept back."""
    words = clean_text(text, field="text")
    if not words:
        raise Invalid("missing", "Write something first.", "text")
    if len(words) > LONGEST_MESSAGE:
        raise Invalid("too_long", f"Keep this under {LONGEST_MESSAGE} characters.", "text")
    here = f"{actor.user_id}:{held.introduction.id}"
    for limit, subject in ((MESSAGES_PER_PERSON, str(actor.user_id)), (MESSAGES_PER_THREAD, here)):
        if not count_try(session, limit, subject, now):
            raise OverLimit("too_many_messages", "That is a lot for one day. Write again tomorrow.")
    message = IntroductionMessage(
        introduction_id=held.introduction.id,
        author_id=actor.user_id,
        side=side,
        text=words,
        held_back=held.introduction.state not in CONTACTS_SHARED and contains_contact_details(words),
        channel=actor.channel,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def _give_turn(session: Session, held: Held, now: datetime) -> None:
    """While a question is open the offer ends with the turn that is on."""
    introduction = held.introduction
    introduction.nudges = 0
    zone = held.volunteer.timezone
    if introduction.turn == "requester":
        zone = session.get_one(User, held.need.requester_id).timezone
    introduction.expires_at = ends = end_of_day_after(now, periods().exploring_days, zone)
    prolong_links(session, "answer", introduction.id, round=introduction.offer_round, expires_at=ends)
    finish(session, introduction, now)
