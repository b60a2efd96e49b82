"""A copy of the site that a real browser can open, with a real mail server and a clock the test moves."""

from __future__ import annotations

import contextvars
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from config.settings import load_settings
from network.app import create_app, limiter
from network.commands.worker import work_once
from network.db import Base, db, intending_to_write
from network.domain.clock import FixedClock
from tests.support.postbox import Postbox, free_port
from tests.support.templates import keep_compiled


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium, without anything that calls home."""
    found = (
        os.environ.get("KINBRIDGE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    arguments += ["--disable-component-update", "--disable-sync", "--disable-quic"]
    return {"args": arguments, **({"executable_path": found} if found else {})}


@dataclass
class Live:
    """A running copy: open `url(path)` in a browser, move `clock`, let the worker `work()`."""

    app: Flask
    clock: FixedClock
    postbox: Postbox
    base: str

    def url(self, path: str) -> str:
        """The whole address of a path."""
        return self.base + path

    def work(self) -> None:
        """Run the worker until nothing is due."""

        def rounds() -> None:
            with self.app.app_context():
                while work_once(self.clock):
                    pass

        contextvars.Context().run(rounds)

    def with_session(self, act: Callable[[Session], Any]) -> Any:
        """Do something in the database and commit it."""

        def inside() -> Any:
            with self.app.app_context(), intending_to_write():
                result = act(db.session)
                db.session.commit()
                return result

        return contextvars.Context().run(inside)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """An empty copy on SQLite, served on loopback by threads of this process."""
    port = free_port()
    clock = FixedClock()
    with Postbox() as postbox:
        environ = {
            "KINBRIDGE_ENV": "test",
            "KINBRIDGE_DATA_DIR": str(tmp_path),
            "KINBRIDGE_BASE_URL": f"http://127.0.0.1:{port}",
            "KINBRIDGE_MAIL_URL": postbox.url,
            "KINBRIDGE_LOG_LEVEL": "ERROR",
        }
        app = create_app(load_settings(environ), clock)
        limiter.reset()
        keep_compiled(app)
        Base.metadata.create_all(app.extensions["database"][0])
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Live(app, clock, postbox, f"http://127.0.0.1:{port}")
        server.shutdown()
        thread.join()
        app.extensions["database"][0].dispose()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page()` is a window of its own, with cookies of its own; `scripts=False` turns scripts off."""
    contexts = []

    def make(*, scripts: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 900})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
