"""Report pages, the public page and exports over 1,000,000 introductions and 200,000 outcomes, on both databases.

Each stands beside the bare SQL that asks the facts for the same. `KINBRIDGE_BENCH_OUTCOMES` makes it smaller or
larger, `KINBRIDGE_BENCH_DATABASES` takes one database only.
"""

from __future__ import annotations

import contextvars
import gc
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from bench.copy import milliseconds
from bench.report_copies import filled
from network.accounts.queries import load_actor
from network.db import db
from network.demo.accounts import account_of
from network.domain.states import Channel
from network.measures.months import next_month, read_month, write_month
from network.models import User

OUTCOMES = int(os.environ.get("KINBRIDGE_BENCH_OUTCOMES", "200000"))
DATABASES = os.environ.get("KINBRIDGE_BENCH_DATABASES", "sqlite,postgresql").split(",")
TIMES, BARE_TIMES = 15, 5

NEEDS = "SELECT count(*), count(introduced_days), count(met_days), count(confirmed_days)"
WORTH = "SELECT {by}, count(*), sum(pence), max(pence), sum(low), sum(high) FROM outcome_facts"
MONTHS = "month BETWEEN :start AND :end"
TOTALS = f"{WORTH.format(by='counted')} WHERE {MONTHS} GROUP BY counted"
FUNNEL = f"{NEEDS} FROM need_facts WHERE {MONTHS}"


def _by(column: str) -> list[str]:
    return [
        f"{NEEDS}, {column} FROM need_facts WHERE {MONTHS} GROUP BY {column}",
        f"{WORTH.format(by=column)} WHERE counted = 'confirmed' AND {MONTHS} GROUP BY {column}",
    ]


YEAR, ALL = "from={year}&until={end}", "from={start}&until={end}"
LIST = (
    "SELECT outcome_id FROM outcome_facts WHERE counted = 'confirmed' AND month BETWEEN :start AND :end "
    "ORDER BY month DESC LIMIT 25"
)
# Who opens what, and the bare SQL over the facts for the same months.
PAGES: tuple[tuple[str, str, list[str]], ...] = (
    ("staff", f"/reports?{YEAR}", [TOTALS, FUNNEL]),
    ("staff", f"/reports?{ALL}", [TOTALS, FUNNEL]),
    ("staff", f"/reports?{ALL}&market=AE", [f"{TOTALS.replace('GROUP', 'AND market = :market GROUP')}"]),
    ("staff", f"/reports?{ALL}&size=small&sector=energy", [f"{TOTALS.replace('GROUP', 'AND size = :size GROUP')}"]),
    *(
        ("staff", f"/reports/by/{name}?{ALL}", _by(column))
        for name, column in (
            ("market", "market"), ("sector", "sector"), ("chapter", "chapter_id"), ("university", "university_id"),
            ("place", "home_place"), ("size", "size"),
        )
    ),
    ("staff", f"/reports/by/help?{ALL}", [
        f"{NEEDS}, help_type FROM need_facts JOIN need_help USING (need_id) WHERE {MONTHS} GROUP BY help_type",
    ]),
    ("staff", f"/reports/by/place?{ALL}&market=AE&size=small", _by("home_place")),
    ("staff", f"/reports/by/help?{ALL}&help=mentoring", []),
    ("staff", f"/reports/demand?{ALL}", [
        "SELECT market, sector, count(*) FROM need_facts WHERE month BETWEEN :start AND :end GROUP BY market, sector",
    ]),
    ("staff", f"/reports/compare?{ALL}", [TOTALS, FUNNEL]),
    ("staff", f"/reports/compare?what=university&{ALL}", ["SELECT DISTINCT university_id FROM outcome_facts"]),
    ("staff", f"/reports/indicators?{ALL}", _by("kind")[1:]),
    ("staff", f"/reports/document?{ALL}", [TOTALS, FUNNEL, *_by("market"), *_by("sector")]),
    ("staff", f"/reports/behind/outcomes?{ALL}", [LIST]),
    ("staff", f"/reports/behind/outcomes?{ALL}&page=5000", [LIST.replace("25", "25 OFFSET 124975")]),
    *(
        ("staff", f"/reports/answers?{ALL}{chosen}", [])
        for chosen in ("", "&market=AE", "&help=mentoring", "&place=E12000005", "&size=small&help=mentoring")
    ),
    ("university office", f"/reports/answers?{ALL}", []),
    ("university office", f"/reports/answers?{ALL}&help=mentoring", []),
    ("staff", f"/reports/shares/volunteer?{ALL}", [
        "SELECT code, count(*), sum(units), sum(s.pence) FROM outcome_shares s JOIN outcome_facts f USING (outcome_id) "
        "WHERE dimension = 'volunteer' AND counted = 'confirmed' AND f.month BETWEEN :start AND :end GROUP BY code",
    ]),
    ("staff", f"/reports/shares/university?{ALL}", []),
    ("staff", f"/reports/shares/volunteer?{ALL}&size=small", []),
    ("staff", f"/reports/trends/market?{ALL}", _by("market")),
    ("staff", f"/reports?{ALL}&mission=1", []),
    ("staff", f"/reports/behind/needs?{ALL}&stage=passed", []),
    ("staff", f"/reports/behind/needs?{ALL}&stage=met", [
        "SELECT need_id FROM need_facts WHERE met_days IS NOT NULL AND month BETWEEN :start AND :end "
        "ORDER BY month DESC LIMIT 25",
    ]),
    ("chapter lead", f"/reports?{ALL}", []),
    ("chapter lead", f"/reports/by/sector?{ALL}", []),
    ("chapter lead", f"/reports/by/sector?{ALL}&market=AE", []),
    ("university office", f"/reports?{ALL}", []),
    ("visitor", "/impact", ["SELECT count(*) FROM outcomes WHERE status = 'confirmed'"]),
    ("visitor", "/impact/data.csv", ["SELECT count(*) FROM introductions WHERE introduced_at IS NOT NULL"]),
    ("visitor", "/impact/data.json", []),
)  # fmt: skip
FILES = (
    ("staff", f"/reports/behind/outcomes/data.csv?{ALL}"),
    ("staff", f"/reports/behind/outcomes/data.json?{ALL}"),
    ("staff", f"/reports/behind/needs/data.csv?{ALL}"),
    ("staff", f"/reports/data.csv?{ALL}"),
    ("visitor", "/impact/data.csv"),
)
ROWS = (
    "SELECT o.id, o.title, g.name, o.status, o.market, o.happened_on FROM outcomes o "
    "JOIN organisations g ON g.id = o.organisation_id JOIN outcome_facts f ON f.outcome_id = o.id "
    "WHERE f.counted = 'confirmed' AND month BETWEEN :start AND :end ORDER BY f.month DESC, f.outcome_id DESC"
)


