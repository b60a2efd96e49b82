"""The real web server as processes of its own: started as `make run` starts it, looked at, killed."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from config.settings import ROOT

ANSWER_SECONDS = 25.0


class WebServer:
    """Gunicorn with two worker processes on a port of loopback."""

    def __init__(self, environ: Mapping[str, str], port: int, log: Path) -> None:
        own = {name: text for name, text in os.environ.items() if not name.startswith("KINBRIDGE_")}
        self.environ = {**own, **environ, "WEB_CONCURRENCY": "2"}
        self.port, self.log = port, log
        self.master: subprocess.Popen[bytes] | None = None
        self.started_in = 0.0

    def start(self) -> None:
        """Begin the master; it forks its workers."""
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.py")]
        command += ["--bind", f"127.0.0.1:{self.port}", "wsgi:app"]
        with self.log.open("ab") as out:
            self.master = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=out, stderr=out)

    @property
    def workers(self) -> list[int]:
        """The ids of the worker processes that live."""
        assert self.master is not None
        listed = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children")
        return [int(one) for one in listed.read_text().split()]

    def kill_worker(self) -> int:
        """End the oldest worker process at once; its id."""
        victim = self.workers[0]
        os.kill(victim, signal.SIGKILL)
        return victim

    def kill_master(self) -> None:
        """End the master at once; its workers find out by themselves."""
        assert self.master is not None
        self.master.kill()
        self.master.wait()

    def stop(self) -> None:
        """End everything in order."""
        if self.master is not None and self.master.poll() is None:
            self.master.terminate()
            self.master.wait(timeout=30)

    def answers(self, path: str = "/readyz") -> bool:
        """Whether the path is answered with 200 now."""
        try:
            return self.ask("GET", path).status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_it_answers(self, seconds: float, path: str = "/readyz") -> float:
        """How long it took until the path was answered with 200."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if self.answers(path):
                return time.monotonic() - begun
            time.sleep(0.1)
        raise AssertionError(f"no answer within {seconds} s; the log says {self.log.read_text()[-2000:]}")

    def ask(self, method: str, path: str, fields: object = None, cookie: str = "") -> Answer:
        """One request over a connection of its own."""
        headers = {"Cookie": cookie} if cookie else {}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields)  # type: ignore[arg-type]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(
                response.status,
                response.getheader("Location") or "",
                (response.getheader("Set-Cookie") or "").split(";")[0],
                response.read().decode(),
            )
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    cookie: str
    text: str

    @property
    def token(self) -> str:
        """The proof that the forms of this page carry."""
        reader = _Token()
        reader.feed(self.text)
        return reader.token


@dataclass
class SignedIn:
    """A session of its own at a web server, signed in through the form."""

    server: WebServer
    email: str
    password: str
    cookie: str = ""
    token: str = field(default="", repr=False)

    def begin(self) -> SignedIn:
        """Sign in and take the token that later forms send."""
        page = self.server.ask("GET", "/sign-in")
        fields = {"email": self.email, "password": self.password, "csrf_token": page.token}
        answer = self.server.ask("POST", "/sign-in", fields, page.cookie)
        assert answer.status == http.HTTPStatus.FOUND, answer.text
        self.cookie = answer.cookie
        form = self.server.ask("GET", "/needs/new", cookie=self.cookie)
        self.cookie, self.token = form.cookie or self.cookie, form.token
        return self

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self.server.ask("GET", path, cookie=self.cookie)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.server.ask("POST", path, {**fields, "csrf_token": self.token}, self.cookie)


class _Token(HTMLParser):
    token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the first token."""
        found = dict(attrs)
        if tag == "input" and found.get("name") == "csrf_token" and not self.token:
            self.token = found.get("value") or ""
