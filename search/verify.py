"""Does the index hold what it should? Compared by id and stamp with what the database would have it hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.engine import Engine


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids that the index lacks, holds in an old form, or should not hold."""

    missing: tuple[int, ...]
    stale: tuple[int, ...]
    extra: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)


def verify(engine: Engine, wanted: Iterable[tuple[int, str]]) -> Differences:
    """How the index differs from the wanted ids and stamps (`VolunteerDocument.stamp`), each list in order of id."""
    held = dict(engine.ids_and_stamps())
    missing: list[int] = []
    stale: list[int] = []
    for volunteer_id, stamp in wanted:
        found = held.pop(volunteer_id, None)
        if found is None:
            missing.append(volunteer_id)
        elif found != stamp:
            stale.append(volunteer_id)
    return Differences(tuple(sorted(missing)), tuple(sorted(stale)), tuple(sorted(held)))
