"""The response record: how offers were answered, chapter by chapter, in counts and medians and never by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.offers import ANSWERED, ANSWERS, FEWEST, add_whom, read_answers
from network.measures.policy import Scope
from network.measures.reading import Cut, answers_are_made, cut_for, value_of
from network.measures.reports import Counts, count_by_month, need_conditions
from network.models import AnswerCell, NeedFact


@dataclass(slots=True)
class ResponseLine:
    """How the offers of one chapter's needs were answered; `chapter_id` is None for network staff's."""

    chapter_id: int | None
    volunteers: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ANSWERS, 0))
    days: dict[int, int] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int], days: Mapping[int, int]) -> None:
        """Add answers, and how many came after so many whole days."""
        for answer, count in counts.items():
            self.counts[answer] += count
        for day, count in days.items():
            self.days[day] = self.days.get(day, 0) + count

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


def response_record(session: Session, actor: Actor, scope: Scope) -> list[ResponseLine] | None:
    """How the offers of needs asked in the months were answered, the busiest chapter first; two statements.

    None where the worker has not added the answers up yet.
    """
    if not answers_are_made(session):
        return None
    cut = cut_for(session, actor, scope, "chapter")
    lines = _in_facts(session, actor, scope) if cut is None else _in_cells(session, cut)
    return sorted(lines, key=lambda line: (-line.offers, line.chapter_id or 0))


def _in_cells(session: Session, cut: Cut) -> Iterable[ResponseLine]:
    found: dict[str, ResponseLine] = {}
    whom: dict[str, set[int]] = defaultdict(set)
    rows = session.execute(
        select(AnswerCell.a, AnswerCell.counts, AnswerCell.days, AnswerCell.whom).where(
            *cut.where(AnswerCell)
        )
    )
    for code, counts, days, asked in rows:
        line = found.setdefault(code, ResponseLine(value_of("chapter", code)))
        line.add(dict(zip(ANSWERS, counts, strict=True)), dict(zip(days[::2], days[1::2], strict=True)))
        whom[code].update(asked)
    for code, line in found.items():
        line.volunteers = min(FEWEST, len(whom[code]))
    return found.values()


def _in_facts(session: Session, actor: Actor, scope: Scope) -> Iterable[ResponseLine]:
    """The same out of the facts, for a question about more than cells are made of."""
    found: dict[Any, ResponseLine] = {}
    whom: dict[Any, set[int]] = defaultdict(set)
    times: Counter[tuple[Any, str]] = Counter()
    rows = session.execute(
        select(NeedFact.chapter_id, NeedFact.answers, NeedFact.asked_whom).where(
            *need_conditions(actor, scope), NeedFact.answers != ""
        )
    )
    for chapter_id, words, asked in rows:
        times[chapter_id, words] += 1
        add_whom(whom[chapter_id], asked)
    for (chapter_id, words), number in times.items():
        line = found.setdefault(chapter_id, ResponseLine(chapter_id))
        counts, days = ({one: number * count for one, count in part} for part in read_answers(words))
        line.add(counts, days)  # type: ignore[arg-type]
    for chapter_id, line in found.items():
        line.volunteers = min(FEWEST, len(whom[chapter_id]))
    return found.values()


def answered_so(actor: Actor, answer: str) -> list[ColumnElement[bool]]:
    """Needs with an offer that was answered so, of those whose offers the actor brokers: others read no answers."""
    said: ColumnElement[bool] = (literal(" ") + NeedFact.answers).contains(f" {answer}", autoescape=True)
    return [said] if actor.is_staff else [said, NeedFact.chapter_id.in_(actor.lead_chapter_ids)]


def count_answered(session: Session, actor: Actor, scope: Scope, answer: str) -> Counts:
    """How many needs have such an offer in each month, the latest first; one statement."""
    cut = cut_for(session, actor, scope, "chapter") if answers_are_made(session) else None
    if cut is None:
        where = [*need_conditions(actor, scope), *answered_so(actor, answer)]
        return count_by_month(session, NeedFact.month, where)
    found: Counter[int] = Counter()
    place = ANSWERS.index(answer)
    rows = session.execute(
        select(AnswerCell.month, AnswerCell.a, AnswerCell.needs).where(*cut.where(AnswerCell))
    )
    for month, code, needs in rows:
        if needs[place] and (actor.is_staff or actor.leads(value_of("chapter", code))):
            found[month] += needs[place]
    return sorted(found.items(), reverse=True)


def together(lines: list[ResponseLine]) -> ResponseLine:
    """All lines as one. Somebody asked by two chapters is counted by both, so its volunteers are at most that many."""
    whole = ResponseLine(None, max((line.volunteers for line in lines), default=0))
    for line in lines:
        whole.add(line.counts, line.days)
    return whole
