"""kill -9 of the worker, a mail server that is down: nothing is lost and nothing is sent twice under two names."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.settings import ROOT, load_settings
from network.app import create_app
from network.db import Base, committing, db, intending_to_write
from network.mail.compose import post
from network.mail.recipients import Recipient
from network.models import MailMessage, OutboxMessage
from network.outbox.queue import enqueue
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_need,
    make_organisation,
    make_outcome,
    make_user,
    make_volunteer,
)
from tests.support.postbox import Postbox

pytestmark = pytest.mark.processes
MAILS, EVENTS = 60, 60


def environ_for(folder: Path, mail_url: str, database_url: str | None = None) -> dict[str, str]:
    environ = {
        "KINBRIDGE_ENV": "test",
        "KINBRIDGE_DATA_DIR": str(folder),
        "KINBRIDGE_MAIL_URL": mail_url,
        "KINBRIDGE_LOG_LEVEL": "ERROR",
    }
    if database_url:
        environ["KINBRIDGE_DATABASE_URL"] = database_url
    return environ


def start_worker(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stderr=subprocess.DEVNULL)


def fill(environ: dict[str, str]) -> object:
    """Composed mails that wait, and events that will each become one mail."""
    app = create_app(load_settings(environ))
    with app.app_context(), intending_to_write():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with committing(db.session) as session:
            owner = make_user(session)
            organisation = make_organisation(session, owner=owner)
            volunteer = make_volunteer(session, chapter=make_chapter(session))
            need = make_need(session, organisation, owner)
            introduction = make_introduction(session, need, volunteer, "met")
            for _number in range(EVENTS):
                outcome = make_outcome(session, introduction, need, reporter_id=owner.id)
                enqueue(session, "outcome.lapsed", outcome_id=outcome.id)
            facts = {
                "outcome": outcome,
                "organisation": organisation,
                "volunteer_name": "Amina",
                "url": "http://x/",
            }
            for number in range(MAILS):
                to = Recipient(f"reader{number}@example.org", "Reader")
                post(session, "outcome_lapsed", to, key=f"k{number}", now=NOW, **facts)
    return app


def left(app: object) -> int:
    with app.app_context():  # type: ignore[attr-defined]
        open_mail = select(func.count(MailMessage.id)).where(MailMessage.finished_at.is_(None))
        open_outbox = select(func.count(OutboxMessage.id)).where(
            OutboxMessage.finished_at.is_(None), OutboxMessage.event == "outcome.lapsed"
        )
        return (db.session.scalar(open_mail) or 0) + (db.session.scalar(open_outbox) or 0)


def lapsed(postbox: Postbox) -> list[str]:
    """The names of the mails this test asked for; the clocks of its rows send others of their own."""
    return [str(mail["Message-ID"]) for mail in postbox.mails if mail["Subject"] == "An outcome has lapsed"]


def wait_until_done(app: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if left(app) == 0:
            return
        time.sleep(0.3)
    raise AssertionError(f"{left(app)} side effects were not done in {seconds} s")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_makes_no_second_mail(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    with Postbox(seconds_each=0.01) as postbox:
        environ = environ_for(tmp_path, postbox.url, url)
        app = fill(environ)
        kills = 0
        for pause in (1.6, 1.9, 2.2):
            worker = start_worker(environ)
            time.sleep(pause)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            kills += 1
        last = start_worker(environ)
        try:
            wait_until_done(app)
        finally:
            last.terminate()
            last.wait()
    sent = Counter(lapsed(postbox))
    assert len(sent) == MAILS + EVENTS
    # A kill between the server's yes and our commit repeats the same message under the same name.
    assert sum(sent.values()) - len(sent) <= kills
    app.extensions["database"][0].dispose()  # type: ignore[attr-defined]


def test_a_mail_server_that_is_down_or_refuses_loses_no_mail(tmp_path: Path) -> None:
    with Postbox() as postbox:
        environ = environ_for(tmp_path, postbox.url)
        app = fill(environ)
        postbox.refusing = "451 Try later"
        worker = start_worker(environ)
        time.sleep(3)
        assert postbox.mails == []
        postbox.refusing = None
        with app.app_context(), intending_to_write(), committing(db.session) as session:  # type: ignore[attr-defined]
            session.execute(MailMessage.__table__.update().values(due_at=NOW))
        try:
            wait_until_done(app)
        finally:
            worker.terminate()
            worker.wait()
    assert len(set(lapsed(postbox))) == len(lapsed(postbox)) == MAILS + EVENTS
    app.extensions["database"][0].dispose()  # type: ignore[attr-defined]


def test_two_workers_cannot_run_on_one_sqlite_folder(tmp_path: Path) -> None:
    with Postbox() as postbox:
        environ = environ_for(tmp_path, postbox.url)
        fill(environ)
        first = start_worker(environ)
        time.sleep(2)
        second = start_worker(environ)
        try:
            assert second.wait(timeout=20) != 0
            assert first.poll() is None
        finally:
            first.terminate()
            first.wait()
