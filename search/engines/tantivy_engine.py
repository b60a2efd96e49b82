"""The engine for large networks on one machine: tantivy keeps, finds, counts and orders; only reasons are ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

import tantivy

from search.documents import Audience, VolunteerDocument
from search.engine import IndexState, IndexStatus, SearchUnavailable
from search.engines.folder import Current, IndexFolder
from search.engines.generations import Generations, check
from search.engines.tantivy_answer import answer
from search.engines.tantivy_generation import Generation, calm
from search.engines.tantivy_schema import format_of, row_of, schema
from search.engines.tantivy_similar import similar
from search.engines.tantivy_suggest import suggestions
from search.query import Query
from search.ranking import Weights
from search.results import Hit, Results, Suggestion
from search.similar import DEFAULT_SIZE
from search.spelling import WordList
from search.vocabulary import Vocabulary

_PROGRESS_EVERY = 500
# Memory of a writer, in bytes: a change is small, a rebuild writes the fewer pieces the more it may hold.
_CHANGE_MEMORY, _REBUILD_MEMORY = 20_000_000, 200_000_000
# Every kind of file whose content never changes under its name.
_LASTING = (".store", ".idx", ".pos", ".term", ".fast", ".fieldnorm", ".del")


class TantivyEngine:
    """See `search.engine.Engine`. Threads may share one; a process that forks opens its own."""

    def __init__(self, folder: Path, *, vocabulary: Vocabulary, weights: Weights) -> None:
        self._folder = IndexFolder(folder, _LASTING)
        self._vocabulary = vocabulary
        self._weights = weights
        self._known = WordList(vocabulary.words())
        self._format = format_of(weights)
        self._generations = Generations(self._folder, self._format, self._load)
        # Files found whole by this process; they do not change.
        self._checked: set[Path] = set()

    def search(self, query: Query) -> Results:
        """Who fits the query."""
        view = self._generations.now().views[query.audience.tier]
        with calm():
            return answer(view, self._vocabulary, self._known, query)

    def suggest(self, prefix: str, audience: Audience, size: int = 8) -> tuple[Suggestion, ...]:
        """People and words that begin so, of what the audience may find."""
        view = self._generations.now().views[audience.tier]
        with calm():
            return suggestions(view, prefix, size)

    def similar(self, volunteer_id: int, audience: Audience, size: int = DEFAULT_SIZE) -> tuple[Hit, ...]:
        """Others who know the same markets and sectors, of whom the audience may find."""
        view = self._generations.now().views[audience.tier]
        with calm():
            return similar(view, volunteer_id, size)

    def document_count(self) -> int:
        """How many documents the index holds."""
        return int(self._generations.now().searcher.num_docs)

    def ids_and_stamps(self) -> Iterator[tuple[int, str]]:
        """Each document's id and stamp."""
        with calm():
            for kept in self._generations.now().all_kept():
                yield kept.facts.id, kept.facts.stamp

    def ready(self) -> IndexStatus:
        """Whether the index can answer."""
        try:
            held = self.document_count()
        except SearchUnavailable as unavailable:
            return unavailable.status
        return IndexStatus(IndexState.READY, f"The search index holds {held:,} people.")

    def index(self, documents: Iterable[VolunteerDocument]) -> int:
        """These documents stand in the index as given."""
        latest = {document.id: document for document in documents}
        self._change(latest, latest.values())
        return len(latest)

    def delete(self, ids: Iterable[int]) -> None:
        """None of these ids is found any more."""
        self._change(ids, ())

    def rebuild(
        self, documents: Iterable[VolunteerDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        """The index holds exactly these documents; the old one answers until the last moment."""
        with self._folder.building(self._format) as build:
            path = self._folder.build_path(build)
            opened = tantivy.Index(schema(), path=str(path))
            seen: set[int] = set()
            with _writing(opened, _REBUILD_MEMORY) as writer:
                now = time()
                for document in documents:
                    if document.id not in seen:
                        seen.add(document.id)
                        writer.add_document(row_of(document, now, self._weights))
                        if progress and len(seen) % _PROGRESS_EVERY == 0:
                            progress(len(seen))
            if progress:
                progress(len(seen))
        return len(seen)

    def _change(self, gone: Iterable[int], come: Iterable[VolunteerDocument]) -> None:
        with self._folder.writing():
            self._generations.now()
            current = self._folder.current()
            opened = tantivy.Index.open(str(self._folder.build_path(current.build)))
            with calm(), _writing(opened, _CHANGE_MEMORY) as writer:
                writer.delete_documents_by_query(
                    tantivy.Query.term_set_query(opened.schema, "id", list(gone))
                )
                now = time()
                for document in come:
                    writer.add_document(row_of(document, now, self._weights))
            self._folder.publish(self._format, current.build, current.files)

    def _load(self, current: Current) -> Generation:
        path = self._folder.build_path(current.build)
        for file in (path / name for name in current.files):
            # What a later commit took away is not missed; what is missed, the library says.
            if file not in self._checked and file.exists():
                check(file, current)
                self._checked.add(file)
        with calm():
            try:
                opened = tantivy.Index.open(str(path))
                opened.config_reader("manual")
                return Generation(opened.searcher(), opened.schema, self._weights)
            except ValueError as fault:
                if "FileDoesNotExist" in str(fault):
                    raise FileNotFoundError(str(fault)) from fault
                raise


@contextmanager
def _writing(opened: tantivy.Index, memory: int) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed, and its gathering of pieces done, when the block ends well; else undone."""
    writer = opened.writer(heap_size=memory, num_threads=1)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    writer.commit()
    writer.wait_merging_threads()
