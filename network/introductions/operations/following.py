"""What the two say afterwards: how the meeting was, and what came of it, on the page or by the link in a mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from network.accounts.links import find_link, use_link
from network.accounts.queries import load_actor
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotFound
from network.domain.states import Channel
from network.domain.text import clean_text
from network.introductions.operations.meetings import side_of
from network.introductions.operations.rows import check_introduced
from network.models import FollowUp, Introduction, IntroductionMessage, LinkToken, User
from network.outbox.queue import enqueue

FOLLOW_UP_ANSWERS = ("nothing_yet", "talking", "deal", "stopped")
FEEDBACK_ANSWERS = ("very_useful", "useful", "not_useful")
# The day on which the row of a feedback is kept: asked after a meeting, not after the introduction.
FEEDBACK = 0
# A link in the mail answers until the next one is likely to come.
LINK_LIVES = timedelta(days=90)
_LONGEST = 2000


def record_follow_up(
    session: Session, actor: Actor, introduction: Introduction, answer: str, *, now: datetime
) -> FollowUp:
    """What came of it so far, says one side: nothing yet, talking, a deal, or it stopped."""
    side = side_of(session, actor, introduction)
    if answer not in FOLLOW_UP_ANSWERS:
        raise Invalid("answer", "Choose one of the answers.", "answer")
    check_introduced(introduction)
    asked = _waiting(session, introduction, side, FollowUp.days > FEEDBACK)
    if asked is None:
        days = max((now - (introduction.introduced_at or now)).days, 1)
        asked = FollowUp(introduction_id=introduction.id, days=days, asked_at=now, side=side)
        session.add(asked)
    asked.answer, asked.answered_at = answer, now
    session.flush()
    record(session, actor, "introduction.follow_up", "introduction", introduction.id, now=now)
    enqueue(
        session,
        "introduction.followed_up",
        now=now,
        introduction_id=introduction.id,
        follow_up_id=asked.id,
        user_id=actor.user_id,
        answer=answer,
    )
    return asked


def give_feedback(
    session: Session, actor: Actor, introduction: Introduction, answer: str, words: str, *, now: datetime
) -> FollowUp:
    """How the meeting was, says one side; brokers read it, the other side never."""
    side = side_of(session, actor, introduction)
    if answer not in FEEDBACK_ANSWERS:
        raise Invalid("answer", "Choose one of the answers.", "answer")
    check_introduced(introduction)
    asked = _waiting(session, introduction, side, FollowUp.days == FEEDBACK)
    if asked is None:
        raise Conflict("answered_before", "You told us already. Thank you.")
    asked.answer, asked.answered_at = answer, now
    text = clean_text(words, field="words")[:_LONGEST]
    if text:
        note = IntroductionMessage(
            introduction_id=introduction.id,
            author_id=actor.user_id,
            side=side,
            text=text,
            for_brokers=True,
            channel=actor.channel,
            created_at=now,
        )
        session.add(note)
    session.flush()
    record(session, actor, "introduction.feedback", "introduction", introduction.id, now=now)
    return asked


def _waiting(
    session: Session, introduction: Introduction, side: str, which: ColumnElement[bool]
) -> FollowUp | None:
    query = select(FollowUp).where(
        FollowUp.introduction_id == introduction.id, FollowUp.side == side, FollowUp.answer.is_(None), which
    )
    return session.scalar(query.order_by(FollowUp.days.desc(), FollowUp.id.desc()).limit(1))


# --- by the link in the mail ------------------------------------------------------------


def find_asked(session: Session, secret: str) -> tuple[LinkToken, FollowUp, Introduction] | None:
    """What a follow-up link asks about, used ones too; None for any other text."""
    link = find_link(session, "follow_up", secret)
    asked = session.get(FollowUp, link.subject_id) if link is not None else None
    if link is None or asked is None:
        return None
    return link, asked, session.get_one(Introduction, asked.introduction_id)


def answer_by_link(session: Session, secret: str, answer: str, *, now: datetime) -> FollowUp:
    """One press says what came of it, or how the meeting was, without signing in; the link answers once."""
    found = find_asked(session, secret)
    if found is None or found[0].user_id is None:
        raise NotFound("no_link", "This link is not one of ours.")
    link, asked, introduction = found
    actor = load_actor(session, session.get_one(User, link.user_id), Channel.MAIL)
    is_feedback = asked.days == FEEDBACK
    if answer not in (FEEDBACK_ANSWERS if is_feedback else FOLLOW_UP_ANSWERS):
        raise Invalid("answer", "Choose one of the answers.", "answer")
    if not use_link(session, link, now):
        raise Conflict("answer_used", "This link was used already, or is too old.")
    if is_feedback:
        return give_feedback(session, actor, introduction, answer, "", now=now)
    return record_follow_up(session, actor, introduction, answer, now=now)
