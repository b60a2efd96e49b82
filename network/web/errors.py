"""Error pages: what happened, what was kept, what to do. They need neither database nor session."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from network.domain.errors import Conflict, DomainError

log = structlog.get_logger("web")
PAGES = {400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503}


def init_errors(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(StaleDataError, on_stale)
    app.register_error_handler(OperationalError, on_database_gone)
    app.register_error_handler(PoolTimeout, on_database_gone)
    app.register_error_handler(Exception, on_crash)


def error_page(status: int, message: str | None = None, way_on: str | None = None) -> Response:
    """The page for a status; `message` says what is so in this case, `way_on` is an address to go on to."""
    shown = status if status in PAGES else (400 if status < 500 else 500)
    if request.path.endswith(".json") or request.path in {"/healthz", "/readyz"}:
        return make_response(jsonify(error=message or shown), status)
    g.plain_page = True
    page = render_template(
        f"errors/{shown}.html", message=message, way_on=(way_on or request.path).replace("\x00", "")
    )
    return make_response(page, status)


def on_http_error(error: HTTPException) -> Response:
    """An abort() or a routing error."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = error_page(code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def on_csrf(_error: CSRFError) -> Response:
    """A form whose proof is missing or too old."""
    return error_page(
        400,
        _(
            "This form was open for too long, so we did not act on it. Go back, reload the page and send it again."
        ),
    )


def on_domain_error(error: DomainError) -> Response:
    """A refusal of an operation that the view did not show at a field."""
    return error_page(error.status, error.message, _page_before() if isinstance(error, Conflict) else None)


def on_stale(_error: StaleDataError) -> Response:
    """Two changes met: the other was first."""
    return error_page(
        409, _("Somebody changed this a moment before you. Nothing of yours was done."), _page_before()
    )


def on_database_gone(error: Exception) -> Response:
    """The database does not answer."""
    log.error("database.gone", error=type(error).__name__)
    response = error_page(503)
    response.headers["Retry-After"] = "10"
    return response


def on_crash(error: Exception) -> Response:
    """Anything else: our fault."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return on_database_gone(error)
    log.error("request.crashed", error=type(error).__name__, exc_info=error)
    return error_page(500)


def _page_before() -> str:
    """The page a refused POST belongs to: its address without the verb at the end."""
    path = request.path
    return path if request.method == "GET" else path.rsplit("/", 1)[0] or "/"
