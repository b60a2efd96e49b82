"""What lies on a broker's desk beside the queue: saved views, whom needs can be given to, acts held for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, or_, select, union_all
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import Role
from network.models import ChapterLead, HeldAct, HeldNeed, Need, SavedView, User, UserRole

# How long what came of a held act stays on the page.
SHOWN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """An act that waits, or was done a moment ago, with what was refused."""

    id: int
    act: str
    due_at: datetime
    is_done: bool
    number: int
    refusals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Beside the queue."""

    views: list[tuple[int, str, str]]
    people: list[tuple[int, str]]
    held: list[Held]
    held_needs: frozenset[int]


def desk_of(session: Session, actor: Actor, now: datetime) -> Desk:
    """Everything beside the queue of this broker; two statements."""
    views, people = _views_and_people(session, actor)
    rows = session.execute(
        select(HeldAct, HeldNeed.need_id, HeldNeed.refusal, Need.title)
        .join(HeldNeed, HeldNeed.held_act_id == HeldAct.id)
        .join(Need, Need.id == HeldNeed.need_id)
        .where(
            HeldAct.user_id == (actor.user_id or 0),
            HeldAct.undone_at.is_(None),
            or_(HeldAct.finished_at.is_(None), HeldAct.finished_at > now - SHOWN),
        )
        .order_by(HeldAct.id.desc(), HeldNeed.need_id)
    ).all()
    acts: dict[int, tuple[HeldAct, list[tuple[int, str | None, str]]]] = {}
    for held, need_id, refusal, title in rows:
        acts.setdefault(held.id, (held, []))[1].append((need_id, refusal, title))
    waiting = {
        need_id for held, needs in acts.values() if held.finished_at is None for need_id, _r, _t in needs
    }
    return Desk(views, people, [_held(held, needs) for held, needs in acts.values()], frozenset(waiting))


def _held(held: HeldAct, needs: list[tuple[int, str | None, str]]) -> Held:
    refusals = tuple((title, refusal) for _id, refusal, title in needs if refusal)
    return Held(held.id, held.act, held.due_at, held.finished_at is not None, len(needs), refusals)


def _views_and_people(
    session: Session, actor: Actor
) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    views = select(literal("view").label("part"), SavedView.id, SavedView.name, SavedView.query).where(
        SavedView.user_id == (actor.user_id or 0)
    )
    leads = select(ChapterLead.user_id).where(ChapterLead.chapter_id.in_(sorted(actor.lead_chapter_ids)))
    staff = select(UserRole.user_id).where(UserRole.role.in_([Role.STAFF, Role.ADMINISTRATOR]))
    people = select(literal("person"), User.id, User.name, literal("")).where(
        or_(User.id.in_(leads), User.id.in_(staff)), User.closed_at.is_(None), User.id != (actor.user_id or 0)
    )
    parts = union_all(views, people).subquery()
    rows = session.execute(select(parts).order_by(parts.c.name, parts.c.id)).all()
    return (
        [(row[1], row[2], row[3]) for row in rows if row[0] == "view"],
        [(row[1], row[2]) for row in rows if row[0] == "person"],
    )
