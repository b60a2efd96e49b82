"""For the ones who keep it running: is it alive, is it ready, what are its figures."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from network.db import db
from network.models import MailMessage, OutboxMessage
from network.web.times import now

BEHIND = timedelta(minutes=5)


def liveness() -> Response:
    """200 while the process answers; asks nothing of anybody."""
    return jsonify(status="alive")


def readiness() -> tuple[Response, int]:
    """200 when database, index and worker are as they should be; 503 with what is not."""
    checks = {"database": _database(), **_search(), **_worker()}
    ready = all(checks[name] == "ok" for name in ("database", "search"))
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


def _database() -> str:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


def _search() -> dict[str, str]:
    probe = current_app.extensions.get("search_ready")
    return {"search": probe() if probe else "ok"}


def _worker() -> dict[str, str]:
    """A worker that is behind is told, but the pages can still be served."""
    try:
        oldest = db.session.scalar(
            select(func.min(OutboxMessage.due_at)).where(OutboxMessage.finished_at.is_(None))
        )
    except SQLAlchemyError:
        return {"worker": "unknown"}
    behind = oldest is not None and oldest < now() - BEHIND
    return {"worker": "behind" if behind else "ok"}


def metrics() -> Response:
    """Gauges for Prometheus, told to this machine only."""
    # A proxy on this machine says for whom it asks: then it is not this machine that asks.
    if request.remote_addr not in {"127.0.0.1", "::1"} or "X-Forwarded-For" in request.headers:
        return Response(status=404)
    registry = CollectorRegistry()
    open_outbox = Gauge("kinbridge_outbox_open", "Side effects not yet done", registry=registry)
    dead_outbox = Gauge("kinbridge_outbox_dead", "Side effects given up", registry=registry)
    open_mail = Gauge("kinbridge_mail_open", "Mails not yet sent", registry=registry)
    open_outbox.set(_count(OutboxMessage.finished_at.is_(None)))
    dead_outbox.set(_count(OutboxMessage.dead_at.is_not(None)))
    open_mail.set(
        db.session.scalar(select(func.count(MailMessage.id)).where(MailMessage.finished_at.is_(None))) or 0
    )
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _count(condition: object) -> int:
    return db.session.scalar(select(func.count(OutboxMessage.id)).where(condition)) or 0  # type: ignore[arg-type]
