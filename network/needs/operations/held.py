"""One act on several needs at once: held for a minute, in which it can be taken back whole, then done one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.queries import load_actor
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Conflict, DomainError, Invalid, NotFound, OverLimit
from network.domain.states import Channel
from network.domain.text import clean_text
from network.models import HeldAct, HeldNeed, Need, User
from network.needs.operations.triage import (
    begin_triage,
    close_unmet,
    escalate_need,
    reassign_need,
    take_need,
)
from network.needs.policy import needs_triageable_by
from network.outbox.queue import enqueue

HOLD = timedelta(seconds=60)
MOST = 60
EXPLAINED = frozenset({"close"})


def _assign(session: Session, actor: Actor, need: Need, held: HeldAct, **given: Any) -> None:
    owner = need.owner_chapter_id
    reassign_need(session, actor, need, chapter_id=owner, broker_id=held.person_id, **given)


ACTS: Mapping[str, Callable[..., Any]] = {
    "take": lambda session, actor, need, held, **given: take_need(session, actor, need, **given),
    "assign": _assign,
    "begin": lambda session, actor, need, held, **given: begin_triage(session, actor, need, **given),
    "escalate": lambda session, actor, need, held, **given: escalate_need(session, actor, need, **given),
    "close": lambda session, actor, need, held, **given: close_unmet(
        session, actor, need, held.reason, **given
    ),
}


def hold_act(
    session: Session,
    actor: Actor,
    act: str,
    picks: Sequence[tuple[int, int]],
    *,
    reason: str = "",
    person_id: int | None = None,
    now: datetime,
) -> HeldAct:
    """The act on these needs (id and version seen) is done in a minute; until then nothing happens to them."""
    words = clean_text(reason, field="reason")
    if act not in ACTS or actor.user_id is None:
        raise Invalid("no_such_act", "Choose what to do with them.", "act")
    if act in EXPLAINED and not words:
        raise Invalid("reason_missing", "Say why, in a sentence: the requesters read it.", "reason")
    if act == "assign" and person_id is None:
        raise Invalid("missing", "Choose who gets them.", "person")
    if not picks:
        raise Invalid("nothing_picked", "Tick the needs first.", "picked")
    if len(picks) > MOST:
        raise OverLimit("too_many_picked", f"Choose at most {MOST} at a time.")
    ids = [need_id for need_id, _version in picks]
    mine = set(session.scalars(select(Need.id).where(Need.id.in_(ids), needs_triageable_by(actor))))
    if set(ids) - mine:
        raise NotFound("no_need", "There is no such need.")
    held = HeldAct(
        user_id=actor.user_id,
        act=act,
        reason=words[:2000],
        person_id=person_id,
        created_at=now,
        due_at=now + HOLD,
    )
    session.add(held)
    session.flush()
    session.add_all(
        HeldNeed(held_act_id=held.id, need_id=need_id, version=version)
        for need_id, version in dict(picks).items()
    )
    session.flush()
    record(session, actor, f"held.{act}", "heldact", held.id, now=now)
    enqueue(session, "needs.held", due_at=held.due_at, key=f"needs.held:{held.id}", now=now, held_id=held.id)
    return held


def undo_held(session: Session, actor: Actor, held_id: int, *, now: datetime) -> HeldAct:
    """The act is taken back before anything came of it; Conflict where its minute is over."""
    held = _lock(session, held_id)
    if held is None or not actor.is_user(held.user_id):
        raise NotFound("no_held_act", "There is no such act.")
    if held.undone_at is None:
        if held.finished_at is not None or held.due_at <= now:
            raise Conflict("held_over", "The minute is over, and it is done. Put single needs right by hand.")
        held.undone_at = now
        session.flush()
        record(session, actor, "held.undo", "heldact", held.id, now=now)
    return held


def run_held(session: Session, held_id: int, now: datetime) -> None:
    """The act is done on each need as the one who asked for it may do it now; what is refused keeps its reason."""
    held = _lock(session, held_id)
    if held is None or held.undone_at is not None or held.finished_at is not None or held.due_at > now:
        return
    user = session.get_one(User, held.user_id)
    rows = session.scalars(select(HeldNeed).where(HeldNeed.held_act_id == held.id).order_by(HeldNeed.need_id))
    for row in list(rows):
        actor = load_actor(session, user, Channel.WEB)
        try:
            with session.begin_nested():
                need = session.get_one(Need, row.need_id, populate_existing=True)
                ACTS[held.act](session, actor, need, held, now=now, seen=row.version)
        except DomainError as error:
            row.refusal = error.message
    held.finished_at = now
    session.flush()


def _lock(session: Session, held_id: int) -> HeldAct | None:
    query = select(HeldAct).where(HeldAct.id == held_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