def run() -> list[dict[str, Any]]:
    """One row for each step, page and export, on each database."""
    rows = []
    now = read_month(f"{datetime.now(UTC):%Y-%m}") or 0
    months = {"start": next_month(now, -71), "year": next_month(now, -11), "end": now}
    for kind in DATABASES:
        with filled(kind, OUTCOMES) as (app, steps):
            rows += [{"database": kind, **step} for step in steps]
            for role, path, bare in PAGES:
                rows.append({"database": kind, **_page(app, role, path, bare, months)})
            rows.append({"database": kind, **_bare_file(app, months)})
            for role, path in FILES:
                rows.append({"database": kind, **_file(app, role, path, months)})
    return rows


def _address(path: str, months: dict[str, int]) -> str:
    return path.format(**{name: write_month(month) for name, month in months.items()})


def _client(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    if role != "visitor":
        with app.app_context():
            user = db.session.scalars(select(User).where(User.email == account_of(role).email)).one()
            load_actor(db.session, user, Channel.WEB)
        with client.session_transaction() as cookies:
            cookies["_user_id"] = f"{user.id}:{user.session_epoch}"
            cookies["_fresh"] = True
    return client


def _page(app: Flask, role: str, path: str, bare: list[str], months: dict[str, int]) -> dict[str, Any]:
    client, url = _client(app, role), _address(path, months)
    engine = app.extensions["database"][0]
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    contextvars.Context().run(client.get, url)
    event.listen(engine, "before_cursor_execute", count)
    response = contextvars.Context().run(client.get, url)
    event.remove(engine, "before_cursor_execute", count)
    clock, cpu, line = _timed(
        lambda: contextvars.Context().run(_read, client, url), _processor_time(app), _time_in_line(app)
    )
    (p50, p95), (cpu50, cpu95), (line50, line95) = map(milliseconds, (clock, cpu, line))
    return {
        "what": url,
        "as": role,
        "status": response.status_code,
        "p50_ms": p50,
        "p95_ms": p95,
        "cpu_p50": cpu50,
        "cpu_p95": cpu95,
        "line_p50": line50,
        "line_p95": line95,
        "bare_p50": _bare(app, bare, {**months, "start": months["year"]} if "{year}" in path else months)
        if bare
        else "",
        "statements": sum(not one.startswith(("BEGIN", "PRAGMA")) for one in statements),
        "load": round(os.getloadavg()[0], 1),
    }


def _read(client: FlaskClient, url: str) -> int:
    """The whole answer, as far as its last byte."""
    with client.get(url) as response:
        return sum(len(piece) for piece in response.response)


def _workers(app: Flask) -> list[int]:
    """PostgreSQL's processes that work for this one; none with SQLite."""
    if app.config["SQLITE"]:
        return []
    with app.extensions["database"][0].connect() as connection:
        working = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        return list(connection.scalars(text(working)))


def _scheduled(pids: list[int], place: int) -> float:
    """Seconds that processes ran (place 0), or stood in line for a processor (place 1)."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[place]) for pid in pids) / 1e9


def _processor_time(app: Flask) -> Callable[[], float]:
    """The processor time of this process, and of PostgreSQL's processes that work for it."""
    pids = _workers(app)
    return lambda: process_time() + _scheduled(pids, 0)


def _time_in_line(app: Flask) -> Callable[[], float]:
    """How long these stood in line because others had the processors: no time of the page's own."""
    pids = [os.getpid(), *_workers(app)]
    return lambda: _scheduled(pids, 1)


def _timed(work: Any, *meters: Callable[[], float], times: int = 0) -> list[list[float]]:
    """By the clock, and by each of the meters."""
    found: list[list[float]] = []
    for _ in range(times or TIMES):
        before = [meter() for meter in (perf_counter, *meters)]
        work()
        found.append([meter() - since for meter, since in zip((perf_counter, *meters), before, strict=True)])
    return [list(column) for column in zip(*found, strict=True)]


def _bare(app: Flask, statements: list[str], months: dict[str, int]) -> float:
    """The median of asking the facts with plain SQL, in milliseconds."""
    values = {**months, "market": "AE", "size": "small"}

    def ask() -> None:
        with app.extensions["database"][0].connect() as connection:
            for statement in statements:
                connection.execute(text(statement), values).all()

    return milliseconds(_timed(ask, times=BARE_TIMES)[0])[0]


def _file(app: Flask, role: str, path: str, months: dict[str, int]) -> dict[str, Any]:
    """An export read to its end: how long it takes, and by how much memory grows at most."""
    client, url = _client(app, role), _address(path, months)

    def read() -> tuple[int, int]:
        with client.get(url) as response:
            pieces = [(len(piece), piece.count(b"\n")) for piece in response.response]
        return sum(size for size, _ in pieces), sum(lines for _, lines in pieces)

    return {"what": url, "as": role, **_grown(lambda: contextvars.Context().run(read))}


def _bare_file(app: Flask, months: dict[str, int]) -> dict[str, Any]:
    """The same rows as the first export, read by plain SQL and thrown away."""

    def read() -> tuple[int, int]:
        number = 0
        with app.extensions["database"][0].connect() as connection:
            streamed = connection.execution_options(stream_results=True, yield_per=500)
            for part in streamed.execute(text(ROWS), months).partitions():
                number += len(part)
        return 0, number

    return {"what": "rows of behind/outcomes", "as": "bare SQL", **_grown(read)}


def _grown(read: Any) -> dict[str, Any]:
    gc.collect()
    before = _memory("VmRSS")
    # The kernel forgets the highest mark so far.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    started, used = perf_counter(), process_time()
    size, lines = read()
    return {
        "seconds": round(perf_counter() - started, 1),
        "cpu_seconds": round(process_time() - used, 1),
        "lines": lines,
        "mb": round(size / 1_000_000, 1),
        "grown_mb": round((_memory("VmHWM") - before) / 1024, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _memory(name: str) -> int:
    """The process's memory by the kernel's count, in kB: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])
