"""The newest good generation of an index, opened when it is first asked for and again only when the sign has moved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from time import sleep
from typing import Generic, TypeVar

from search.engine import IndexState, IndexStatus, SearchUnavailable
from search.engines.folder import Current, IndexFolder, checksum

T = TypeVar("T")
_TRIES = 10
_TRY_AGAIN_S = 0.05


class Generations(Generic[T]):
    """Keeps one generation for all threads of a process. A process that forks opens its own."""

    def __init__(self, folder: IndexFolder, index_format: str, load: Callable[[Current], T]) -> None:
        self._folder = folder
        self._format = index_format
        self._load = load
        self._lock = RLock()
        self._mark: tuple[int, int, int, int] | None = None
        self._held: T | None = None

    def now(self, *, afresh: bool = False) -> T:
        """The newest generation. Raises SearchUnavailable where there is none, or none that can be read."""
        mark = self._moment()
        held = self._held
        if held is not None and mark == self._mark and not afresh:
            return held
        with self._lock:
            if self._held is None or mark != self._mark or afresh:
                self._held = self._open()
                self._mark = mark
            return self._held

    def _moment(self) -> tuple[int, int, int, int] | None:
        mark = self._folder.mark()
        return None if mark is None else (os.getpid(), *mark)

    def _open(self) -> T:
        for attempt in range(_TRIES):
            try:
                current = self._folder.current()
                if current.format != self._format:
                    raise unavailable(
                        IndexState.OUTDATED, "was written by another version and has to be rebuilt"
                    )
                return self._load(current)
            except FileNotFoundError as fault:
                # A writer may have swapped or gathered files between two of our looks.
                if attempt == _TRIES - 1:
                    raise _gone() from fault
                if self._folder.mark() is None:
                    raise unavailable(IndexState.MISSING, "has not been built yet") from fault
                sleep(_TRY_AGAIN_S)
            except SearchUnavailable:
                raise
            except Exception as fault:
                raise unavailable(
                    IndexState.CORRUPT, f"cannot be read ({fault}) and has to be rebuilt"
                ) from fault
        raise _gone()


def check(file: Path, current: Current) -> None:
    """Raises ValueError when the file is not what was written; one written since the sign is taken as it is."""
    expected = current.files.get(file.name)
    if expected is not None and checksum(file) != expected:
        raise ValueError(f"{file.name} is damaged")


def unavailable(state: IndexState, what: str) -> SearchUnavailable:
    """The index is in this state; `what` ends the sentence "The search index ..."."""
    return SearchUnavailable(IndexStatus(state, f"The search index {what}."))


def _gone() -> SearchUnavailable:
    return unavailable(IndexState.CORRUPT, "lacks some of its files and has to be rebuilt")
