"""Report pages, public page and export over 200,000 outcomes and 1,000,000 introductions, beside the bare SQL.

`KINBRIDGE_BENCH_OUTCOMES` makes it smaller or larger; introductions are five and needs one and a half times as many.
"""

from __future__ import annotations

import contextvars
import os
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import event, func, insert, select, text

from bench.copy import Stopwatch, demo_copy, milliseconds
from network.accounts.queries import load_actor
from network.db import committing, db, intending_to_write
from network.demo.accounts import account_of
from network.domain.states import Channel
from network.measures.jobs import make_public
from network.measures.refreshing import keep_state, rebuild_chunk, rebuild_supply
from network.models import (
    Chapter,
    Introduction,
    Need,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    OutcomeFact,
    OutcomeValue,
    User,
    Volunteer,
)

OUTCOMES = int(os.environ.get("KINBRIDGE_BENCH_OUTCOMES", "200000"))
TIMES, BATCH = 15, 20_000
MARKETS = ("AE", "US", "DE", "IN", "CN", "BR", "FR", "AU", "SA", "JP", "OM", "QA")
SECTORS = ("energy", "water", "aerospace", "food_drink", "mining", "space")
PAGES = (
    ("staff", "/reports?from={start}&until={end}"),
    ("staff", "/reports"),
    ("staff", "/reports/by/market?from={start}&until={end}"),
    ("staff", "/reports/by/sector"),
    ("staff", "/reports/by/help"),
    ("staff", "/reports/by/place"),
    ("staff", "/reports/demand"),
    ("staff", "/reports/compare"),
    ("staff", "/reports/behind/outcomes"),
    ("chapter lead", "/reports"),
    ("university office", "/reports"),
    ("visitor", "/impact"),
    ("visitor", "/impact/data.csv"),
)
BARE = {
    "count and sum of all outcomes": select(
        OutcomeFact.market, func.count(), func.sum(OutcomeFact.pence)
    ).group_by(OutcomeFact.market),
    "the same over the raw rows": text(
        "SELECT o.market, count(DISTINCT o.id), sum(v.amount_home) FROM outcomes o "
        "LEFT JOIN outcome_values v ON v.outcome_id = o.id AND v.basis = 'forecast' "
        "WHERE o.status = 'confirmed' GROUP BY o.market"
    ),
}


def run() -> list[dict[str, Any]]:
    """One row for each page, and for each bare question."""
    with demo_copy(1_500) as app:
        rows = [{"what": "fill the tables", **_once(app, _fill)}]
        rows.append({"what": "make all facts", **_once(app, _facts)})
        now = datetime.now(UTC)
        months = {"start": f"{now.year - 6}-01", "end": f"{now:%Y-%m}"}
        for role, path in PAGES:
            rows.append(_page(app, role, path.format(**months)))
        for name, query in BARE.items():
            rows.append(_bare(app, name, query))
        return rows


def _once(app: Flask, work: Callable[[], None]) -> dict[str, Any]:
    started = time.perf_counter()
    with app.app_context(), intending_to_write():
        work()
    return {"seconds": round(time.perf_counter() - started, 1)}


