"""How long the server takes over each page, and how many statements it issues, at 1,500 and 5,000 volunteers."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from bench.copy import Stopwatch, demo_copy, milliseconds
from network.accounts.queries import load_actor
from network.db import db
from network.demo.accounts import account_of
from network.domain.states import Channel
from network.models import Chapter, Introduction, Need, Outcome, User, Volunteer
from network.volunteers.policy import volunteers_visible_to

SIZES = (1_500, 5_000)
TIMES = 40
LISTING, DETAIL = "listing", "detail"


def run() -> list[dict[str, Any]]:
    """One row for each size and page."""
    rows = []
    for size in SIZES:
        with demo_copy(size) as app:
            for kind, role, path in _pages(app):
                rows.append(
                    {"volunteers": size, "page": path, "kind": kind, "as": role, **_measure(app, role, path)}
                )
    return rows


def _pages(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        firm = db.session.scalars(select(User).where(User.email == account_of("firm").email)).first()
        person = firm or db.session.scalars(select(User)).first()
        actor = load_actor(db.session, person, Channel.WEB)  # type: ignore[arg-type]
        volunteer = db.session.scalar(select(Volunteer.id).where(volunteers_visible_to(actor)).limit(1))
        slug = db.session.scalar(select(Chapter.slug).limit(1))
        need = db.session.scalar(select(Need.id).where(Need.requester_id == person.id).limit(1))  # type: ignore[union-attr]
        introduction = db.session.scalar(
            select(Introduction.id)
            .join(Need, Need.id == Introduction.need_id)
            .where(Need.requester_id == person.id)
            .limit(1)  # type: ignore[union-attr]
        )
        outcome = db.session.scalar(select(Outcome.id).limit(1))
    pages = [
        (LISTING, "visitor", "/"),
        (LISTING, "visitor", "/volunteers"),
        (LISTING, "firm", "/volunteers"),
        (LISTING, "firm", "/volunteers?q=distributor&market=AE"),
        (LISTING, "visitor", "/chapters"),
        (LISTING, "firm", "/needs"),
        (LISTING, "firm", "/introductions"),
        (LISTING, "staff", "/outcomes"),
        (LISTING, "staff", "/queue"),
        (LISTING, "staff", "/admin/users"),
        (LISTING, "visitor", "/impact"),
        (DETAIL, "firm", f"/volunteers/{volunteer}"),
        (DETAIL, "visitor", f"/chapters/{slug}"),
        (DETAIL, "volunteer", "/account"),
    ]
    pages += [(DETAIL, "firm", f"/needs/{need}")] if need else []
    pages += [(DETAIL, "firm", f"/introductions/{introduction}")] if introduction else []
    pages += [(DETAIL, "staff", f"/outcomes/{outcome}")] if outcome else []
    return pages


def _measure(app: Flask, role: str, path: str) -> dict[str, Any]:
    client = app.test_client()
    if role != "visitor":
        with app.app_context():
            user = db.session.scalars(select(User).where(User.email == account_of(role).email)).one()
        with client.session_transaction() as cookies:
            cookies["_user_id"] = f"{user.id}:{user.session_epoch}"
            cookies["_fresh"] = True
    statements: list[str] = []
    engine = app.extensions["database"][0]

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    contextvars.Context().run(client.get, path)
    event.listen(engine, "before_cursor_execute", count)
    response = contextvars.Context().run(client.get, path)
    event.remove(engine, "before_cursor_execute", count)
    issued = sum(not one.startswith(("BEGIN", "PRAGMA")) for one in statements)
    watch = Stopwatch()
    for _ in range(TIMES):
        with watch:
            contextvars.Context().run(client.get, path)
    p50, p95 = milliseconds(watch.samples)
    return {
        "status": response.status_code,
        "p50_ms": p50,
        "p95_ms": p95,
        "statements": issued,
        "bytes": len(response.data),
    }
