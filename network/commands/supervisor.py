"""Several processes run as one: started together, stopped together, the restartable ones raised again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from config.settings import ROOT

POLL_SECONDS = 0.1
STOP_SECONDS = 20.0
FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One process under care; where it may be restarted, each early death doubles the next wait."""

    name: str
    command: Sequence[str]
    restarts: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_due_at: float = 0.0
    delay: float = FIRST_DELAY

    def start(self, environ: dict[str, str]) -> None:
        """Start in a process group of its own, so that Ctrl-C reaches us alone and we end it in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            self.command, env=environ, cwd=ROOT, stdin=subprocess.DEVNULL, process_group=0
        )

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Signal the process and everything it started; one that has gone is left alone."""
        if self.process is not None and self.is_running():
            os.killpg(self.process.pid, number)


class Supervisor:
    """Keeps children running until it is told to stop, or until one that may not die has died."""

    def __init__(
        self, children: Sequence[Child], environ: dict[str, str], say: Callable[[str], None]
    ) -> None:
        self._children = children
        self._environ = environ
        self._say = say
        self._stop_asked_at: float | None = None
        self._is_impatient = False

    def run(self, is_ready: Callable[[], bool], when_ready: Callable[[], None], ready_seconds: float) -> int:
        """Start everything and stay until the end; the exit code is 0 only where somebody asked to stop."""
        before = {number: signal.signal(number, self._ask_to_stop) for number in STOP_SIGNALS}
        try:
            for child in self._children:
                child.start(self._environ)
            return self._watch(is_ready, when_ready, time.monotonic() + ready_seconds)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        # One Ctrl-C may reach us twice, from the terminal and from make; a second one comes later.
        elif now - self._stop_asked_at > 1:
            self._is_impatient = True

    def _watch(self, is_ready: Callable[[], bool], when_ready: Callable[[], None], deadline: float) -> int:
        ready = False
        while self._stop_asked_at is None:
            lost = self._look_after_children()
            if lost is not None:
                self._say(f"The {lost} has ended by itself; stopping everything.")
                return 1
            if not ready and is_ready():
                ready = True
                when_ready()
            elif not ready and time.monotonic() > deadline:
                self._say("The web server does not answer; stopping everything. Its own lines above say why.")
                return 1
            time.sleep(POLL_SECONDS)
        self._say("\nStopping ...")
        return 0

    def _look_after_children(self) -> str | None:
        """Raise what may be raised; the name of a child whose death ends everything, or None."""
        for child in self._children:
            if child.is_running():
                continue
            if not child.restarts:
                return child.name
            self._raise_again(child)
        return None

    def _raise_again(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            if now - child.started_at > STEADY_SECONDS:
                child.delay = FIRST_DELAY
            self._say(f"The {child.name} has ended by itself; starting it again in {child.delay:.0f} s.")
            child.process = None
            child.start_due_at = now + child.delay
            child.delay = min(child.delay * 2, LONGEST_DELAY)
        elif now >= child.start_due_at:
            child.start(self._environ)

    def _stop_all(self) -> None:
        """Ask each child to finish what it is doing; after a while, or at a second Ctrl-C, end it."""
        for child in self._children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running() for child in self._children):
            if self._is_impatient or time.monotonic() > deadline:
                for child in self._children:
                    child.send(signal.SIGKILL)
            time.sleep(POLL_SECONDS)
