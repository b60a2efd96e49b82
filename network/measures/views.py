"""Views of the queue that a broker keeps under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed, NotFound, OverLimit
from network.domain.text import clean_line
from network.models import SavedView

MOST_VIEWS = 12


def save_view(session: Session, actor: Actor, name: str, query: str, *, now: datetime) -> SavedView:
    """The filters stand under the name for this broker; a name that is there already holds the new ones."""
    words = clean_line(name, field="name")
    if actor.user_id is None or not actor.is_broker:
        raise NotAllowed("brokers_only", "Only brokers keep views of the queue.")
    if not 1 <= len(words) <= 40:
        raise Invalid("bad_name", "Give the view a name of up to 40 characters.", "name")
    own = SavedView.user_id == actor.user_id
    view = session.scalar(select(SavedView).where(own, SavedView.name == words))
    if view is None:
        if (session.scalar(select(func.count()).select_from(SavedView).where(own)) or 0) >= MOST_VIEWS:
            raise OverLimit("too_many_views", f"{MOST_VIEWS} views are the most. Forget one first.")
        view = SavedView(user_id=actor.user_id, name=words, query=query[:300], created_at=now)
        session.add(view)
    view.query = query[:300]
    session.flush()
    return view


def forget_view(session: Session, actor: Actor, view_id: int) -> None:
    """The broker's view is gone; NotFound where it is not theirs."""
    own = SavedView.user_id == (actor.user_id or 0)
    view = session.scalar(select(SavedView).where(SavedView.id == view_id, own))
    if view is None:
        raise NotFound("no_view", "There is no such view.")
    session.delete(view)
    session.flush()
