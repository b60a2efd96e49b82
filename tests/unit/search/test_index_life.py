"""An index is written, read, rebuilt, killed and damaged; readers get a good answer or a clear word."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search import (
    Engine,
    IndexState,
    Query,
    SearchUnavailable,
    VolunteerDocument,
    WriterBusy,
    open_engine,
    verify,
)
from tests.unit.search.conftest import Holding
from tests.unit.search.people import ids, person

ROOT = Path(__file__).parents[3]


def _other(engine_name: str, tmp_path: Path) -> Engine:
    return open_engine(engine_name, tmp_path / "index")


def test_person_is_updated_and_only_the_new_words_find_them(holding: Holding) -> None:
    engine = holding(person(1, headline="cotton", markets=("DE",)), person(2, headline="battery"))
    assert engine.index([person(1, headline="turbine", markets=("JP",))]) == 1
    assert (ids(engine, "cotton"), ids(engine, "turbine")) == ((), (1,))
    assert [c.code for c in engine.search(Query(facets=("market",))).facets["market"]] == ["JP"]
    assert engine.document_count() == 2


def test_person_is_deleted_and_is_found_no_more(holding: Holding) -> None:
    engine = holding(person(1, headline="cotton"), person(2, headline="cotton"))
    engine.delete([1, 99])
    assert (ids(engine, "cotton"), ids(engine), engine.document_count()) == ((2,), (2,), 1)
    engine.delete([2])
    assert (ids(engine, "cotton"), ids(engine), engine.document_count()) == ((), (), 0)


def test_person_is_indexed_twice_in_a_batch_and_the_last_counts(holding: Holding) -> None:
    engine = holding()
    assert engine.index([person(1, headline="cotton"), person(1, headline="battery")]) == 1
    assert (ids(engine, "cotton"), ids(engine, "battery"), ids(engine)) == ((), (1,), (1,))


def test_reader_of_another_process_sees_each_change_at_once(
    holding: Holding, engine_name: str, tmp_path: Path
) -> None:
    writer = holding(person(1, headline="cotton"))
    reader = _other(engine_name, tmp_path)
    assert ids(reader, "cotton") == (1,)
    for number in range(2, 30):
        writer.index([person(number, headline="cotton"), person(1, headline=f"cotton n{number * 7919}")])
        assert set(ids(reader, "cotton", size=100)) == set(range(1, number + 1))
        assert ids(reader, f"n{number * 7919}") == (1,)
        assert ids(reader, f"n{(number - 1) * 7919}") == ()


def test_verify_names_what_is_missing_stale_and_extra(holding: Holding) -> None:
    people = [person(n, headline="cotton") for n in (1, 2, 3)]
    engine = holding(*people)
    assert not verify(engine, [(one.id, one.stamp) for one in people])
    wanted = [replace(people[0], headline="battery"), people[1], person(4)]
    found = verify(engine, [(one.id, one.stamp) for one in wanted])
    assert (found.missing, found.stale, found.extra) == ((4,), (1,), (3,))


def test_stamp_changes_with_every_value() -> None:
    one = person(1, market_depths={"DE": "lived"})
    assert one.stamp == replace(one).stamp
    changed = [
        {"load": 0.5},
        {"hidden": {"city": "leads"}},
        {"market_depths": {"DE": "knows"}},
        {"languages": ("de",)},
    ]
    assert len({one.stamp, *(replace(one, **change).stamp for change in changed)}) == 5


def test_rebuild_goes_on_and_readers_get_the_old_index_until_it_is_done(
    holding: Holding, engine_name: str, tmp_path: Path
) -> None:
    writer = holding(*(person(n, headline="cotton") for n in range(1, 21)))
    reader = _other(engine_name, tmp_path)
    done = threading.Event()
    seen: set[tuple[int, int]] = set()
    faults: list[Exception] = []

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(
                    (reader.search(Query(words="cotton")).total, reader.search(Query(words="turbine")).total)
                )
            except Exception as fault:
                faults.append(fault)

    thread = threading.Thread(target=read)
    thread.start()
    steps: list[int] = []
    for word in ("turbine", "cotton", "turbine"):
        writer.rebuild((person(n, headline=word) for n in range(1, 601)), steps.append)
    time.sleep(0.2)
    done.set()
    thread.join()
    assert not faults
    # The two searches of a pair may stand on both sides of a swap; each alone is wholly old or wholly new.
    assert {total for pair in seen for total in pair} <= {0, 20, 600}
    assert (20, 0) in seen
    assert steps[:2] == [500, 600]
    assert (ids(reader, "cotton"), reader.document_count()) == ((), 600)


def test_rebuild_fails_half_way_and_the_old_index_stays(holding: Holding) -> None:
    engine = holding(person(1, headline="cotton"))

    def failing() -> Iterator[VolunteerDocument]:
        yield person(2, headline="battery")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        engine.rebuild(failing())
    assert (ids(engine), engine.ready().is_ready) == ((1,), True)
    engine.index([person(3)])
    assert ids(engine) == (1, 3)


def _run(script: str, engine_name: str, folder: Path) -> subprocess.Popen[bytes]:
    code = (
        "import os, signal, sys; from pathlib import Path; from search import open_engine; "
        "from tests.unit.search.people import person\n"
        "engine = open_engine(sys.argv[1], Path(sys.argv[2]))\n" + script
    )
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, engine_name, str(folder)], cwd=ROOT)


@pytest.mark.parametrize("at", [500, 700], ids=["half-way", "between build and swap"])
def test_rebuild_is_killed_and_the_old_index_stays(
    holding: Holding, engine_name: str, tmp_path: Path, at: int
) -> None:
    engine = holding(person(1, headline="cotton"))
    script = (
        f"engine.rebuild((person(n) for n in range(700)), "
        f"lambda done: done == {at} and os.kill(os.getpid(), signal.SIGKILL))"
    )
    assert _run(script, engine_name, tmp_path / "index").wait(60) == -signal.SIGKILL
    assert ids(_other(engine_name, tmp_path)) == (1,)
    engine.rebuild([person(2), person(3)])
    assert ids(engine) == (2, 3)
    left = [
        build for build in (tmp_path / "index").rglob("*") if build.is_dir() and build.parent.name == "builds"
    ]
    assert len(left) <= 2


@pytest.mark.parametrize("patience", [0.15, 0.3, 0.5])
def test_writer_is_killed_at_any_moment_and_the_index_stays_good(
    holding: Holding, engine_name: str, tmp_path: Path, patience: float
) -> None:
    holding(person(1, headline="cotton"))
    script = (
        "print(flush=True)\n"
        "for n in range(2, 100_000):\n"
        "    engine.index([person(n, headline='cotton')])\n"
        "    Path(sys.argv[2]).with_suffix('.now').write_text(str(n))\n"
        "    Path(sys.argv[2]).with_suffix('.now').replace(Path(sys.argv[2]).with_suffix('.done'))\n"
    )
    process = _run(script, engine_name, tmp_path / "index")
    done = tmp_path / "index.done"
    until = time.monotonic() + 30
    while not done.exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(patience)
    process.kill()
    process.wait(10)
    last = int(done.read_text() or 1)
    engine = _other(engine_name, tmp_path)
    held = engine.search(Query(words="cotton")).total
    assert last <= held <= last + 1
    engine.index([person(99_999, headline="cotton")])
    assert engine.search(Query(words="cotton")).total in (held + 1, held + 2)
    assert engine.ready().is_ready


def test_second_writer_is_told_who_is_writing(
    holding: Holding, engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.folder.PATIENCE_S", 0.1)
    engine = holding(person(1))
    other = _other(engine_name, tmp_path)
    busy: list[str] = []

    def people() -> Iterator[VolunteerDocument]:
        try:
            other.index([person(3)])
        except WriterBusy as refused:
            busy.append(str(refused))
        yield person(2)

    engine.rebuild(people())
    assert len(busy) == 1
    assert str(os.getpid()) in busy[0]
    assert ids(other) == (2,)


def test_index_that_was_never_built_is_told_as_missing(engine_name: str, tmp_path: Path) -> None:
    engine = _other(engine_name, tmp_path)
    assert engine.ready().state is IndexState.MISSING
    with pytest.raises(SearchUnavailable, match="not been built") as told:
        engine.search(Query(words="cotton"))
    assert told.value.status.state is IndexState.MISSING
    with pytest.raises(SearchUnavailable):
        engine.index([person(1)])
    engine.rebuild([person(1)])
    assert engine.ready().is_ready


def _pieces(folder: Path) -> list[Path]:
    """The files that hold the documents, as the sign names them; not the list of them."""
    named = json.loads((folder / "CURRENT").read_text())["files"]
    return [
        file
        for file in folder.rglob("*")
        if file.name in named and file.suffix != ".toc" and file.stat().st_size
    ]


def _truncate(folder: Path) -> None:
    for file in _pieces(folder):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(folder: Path) -> None:
    for file in _pieces(folder):
        held = bytearray(file.read_bytes())
        held[len(held) // 3] ^= 0xFF
        file.write_bytes(held)


def _remove(folder: Path) -> None:
    for file in _pieces(folder):
        file.unlink()


def _garble_list(folder: Path) -> None:
    for file in (*folder.rglob("*.toc"), *folder.rglob("meta.json")):
        file.write_bytes(b"nonsense")


def _garble_sign(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b'{"format": \xff')


def _half_a_sign(folder: Path) -> None:
    (folder / "CURRENT").write_text("{}")


@pytest.mark.parametrize("damage", [_truncate, _flip, _remove, _garble_list, _garble_sign, _half_a_sign])
def test_index_that_was_damaged_is_told_and_a_rebuild_mends_it(
    holding: Holding, engine_name: str, tmp_path: Path, damage
) -> None:
    holding(*(person(n, headline="cotton") for n in range(1, 50)))
    damage(tmp_path / "index")
    engine = _other(engine_name, tmp_path)
    status = engine.ready()
    assert status.state is IndexState.CORRUPT
    assert "rebuilt" in status.detail
    with pytest.raises(SearchUnavailable):
        engine.search(Query(words="cotton"))
    engine.rebuild([person(1, headline="cotton")])
    assert engine.ready().is_ready
    assert ids(engine, "cotton") == (1,)


def test_index_of_another_version_is_told_as_outdated(
    holding: Holding, engine_name: str, tmp_path: Path
) -> None:
    engine = holding(person(1))
    sign = tmp_path / "index" / "CURRENT"
    sign.write_text(json.dumps(json.loads(sign.read_text()) | {"format": "older"}))
    assert engine.ready().state is IndexState.OUTDATED
    with pytest.raises(SearchUnavailable):
        engine.index([person(2)])
    engine.rebuild([person(2)])
    assert ids(engine) == (2,)


def test_unknown_engine_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sphinx"):
        open_engine("sphinx", tmp_path)
