"""The story of a need as its brokers read it: what was done, who did or caused it, and whose it became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import String, and_, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import Channel
from network.models import Chapter, Need, NeedNote, RiskReview, Transition, User
from network.needs.operations.owners import Owned, owned_of
from network.pages.queue.story_words import CAUSES, NEED_MOVES, PERSON_MOVES, RISK_MOVES
from network.web.labels import label, whoever_reads
from network.web.need_words import reason_words

LATEST = 120
# What was put on the list in the same act as the cause before it is no cause of its own.
SAME_ACT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story."""

    text: str
    at: datetime
    who: str | None = None
    note: str | None = None
    tone: str | None = None
    # The act on the need itself, for those that say why it is read (again), or from whom it came.
    act: str | None = None


# Why a need lies with its broker: what came back, was appealed against, or was handed on with a word.
WHY = frozenset({"flag", "edit_materially", "appeal", "reassign"})


def reason_to_read(need: Need, events: Sequence[Event]) -> Event | None:
    """What the broker has to know first: the latest reason why a need is to be read, while it is."""
    if need.state not in WAITS_FOR_TRIAGE:
        return None
    return next((one for one in events if one.act in WHY and (one.note or one.act != "reassign")), None)


def story_of(session: Session, need: Need, names: dict[int, str]) -> list[Event]:
    """Moves of the need and its introductions, and the brokers' notes, the latest first.

    `names` are the volunteers' by introduction. One statement, and one more where the need changed hands.
    """
    rows = session.execute(_rows(need, names).limit(LATEST)).all()
    owned = {row.at: owned_of(row.words) for row in rows if row.action == "owned_by"}
    called = _names(session, list(owned.values()))
    events = []
    for place, row in enumerate(rows):
        if row.action == "owned_by":
            continue
        if row.subject == "need" and row.action == "reassign" and row.at in owned:
            text = _ownership(owned[row.at], row.who_id, called)
            by = row.name or str(_("The network"))
            events.append(Event(text, row.at, by, row.words or None, act=row.action))
        else:
            events.append(_event(row, names, rows[place + 1 :]))
    return events


def _rows(need: Need, names: Mapping[int, str]) -> Any:
    of_need = and_(Transition.subject == "need", Transition.subject_id == need.id)
    of_people = and_(Transition.subject == "introduction", Transition.subject_id.in_(sorted(names)))
    of_risks = and_(
        Transition.subject == "riskreview",
        Transition.subject_id.in_(select(RiskReview.id).where(RiskReview.need_id == need.id)),
        Transition.action != "supersede",
    )
    moves = select(
        Transition.at.label("at"),
        Transition.subject.label("subject"),
        Transition.subject_id.label("subject_id"),
        Transition.action.label("action"),
        Transition.reason.label("words"),
        Transition.actor_id.label("who_id"),
        type_coerce(Transition.channel, String).label("channel"),
        Transition.id.label("id"),
    ).where(or_(of_need, of_risks, *([of_people] if names else [])))
    notes = select(
        NeedNote.created_at,
        literal("note"),
        NeedNote.need_id,
        literal("note"),
        NeedNote.text,
        NeedNote.author_id,
        null(),
        NeedNote.id,
    ).where(NeedNote.need_id == need.id)
    parts = union_all(moves, notes).subquery()
    return (
        select(parts, User.name)
        .outerjoin(User, User.id == parts.c.who_id)
        .order_by(parts.c.at.desc(), parts.c.id.desc())
    )


def _event(row: Any, names: Mapping[int, str], before: Sequence[Any]) -> Event:
    if row.subject == "note":
        return Event(str(_("A note for brokers")), row.at, row.name, row.words, "note")
    by = row.name or str(_("By the clock") if row.channel == Channel.CLOCK else _("The network"))
    if row.subject == "riskreview":
        text, tone = RISK_MOVES.get(row.action, (lambda: label(row.action), None))
        return Event(str(text()), row.at, by, row.words, tone)
    if row.subject == "need":
        text, tone = NEED_MOVES.get(row.action, (lambda: label(row.action), None))
        return Event(str(text()), row.at, by, str(reason_words(row.words)) or None, tone, row.action)
    text, tone = PERSON_MOVES.get(row.action, (None, None))
    name = names.get(row.subject_id, "")
    words = str(text(name)) if text else f"{name}: {label(row.action)}"
    reason = label(row.words) if row.action == "decline" and row.words else reason_words(row.words)
    if row.action == "offer" and row.name is None:
        by = _cause(before, names)
    return Event(words, row.at, by, str(reason) or None, tone)


# --- who caused what the network did by itself -------------------------------------------


def _cause(before: Sequence[Any], names: Mapping[int, str]) -> str:
    """What an offer that went out by itself followed from, out of the rows before it, the latest first."""
    listed = next((row for row in before if row.action == "propose"), None)
    found = next((row for row in before if row.action in CAUSES and row.action != "propose"), None)
    if listed is not None and (found is None or listed.at - found.at > SAME_ACT):
        found = listed
    if found is None:
        return str(_("In turn"))
    person = names.get(found.subject_id, "") if found.subject == "introduction" else ""
    return str(CAUSES[found.action](found.name or str(_("the network")), person))


# --- whose it became -----------------------------------------------------------------------


def _names(session: Session, found: Sequence[Owned]) -> dict[tuple[str, int], str]:
    """Names of the chapters and brokers that a need was given to."""
    chapters = {one.chapter_id for one in found if one.chapter_id}
    brokers = {one.broker_id for one in found if one.broker_id}
    if not chapters and not brokers:
        return {}
    parts = union_all(
        select(literal("chapter"), Chapter.id, Chapter.name).where(Chapter.id.in_(sorted(chapters))),
        select(literal("user"), User.id, User.name).where(User.id.in_(sorted(brokers))),
    )
    return {(row[0], row[1]): row[2] for row in session.execute(parts)}


def _ownership(owned: Owned, actor_id: int | None, names: Mapping[tuple[str, int], str]) -> str:
    broker = names.get(("user", owned.broker_id or 0), "")
    if not owned.changed:
        if owned.broker_id is None:
            return str(_("Has no broker by name any more"))
        if owned.broker_id == actor_id:
            return str(_("Taken on as its broker"))
        return str(_("%(name)s made its broker", name=broker))
    who = whoever_reads(names.get(("chapter", owned.chapter_id or 0)))
    if owned.broker_id is None:
        return str(_("Handed to %(who)s", who=who))
    return str(_("Handed to %(who)s, with %(name)s as its broker", who=who, name=broker))
