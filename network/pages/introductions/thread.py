"""The thread of one introduction as one reader reads it, and the brokers' notes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.models import Introduction, IntroductionMessage, IntroductionRead, User
from network.pages.introductions.words import Names


@dataclass(frozen=True, slots=True)
class Note:
    """One message of the thread."""

    who: str
    text: str
    at: datetime
    seed: int | None
    mine: bool
    label: str
    held_back: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """What the reader may read of it; `read_to` is the last message where there is something new, else None."""

    messages: list[Note]
    notes: list[Note]
    has_asked: bool
    read_to: int | None


def thread_of(
    session: Session, actor: Actor, introduction: Introduction, names: Names, *, brokers: bool
) -> Thread:
    """The messages, oldest first, in one statement; `brokers` reads the notes of brokers too."""
    introduction_id = introduction.id
    read = and_(
        IntroductionRead.introduction_id == introduction_id, IntroductionRead.user_id == (actor.user_id or 0)
    )
    rows = session.execute(
        select(IntroductionMessage, IntroductionRead.message_id, User.name)
        .select_from(IntroductionMessage)
        .outerjoin(IntroductionRead, read)
        .outerjoin(User, User.id == IntroductionMessage.author_id)
        .where(
            IntroductionMessage.introduction_id == introduction_id,
            true() if brokers else ~IntroductionMessage.for_brokers,
            or_(IntroductionMessage.side == names.side, ~IntroductionMessage.held_back),
        )
        .order_by(IntroductionMessage.created_at, IntroductionMessage.id)
    ).all()
    said = [row[0] for row in rows if not row[0].for_brokers]
    labels = _kinds(said, introduction.accepted_at)
    read_to = rows[0][1] or 0 if rows else 0
    # Whoever looks on from both sides reads no mark of their own.
    marked = names.side != "broker"
    new = {one.id for one in said if marked and one.id > read_to and not actor.is_user(one.author_id)}
    return Thread(
        messages=[_note(one, names, actor, _label(one, labels, new)) for one in said],
        notes=[_note(one, names, actor, "", name) for one, _read, name in rows if one.for_brokers],
        has_asked=any(one.side == "volunteer" and not one.held_back for one in said),
        read_to=max(one.id for one in said) if new else None,
    )


def _kinds(said: list[IntroductionMessage], accepted_at: datetime | None) -> dict[int, str]:
    """The volunteer's first word before the yes is their question, the next one from across its answer."""
    told = [
        one for one in said if not one.held_back and (accepted_at is None or one.created_at < accepted_at)
    ]
    if not told or told[0].side != "volunteer":
        return {}
    found = {told[0].id: str(_("Question"))}
    answer = next((one for one in told if one.side != "volunteer"), None)
    return found if answer is None else {**found, answer.id: str(_("Answer"))}


def _label(message: IntroductionMessage, kinds: dict[int, str], new: set[int]) -> str:
    if message.held_back:
        return str(_("Kept back: it holds an address, a number or a link, and nobody else has read it"))
    words = [kinds.get(message.id, ""), str(_("New")) if message.id in new else ""]
    return " · ".join(word for word in words if word)


def _note(
    message: IntroductionMessage, names: Names, actor: Actor, label: str, written: str | None = None
) -> Note:
    who = {"volunteer": names.volunteer, "requester": names.requester}.get(message.side, names.broker)
    return Note(
        who=str(written or who),
        text=message.text,
        at=message.created_at,
        seed=message.author_id,
        mine=actor.is_user(message.author_id),
        label=label,
        held_back=message.held_back,
    )
