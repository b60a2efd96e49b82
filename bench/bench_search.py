"""How long searches take at 1,500, 5,000 and 20,000 people: `python -m bench.bench_search [SIZE ...]`.

The people are composed here from a seed, straight into the engine: no database. Every question is asked once, so
that what is kept in memory from an earlier one does not flatter the figures.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from search import Audience, Engine, PlainVocabulary, Query, VolunteerDocument, open_engine

SIZES = (1_500, 5_000, 20_000)
ASKED = 150
FACETS = ("market", "sector", "help", "language", "chapter", "available")
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)


def _words(text: str) -> list[str]:
    return text.split()


MARKETS = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "KLMNOPQ"]
SECTORS = [f"{top}.{leaf}" for top in range(1, 28) for leaf in range(1, 5)]
HELP = [f"help-{n}" for n in range(18)]
LANGUAGES = ["en", "de", "fr", "es", "ar", "zh", "pt", "vi", "pl", "hi", "ja", "tr"]
CHAPTERS = [f"chapter-{n}" for n in range(24)]
STARTS = _words(
    "bar bel cor dan el far gor hal in jor kal lor mar nor ol par qu ron sal tor ul van wil xan yor zel"
)
ENDS = _words(
    "an as de el en er ia in ing is la le mer mont na ner on or ra ro ry sen ster ta ton ur va vic wick y"
)
COMMON = _words("""
export market buyers distributors investors regulation medical devices automotive battery supply chain food drink
energy water digital health research partner university licence sales director engineer consultant manufacturing
retail logistics aerospace finance software training education tourism maritime rail mining
""")


def composed(count: int, seed: int = 7) -> Iterator[VolunteerDocument]:
    """So many people, the same for the same seed. Words follow the usual steep curve of a language."""
    dice = random.Random(seed)
    rare = [a + b + c for a in STARTS for b in ENDS for c in ENDS]
    dice.shuffle(rare)
    words = COMMON + rare[:14_000]
    curve = [1.0 / (rank + 8) for rank in range(len(words))]

    def text(low: int, high: int) -> str:
        return " ".join(dice.choices(words, curve, k=dice.randint(low, high)))

    def name() -> str:
        return f"{dice.choice(rare).title()} {dice.choice(rare).title()}"

    for number in range(1, count + 1):
        markets = tuple(dice.sample(MARKETS, dice.randint(1, 3)))
        sectors = tuple(dice.sample(SECTORS, dice.randint(1, 3)))
        yield VolunteerDocument(
            id=number,
            name=name(),
            updated_at=NEWEST - timedelta(hours=dice.randint(0, 20_000)),
            listed=dice.choice([Audience.PUBLIC, Audience.MEMBERS, Audience.MEMBERS]),
            hidden={"employer": dice.choice(list(Audience)), "city": Audience.MEMBERS},
            headline=text(5, 9),
            job_title=text(2, 3),
            employer=text(1, 2),
            biography=text(40, 80),
            city=dice.choice(rare[:300]),
            markets=markets,
            market_depths={code: dice.choice(["lived", "worked", "knows"]) for code in markets},
            sectors=sectors,
            sector_paths=tuple(dict.fromkeys(p for s in sectors for p in (s.split(".")[0], s))),
            help_types=tuple(dice.sample(HELP, dice.randint(1, 5))),
            languages=tuple(dice.sample(LANGUAGES, 2)),
            chapters=tuple(dice.sample(CHAPTERS, 1)),
            availability=dice.choice(["now", "now", "now", "later"]),
            answer_days=dice.choice([None, 0.5, 1.0, 3.0, 8.0]),
            load=dice.random(),
        )


def _swapped(word: str) -> str:
    return word[:2] + word[3] + word[2] + word[4:]


def questions(documents: list[VolunteerDocument], seed: int = 11) -> dict[str, list[Query]]:
    """The classes of questions, each with its own words as far as there are enough."""
    dice = random.Random(seed)

    def asked(words: str = "", **filters: tuple[str, ...]) -> Query:
        return Query(words=words, filters=filters, audience=Audience.MEMBERS, facets=FACETS)

    def some_words(count: int) -> str:
        return " ".join(dice.sample(dice.choice(documents).biography.split(), count))

    common = list(dict.fromkeys(COMMON))
    dice.shuffle(common)
    classes: dict[str, list[Query]] = {
        "filters only": [
            asked(market=(dice.choice(MARKETS),), help=(dice.choice(HELP),)) for _ in range(ASKED)
        ],
        "one common word": [asked(word) for word in common],
        "three words, filters": [
            asked(some_words(3), available=("now",), language=(dice.choice(LANGUAGES),)) for _ in range(ASKED)
        ],
        "typo": [],
        "typo, two edits": [],
        "phrase": [],
    }
    for _ in range(ASKED):
        biography = dice.choice(documents).biography.split()
        at = dice.randrange(len(biography) - 3)
        classes["phrase"].append(asked(f'"{biography[at]} {biography[at + 1]}"'))
        long = [word for word in biography if len(word) > 6]
        classes["typo"].append(asked(_swapped(dice.choice(long))))
        longer = [word for word in biography if len(word) > 7]
        classes["typo, two edits"].append(asked(_swapped(dice.choice(longer or long))[:-1] + "q"))
    return classes


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = perf_counter()
    act()
    return (perf_counter() - began) * 1000.0


def findable(engine: Engine, documents: list[VolunteerDocument], times: int = 20) -> list[float]:
    """Milliseconds from one changed profile to its being found by another reader, again and again."""
    found = []
    for number in range(times):
        word = f"newly{chr(97 + number)}minted"
        person = documents[number * 7]
        fresh = VolunteerDocument(id=person.id, name=person.name, updated_at=NEWEST, biography=word)

        def change(fresh: VolunteerDocument = fresh, word: str = word) -> None:
            engine.index([fresh])
            assert engine.search(Query(words=word, audience=Audience.MEMBERS)).ids == (fresh.id,)

        found.append(timed(change))
    return found


def measured(size: int) -> list[dict[str, object]]:
    """The rows of the table for one size."""
    documents = list(composed(size))
    vocabulary = PlainVocabulary({f"sector {n}": ("sector", (str(n),), f"Sector {n}") for n in range(1, 28)})
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine("whoosh", Path(folder), vocabulary=vocabulary)
        build = timed(lambda: engine.rebuild(documents))
        reader = open_engine("whoosh", Path(folder), vocabulary=vocabulary)
        rows = [
            _row(size, "build", [build]),
            _row(size, "first search of a process", [timed(lambda: reader.search(Query(facets=FACETS)))]),
        ]
        for name, asked in questions(documents).items():
            rows.append(_row(size, name, [timed(lambda q=query: reader.search(q)) for query in asked]))
        prefixes = [document.name[:length] for document in documents[:50] for length in (2, 3, 4)]
        timings = [timed(lambda p=prefix: reader.suggest(p, Audience.MEMBERS)) for prefix in prefixes]
        rows.append(_row(size, "suggest", timings))
        rows.append(_row(size, "one profile to findable", findable(engine, documents)))
        bytes_held = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        rows.append(
            {"size": size, "what": "megabytes on disk", "p50": bytes_held / 1e6, "p95": bytes_held / 1e6}
        )
    return rows


def _row(size: int, what: str, times: list[float]) -> dict[str, object]:
    middle, late = percentiles(times) if len(times) > 1 else (times[0], times[0])
    return {"size": size, "what": what, "p50": round(middle, 2), "p95": round(late, 2), "times": len(times)}


def run(sizes: tuple[int, ...] = SIZES) -> list[dict[str, object]]:
    """All rows, milliseconds unless the row says otherwise; printed as they come."""
    rows: list[dict[str, object]] = []
    for size in sizes:
        for row in measured(size):
            print(f"{row['size']:>7} {row['what']:<28} p50 {row['p50']:>10.2f}   p95 {row['p95']:>10.2f}")
            rows.append(row)
    return rows


if __name__ == "__main__":
    run(tuple(int(size) for size in sys.argv[1:]) or SIZES)
