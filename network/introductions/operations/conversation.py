"""The thread between the two sides and their broker, the brokers' own notes beside it, and who has read how far."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from network.audit.moves import check_version
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.introduction_moves import CONTACTS_SHARED, THREAD_OPEN
from network.domain.states import IntroductionState
from network.domain.text import clean_text
from network.introductions.operations.questions import (
    LONGEST_MESSAGE,
    answer_question,
    write_words,
)
from network.introductions.operations.rows import check_need_is_open, hold
from network.introductions.policy import writing_side
from network.introductions.queries import need_of
from network.models import Introduction, IntroductionMessage, IntroductionRead
from network.outbox.queue import enqueue


def write_message(
    session: Session,
    actor: Actor,
    introduction: Introduction,
    text: str,
    *,
    now: datetime,
    seen: int | None = None,
) -> IntroductionMessage:
    """One of the two sides, or their broker, says something; the others have a mail about it.

    Where a question waits for the asking side this is its answer. Before details are exchanged a message
    with an address, a number or a link is kept back (`held_back`) and nobody else is told of it.
    """
    held = hold(session, introduction)
    check_version(held.introduction, seen)
    side = writing_side(actor, held.introduction, held.need)
    if side is None:
        raise NotAllowed("not_yours", "Only the two sides and their broker write here.")
    if held.introduction.state not in THREAD_OPEN:
        raise Conflict("thread_closed", "Nothing can be written here at the moment.")
    waits = held.introduction.state == IntroductionState.EXPLORING and held.introduction.turn == "requester"
    if waits and side != "volunteer":
        return answer_question(session, actor, held.introduction, text, now=now)
    if held.introduction.state not in CONTACTS_SHARED:
        check_need_is_open(session, held.need)
    message = write_words(session, actor, held, side, text, now)
    record(session, actor, "introduction.message", "introduction", held.introduction.id, now=now)
    if not message.held_back:
        enqueue(
            session,
            "introduction.message",
            now=now,
            introduction_id=held.introduction.id,
            message_id=message.id,
        )
    return message


def write_note(
    session: Session, actor: Actor, introduction: Introduction, text: str, *, now: datetime
) -> IntroductionMessage:
    """A broker writes something down for brokers; neither side ever reads it."""
    if writing_side(actor, introduction, need_of(session, introduction)) != "broker":
        raise NotAllowed("not_yours", "Only brokers write notes here.")
    words = clean_text(text, field="text")
    if not words:
        raise Invalid("missing", "Write something first.", "text")
    note = IntroductionMessage(
        introduction_id=introduction.id,
        author_id=actor.user_id,
        side="broker",
        text=words[:LONGEST_MESSAGE],
        for_brokers=True,
        channel=actor.channel,
        created_at=now,
    )
    session.add(note)
    session.flush()
    record(session, actor, "introduction.note", "introduction", introduction.id, now=now)
    return note


def mark_read(session: Session, actor: Actor, introduction_id: int, message_id: int) -> None:
    """The actor, who was just shown the thread, has read it up to this message."""
    upsert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    values = {"introduction_id": introduction_id, "user_id": actor.user_id, "message_id": message_id}
    session.execute(
        upsert(IntroductionRead)
        .values(**values)
        .on_conflict_do_update(index_elements=["introduction_id", "user_id"], set_={"message_id": message_id})
    )
