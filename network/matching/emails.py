"""Mail about saved searches: who is new among the people that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.queries import load_actor
from network.domain.actor import Actor
from network.domain.rhythm import next_morning
from network.domain.states import Channel, FieldGroup
from network.mail.compose import link, post
from network.mail.recipients import may_write_to, recipient_of
from network.matching.operations import found_by, remember_finds
from network.matching.reasons import reasons_of, why
from network.matching.stop_links import stop_url
from network.models import SavedSearch, SavedSearchFind, User, Volunteer
from network.outbox.registry import handles
from network.volunteers.policy import fields_visible_to
from search import Hit, SearchUnavailable

NAMED = 10


@handles("saved_search.clock")
def tell_of_newcomers(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The owner hears of those who fit and were not known to this search; of each once, and of nobody hidden."""
    saved = session.scalar(
        select(SavedSearch).where(SavedSearch.id == payload["saved_search_id"]).with_for_update()
    )
    if saved is None or saved.next_at is None or saved.next_at > now:
        return
    user = session.get_one(User, saved.user_id)
    saved.next_at = next_morning(saved.rhythm, now, user.timezone)
    # Turned off for all summaries, bounced or gone: whoever comes meanwhile is told once mail is wanted again.
    if user.email_verified_at is None or not may_write_to(session, recipient_of(user), "digest"):
        return
    actor = load_actor(session, user, Channel.CLOCK)
    try:
        _total, found = found_by(session, actor, saved.words, saved.filters)
    except SearchUnavailable:
        # The index is being written; the next morning finds the same people.
        return
    known = set(
        session.scalars(
            select(SavedSearchFind.volunteer_id).where(SavedSearchFind.saved_search_id == saved.id)
        )
    )
    fresh = [pair for pair in found if pair[0].id not in known]
    if fresh and _tell(session, saved, user, actor, fresh, now):
        remember_finds(session, saved, [row.id for row, _hit in fresh], now)
        saved.told_at = now


def _tell(
    session: Session,
    saved: SavedSearch,
    user: User,
    actor: Actor,
    fresh: Sequence[tuple[Volunteer, Hit]],
    now: datetime,
) -> bool:
    people = [
        {
            "name": row.name,
            "headline": row.headline if FieldGroup.PROFILE in fields_visible_to(actor, row, ()) else "",
            # Words found may stand in a field that is hidden since: what they know and offer is told.
            "why": why(reasons_of(match for match in hit.matches if match.kind != "word")),
            "url": link(f"/volunteers/{row.id}"),
        }
        for row, hit in fresh[:NAMED]
    ]
    return post(
        session,
        "saved_search_found",
        recipient_of(user),
        key=f"saved_search:{saved.id}:{now.isoformat()}",
        now=now,
        kind="digest",
        stop=stop_url(saved.id),
        search_name=saved.name,
        people=people,
        more=len(fresh) - len(people),
        count=len(fresh),
        saved_on=saved.created_at,
        url=link(f"/volunteers?{_question(saved)}"),
    )


def _question(saved: SavedSearch) -> str:
    return urlencode({"q": saved.words, **saved.filters} if saved.words else saved.filters, doseq=True)
