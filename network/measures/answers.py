"""The response record: how offers were answered, chapter by chapter, in counts and medians and never by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.introduction_moves import OFFERS
from network.domain.states import IntroductionState
from network.measures.policy import Scope
from network.measures.reports import need_conditions
from network.models import Introduction, NeedFact

# Fewer volunteers than this would be told by their figures.
FEWEST = 5
ANSWERS = ("yes", "no", "referred", "passed", "waiting", "withdrawn")
ANSWERED = ("yes", "no", "referred")


@dataclass(slots=True)
class ResponseLine:
    """How the offers of one chapter's needs were answered; `chapter_id` is None for network staff's."""

    chapter_id: int | None
    volunteers: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ANSWERS, 0))
    days: dict[int, int] = field(default_factory=dict)

    @property
    def offers(self) -> int:
        """All offers that were made."""
        return sum(self.counts.values())

    @property
    def is_shown(self) -> bool:
        """Whether so many volunteers were asked that the figures tell of none of them."""
        return self.volunteers >= FEWEST

    @property
    def answered_share(self) -> int | None:
        """How many of 100 offers that are over were answered; None where none is, or too few were asked."""
        answered = sum(self.counts[one] for one in ANSWERED)
        over = answered + self.counts["passed"]
        return round(100 * answered / over) if over and self.is_shown else None

    @property
    def median_days(self) -> float | None:
        """After how many whole days the middle answer came; None where too few were asked."""
        days = [day for day in sorted(self.days) for _ in range(self.days[day])]
        return median(days) if days and self.is_shown else None


def response_record(session: Session, actor: Actor, scope: Scope) -> list[ResponseLine]:
    """How the offers of needs asked in the months were answered, the busiest chapter first; two statements."""
    where = [
        *need_conditions(actor, scope),
        Introduction.need_id == NeedFact.need_id,
        Introduction.offered_at.is_not(None),
    ]
    answer = case(
        (Introduction.accepted_at.is_not(None), "yes"),
        (Introduction.state == IntroductionState.DECLINED, "no"),
        (Introduction.state == IntroductionState.REFERRED_ON, "referred"),
        (Introduction.state == IntroductionState.EXPIRED, "passed"),
        (Introduction.state.in_(sorted(OFFERS)), "waiting"),
        else_="withdrawn",
    )
    days = _whole_days(
        session, func.coalesce(Introduction.accepted_at, Introduction.ended_at), Introduction.offered_at
    )
    lines: dict[int | None, ResponseLine] = {}
    rows = session.execute(
        select(NeedFact.chapter_id, answer.label("answer"), days.label("days"), func.count())
        .where(*where)
        .group_by(NeedFact.chapter_id, answer, days)
    )
    for chapter_id, said, after, count in rows:
        line = lines.setdefault(chapter_id, ResponseLine(chapter_id))
        line.counts[said] += count
        if said in ANSWERED and after is not None and after >= 0:
            line.days[after] = line.days.get(after, 0) + count
    asked = session.execute(
        select(NeedFact.chapter_id, func.count(Introduction.volunteer_id.distinct()))
        .where(*where)
        .group_by(NeedFact.chapter_id)
    )
    for chapter_id, number in asked:
        lines[chapter_id].volunteers = number
    return sorted(lines.values(), key=lambda line: (-line.offers, line.chapter_id or 0))


def together(lines: list[ResponseLine]) -> ResponseLine:
    """All lines as one. Somebody asked by two chapters is counted by both, so its volunteers are at most that many."""
    whole = ResponseLine(None, max((line.volunteers for line in lines), default=0))
    days: dict[int, int] = defaultdict(int)
    for line in lines:
        for answer, count in line.counts.items():
            whole.counts[answer] += count
        for day, count in line.days.items():
            days[day] += count
    whole.days = dict(days)
    return whole


def _whole_days(session: Session, later: Any, earlier: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.julianday(later) - func.julianday(earlier), Integer)
    return cast(func.date_part("day", later - earlier), Integer)