def _fill() -> None:
    """Bulk rows in the shape of the real ones; every fourth outcome is not confirmed."""
    dice, now, session = Random(8), datetime.now(UTC), db.session
    firms = session.execute(select(Organisation.id, Organisation.home_place)).all()
    people = list(session.scalars(select(Volunteer.id)))
    chapters = [*session.scalars(select(Chapter.id)), None]
    asker = session.scalar(select(func.min(User.id)))
    first_need = (session.scalar(select(func.max(Need.id))) or 0) + 1
    first_introduction = (session.scalar(select(func.max(Introduction.id))) or 0) + 1
    first_outcome = (session.scalar(select(func.max(Outcome.id))) or 0) + 1
    needs, introductions = OUTCOMES * 3 // 2, OUTCOMES * 5

    def when(number: int) -> datetime:
        return now - timedelta(days=number * 37 % 2000 + 2, hours=number % 24)

    def all_needs() -> Iterator[dict[str, Any]]:
        for number in range(needs):
            firm = firms[number % len(firms)]
            yield {
                "id": first_need + number, "state": "fulfilled", "requester_id": asker, "organisation_id": firm[0],
                "owner_chapter_id": chapters[number % len(chapters)], "title": "A need", "submitted_at": when(number),
                "created_at": when(number), "updated_at": when(number),
            }  # fmt: skip

    def all_introductions() -> Iterator[dict[str, Any]]:
        for number in range(introductions):
            need = number % needs
            offered = when(need) + timedelta(days=number % 9)
            step = dice.random()
            yield {
                "id": first_introduction + number, "need_id": first_need + need, "state": "completed",
                "volunteer_id": people[number % len(people)], "offered_at": offered,
                "accepted_at": offered + timedelta(days=2) if step < 0.6 else None,
                "introduced_at": offered + timedelta(days=2) if step < 0.5 else None,
                "created_at": offered, "updated_at": offered,
            }  # fmt: skip

    def all_outcomes() -> Iterator[dict[str, Any]]:
        for number in range(OUTCOMES):
            need = number % needs
            firm = firms[need % len(firms)]
            at = when(need) + timedelta(days=40)
            confirmed = number % 4 > 0
            yield {
                "id": first_outcome + number, "status": "confirmed" if confirmed else "awaiting_confirmation",
                "tier": "confirmed" if confirmed else "reported", "outcome_class": "hard", "kind": "export_contract",
                "introduction_id": first_introduction + number, "need_id": first_need + need,
                "organisation_id": firm[0], "home_place": firm[1], "chapter_id": chapters[need % len(chapters)],
                "market": MARKETS[need % len(MARKETS)], "sector": SECTORS[need % len(SECTORS)], "title": "An order",
                "happened_on": at.date(), "value_mode": "exact", "first_confirmed_at": at if confirmed else None,
                "created_at": at, "updated_at": at,
            }  # fmt: skip

    _bulk(Need, all_needs())
    _bulk(
        NeedMarket,
        ({"need_id": first_need + one, "market": MARKETS[one % len(MARKETS)]} for one in range(needs)),
    )
    _bulk(
        NeedSector,
        ({"need_id": first_need + one, "sector": SECTORS[one % len(SECTORS)]} for one in range(needs)),
    )
    _bulk(Introduction, all_introductions())
    _bulk(Outcome, all_outcomes())
    _bulk(
        OutcomeValue,
        (
            {
                "outcome_id": first_outcome + one, "year": 1, "value_type": "sales", "basis": "forecast",
                "amount": one % 90_000 + 1, "amount_home": one % 90_000 + 1,
            }
            for one in range(OUTCOMES)
        ),
    )  # fmt: skip


def _bulk(table: Any, rows: Iterator[dict[str, Any]]) -> None:
    part = []
    for row in rows:
        part.append(row)
        if len(part) == BATCH:
            _write(table, part)
            part = []
    if part:
        _write(table, part)


def _write(table: Any, rows: list[dict[str, Any]]) -> None:
    with committing(db.session) as session:
        session.execute(insert(table), rows)


def _facts() -> None:
    stage, after = "needs", 0
    while stage != "supply":
        with committing(db.session) as session:
            stage, after = rebuild_chunk(session, stage, after)
    with committing(db.session) as session:
        rebuild_supply(session)
        keep_state(session, "facts", datetime.now(UTC), {})
        make_public(session, datetime.now(UTC))


def _page(app: Flask, role: str, path: str) -> dict[str, Any]:
    client = app.test_client()
    if role != "visitor":
        with app.app_context():
            user = db.session.scalars(select(User).where(User.email == account_of(role).email)).one()
            load_actor(db.session, user, Channel.WEB)
        with client.session_transaction() as cookies:
            cookies["_user_id"] = f"{user.id}:{user.session_epoch}"
            cookies["_fresh"] = True
    engine = app.extensions["database"][0]
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    contextvars.Context().run(client.get, path)
    event.listen(engine, "before_cursor_execute", count)
    response = contextvars.Context().run(client.get, path)
    event.remove(engine, "before_cursor_execute", count)
    watch = Stopwatch()
    for _ in range(TIMES):
        with watch:
            contextvars.Context().run(client.get, path)
    p50, p95 = milliseconds(watch.samples)
    return {
        "what": path,
        "as": role,
        "status": response.status_code,
        "p50_ms": p50,
        "p95_ms": p95,
        "statements": sum(not one.startswith(("BEGIN", "PRAGMA")) for one in statements),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _bare(app: Flask, name: str, query: Any) -> dict[str, Any]:
    watch = Stopwatch()
    with app.app_context():
        for _ in range(TIMES):
            with watch:
                db.session.execute(query).all()
    p50, p95 = milliseconds(watch.samples)
    return {"what": name, "as": "bare SQL", "p50_ms": p50, "p95_ms": p95}
