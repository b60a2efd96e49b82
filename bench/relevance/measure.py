"""nDCG@10, recall@20 and reciprocal rank of both engines, of plain words alone, and with each part left out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from statistics import fmean
from typing import Any

from sqlalchemy import select

from bench.copy import demo_copy
from bench.relevance.judged import DAY, PEOPLE, SEED, Ask, asks, grade, people
from bench.relevance.scores import ndcg, recall, reciprocal_rank
from config.network_file import load_network
from config.settings import ROOT
from network.db import db
from network.matching.documents import all_documents
from network.matching.index import weights_of
from network.matching.vocabulary import vocabulary
from network.models import Volunteer
from search import Audience, Engine, PlainVocabulary, Query, Vocabulary, VolunteerDocument, open_engine
from search.ranking import Weights

ENGINES = ("whoosh", "tantivy")
MOMENT = datetime.combine(DAY, time(12), UTC)
Grades = dict[Ask, dict[int, int]]


def shipped() -> Weights:
    """The weights of the network file that comes with the program."""
    return weights_of(load_network(ROOT / "config" / "network.toml").ranking)


def left_out() -> dict[str, tuple[Weights, Vocabulary]]:
    """Ways to answer: the whole, the words alone, and the whole without each of its parts."""
    whole, nothing, known = shipped(), PlainVocabulary({}), vocabulary()
    even = dict.fromkeys(whole.fields, 1.0)
    deaf: dict[str, Any] = {
        f"without {kind}": replace(whole, understood={**whole.understood, kind: 0.0})
        for kind in whole.understood
    }
    parts = {
        "without field weights": replace(whole, fields=even),
        **deaf,
        **{
            f"without {name.replace('_', ' ')}": replace(whole, **{name: 0.0})
            for name in ("market_depth", "available", "freshness", "answers", "load")
        },
    }
    silent = replace(whole, market_depth=0.0, available=0.0, freshness=0.0, answers=0.0, load=0.0)
    return {
        "whole": (whole, known),
        "words alone": (silent, nothing),
        "without the vocabulary": (whole, nothing),
        "without standing": (silent, known),
        **{name: (weights, known) for name, weights in parts.items()},
    }


def material() -> tuple[list[VolunteerDocument], Grades]:
    """The documents of the demo network, and the grade of each person for each ask."""
    with demo_copy(PEOPLE, SEED, now=MOMENT) as app, app.app_context():
        documents = list(all_documents(db.session, MOMENT))
        addresses = {
            row[0]: row[1] for row in db.session.execute(select(Volunteer.id, Volunteer.contact_email))
        }
    seeds = people()
    known = {
        one.id: seeds[addresses[one.id]]
        for one in documents
        if one.listed.tier <= Audience.MEMBERS.tier and addresses[one.id] in seeds
    }
    return documents, {
        ask: {id: found for id, seed in known.items() if (found := grade(ask, seed))} for ask in asks()
    }


def answered(engine: Engine, chosen: Iterable[Ask]) -> dict[Ask, Sequence[int]]:
    """Who is found, in order, for each ask as a firm's user."""
    return {
        ask: engine.search(
            Query(words=ask.text, audience=Audience.MEMBERS, loosely=ask.is_story, size=20)
        ).ids
        for ask in chosen
    }


def scored(found: Mapping[Ask, Sequence[int]], grades: Grades) -> dict[str, float]:
    """The means over asks."""
    measures: dict[str, Callable[[Sequence[int], Mapping[int, int]], float]] = {
        "ndcg@10": ndcg,
        "recall@20": recall,
        "mrr": reciprocal_rank,
    }
    return {
        name: round(fmean(measure(order, grades[ask]) for ask, order in found.items()), 3)
        for name, measure in measures.items()
    }


def groups(held_out: bool | None = None) -> dict[str, list[Ask]]:
    """Which asks are told together."""
    open_to_tuning = [ask for ask in asks() if not ask.held_out]
    return {
        "tuned": open_to_tuning,
        "held out": [ask for ask in asks() if ask.held_out],
        "questions": [ask for ask in asks() if not ask.is_story],
        "stories": [ask for ask in asks() if ask.is_story],
    }


def run() -> list[dict[str, Any]]:
    """A row for each engine and way to answer."""
    documents, grades = material()
    told = groups()
    rows: list[dict[str, Any]] = []
    for name in ENGINES:
        for way, (weights, known) in left_out().items():
            with tempfile.TemporaryDirectory(prefix="kbrelevance") as folder:
                engine = open_engine(name, Path(folder), vocabulary=known, weights=weights)
                engine.rebuild(documents)
                found = answered(engine, grades)
            rows.append(
                {
                    "engine": name,
                    "way": way,
                    "asks": len(found),
                    **scored(found, grades),
                    **{
                        f"ndcg {group}": scored({ask: found[ask] for ask in chosen}, grades)["ndcg@10"]
                        for group, chosen in told.items()
                    },
                }
            )
    return rows
