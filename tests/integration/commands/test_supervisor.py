"""Real processes under one supervisor: started, raised again, stopped in order."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from network.commands import supervisor
from network.commands.supervisor import Child, Supervisor

pytestmark = pytest.mark.processes

STAYS = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(children, *, is_ready=lambda: False, when_ready=lambda: None, ready_seconds=20.0):
    said: list[str] = []
    code = Supervisor(children, dict(os.environ), said.append).run(is_ready, when_ready, ready_seconds)
    return code, " ".join(said)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_newcomer_presses_ctrl_c_and_everything_stops():
    children = [Child("web server", python(STAYS)), Child("worker", python(STAYS), restarts=True)]
    code, said = run(children, is_ready=lambda: True, when_ready=interrupt)
    assert code == 0
    assert "Stopping" in said
    assert not any(child.is_running() for child in children)


def test_web_server_dies_and_the_worker_is_stopped_with_it():
    children = [Child("web server", python("")), Child("worker", python(STAYS), restarts=True)]
    code, said = run(children)
    assert code == 1
    assert "The web server has ended by itself" in said
    assert not any(child.is_running() for child in children)


def test_worker_is_killed_and_raised_again():
    worker = Child("worker", python(STAYS), restarts=True, delay=0.1)
    killed: list[int] = []

    def killed_once_and_there_again() -> bool:
        if worker.process is not None and not killed:
            killed.append(worker.process.pid)
            worker.send(signal.SIGKILL)
        return worker.process is not None and worker.process.pid not in killed

    code, said = run([worker], is_ready=killed_once_and_there_again, when_ready=interrupt)
    assert code == 0
    assert "The worker has ended by itself; starting it again" in said
    assert worker.delay == 0.2


def test_web_server_never_answers_and_the_newcomer_is_told():
    code, said = run([Child("web server", python(STAYS))], ready_seconds=0.2)
    assert code == 1
    assert "does not answer" in said


def test_stubborn_worker_is_ended_after_the_time_to_finish(monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    worker = Child("worker", python(STUBBORN))
    begun = time.monotonic()
    threading.Timer(0.7, interrupt).start()
    code, _said = run([worker])
    assert code == 0
    assert not worker.is_running()
    assert time.monotonic() - begun < 15


def test_impatient_newcomer_presses_ctrl_c_twice_and_does_not_wait():
    worker = Child("worker", python(STUBBORN))
    for seconds in (0.7, 2.2):
        threading.Timer(seconds, interrupt).start()
    begun = time.monotonic()
    run([worker])
    assert not worker.is_running()
    assert time.monotonic() - begun < 15
