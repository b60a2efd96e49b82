"""Somebody better: the few people a volunteer's words find, to be named with one press."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.matching.queries import search_volunteers
from search import SearchUnavailable

SHOWN = 6
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who could be named."""

    volunteer_id: int
    name: str
    headline: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A search for somebody better; `begun` once Search was pressed, `failed` where there is no index at the moment."""

    words: str = ""
    people: list[Found] = field(default_factory=list)
    failed: bool = False
    begun: bool = False


def find_better(session: Session, reader: Actor, words: str | None, besides: int) -> Finding:
    """Whom the reader may find by these words, without the one who asks; nothing without words."""
    asked = (words or "").replace("\x00", " ").strip()[:LONGEST]
    if not asked:
        return Finding(begun=words is not None)
    try:
        found = search_volunteers(session, reader, asked, size=SHOWN + 1, facets=())
    except SearchUnavailable:
        return Finding(asked, failed=True, begun=True)
    people = [Found(one.id, one.name, one.headline) for one, _hit in found.rows if one.id != besides]
    return Finding(asked, people[:SHOWN], begun=True)
