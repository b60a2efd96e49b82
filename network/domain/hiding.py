"""Tables that may be published: no cell, and no difference of two tables or quarters, points at fewer than five.

Plain Python, so that it can be tried against everything. A table counts outcomes by one dimension, cumulatively to the
end of a quarter. What is published of it follows three rules:

1. A cell differs by nought or by at least five from every figure that was ever published of it: otherwise it keeps the
   last one, or stays in the rest. The difference of two quarters is then nought or at least five too.
2. What is not shown exactly is gathered in one rest. The rest holds nothing, or at least five out of at least two
   cells: where it holds less, the next smallest cells give up their newest figure too.
3. Where that cannot be had the whole table stays as it was.

A reader who knows the exact total of every quarter learns the rest, and the rest never speaks of one cell or of fewer
than five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Published:
    """A table as the public sees it: cells with their figures, and the rest that stands in no cell."""

    cells: Mapping[str, int]
    rest: int

    @property
    def total(self) -> int:
        """All that the table counts."""
        return sum(self.cells.values()) + self.rest


def publish(
    counts: Mapping[str, int], earlier: Sequence[Published] = (), smallest: int = SMALLEST
) -> Published:
    """The table that may be published of these counts, after those that were published before."""
    last = dict(earlier[-1].cells) if earlier else {}
    shown = {code: count for code, count in counts.items() if _may_show(code, count, earlier, smallest)}
    # What cannot move keeps its last figure, as long as that counts no more than there is.
    shown |= {
        code: count for code, count in last.items() if code not in shown and count <= counts.get(code, 0)
    }
    moved = sorted(
        (code for code in shown if shown[code] != last.get(code)), key=lambda code: (shown[code], code)
    )
    for code in [*moved, ""]:
        if _rest_is_safe(counts, shown, smallest):
            return Published(shown, sum(counts.values()) - sum(shown.values()))
        if code:
            shown.pop(code)
            if code in last and last[code] <= counts.get(code, 0):
                shown[code] = last[code]
    return _as_it_was(counts, earlier, smallest)


def _may_show(code: str, count: int, earlier: Sequence[Published], smallest: int) -> bool:
    if count < smallest:
        return False
    figures = {table.cells[code] for table in earlier if code in table.cells}
    return all(count == figure or abs(count - figure) >= smallest for figure in figures)


def _rest_is_safe(counts: Mapping[str, int], shown: Mapping[str, int], smallest: int) -> bool:
    """Whether the rest holds nothing, or enough of more than one cell."""
    parts = [count - shown.get(code, 0) for code, count in counts.items()]
    behind = [part for part in parts if part]
    return all(part > 0 for part in behind) and (not behind or (sum(behind) >= smallest and len(behind) > 1))


def _as_it_was(counts: Mapping[str, int], earlier: Sequence[Published], smallest: int) -> Published:
    """The last table again; before the first, everything in the rest, and nothing where that is too little."""
    if earlier:
        return earlier[-1]
    total = sum(counts.values())
    return Published(
        {}, total if total >= smallest and sum(1 for count in counts.values() if count) > 1 else 0
    )
