"""Reading cells: which ones answer a question, added up over months and values, within the rights of who asks.

A question about more dimensions than cells have is answered from the facts; so is every question until the worker
has made all cells once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.cells import (
    DIMENSIONS,
    HELP_WITH_HELP,
    MOST_DIMENSIONS,
    NONE,
    STAGES,
    code_of,
    cube_of,
)
from network.measures.months import months_between
from network.measures.policy import Scope
from network.measures.totals import Checked, pounds
from network.models import AnswerCell, NeedCell, OutcomeCell, ReportState

NUMBERED = frozenset({"chapter", "university"})
COUNTS = ("asked", *STAGES)


@dataclass(frozen=True, slots=True)
class Cut:
    """The cells that answer a question, and which of their two values each dimension is."""

    cube: tuple[str, ...]
    months: list[int]
    fixed: dict[str, frozenset[str]]

    def place(self, dimension: str) -> str:
        """The column that holds a dimension that is told apart."""
        if self.cube == HELP_WITH_HELP:
            return "b"
        return "ab"[self.cube.index(dimension)]

    def where(
        self, table: type[NeedCell] | type[OutcomeCell] | type[AnswerCell]
    ) -> list[ColumnElement[bool]]:
        """The same as conditions."""
        conditions = [table.month.in_(self.months), table.cube == cube_of(self.cube)]
        for place, dimension in zip("ab", (*self.cube, "", ""), strict=False):
            column, codes = getattr(table, place), self.fixed.get(dimension)
            if not dimension:
                conditions.append(column == "")
            elif place == "b" and self.cube == HELP_WITH_HELP:
                continue
            elif codes is not None:
                conditions.append(column.in_(sorted(codes)))
        return conditions


def cut_for(session: Session, actor: Actor, scope: Scope, *by: str) -> Cut | None:
    """The cells for the facts of a scope that the actor may count, told apart by dimensions; None where none do."""
    fixed = _fixed(actor, scope)
    if fixed is None or not DIMENSIONS.keys() >= fixed.keys():
        return None
    cube = tuple(one for one in DIMENSIONS if one in fixed or one in by)
    if "help" in by and "help" in fixed:
        cube = HELP_WITH_HELP if cube == ("help",) else (*cube, "help", "help")
    if len(cube) > MOST_DIMENSIONS or not _are_made(session):
        return None
    return Cut(cube, months_between(scope.from_month, scope.until_month), fixed)


def _are_made(session: Session) -> bool:
    return _made(session) is not None


def answers_are_made(session: Session) -> bool:
    """Whether cells and facts say how offers were answered; those that an older version made do not."""
    made = _made(session)
    return made is not None and "answers" in made.content


def _made(session: Session) -> ReportState | None:
    made = session.get(ReportState, "cells")
    # The session holds on to it: it is asked for once, not once for each number of a page.
    session.info["cells"] = made
    return made


def _fixed(actor: Actor, scope: Scope) -> dict[str, frozenset[str]] | None:
    """The values that dimensions may have; None where it cannot be said so: theirs by chapter or by university."""
    fixed = {name: frozenset({code_of(value)}) for name, value in scope.where}
    if actor.is_staff or actor.is_system:
        return fixed
    if bool(actor.lead_chapter_ids) == bool(actor.office_organisation_ids):
        return None
    dimension = "chapter" if actor.lead_chapter_ids else "university"
    own = frozenset(str(one) for one in actor.lead_chapter_ids or actor.office_organisation_ids)
    fixed[dimension] = own & fixed.get(dimension, own)
    return fixed


def codes_in(session: Session, dimension: str) -> set[Any] | None:
    """The values that a dimension has in any month; None where no cells are made."""
    if not _are_made(session):
        return None
    found: set[Any] = set()
    for table in (NeedCell, OutcomeCell):
        rows = session.scalars(select(table.a).where(table.cube == dimension, table.b == "").distinct())
        found |= {value_of(dimension, code) for code in rows}
    return found


def value_of(dimension: str, code: str) -> Any:
    """What a code in a cell stands for."""
    if dimension in NUMBERED:
        return None if code == NONE else int(code)
    return code


@dataclass(slots=True)
class Needs:
    """Needs added up: how many came to each stage, and for each after how many days how many."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    days: dict[str, dict[int, int]] = field(default_factory=lambda: {stage: {} for stage in STAGES})


