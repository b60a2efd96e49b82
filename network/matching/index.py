"""The application's search index: opened once, filled by the worker, rebuilt when it is missing or unreadable."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy.orm import Session

from config.ranking import Ranking
from network.matching.documents import all_documents, documents_of
from network.matching.vocabulary import vocabulary
from search import Differences, Engine, Weights, open_engine, verify

FOLDER = "search"


def init_search(app: Flask) -> None:
    """Open the engine that the settings name; nothing is read before the first question."""
    engine = open_engine(
        app.config["SEARCH"],
        Path(app.config["DATA_DIR"]) / FOLDER,
        vocabulary=vocabulary(),
        weights=weights_of(app.config["NETWORK"].ranking),
    )
    app.extensions["search"] = engine
    app.extensions["search_ready"] = lambda: what_is_wrong(engine) or "ok"
    app.extensions["search_reset"] = lambda: empty_index(engine)


def weights_of(ranking: Ranking) -> Weights:
    """The network's own weights as search takes them."""
    return Weights(
        fields=asdict(ranking.words),
        understood=asdict(ranking.understood),
        depths=asdict(ranking.depths),
        market_depth=ranking.market_depth,
        available=ranking.available,
        freshness=ranking.freshness,
        answers=ranking.answers,
        load=ranking.load,
    )


def engine() -> Engine:
    """The running application's engine."""
    found: Engine = current_app.extensions["search"]
    return found


def what_is_wrong(engine: Engine) -> str:
    """In one line why the index cannot answer; empty when it can."""
    status = engine.ready()
    return "" if status.is_ready else status.detail


def empty_index(engine: Engine) -> None:
    """The index answers and holds nobody."""
    if what_is_wrong(engine) or engine.document_count():
        engine.rebuild(())


def index_volunteers(session: Session, volunteer_ids: Collection[int], now: datetime) -> None:
    """The index holds these volunteers as their rows stand; those who cannot be found any more are out of it."""
    documents = documents_of(session, volunteer_ids, now)
    gone = set(volunteer_ids) - {document.id for document in documents}
    if documents:
        engine().index(documents)
    if gone:
        engine().delete(gone)


def rebuild_index(session: Session, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """The index holds exactly the volunteers who can be found; until then the old one answers. Their number."""
    return engine().rebuild(all_documents(session, now), progress)


def verify_index(
    session: Session, now: datetime, progress: Callable[[int], None] | None = None
) -> Differences:
    """How the index differs from the rows; `progress` hears of each hundred read."""

    def wanted() -> Iterator[tuple[int, str]]:
        for number, document in enumerate(all_documents(session, now), 1):
            if progress and number % 100 == 0:
                progress(number)
            yield document.id, document.stamp

    return verify(engine(), wanted())
