"""Published tables against a reader who subtracts: tables from totals, quarters from quarters."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from network.domain.hiding import Published, publish

CODES = "abcd"
quarters = st.lists(
    st.dictionaries(st.sampled_from(CODES), st.integers(0, 14), max_size=4), min_size=1, max_size=6
)


def grow(steps: list[dict[str, int]], shrink: bool) -> list[dict[str, int]]:
    """Counts to the end of each quarter; now and then one is taken back."""
    counts: dict[str, int] = {}
    found = []
    for place, step in enumerate(steps):
        for code, more in step.items():
            less = shrink and place % 2 and more % 3 == 0
            counts[code] = max(0, counts.get(code, 0) + (-more // 3 if less else more))
        found.append({code: count for code, count in counts.items() if count})
    return found


def published(history: list[dict[str, int]]) -> list[Published]:
    tables: list[Published] = []
    for counts in history:
        tables.append(publish(counts, tables))
    return tables


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(quarters, st.booleans())
def test_no_cell_and_no_difference_of_two_quarters_is_under_five(
    steps: list[dict[str, int]], shrink: bool
) -> None:
    tables = published(grow(steps, shrink))
    for table in tables:
        assert all(count >= 5 for count in table.cells.values())
    for one, other in itertools.combinations(tables, 2):
        for code in one.cells.keys() & other.cells.keys():
            assert abs(one.cells[code] - other.cells[code]) not in range(1, 5)


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(quarters)
def test_what_is_left_when_all_cells_are_taken_from_the_total_speaks_of_no_single_cell(
    steps: list[dict[str, int]],
) -> None:
    """The reader knows the exact total of every quarter from the live headline."""
    history = grow(steps, shrink=False)
    tables = published(history)
    for counts, table in zip(history, tables, strict=True):
        if table.total != sum(counts.values()):
            continue
        behind = [count - table.cells.get(code, 0) for code, count in counts.items()]
        behind = [part for part in behind if part]
        assert not behind or (len(behind) > 1 and sum(behind) >= 5)
        assert table.rest == sum(behind)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(quarters)
def test_a_table_never_claims_more_than_there_is(steps: list[dict[str, int]]) -> None:
    history = grow(steps, shrink=False)
    for counts, table in zip(history, published(history), strict=True):
        assert all(count <= counts[code] for code, count in table.cells.items())
        assert table.total <= sum(counts.values())


def test_a_table_that_hides_one_small_cell_hides_the_next_smallest_with_it() -> None:
    assert publish({"a": 20, "b": 9, "c": 3}) == Published({"a": 20}, 12)


def test_two_small_cells_that_make_less_than_five_take_a_third_with_them() -> None:
    assert publish({"a": 20, "b": 9, "c": 1, "d": 2}) == Published({"a": 20}, 12)


def test_two_confirmed_since_the_last_quarter_wait_until_there_are_five() -> None:
    first = publish({"a": 20, "b": 30})
    second = publish({"a": 22, "b": 30}, [first])
    assert second.cells == first.cells
    third = publish({"a": 25, "b": 37}, [first, second])
    assert third.cells == {"a": 25, "b": 37}


def test_a_table_of_one_cell_shows_nothing_before_it_may() -> None:
    assert publish({"a": 3}) == Published({}, 0)
    assert publish({"a": 12}) == Published({"a": 12}, 0)
