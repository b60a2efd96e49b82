"""What an answer to a follow-up does to outcomes: a deal opens a draft, an end closes the draft nobody touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.queries import load_actor
from network.audit.moves import move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.outcome_moves import MOVES
from network.domain.states import Channel, OutcomeKind, OutcomeStatus
from network.models import Introduction, Need, Outcome, User
from network.outbox.registry import handles
from network.outcomes.asking import schedule
from network.outcomes.drafts import OutcomeDraft
from network.outcomes.operations import REPORTABLE, record_outcome
from network.outcomes.policy import roles_towards_outcome


@handles("introduction.followed_up")
def open_or_close_draft(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A draft waits for whoever says that something came of it; one that was never filled in goes when it stopped."""
    user = session.get(User, payload.get("user_id") or 0)
    introduction = session.get(Introduction, payload["introduction_id"])
    if user is None or introduction is None or user.closed_at is not None:
        return
    # It may have been ended between the answer and now; then nothing can be recorded about it any more.
    if introduction.state not in REPORTABLE:
        return
    actor = load_actor(session, user, Channel.MAIL)
    drafts = session.scalars(
        select(Outcome).where(
            Outcome.introduction_id == introduction.id,
            Outcome.reporter_id == user.id,
            Outcome.status == OutcomeStatus.DRAFT,
        )
    ).all()
    if payload["answer"] == "deal" and not drafts:
        _open(session, actor, introduction, now)
    if payload["answer"] == "stopped":
        for outcome in drafts:
            if outcome.updated_at == outcome.created_at:
                _close(session, actor, introduction, outcome, now)


def _open(session: Session, actor: Actor, introduction: Introduction, now: datetime) -> None:
    need = session.get_one(Need, introduction.need_id)
    draft = OutcomeDraft(
        kind=OutcomeKind.EXPORT_CONTRACT,
        title=need.title,
        what_happened="",
        happened_on=local_date(now, actor.timezone),
        # Another that stands already is no reason to lose the news: the reporter sees both.
        is_another=True,
    )
    record_outcome(session, actor, introduction.id, draft, now=now, send=False)


def _close(
    session: Session, actor: Actor, introduction: Introduction, outcome: Outcome, now: datetime
) -> None:
    roles = roles_towards_outcome(actor, outcome, introduction.volunteer_id)
    move(session, actor, outcome, MOVES, "discard", now=now, roles=roles)
    record(session, actor, "outcome.discard", "outcome", outcome.id, now=now)
    schedule(session, outcome)
