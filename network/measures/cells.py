"""Facts of a month added up into cells: of all, by each dimension, and by each two of them.

What is kept adds up over months and values without loss: counts, sums in pence, and for medians every value and how
often each number of days occurs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from typing import Any

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from network.domain.states import OutcomeClass
from network.measures.changes import Row, write_facts
from network.measures.offers import ANSWERS, FEWEST, add_whom, read_answers
from network.models import AnswerCell, NeedCell, NeedFact, OutcomeCell, OutcomeFact, StaleMonth

# In the order in which a cube names them, with the column of the facts.
DIMENSIONS = {
    "chapter": "chapter_id",
    "university": "university_id",
    "place": "home_place",
    "market": "market",
    "sector": "sector",
    "help": "helps",
    "size": "size",
    "kind": "kind",
}
STAGES = ("offered", "accepted", "introduced", "met", "outcome", "confirmed")
NONE = "none"
MOST_DIMENSIONS = 2
# Needs ask for several kinds of help: one that is chosen beside each that is asked for with it.
HELP_WITH_HELP = ("help", "help")


def cube_of(dimensions: Sequence[str]) -> str:
    """The name of the cube of these dimensions, which stand in the order of `DIMENSIONS`."""
    return " ".join(dimensions)


def code_of(value: Any) -> str:
    """A value of a dimension as cells keep it."""
    return NONE if value is None else str(value)


def stale_months(session: Session) -> list[int]:
    """The months whose facts have changed since their cells were made."""
    return list(session.scalars(select(StaleMonth.month).distinct().order_by(StaleMonth.month)))


def all_months(session: Session) -> list[int]:
    """The months that have facts or cells."""
    tables = (NeedFact, OutcomeFact, NeedCell, OutcomeCell)
    return sorted(session.scalars(union(*(select(table.month) for table in tables))))


def make_month(session: Session, month: int) -> None:
    """The cells of a month say what its facts say; eight statements at most."""
    marks = list(session.scalars(select(StaleMonth.id).where(StaleMonth.month == month)))
    facts: Any = NeedFact.__table__
    rows = session.execute(select(facts).where(NeedFact.month == month)).all()
    needs: Any = NeedCell.__table__
    write_facts(session, needs, NeedCell.month == month, list(_need_cells(rows, month)))
    answers: Any = AnswerCell.__table__
    write_facts(session, answers, AnswerCell.month == month, list(_answer_cells(rows, month)))
    outcomes: Any = OutcomeCell.__table__
    write_facts(session, outcomes, OutcomeCell.month == month, list(_outcome_cells(session, month)))
    if marks:
        # A mark that came meanwhile stays for the next time.
        session.execute(delete(StaleMonth).where(StaleMonth.id.in_(marks)))


def _cubes(dimensions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for number in range(MOST_DIMENSIONS + 1):
        yield from combinations(dimensions, number)
    yield HELP_WITH_HELP


def _places(
    dimensions: Sequence[str],
    codes: Sequence[tuple[Sequence[str], ...]],
    group: Sequence[str] | None = None,
    among: str | None = None,
) -> Iterator[tuple[tuple[str, ...], dict[tuple[str, ...], list[int]]]]:
    """Each cube with its cells: the values of the dimensions (after the group) to the rows that belong there.

    Of all cubes, or of those with one dimension among theirs.
    """
    for cube in _cubes(dimensions):
        if among is not None and among not in cube:
            continue
        places = [dimensions.index(one) for one in cube]
        cells: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, values in enumerate(codes):
            first = () if group is None else (group[row],)
            for key in product(*(values[place] for place in places)):
                cells[first + key].append(row)
        yield cube, cells


def _codes(row: Any, dimensions: Sequence[str], helps: str | None) -> tuple[Sequence[str], ...]:
    return tuple(
        (helps or "").split() if one == "help" else (code_of(getattr(row, DIMENSIONS[one])),)
        for one in dimensions
    )


OF_NEEDS = tuple(one for one in DIMENSIONS if one != "kind")


def _need_cells(rows: Sequence[Any], month: int) -> Iterator[Row]:
    codes = [_codes(row, OF_NEEDS, row.helps) for row in rows]
    columns = [[getattr(row, f"{stage}_days") for row in rows] for stage in STAGES]
    for cube, cells in _places(OF_NEEDS, codes):
        for key, members in cells.items():
            reached = [Counter(map(column.__getitem__, members)) for column in columns]
            yield {
                "month": month,
                **_key(cube, key),
                "asked": len(members),
                **{
                    stage: len(members) - found.pop(None, 0)
                    for stage, found in zip(STAGES, reached, strict=True)
                },
                "days": [list(chain.from_iterable(sorted(found.items()))) for found in reached],
            }


def _answer_cells(facts: Sequence[Any], month: int) -> Iterator[Row]:
    """How the offers of a month's needs were answered, in each cube that tells chapters apart."""
    rows = [row for row in facts if row.answers]
    codes = [_codes(row, OF_NEEDS, row.helps) for row in rows]
    for cube, cells in _places(OF_NEEDS, codes, among="chapter"):
        for key, members in cells.items():
            counts: Counter[str] = Counter()
            needs: Counter[str] = Counter()
            days: Counter[int] = Counter()
            whom: set[int] = set()
            for one in members:
                said, after = read_answers(rows[one].answers)
                for answer, number in said:
                    counts[answer] += number
                    needs[answer] += 1
                for day, number in after:
                    days[day] += number
                add_whom(whom, rows[one].asked_whom)
            yield {
                "month": month,
                **_key(cube, key),
                "counts": [counts[one] for one in ANSWERS],
                "needs": [needs[one] for one in ANSWERS],
                "days": list(chain.from_iterable(sorted(days.items()))),
                "whom": sorted(whom)[:FEWEST],
            }


def _key(cube: tuple[str, ...], key: tuple[str, ...]) -> Row:
    a, b = (*key, "", "")[:2]
    return {"cube": cube_of(cube), "a": a, "b": b}


# What is added up, in the order of the columns of the cells.
SUMS = ("low", "high", "jobs", "new_markets", "forecast_12", "actual_12", "forecast_24", "actual_24")
CHECKED = ("checked_12", "checked_24")


def _outcome_cells(session: Session, month: int) -> Iterator[Row]:
    facts: Any = OutcomeFact.__table__
    rows = session.execute(
        select(facts, NeedFact.helps.label("helps"))
        .outerjoin(NeedFact, NeedFact.need_id == OutcomeFact.need_id)
        .where(OutcomeFact.month == month, OutcomeFact.outcome_class != OutcomeClass.NONE.value)
    ).all()
    dimensions = tuple(DIMENSIONS)
    codes = [_codes(row, dimensions, row.helps) for row in rows]
    numbers = [_numbers(row) for row in rows]
    for cube, cells in _places(dimensions, codes, [row.counted for row in rows]):
        for (counted, *key), members in cells.items():
            pence = sorted(found for one in members if (found := rows[one].pence) is not None)
            sums = map(sum, zip(*(numbers[one] for one in members), strict=True))
            yield {
                "month": month,
                "counted": counted,
                **_key(cube, tuple(key)),
                "number": len(members),
                "total": sum(pence),
                **dict(zip((*SUMS, *CHECKED), sums, strict=True)),
                "pence": pence,
            }


def _numbers(row: Any) -> tuple[int, ...]:
    return (
        row.low, row.high, row.jobs, int(row.new_market), row.forecast_12 or 0, row.actual_12 or 0,
        row.forecast_24 or 0, row.actual_24 or 0, int(row.actual_12 is not None), int(row.actual_24 is not None),
    )  # fmt: skip