def needs_by(session: Session, cut: Cut, *by: str, days: bool = False) -> dict[tuple[Any, ...], Needs]:
    """The needs of a cut by "month" or dimensions of it, or all under (); one statement."""
    columns = [getattr(NeedCell, name) for name in COUNTS]
    names = [one if one == "month" else cut.place(one) for one in by]
    found: dict[tuple[Any, ...], Needs] = defaultdict(Needs)
    rows = session.execute(
        select(
            *(getattr(NeedCell, name) for name in names), *columns, *([NeedCell.days] if days else [])
        ).where(*cut.where(NeedCell))
    )
    for row in rows:
        one = found[_key(by, row)]
        for name, count in zip(COUNTS, row[len(by) :], strict=False):
            one.counts[name] += count
        if days:
            _add_days(one.days, row[-1])
    return found


def _key(by: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(code if one == "month" else value_of(one, code) for one, code in zip(by, row, strict=False))


def _add_days(days: dict[str, dict[int, int]], more: Iterable[Sequence[int]]) -> None:
    for stage, counts in zip(STAGES, more, strict=True):
        kept = days[stage]
        for day, count in zip(counts[::2], counts[1::2], strict=True):
            kept[day] = kept.get(day, 0) + count


def totals_in(
    session: Session, cut: Cut, by: str | None = None, group: str | None = None
) -> dict[Any, Totals]:
    """The totals of a cut by a dimension, or by group where none is named; medians are exact. One statement."""
    key = OutcomeCell.counted if by is None else getattr(OutcomeCell, cut.place(by))
    where = cut.where(OutcomeCell)
    if group is not None:
        where.append(OutcomeCell.counted == group)
    found = totals_from(session.execute(select(key, *WORTH).where(*where)))
    return found if by is None else {value_of(by, code): totals for code, totals in found.items()}


WORTH = (OutcomeCell.number, OutcomeCell.total, OutcomeCell.low, OutcomeCell.high, OutcomeCell.pence)


def totals_from(rows: Iterable[Sequence[Any]]) -> dict[str, Totals]:
    """The totals of cells by what stands before their `WORTH`."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    pence: dict[str, list[int]] = defaultdict(list)
    for code, *parts, values in rows:
        sums[code] = [one + more for one, more in zip(sums[code], parts, strict=True)]
        pence[code] += values
    return {code: _totals(parts, sorted(pence[code])) for code, parts in sums.items()}


def _totals(sums: Sequence[int], pence: Sequence[int]) -> Totals:
    number, total, low, high = sums
    largest = pence[-1] if pence else 0
    return Totals(
        number=number,
        valued=len(pence),
        median=_median(pence),
        total=pounds(total),
        total_less_largest=pounds(total - largest),
        attributable_low=pounds(low, 10_000),
        attributable_high=pounds(high, 10_000),
    )


def _median(pence: Sequence[int]) -> Decimal | None:
    if not pence:
        return None
    return pounds(pence[(len(pence) - 1) // 2] + pence[len(pence) // 2], 200)


def outcome_sums(
    session: Session, cut: Cut, names: Sequence[str], *by: str, group: str = "confirmed"
) -> dict[tuple[Any, ...], list[int]]:
    """Columns of outcome cells added up by "month" or dimensions of the cut, or all under (); one statement."""
    keys = [getattr(OutcomeCell, one if one == "month" else cut.place(one)) for one in by]
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(names))
    rows = session.execute(
        select(*keys, *(getattr(OutcomeCell, name) for name in names)).where(
            *cut.where(OutcomeCell), OutcomeCell.counted == group
        )
    )
    for row in rows:
        sums = found[_key(by, row)]
        for place, value in enumerate(row[len(by) :]):
            sums[place] += value
    return found


CHECKED = tuple(f"{what}_{months}" for months in (12, 24) for what in ("checked", "forecast", "actual"))


def checked_from(sums: Sequence[int]) -> list[Checked]:
    """Forecast beside actual out of the columns `CHECKED`, added up."""
    return [
        Checked(months, sums[start], pounds(sums[start + 1]), pounds(sums[start + 2]))
        for months, start in ((12, 0), (24, 3))
    ]


def outcome_rows(session: Session, cut: Cut) -> Sequence[Any]:
    """Every outcome cell of a cut: group, month, `WORTH`, `CHECKED`; one statement."""
    checked = (getattr(OutcomeCell, name) for name in CHECKED)
    query = select(OutcomeCell.counted, OutcomeCell.month, *WORTH, *checked)
    return session.execute(query.where(*cut.where(OutcomeCell))).all()
