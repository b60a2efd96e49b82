"""`make run` from the inside: an empty folder becomes a running site, and one signal ends all of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from config.settings import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def serve(data_dir: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("KINBRIDGE_")}
    environ |= {"KINBRIDGE_DATA_DIR": str(data_dir), "KINBRIDGE_DEMO": "0", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT)


def wait_for(words: str, log: Path, times: int = 1, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while log.read_text().count(words) < times:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def children_of(pid: int) -> dict[str, int]:
    """The processes under a supervisor, by the program that each runs."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in listed.splitlines()[1:]:
        own, parent, program = line.split(None, 2)
        if int(parent) == pid:
            found["worker" if program.endswith("worker") else "web"] = int(own)
    return found


@pytest.fixture
def site(tmp_path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port, log = free_port(), tmp_path / "log"
    process = serve(tmp_path / "data", port, log)
    try:
        wait_for("Ctrl-C stops everything", log)
        yield process, port, log
    finally:
        process.terminate()
        process.wait(30)


def test_newcomer_starts_and_stops_the_site_with_one_signal(site, tmp_path):
    process, port, log = site
    with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    assert f"http://localhost:{port}" in log.read_text()
    assert (tmp_path / "data" / "secret-key").exists()
    pids = children_of(process.pid)
    assert set(pids) == {"web", "worker"}
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert log.read_text().rstrip().endswith("Stopped.")
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())


def test_worker_killed_is_raised_again_and_web_server_killed_ends_all(site):
    process, _port, log = site
    before = children_of(process.pid)["worker"]
    os.kill(before, signal.SIGKILL)
    wait_for("The worker has ended by itself; starting it again", log)
    deadline = time.monotonic() + 20
    while children_of(process.pid).get("worker", before) == before:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    os.kill(children_of(process.pid)["web"], signal.SIGKILL)
    assert process.wait(30) == 1
    assert "The web server has ended by itself" in log.read_text()


def test_newcomer_starts_a_second_copy_is_told_in_one_line(site, tmp_path):
    _process, port, _log = site
    for data_dir, other_port, said in (
        (tmp_path / "data", free_port(), "Another copy runs on the data folder"),
        (tmp_path / "other", port, f"Port {port} is taken"),
    ):
        log = tmp_path / "second"
        assert serve(data_dir, other_port, log).wait(30) == 1
        assert said in log.read_text()
        assert len(log.read_text().splitlines()) == 1


def test_newcomer_names_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    taken, log = tmp_path / "taken", tmp_path / "log"
    taken.touch()
    assert serve(taken, free_port(), log).wait(30) == 2
    assert log.read_text().startswith("Kinbridge cannot start. The data folder")
    assert len(log.read_text().splitlines()) == 1
