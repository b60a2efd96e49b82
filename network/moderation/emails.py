"""Mail about concerns, by event: ids and codes; what was decided stands in the decider's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.queries import staff_users
from network.domain.concerns import WAITS, ConcernState
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Concern, User
from network.outbox.registry import handles


@handles("concern.reported")
def tell_staff(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Staff who may decide know that somebody waits for it, and by when."""
    concern = session.get(Concern, payload["concern_id"])
    if concern is None or concern.state not in WAITS:
        return
    decider = concern.decided_by_id if concern.state is ConcernState.APPEALED else None
    out = {concern.reporter_id, concern.person_id, decider}
    for user in staff_users(session):
        if user.id not in out:
            post(
                session,
                "concern_reported",
                recipient_of(user),
                key=f"concern:{concern.id}:{payload['at']}",
                now=now,
                about=concern.about.value,
                appealed=concern.state is ConcernState.APPEALED,
                due_at=concern.next_action_at,
                url=link(f"/admin/concerns/{concern.id}"),
            )


@handles("concern.decided")
def tell_decision(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The person concerned reads what was decided and how to appeal; who reported it, that it was looked at."""
    concern = session.get(Concern, payload["concern_id"])
    if concern is None or concern.state in WAITS:
        return
    key = f"concern:{concern.id}:{concern.state.value}"
    person = session.get(User, concern.person_id) if concern.person_id else None
    if person is not None and concern.state is not ConcernState.DISMISSED:
        post(
            session,
            "concern_decision",
            recipient_of(person),
            key=key,
            now=now,
            words=concern.words,
            measure=concern.measure.value if concern.measure else "",
            state=concern.state.value,
            url=link(f"/account/decisions/{concern.id}"),
        )
    reporter = session.get_one(User, concern.reporter_id)
    if concern.state in {ConcernState.DISMISSED, ConcernState.UPHELD}:
        upheld = concern.state is ConcernState.UPHELD
        post(session, "concern_answered", recipient_of(reporter), key=key, now=now, upheld=upheld)
