"""What happened to a need, as the asking side reads it: brokers stand by their chapter, or as network staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import IntroductionState, Role
from network.models import Chapter, Introduction, Need, Transition, User, UserRole
from network.needs.operations.owners import owned_of
from network.web.labels import whoever_reads
from network.web.need_words import reason_words

_I = IntroductionState


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    text: str
    at: datetime | None = None
    when: str | None = None
    who: str | None = None
    note: str | None = None
    tone: str | None = None
    next: bool = False


def events_of(
    session: Session,
    actor: Actor,
    need: Need,
    introductions: Sequence[Introduction],
    called: Sequence[str],
    owner: str | None,
    colleague: str | None,
) -> list[Event]:
    """The timeline in words, oldest first; flags without their words. `called` are the names beside the introductions.

    One statement, and one more where the need was handed to another chapter.
    """
    staff = select(UserRole.user_id).where(
        UserRole.user_id == Transition.actor_id, UserRole.role.in_([Role.STAFF, Role.ADMINISTRATOR])
    )
    rows = session.execute(
        select(Transition, User.name, staff.correlate(Transition).exists())
        .outerjoin(User, User.id == Transition.actor_id)
        .where(Transition.subject == "need", Transition.subject_id == need.id)
        .order_by(Transition.at, Transition.id)
    ).all()
    chapters = _chapters(session, (row[0] for row in rows))
    # Whose it was before it was first handed on is not known; then it was some broker of the network.
    handed = any(_passes(moved) for moved, _name, _staff in rows)
    broker = str(_("The network")) if handed else whoever_reads(owner, begins=True)
    events = []
    for moved, name, is_staff in rows:
        if _passes(moved):
            chapter = chapters.get(owned_of(moved.reason).chapter_id or 0)
            broker = whoever_reads(chapter, begins=True)
            events.append(
                Event(_("Looked after by %(who)s from now on", who=whoever_reads(chapter)), moved.at)
            )
            continue
        words = _MOVED.get(moved.action)
        if words is None:
            continue
        text, tone, tells = words()
        who = _("You") if actor.is_user(moved.actor_id) else name
        if moved.action in _BY_BROKER:
            who = whoever_reads(None, begins=True) if is_staff else broker
        note = str(reason_words(moved.reason)) if tells and moved.reason else None
        events.append(Event(text, moved.at, who=who, note=note, tone=tone))
    for one, name in zip(introductions, called, strict=True):
        events += _introduction_events(one, name, colleague or _("You"))
    return sorted(events, key=lambda event: event.at or need.created_at)


def _passes(moved: Transition) -> bool:
    return moved.action == "owned_by" and owned_of(moved.reason).changed


def _chapters(session: Session, rows: Iterable[Transition]) -> dict[int, str]:
    ids = {owned_of(moved.reason).chapter_id or 0 for moved in rows if _passes(moved)} - {0}
    if not ids:
        return {}
    return {
        row.id: row.name
        for row in session.execute(select(Chapter.id, Chapter.name).where(Chapter.id.in_(sorted(ids))))
    }


_BY_BROKER = frozenset({"begin_triage", "ask_info", "open", "refuse", "flag", "close_unmet", "skip_triage"})
# Act: what it reads as, its tone, and whether its reason is for the asking side.
_MOVED: dict[str, Any] = {
    "create": lambda: (_("The first words were written"), None, False),
    "submit": lambda: (_("Sent to the network"), None, False),
    "appeal": lambda: (_("Asked to look at it again"), None, True),
    "begin_triage": lambda: (_("Somebody began to read it"), None, False),
    "skip_triage": lambda: (_("Opened at once: you are known here"), "good", False),
    "ask_info": lambda: (_("A question for you"), "waiting", True),
    "open": lambda: (_("Accepted: volunteers are asked"), "good", False),
    "refuse": lambda: (_("The network cannot put this to anybody"), "bad", True),
    "edit_materially": lambda: (_("Changed, so it is read once more"), None, False),
    "flag": lambda: (_("Being read once more; offers wait"), "waiting", False),
    "renew": lambda: (_("Kept open for longer"), None, False),
    "fulfil": lambda: (_("Met. Thank you for telling us"), "good", False),
    "close_unmet": lambda: (_("Closed: nobody could be found"), "bad", True),
    "withdraw": lambda: (_("Withdrawn"), None, True),
    "hand_over": lambda: (_("Handed to a colleague"), None, False),
    "escalate": lambda: (_("Passed to network staff, who look after it now"), None, False),
}


def _introduction_events(introduction: Introduction, name: str, asker: str) -> list[Event]:
    pair = {"asker": asker, "name": name}
    lines = [
        (introduction.offered_at, _("%(name)s was asked", name=name), None),
        (introduction.accepted_at, _("%(name)s accepted", name=name), "good"),
        (introduction.introduced_at, _("%(asker)s and %(name)s have each other's details", **pair), "good"),
        (introduction.met_at, _("%(asker)s and %(name)s met", **pair), "good"),
        (introduction.completed_at, _("The introduction to %(name)s was completed", name=name), "good"),
    ]
    if introduction.state in {_I.DECLINED, _I.REFERRED_ON, _I.EXPIRED}:
        lines.append((introduction.ended_at, _("%(name)s is not available", name=name), None))
    return [Event(text, at, tone=tone) for at, text, tone in lines if at is not None]
