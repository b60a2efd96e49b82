"""How long `make run`'s server takes until its first page, on a fresh data folder and again (environment made)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from time import perf_counter, sleep
from typing import Any

from config.settings import ROOT


def run() -> list[dict[str, Any]]:
    """Two rows: the first start with the demo network, and a later one."""
    with tempfile.TemporaryDirectory(prefix="kbbench") as folder:
        return [
            {"start": "first, 1,500 volunteers loaded and indexed", "seconds": _start(folder)},
            {"start": "again", "seconds": _start(folder)},
        ]


def _start(folder: str) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "KINBRIDGE_DATA_DIR": folder, "KINBRIDGE_LOG_LEVEL": "ERROR"}
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while perf_counter() - start < 180:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    if answer.status == 200:
                        return round(perf_counter() - start, 1)
            except OSError:
                sleep(0.1)
        return 180.0
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
