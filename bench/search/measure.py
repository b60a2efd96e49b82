"""The table of one engine at one size: build, size, memory, one change to findable, and each class of question.

`ENGINE` and `N` in the environment choose (whoosh at 5,000 and tantivy at 100,000 where nothing is said). Each question
is asked once, so that what is kept in memory from an earlier one does not flatter the figures; after a first one that
is not counted, which opens the index. The bare library is asked the same in the same moment, now before us and now
after, for whoever is second finds the pages warm. Building, answering and asking side by side are processes of their
own, so that memory is told apart.
`BARE=0` leaves the stock library out, which takes long over many people.
p50 and p95 are milliseconds on the clock; the cpu columns are processor time, which tells the same on a busy machine.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from bench.search.bare import Bare, BareTantivy, BareWhoosh
from bench.search.people import FACETS, NEWEST, composed, questions
from search import Audience, Engine, PlainVocabulary, Query, VolunteerDocument, open_engine

Times = tuple[float, float]
USUAL = {"whoosh": 5_000, "tantivy": 100_000}
COLUMNS = (
    *("engine", "people", "what", "figure", "p50", "p95"),
    *("cpu p50", "cpu p95", "bare cpu p50", "bare cpu p95", "times", "load"),
)
# So many of the people are kept in memory to make questions of.
SAMPLE = 2_000
VOCABULARY = PlainVocabulary({f"sector {n}": ("sector", (str(n),), f"Sector {n}") for n in range(1, 28)})


def run() -> list[dict[str, Any]]:
    """The rows of what the environment asks for."""
    chosen = os.environ.get("ENGINE")
    sizes = {chosen: int(os.environ.get("N") or USUAL[chosen])} if chosen else USUAL
    return [row for engine, size in sizes.items() for row in measured(engine, size)]


def measured(name: str, size: int) -> Iterator[dict[str, Any]]:
    """The rows of one engine at one size."""
    with tempfile.TemporaryDirectory(prefix="kbsearch") as folder:
        for act in (_built, _answering, _asked):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                for row in alone.submit(act, name, size, folder).result():
                    whole = {"engine": name, "people": size, **row, "load": round(os.getloadavg()[0], 1)}
                    yield {column: whole.get(column, "") for column in COLUMNS}


def _built(name: str, size: int, folder: str) -> list[dict[str, Any]]:
    engine = open_engine(name, Path(folder) / "index", vocabulary=VOCABULARY)
    began = perf_counter()

    def told(done: int) -> None:
        if done % 50_000 == 0 and sys.stderr.isatty():
            print(f"  {done:,} of {size:,}", file=sys.stderr)

    engine.rebuild(composed(size), told)
    took = perf_counter() - began
    held = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return [
        {"what": "build, people a second", "figure": round(size / took)},
        {"what": "build, seconds", "figure": round(took, 1)},
        {"what": "build, memory at most, MB", "figure": _memory()},
        {"what": "size on disk, MB", "figure": round(held / 1e6, 1)},
    ]


def _answering(name: str, size: int, folder: str) -> list[dict[str, Any]]:
    """How soon a process answers first, and what it then holds."""
    people = _sample(size)
    engine = open_engine(name, Path(folder) / "index", vocabulary=VOCABULARY)
    first, _ = timed(lambda: engine.search(Query(facets=FACETS, audience=Audience.MEMBERS)))
    for one in (one for some in questions(people).values() for one in some):
        engine.search(one)
    for prefix in _prefixes(people):
        engine.suggest(prefix, Audience.MEMBERS)
    return [
        {"what": "first question of a process, ms", "figure": round(first, 1)},
        {"what": "memory of a process that answers, MB", "figure": _memory()},
    ]


def _asked(name: str, size: int, folder: str) -> list[dict[str, Any]]:
    people = _sample(size)
    engine = open_engine(name, Path(folder) / "index", vocabulary=VOCABULARY)
    asked = questions(people)
    # What is made once a process (word lists, rarities) is made by the first typo and not counted.
    for warm in ("typo, two edits", "one common word"):
        engine.search(asked[warm].pop())
    engine.suggest("ba", Audience.MEMBERS)
    bare = None if os.environ.get("BARE") == "0" else _bare(name, size, folder)
    rows = [
        _side_by_side(kind, some, engine.search, partial(bare.ask, kind) if bare else None)
        for kind, some in asked.items()
    ]
    suggest = partial(engine.suggest, audience=Audience.MEMBERS)
    rows.append(_side_by_side("suggestion", _prefixes(people), suggest, bare.suggest if bare else None))
    return [*rows, {"what": "one profile to findable", **_beside(findable(engine, people), [])}]


def _prefixes(people: list[VolunteerDocument]) -> list[str]:
    return [one.name[:length] for one in people[:50] for length in (2, 3, 4)]


def _side_by_side(
    what: str, some: Sequence[Any], ours: Callable[[Any], object], bare: Callable[[Any], object] | None
) -> dict[str, Any]:
    """The times of both for the same questions; each is first for every other one."""
    times: dict[Any, list[Times]] = {ours: [], bare: []}
    for at, one in enumerate(some):
        for ask in (ours, bare) if at % 2 else (bare, ours):
            if ask is not None:
                times[ask].append(timed(partial(ask, one)))
    return {"what": what, **_beside(times[ours], times[bare])}


def _bare(name: str, size: int, folder: str) -> Bare:
    if name == "tantivy":
        return BareTantivy(Path(folder) / "index")
    return BareWhoosh(Path(folder) / "stock", composed(size))


def _beside(ours: list[Times], bare: list[Times]) -> dict[str, float]:
    told: dict[str, float] = {}
    for name, times in (
        ("", [clock for clock, _ in ours]),
        ("cpu ", [cpu for _, cpu in ours]),
        ("bare cpu ", [cpu for _, cpu in bare]),
    ):
        if not times:
            continue
        p50, p95 = percentiles(times)
        told |= {f"{name}p50": round(p50, 2), f"{name}p95": round(p95, 2)}
    return {**told, "times": len(ours)}


def _sample(size: int) -> list[VolunteerDocument]:
    step = max(size // SAMPLE, 1)
    return [one for one in composed(size) if one.id % step == 0]


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]


def timed(act: Callable[[], object]) -> Times:
    """Milliseconds on the clock, and of the processor."""
    began, cpu = perf_counter(), process_time()
    act()
    return (perf_counter() - began) * 1000.0, (process_time() - cpu) * 1000.0


def findable(engine: Engine, people: list[VolunteerDocument], times: int = 20) -> list[Times]:
    """Milliseconds from one changed profile to its being found by another reader, again and again."""
    found = []
    for number in range(times):
        word = f"newly{chr(97 + number)}minted"
        person = people[number * 7]
        fresh = VolunteerDocument(id=person.id, name=person.name, updated_at=NEWEST, biography=word)

        def change(fresh: VolunteerDocument = fresh, word: str = word) -> None:
            engine.index([fresh])
            assert engine.search(Query(words=word, audience=Audience.MEMBERS)).ids == (fresh.id,)

        found.append(timed(change))
    return found


def _memory() -> float:
    """The most memory this process ever held, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)
