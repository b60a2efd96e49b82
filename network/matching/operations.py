"""Saved searches: kept, changed, stopped and deleted by their owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.domain.actor import Actor, system_actor
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.rhythm import Rhythm, next_morning
from network.domain.states import Channel
from network.domain.text import clean_line
from network.matching.policy import saved_searches_visible_to
from network.matching.queries import search_volunteers
from network.models import SavedSearch, SavedSearchFind, Volunteer
from search import Hit
from search.query import MAX_SIZE

MOST_SAVED = 10
# A question that finds more than this would write every day: it has to be narrower.
MOST_FOUND = MAX_SIZE
LONGEST_NAME = 80


def save_search(
    session: Session,
    actor: Actor,
    *,
    name: str,
    words: str,
    filters: Mapping[str, Sequence[str]],
    rhythm: Rhythm,
    now: datetime,
) -> SavedSearch:
    """The question is asked again in its rhythm; whom it finds today counts as known already."""
    if actor.user_id is None:
        raise NotAllowed("sign_in_first", "Sign in to save a search.")
    if not words and not filters:
        raise Invalid("nothing_asked", "Ask for something first: a search for everybody is not saved.")
    held = saved_searches_of(session, actor)
    if len(held) >= MOST_SAVED:
        raise OverLimit("searches_full", f"You have saved {MOST_SAVED} searches. Delete one first.")
    plain = {facet: list(codes) for facet, codes in filters.items() if codes}
    if any(one.words == words and one.filters == plain for one in held):
        raise Conflict("search_saved", "You have saved this search already.")
    total, found = found_by(session, actor, words, plain)
    if total > MOST_FOUND:
        raise Invalid("search_wide", f"This finds more than {MOST_FOUND} people. Narrow it down first.")
    saved = SavedSearch(
        user_id=actor.user_id,
        name=_named(name),
        words=words,
        filters=plain,
        rhythm=rhythm,
        next_at=next_morning(rhythm, now, actor.timezone),
        created_at=now,
        updated_at=now,
    )
    session.add(saved)
    session.flush()
    remember_finds(session, saved, [row.id for row, _hit in found], now)
    record(session, actor, "saved_search.save", "saved_search", saved.id, now=now)
    return saved


def change_saved_search(
    session: Session, actor: Actor, search_id: int, *, name: str, rhythm: Rhythm, now: datetime
) -> SavedSearch:
    """It has this name and this rhythm."""
    saved = get_saved_search(session, actor, search_id)
    saved.name = _named(name)
    if rhythm is not saved.rhythm:
        saved.rhythm, saved.next_at = rhythm, next_morning(rhythm, now, actor.timezone)
    saved.updated_at = now
    record(
        session, actor, "saved_search.change", "saved_search", saved.id, now=now, fields=["name", "rhythm"]
    )
    session.flush()
    return saved


def delete_saved_search(session: Session, actor: Actor, search_id: int, now: datetime) -> None:
    """It is gone, with whom it had found."""
    saved = get_saved_search(session, actor, search_id)
    record(session, actor, "saved_search.delete", "saved_search", saved.id, now=now)
    session.delete(saved)
    session.flush()


def stop_saved_search(session: Session, search_id: int, now: datetime) -> SavedSearch | None:
    """It writes no more, by the link in its own mail; it stays on its owner's list. None where it is gone."""
    saved = session.get(SavedSearch, search_id)
    if saved is not None and saved.rhythm is not Rhythm.OFF:
        saved.rhythm, saved.next_at, saved.updated_at = Rhythm.OFF, None, now
        actor = system_actor(Channel.MAIL)
        record(session, actor, "saved_search.stop", "saved_search", saved.id, now=now, fields=["rhythm"])
        session.flush()
    return saved


def saved_searches_of(session: Session, actor: Actor) -> list[SavedSearch]:
    """The actor's own, the newest first."""
    query = select(SavedSearch).where(saved_searches_visible_to(actor))
    return list(session.scalars(query.order_by(SavedSearch.created_at.desc(), SavedSearch.id.desc())))


def get_saved_search(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """One of the actor's own; NotFound for any other."""
    query = select(SavedSearch).where(SavedSearch.id == search_id, saved_searches_visible_to(actor))
    saved = session.scalar(query)
    if saved is None:
        raise NotFound("no_such_search", "There is no such saved search.")
    return saved


def found_by(
    session: Session, actor: Actor, words: str, filters: Mapping[str, Sequence[str]]
) -> tuple[int, list[tuple[Volunteer, Hit]]]:
    """How many the question finds, and those whom the actor may see: only who meets all of it, and not the actor."""
    chosen = {facet: tuple(codes) for facet, codes in filters.items()}
    found = search_volunteers(session, actor, words, chosen, size=MOST_FOUND, facets=())
    # Those who meet all of it come first; the others only follow them.
    full = set(found.results.ids[: found.results.full])
    return found.results.full, [
        pair for pair in found.rows if pair[0].id in full and not actor.is_volunteer(pair[0].id)
    ]


def remember_finds(session: Session, saved: SavedSearch, volunteer_ids: Iterable[int], now: datetime) -> None:
    """These people are known to the search from now on."""
    rows = [{"saved_search_id": saved.id, "volunteer_id": one, "found_at": now} for one in volunteer_ids]
    if rows:
        session.execute(insert(SavedSearchFind), rows)


def _named(name: str) -> str:
    named = clean_line(name, field="name")
    if not named:
        raise Invalid("name_missing", "Give it a name that tells you what it is for.", "name")
    if len(named) > LONGEST_NAME:
        raise Invalid("name_long", f"Keep the name under {LONGEST_NAME} characters.", "name")
    return named
