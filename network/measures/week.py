"""How the last seven days went for a broker: what came in, was opened, led to somebody, or to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import NeedState
from network.models import Introduction, Need

DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """Numbers of the last seven days, of the broker's chapters; of the whole network for staff."""

    submitted: int
    opened: int
    introduced: int
    unmet: int


def week_of(session: Session, actor: Actor, now: datetime) -> Week:
    """The broker's last seven days; one statement."""
    since = now - timedelta(days=DAYS)
    owned = true() if actor.is_staff else Need.owner_chapter_id.in_(sorted(actor.lead_chapter_ids))
    introduced = (
        select(func.count(Introduction.id))
        .join(Need, Need.id == Introduction.need_id)
        .where(owned, Introduction.introduced_at >= since)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            _needs(owned, Need.submitted_at >= since),
            _needs(owned, Need.opened_at >= since),
            introduced,
            _needs(owned, Need.closed_at >= since, Need.state == NeedState.CLOSED_UNMET),
        )
    ).one()
    return Week(*row)


def _needs(*where: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count(Need.id)).where(*where).scalar_subquery()
