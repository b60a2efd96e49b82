"""Before and after each request: its id, its log line, the write lock it needs."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, abort, current_app, g, request

from network.audit.context import request_id
from network.db import write_intended

log = structlog.get_logger("web")
_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def init_context(app: Flask) -> None:
    """Number and log each request; requests that write take SQLite's write lock from the start."""
    app.before_request(_begin)
    app.after_request(_log_line)
    app.teardown_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _ID.match(given) else secrets.token_hex(8)
    g.started = time.perf_counter()
    g.tokens = (
        request_id.set(g.request_id),
        write_intended.set(request.method not in {"GET", "HEAD", "OPTIONS"}),
    )
    if "\x00" in request.path:
        # No address of ours has one, and PostgreSQL takes none in a question.
        abort(404)
    if _is_oversized():
        abort(413)


def _is_oversized() -> bool:
    """Whether the fields of a form are more than anybody types; werkzeug asks only of forms with files."""
    longest = current_app.config["MAX_FORM_MEMORY_SIZE"]
    return request.mimetype == "application/x-www-form-urlencoded" and (request.content_length or 0) > longest


def _log_line(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "-"
    if request.endpoint != "static":
        # The rule, not the path: paths of mailed links hold secrets, queries hold people's words.
        log.info(
            "request",
            request_id=g.get("request_id"),
            method=request.method,
            rule=rule,
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
            user_id=g.actor.user_id if "actor" in g else None,
        )
    return response


def _end(_error: BaseException | None) -> None:
    tokens = g.pop("tokens", None)
    if tokens:
        request_id.reset(tokens[0])
        write_intended.reset(tokens[1])
