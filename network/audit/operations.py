"""Writing the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from network.audit.context import request_id
from network.domain.actor import Actor
from network.models import AuditEntry


def record(
    session: Session,
    actor: Actor,
    act: str,
    subject: str,
    subject_id: int | None,
    *,
    now: datetime,
    fields: Iterable[str] | None = None,
) -> AuditEntry:
    """Write down that the actor did `act` on a subject; `fields` are names of what changed, never values."""
    entry = AuditEntry(
        at=now,
        actor_id=actor.user_id,
        channel=actor.channel,
        act=act,
        subject=subject,
        subject_id=subject_id,
        fields=sorted(fields) if fields is not None else None,
        request_id=request_id.get(),
    )
    session.add(entry)
    return entry


def changed_fields(row: Any) -> list[str]:
    """The names of the columns of a mapped row that were changed and not yet flushed."""
    state = inspect(row)
    return [attr.key for attr in state.mapper.column_attrs if state.attrs[attr.key].history.has_changes()]
