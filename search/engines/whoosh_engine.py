"""The engine that needs nothing installed: Whoosh keeps the words, bitsets in memory keep the facets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader

from search.documents import Audience, VolunteerDocument
from search.engine import IndexState, IndexStatus, SearchUnavailable
from search.engines.folder import Current, IndexFolder
from search.engines.generations import Generations, check
from search.engines.whoosh_answer import answer
from search.engines.whoosh_schema import INDEX_NAME, PlainCodec, fields_of, format_of, schema
from search.engines.whoosh_segment import Segment
from search.engines.whoosh_similar import similar
from search.engines.whoosh_snapshot import Snapshot, View
from search.engines.whoosh_suggest import suggestions
from search.engines.whoosh_words import WordSearch
from search.query import Query
from search.ranking import Weights
from search.results import Hit, Results, Suggestion
from search.similar import DEFAULT_SIZE
from search.spelling import WordList
from search.vocabulary import Vocabulary

_PROGRESS_EVERY = 500
# Segments of like size are gathered when there are so many; one that is mostly deleted is written anew.
_GATHER = 6
_MOSTLY = 0.4


class WhooshEngine:
    """See `search.engine.Engine`. Threads may share one; a process that forks opens its own."""

    def __init__(self, folder: Path, *, vocabulary: Vocabulary, weights: Weights) -> None:
        self._folder = IndexFolder(folder, (".seg", ".toc"))
        self._vocabulary = vocabulary
        self._weights = weights
        self._known = WordList(vocabulary.words())
        self._format = format_of(weights)
        self._generations = Generations(self._folder, self._format, self._load)
        self._segments: dict[tuple[str, str], Segment] = {}

    def search(self, query: Query) -> Results:
        """Who fits the query."""
        view = self._generations.now().views[query.audience.tier]
        return answer(view, self._words(view), query, self._weights)

    def suggest(self, prefix: str, audience: Audience, size: int = 8) -> tuple[Suggestion, ...]:
        """People and words that begin so, of what the audience may find."""
        return suggestions(self._generations.now().views[audience.tier], prefix, size)

    def similar(self, volunteer_id: int, audience: Audience, size: int = DEFAULT_SIZE) -> tuple[Hit, ...]:
        """Others who know the same markets and sectors, of whom the audience may find."""
        return similar(self._generations.now().views[audience.tier], volunteer_id, size)

    def document_count(self) -> int:
        """How many documents the index holds."""
        return len(self._generations.now().by_id)

    def ids_and_stamps(self) -> Iterator[tuple[int, str]]:
        """Each document's id and stamp."""
        return iter([(facts.id, facts.stamp) for facts in self._generations.now().facts if facts])

    def ready(self) -> IndexStatus:
        """Whether the index can answer."""
        try:
            held = self.document_count()
        except SearchUnavailable as unavailable:
            return unavailable.status
        return IndexStatus(IndexState.READY, f"The search index holds {held:,} people.")

    def index(self, documents: Iterable[VolunteerDocument]) -> int:
        """These documents stand in the index as given; those that do already are not written again."""
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
            return self._fill(build, documents, progress)

    def _fill(
        self, build: str, documents: Iterable[VolunteerDocument], progress: Callable[[int], None] | None
    ) -> int:
        written = FileIndex.create(self._storage(build), schema(), INDEX_NAME)
        writer = written.writer(limitmb=256, codec=PlainCodec())
        seen: set[int] = set()
        try:
            for document in documents:
                if document.id not in seen:
                    seen.add(document.id)
                    writer.add_document(**fields_of(document, self._weights))
                    if progress and len(seen) % _PROGRESS_EVERY == 0:
                        progress(len(seen))
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=False)
        if progress:
            progress(len(seen))
        return len(seen)

    def _change(self, gone: Iterable[int], come: Collection[VolunteerDocument]) -> None:
        with self._folder.writing():
            # Under the lock document numbers cannot move between looking them up and deleting them.
            held = self._generations.now(afresh=True)
            new = [document for document in come if not held.holds(document)]
            same = {document.id for document in come} - {document.id for document in new}
            numbers = [held.by_id[id] for id in gone if id in held.by_id and id not in same]
            if not numbers and not new:
                return
            current = self._folder.current()
            opened = FileIndex(self._storage(current.build), schema(), INDEX_NAME)
            writer = opened.writer(limitmb=64, codec=PlainCodec())
            try:
                for number in numbers:
                    writer.delete_document(number)
                for document in new:
                    writer.add_document(**fields_of(document, self._weights))
            except BaseException:
                writer.cancel()
                raise
            writer.commit(mergetype=_gather)
            self._folder.publish(self._format, current.build, current.files)

    def _storage(self, build: str) -> FileStorage:
        return FileStorage(str(self._folder.build_path(build)))

    def _words(self, view: View) -> WordSearch:
        return WordSearch(view, self._vocabulary, self._known, self._weights)

    def _load(self, current: Current) -> Snapshot:
        storage = self._storage(current.build)
        folder = self._folder.build_path(current.build)
        written = schema()
        for list_of_segments in folder.glob("*.toc"):
            check(list_of_segments, current)
        toc = TOC.read(storage, INDEX_NAME, schema=written)
        kept: dict[tuple[str, str], Segment] = {}
        parts: list[tuple[Segment, list[int]]] = []
        for found in toc.segments:
            key = (current.build, found.segment_id())
            segment = self._segments.get(key)
            if segment is None:
                check(folder / f"{found.segment_id()}.seg", current)
                segment = Segment(SegmentReader(storage, written, found))
            kept[key] = segment
            parts.append((segment, list(found.deleted_docs())))
        self._segments = kept
        return Snapshot(parts, self._weights)


def _gather(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: which segments stay as they are; the others are written into the new one."""
    sizes = [4**power for power in range(1, 12)]
    levels: dict[int, list[Any]] = {}
    for segment in segments:
        levels.setdefault(bisect_left(sizes, segment.doc_count_all()), []).append(segment)
    staying = []
    for level in levels.values():
        for segment in level:
            if len(level) >= _GATHER or segment.deleted_count() > _MOSTLY * segment.doc_count_all():
                reader = SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            else:
                staying.append(segment)
    return staying
