"""The response record: how offers were answered, chapter by chapter, in counts and medians and never by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.introduction_moves import OFFERS
from network.domain.states import IntroductionState
from network.measures.months import months_between
from network.measures.policy import Scope
from network.measures.refreshing import keep_state
from network.measures.reports import need_conditions
from network.models import Introduction, NeedFact, ReportState

# Fewer volunteers than this would be told by their figures.
FEWEST = 5
# From so many introductions on the worker keeps the record; so many months it makes at once.
LARGE, RECENT, MOST_AT_ONCE = 20_000, 3, 6
ANSWERS = ("yes", "no", "referred", "passed", "waiting", "withdrawn")
ANSWERED = ("yes", "no", "referred")


@dataclass(slots=True)
class ResponseLine:
    """How the offers of one chapter's needs were answered; `chapter_id` is None for network staff's."""

    chapter_id: int | None
    volunteers: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ANSWERS, 0))
    days: dict[int, int] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int], days: Mapping[Any, int]) -> None:
        """Add answers, and how many came after so many whole days."""
        for answer, count in counts.items():
            self.counts[answer] += count
        for day, count in days.items():
            self.days[int(day)] = self.days.get(int(day), 0) + count

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
        total, seen = sum(self.days.values()), 0
        if not total or not self.is_shown:
            return None
        middle: list[int] = []
        for day in sorted(self.days):
            for place in ((total - 1) // 2, total // 2):
                if seen <= place < seen + self.days[day]:
                    middle.append(day)
            seen += self.days[day]
        return sum(middle) / 2


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """The lines, the busiest chapter first, and when they were kept (None: counted just now)."""

    lines: list[ResponseLine]
    kept_at: datetime | None = None


def response_record(session: Session, actor: Actor, scope: Scope) -> ResponseRecord:
    """How the offers of needs asked in the months were answered; two statements, one where the worker keeps it."""
    found = _kept(session, actor, scope)
    if found is None:
        where = need_conditions(actor, scope)
        found = ResponseRecord(
            [_line(chapter_id, one) for chapter_id, one in _counted(session, where).items()]
        )
    found.lines.sort(key=lambda line: (-line.offers, line.chapter_id or 0))
    return found


def _line(chapter_id: int | None, one: dict[str, Any]) -> ResponseLine:
    return ResponseLine(chapter_id, len(one["who"]), one["counts"], one["days"])


def _counted(session: Session, needs: Sequence[ColumnElement[bool]]) -> dict[int | None, dict[str, Any]]:
    """For each chapter its answers, the whole days to them, and up to five of those who were asked."""
    where = [*needs, Introduction.need_id == NeedFact.need_id, Introduction.offered_at.is_not(None)]
    answer = case(
        (Introduction.accepted_at.is_not(None), "yes"),
        (Introduction.state == IntroductionState.DECLINED, "no"),
        (Introduction.state == IntroductionState.REFERRED_ON, "referred"),
        (Introduction.state == IntroductionState.EXPIRED, "passed"),
        (Introduction.state.in_(sorted(OFFERS)), "waiting"),
        else_="withdrawn",
    )
    after = _whole_days(
        session, func.coalesce(Introduction.accepted_at, Introduction.ended_at), Introduction.offered_at
    )
    found: dict[int | None, dict[str, Any]] = {}
    rows = session.execute(
        select(NeedFact.chapter_id, answer.label("answer"), after.label("after"), func.count())
        .where(*where)
        .group_by(NeedFact.chapter_id, answer, after)
    )
    for chapter_id, said, day, count in rows:
        one = found.setdefault(chapter_id, {"counts": dict.fromkeys(ANSWERS, 0), "days": {}, "who": set()})
        one["counts"][said] += count
        if said in ANSWERED and day is not None and day >= 0:
            one["days"][day] = one["days"].get(day, 0) + count
    asked = (
        select(NeedFact.chapter_id.label("chapter_id"), Introduction.volunteer_id.label("volunteer_id"))
        .where(*where)
        .distinct()
        .subquery()
    )
    place = func.row_number().over(partition_by=asked.c.chapter_id, order_by=asked.c.volunteer_id)
    ranked = select(asked, place.label("place")).subquery()
    for chapter_id, volunteer_id in session.execute(
        select(ranked.c.chapter_id, ranked.c.volunteer_id).where(ranked.c.place <= FEWEST)
    ):
        found[chapter_id]["who"].add(volunteer_id)
    return found


# --- kept by the worker where the network is large ---------------------------------------


def keep_answers(session: Session, now: datetime) -> None:
    """Keep the record of a large network month by month: what is missing, the last months, and two older ones."""
    number = session.scalar(select(func.max(Introduction.id))) or 0
    first, last = session.execute(select(func.min(NeedFact.month), func.max(NeedFact.month))).one()
    if number < LARGE or first is None:
        return
    months = months_between(first, last)
    made: dict[str, datetime] = dict(
        session.execute(
            select(ReportState.name, ReportState.made_at).where(ReportState.name.in_(map(_name, months)))
        ).all()
    )
    missing = [month for month in reversed(months) if _name(month) not in made]
    oldest = sorted((month for month in months if _name(month) in made), key=lambda one: made[_name(one)])
    chosen = dict.fromkeys([*missing[:MOST_AT_ONCE], *months[-RECENT:], *oldest[:2]])
    # Everything is counted before anything is written, so that nobody waits for the counting.
    counted = {month: _counted(session, [NeedFact.month == month]) for month in chosen}
    for month, found in counted.items():
        content = {str(code or 0): {**one, "who": sorted(one["who"])} for code, one in found.items()}
        keep_state(session, _name(month), now, content)


def _name(month: int) -> str:
    return f"answers {month}"


def _kept(session: Session, actor: Actor, scope: Scope) -> ResponseRecord | None:
    """The record out of the kept months; None where a month is missing or the question is narrower."""
    chapters = {value for name, value in scope.where if name == "chapter"}
    if len(chapters) != len(scope.where) or not (actor.is_staff or not actor.office_organisation_ids):
        return None
    months = months_between(scope.from_month, scope.until_month)
    states = session.scalars(select(ReportState).where(ReportState.name.in_(map(_name, months)))).all()
    first, last = session.execute(select(func.min(NeedFact.month), func.max(NeedFact.month))).one()
    needed = {_name(month) for month in months if (first or 0) <= month <= (last or 0)}
    if not needed or not needed <= {one.name for one in states}:
        return None
    found: dict[int | None, ResponseLine] = {}
    who: dict[int | None, set[int]] = defaultdict(set)
    for code, one in (pair for state in states for pair in state.content.items()):
        chapter_id = int(code) or None
        if (chapters and chapter_id not in chapters) or not (actor.is_staff or actor.leads(chapter_id)):
            continue
        line = found.setdefault(chapter_id, ResponseLine(chapter_id))
        who[chapter_id].update(one["who"])
        line.add(one["counts"], one["days"])
    for chapter_id, line in found.items():
        line.volunteers = len(who[chapter_id])
    return ResponseRecord(list(found.values()), min(state.made_at for state in states))


def together(lines: list[ResponseLine]) -> ResponseLine:
    """All lines as one. Somebody asked by two chapters is counted by both, so its volunteers are at most that many."""
    whole = ResponseLine(None, max((line.volunteers for line in lines), default=0))
    for line in lines:
        whole.add(line.counts, line.days)
    return whole


def _whole_days(session: Session, later: Any, earlier: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.julianday(later) - func.julianday(earlier), Integer)
    return cast(func.date_part("day", later - earlier), Integer)
