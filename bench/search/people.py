"""Invented people, straight into an engine, and the questions they are asked: the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from search import Audience, Query, VolunteerDocument

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
    curve = list(accumulate(1.0 / (rank + 8) for rank in range(len(words))))

    def text(low: int, high: int) -> str:
        return " ".join(dice.choices(words, cum_weights=curve, k=dice.randint(low, high)))

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


def questions(documents: Sequence[VolunteerDocument], seed: int = 11) -> dict[str, list[Query]]:
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
