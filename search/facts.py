"""What facets, orders and reasons need to know of a document: small, plain, and the same in every engine."""

from __future__ import annotations

import marshal
from typing import NamedTuple

from search.documents import VolunteerDocument
from search.terms import codes_of
from search.text import fold


class Facts(NamedTuple):
    """A document without its words. `codes` are (tier, facet, code): a code is for that tier and narrower ones."""

    id: int
    stamp: str
    listed: int
    name: str
    name_key: str
    updated: float
    available: bool
    answer_days: float | None
    load: float
    codes: tuple[tuple[int, str, str], ...]
    depths: dict[str, str]


def facts_of(document: VolunteerDocument) -> Facts:
    """The facts of a document."""
    return Facts(
        id=document.id,
        stamp=document.stamp,
        listed=document.listed.tier,
        name=document.name,
        name_key=fold(document.name),
        updated=document.updated_at.timestamp(),
        available=document.availability == "now",
        answer_days=document.answer_days,
        load=document.load,
        codes=tuple(codes_of(document)),
        depths=dict(document.market_depths),
    )


def packed(facts: Facts) -> bytes:
    """The facts as an index stores them."""
    return marshal.dumps(tuple(facts))


def unpacked(stored: bytes) -> Facts:
    """The facts as they were stored. The folder is trusted: only our own worker writes there."""
    return Facts(*marshal.loads(stored))  # noqa: S302
