"""Mail about concerns, by event: ids and codes; what was decided stands in the decider's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.queries import staff_users
from network.domain.concerns import WAITS, ConcernAbout, ConcernState
from network.domain.states import NeedState
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Concern, Need, User
from network.needs.emails import need_facts
from network.needs.queries import brokers_of
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
        need = session.get(Need, concern.subject_id) if concern.about is ConcernAbout.NEED else None
        post(
            session,
            "concern_decision",
            recipient_of(person),
            key=key,
            now=now,
            words=concern.words,
            measure=concern.measure.value if concern.measure else "",
            state=concern.state.value,
            goes_on=need is not None and need.state is NeedState.OPEN,
            url=link(f"/account/decisions/{concern.id}"),
        )
    reporter = session.get_one(User, concern.reporter_id)
    if concern.state is not ConcernState.CONFIRMED:
        state = concern.state.value
        post(session, "concern_answered", recipient_of(reporter), key=key, now=now, state=state)


@handles("concern.stop_taken_back")
def tell_brokers(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Who had a request to read again hears that it goes on by itself, or that they may open it."""
    concern = session.get(Concern, payload["concern_id"])
    need = session.get(Need, concern.subject_id) if concern is not None else None
    if concern is None or need is None:
        return
    facts = need_facts(session, need) | {"url": link(f"/queue/needs/{need.id}")}
    for user in brokers_of(session, need):
        if user.id != concern.decided_by_id:
            post(
                session,
                "need_stop_taken_back",
                recipient_of(user),
                key=f"concern:{concern.id}:taken_back",
                now=now,
                is_open=need.state is NeedState.OPEN,
                **facts,
            )
