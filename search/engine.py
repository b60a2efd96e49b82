"""What every engine promises; `open_engine` chooses one by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from search.documents import Audience, VolunteerDocument
from search.query import Query
from search.ranking import Weights
from search.results import Hit, Results, Suggestion
from search.similar import DEFAULT_SIZE
from search.vocabulary import NOTHING, Vocabulary


class IndexState(StrEnum):
    """Whether an index can answer. All but `ready` are mended by a rebuild."""

    READY = "ready"
    MISSING = "missing"
    OUTDATED = "outdated"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index in one line of plain words."""

    state: IndexState
    detail: str

    @property
    def is_ready(self) -> bool:
        """Whether searches are answered."""
        return self.state is IndexState.READY


class SearchUnavailable(Exception):
    """The index is missing, outdated or corrupt; `status` says which. A rebuild mends it."""

    def __init__(self, status: IndexStatus) -> None:
        super().__init__(status.detail)
        self.status = status


class WriterBusy(Exception):
    """Another process is writing to the index; try again a little later."""


class Engine(Protocol):
    """An index of volunteers on this machine. One process writes, any number read."""

    def index(self, documents: Iterable[VolunteerDocument]) -> int:
        """These documents stand in the index as given, in place of any with the same ids. Returns how many."""
        ...

    def delete(self, ids: Iterable[int]) -> None:
        """None of these ids is found any more. Ids that are not there do no harm."""
        ...

    def search(self, query: Query) -> Results:
        """Who fits the query. No input raises; SearchUnavailable where there is no index to ask."""
        ...

    def suggest(self, prefix: str, audience: Audience, size: int = 8) -> tuple[Suggestion, ...]:
        """People and words that begin so, of what the audience may find."""
        ...

    def similar(self, volunteer_id: int, audience: Audience, size: int = DEFAULT_SIZE) -> tuple[Hit, ...]:
        """Others who share markets, sectors and kinds of help with a volunteer, the likest first.

        `Hit.matches` are the shared codes. Nobody for an id that the audience does not find.
        """
        ...

    def rebuild(
        self, documents: Iterable[VolunteerDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        """The index holds exactly these documents. Until the last moment the old one answers; a crash leaves it."""
        ...

    def document_count(self) -> int:
        """How many documents the index holds."""
        ...

    def ids_and_stamps(self) -> Iterator[tuple[int, str]]:
        """Each document's id and `VolunteerDocument.stamp`, for `verify`."""
        ...

    def ready(self) -> IndexStatus:
        """Whether the index can answer, cheaply enough for each health check. Never raises."""
        ...


def open_engine(
    name: str, folder: Path, *, vocabulary: Vocabulary = NOTHING, weights: Weights | None = None
) -> Engine:
    """The engine of that name over the index in the folder, which need not exist yet. Nothing is read before use."""
    if name == "whoosh":
        # Only the engine in use is imported: the others may not even be installed.
        from search.engines.whoosh_engine import WhooshEngine

        return WhooshEngine(folder, vocabulary=vocabulary, weights=weights or Weights())
    if name == "tantivy":
        from search.engines.tantivy_engine import TantivyEngine

        return TantivyEngine(folder, vocabulary=vocabulary, weights=weights or Weights())
    raise ValueError(f"no search engine is called {name!r}; there are: whoosh, tantivy")
