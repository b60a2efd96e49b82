"""Every engine passes the same tests: they are the definition of right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from search import Engine, PlainVocabulary, VolunteerDocument, open_engine
from search.vocabulary import Vocabulary

ENGINES = ("whoosh", "tantivy")
Holding = Callable[..., Engine]

VOCABULARY = PlainVocabulary(
    {
        "UAE": ("market", ("AE",), "United Arab Emirates"),
        "United Arab Emirates": ("market", ("AE",), "United Arab Emirates"),
        "Gulf": ("market", ("AE", "SA"), "Gulf"),
        "German": ("market", ("DE",), "Germany"),
        "Iran": ("market", ("IR",), "Iran"),
        "medtech": ("sector", ("health.devices",), "Medical devices"),
        "find a distributor": ("help", ("distributors",), "Introduce distributors"),
    }
)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture
def holding(engine_name: str, tmp_path: Path) -> Holding:
    """Makes an index of these people and gives its engine."""

    def made(*people: VolunteerDocument, vocabulary: Vocabulary = VOCABULARY) -> Engine:
        engine = open_engine(engine_name, tmp_path / "index", vocabulary=vocabulary)
        engine.rebuild(people)
        return engine

    return made
