"""Where an index lives: builds side by side, one sign that says which counts, one lock for whoever writes.

`CURRENT` is replaced in one step after each commit. Readers look at its time of change before each search and
open the index anew only when it moved. It names the format, the build and the checksums of the build's files.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from search.engine import WriterBusy

# How long a writer waits for another before it gives up.
PATIENCE_S = 5.0
_LOCK_RETRY_S = 0.05


@dataclass(frozen=True, slots=True)
class Current:
    """What the sign says: the format and build that count, and the checksum of each file at the last commit."""

    format: str
    build: str
    files: Mapping[str, int]


class IndexFolder:
    """The folder of one index. Files with these suffixes never change once they are written."""

    def __init__(self, path: Path, suffixes: Collection[str]) -> None:
        self.path = path
        self._suffixes = suffixes
        self._sign = path / "CURRENT"

    def mark(self) -> tuple[int, int, int] | None:
        """Something that changes with each commit; None while there is no index."""
        try:
            found = self._sign.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def current(self) -> Current:
        """What counts now. Raises OSError or ValueError when the sign is missing or not readable."""
        said = json.loads(self._sign.read_text(encoding="utf-8"))
        try:
            return Current(str(said["format"]), Path(said["build"]).name, dict(said["files"]))
        except (KeyError, TypeError) as fault:
            raise ValueError("the sign of the index is incomplete") from fault

    def build_path(self, build: str) -> Path:
        """The folder of a build."""
        return self.path / "builds" / build

    @contextmanager
    def building(self, index_format: str) -> Iterator[str]:
        """An empty build to fill; when the block ends well it is the one that counts, else the former stays."""
        with self.writing():
            try:
                former = self.current().build
            except (OSError, ValueError):
                former = ""
            build = self.new_build()
            self.clear_old(build, former)
            yield build
            self.publish(index_format, build)

    def new_build(self) -> str:
        """An empty build beside the one that counts."""
        build = f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{uuid4().hex[:8]}"
        self.build_path(build).mkdir(parents=True)
        return build

    def publish(self, index_format: str, build: str, known: Mapping[str, int] | None = None) -> None:
        """From now on this build counts, as its files are now. `known` saves reading files that never change."""
        files = {
            file.name: (known or {}).get(file.name) or checksum(file)
            for file in sorted(self.build_path(build).iterdir())
            if file.suffix in self._suffixes
        }
        text = json.dumps({"format": index_format, "build": build, "files": files}, indent=1)
        beside = self.path / f"CURRENT.{os.getpid()}"
        with beside.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self._sign)

    def clear_old(self, *keep: str) -> None:
        """Removes every build but these. Who still reads one keeps its open files until done."""
        builds = self.path / "builds"
        for build in builds.iterdir() if builds.is_dir() else ():
            if build.name not in keep:
                shutil.rmtree(build, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises WriterBusy when somebody does for longer than PATIENCE_S."""
        self.path.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + PATIENCE_S
        with (self.path / "writer.lock").open("a+", encoding="utf-8") as lock:
            while not _locked(lock.fileno()):
                if time.monotonic() >= until:
                    lock.seek(0)
                    raise WriterBusy(
                        f"process {lock.read().strip() or 'unknown'} is writing to the index in {self.path}"
                    )
                time.sleep(_LOCK_RETRY_S)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def checksum(file: Path) -> int:
    """A print of the file's bytes that tells damage."""
    total = 0
    with file.open("rb") as opened:
        while piece := opened.read(1 << 20):
            total = zlib.crc32(piece, total)
    return total
