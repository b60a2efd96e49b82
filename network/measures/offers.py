"""How the offers of needs were answered, as the facts of needs keep it: one word for each offer, and who was asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.introduction_moves import OFFERS
from network.domain.states import IntroductionState
from network.models import Introduction

# Fewer volunteers than this would be told by their figures.
FEWEST = 5
ANSWERS = ("yes", "no", "referred", "passed", "waiting", "withdrawn")
ANSWERED = ("yes", "no", "referred")
_DAY = timedelta(days=1)
_BY_STATE = {
    IntroductionState.DECLINED: "no",
    IntroductionState.REFERRED_ON: "referred",
    IntroductionState.EXPIRED: "passed",
    **dict.fromkeys(OFFERS, "waiting"),
}


def offers_of(session: Session, need_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """For each need that was offered to anybody its answers, and up to five of those who were asked; one statement."""
    said: dict[int, list[str]] = defaultdict(list)
    asked: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(
            Introduction.need_id,
            Introduction.volunteer_id,
            Introduction.state,
            Introduction.offered_at,
            Introduction.accepted_at,
            Introduction.ended_at,
        ).where(Introduction.need_id.in_(need_ids), Introduction.offered_at.is_not(None))
    )
    for need_id, volunteer_id, state, offered_at, accepted_at, ended_at in rows:
        said[need_id].append(_word(state, offered_at, accepted_at, ended_at))
        asked[need_id].add(volunteer_id)
    return {
        need_id: (" ".join(sorted(words)), " ".join(map(str, sorted(asked[need_id])[:FEWEST])))
        for need_id, words in said.items()
    }


def _word(
    state: IntroductionState,
    offered_at: datetime | None,
    accepted_at: datetime | None,
    ended_at: datetime | None,
) -> str:
    """ "no:3" for a no after three whole days; no number where nobody answered, or nobody knows when."""
    answer = "yes" if accepted_at else _BY_STATE.get(state, "withdrawn")
    at = accepted_at or ended_at
    if answer not in ANSWERED or at is None or offered_at is None or at < offered_at:
        return answer
    return f"{answer}:{(at - offered_at) // _DAY}"


@lru_cache(maxsize=4096)
def read_answers(words: str) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[int, int], ...]]:
    """The answers of a fact: how many of each kind, and how many after so many days."""
    parts = [word.partition(":") for word in words.split()]
    counts = Counter(answer for answer, _, _ in parts)
    days = Counter(int(day) for _, _, day in parts if day)
    return tuple(counts.items()), tuple(days.items())


def add_whom(kept: set[int], more: str) -> None:
    """Add those who were asked, as far as it matters: five are enough to show figures."""
    if len(kept) < FEWEST:
        kept.update(map(int, more.split()))
