"""Figures from outside: costs, the number of firms of each place, targets, other networks' figures."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.reference import find_home_place
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed
from network.models import ReportInput

KINDS = ("cost", "firms", "target", "benchmark")
COLUMNS = ("kind", "code", "place", "from", "until", "value", "source")
LARGEST = Decimal("9999999999")
MOST_LINES = 50_000


@dataclass(frozen=True, slots=True)
class InputDraft:
    """One figure from outside: `place` is an official code or empty, `until_on` the last day it is about."""

    kind: str
    code: str
    place: str
    from_on: date
    until_on: date
    value: Decimal
    source: str


@dataclass(slots=True)
class InputReport:
    """What a file brought."""

    taken: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def require_administrator(actor: Actor) -> None:
    """Raise NotAllowed for anybody but an administrator or a command."""
    if not (actor.is_administrator or actor.is_system):
        raise NotAllowed("role_may_not", "Only an administrator enters figures from outside.")


def keep_input(session: Session, actor: Actor, draft: InputDraft, *, now: datetime) -> ReportInput:
    """Keep a figure; one of the same kind, code, place, source and first day is replaced."""
    require_administrator(actor)
    _check(draft)
    session.execute(
        delete(ReportInput).where(
            ReportInput.kind == draft.kind,
            ReportInput.code == draft.code,
            ReportInput.place == draft.place,
            ReportInput.source == draft.source,
            ReportInput.from_on == draft.from_on,
        )
    )
    row = ReportInput(
        kind=draft.kind,
        code=draft.code,
        place=draft.place,
        from_on=draft.from_on,
        until_on=draft.until_on,
        value=draft.value,
        source=draft.source,
        loaded_at=now,
    )
    session.add(row)
    session.flush()
    record(session, actor, "reports.figure", "report_input", row.id, now=now, fields=[draft.kind])
    return row


def remove_input(session: Session, actor: Actor, input_id: int, *, now: datetime) -> None:
    """Take a figure away."""
    require_administrator(actor)
    session.execute(delete(ReportInput).where(ReportInput.id == input_id))
    record(session, actor, "reports.figure_removed", "report_input", input_id, now=now)


def load_inputs(session: Session, actor: Actor, lines: Iterable[str], *, now: datetime) -> InputReport:
    """Take figures from CSV lines (kind, code, place, from, until, value, source): also another network's export.

    Raises Invalid where the columns are not those.
    """
    require_administrator(actor)
    reader = csv.DictReader(line.lstrip("\ufeff") for line in lines)
    heads = [head.strip().lower() for head in reader.fieldnames or []]
    if not set(COLUMNS) <= set(heads):
        raise Invalid("columns", f"The file needs the columns {', '.join(COLUMNS)}.", "file")
    reader.fieldnames = heads
    report = InputReport()
    for row in reader:
        if reader.line_num > MOST_LINES:
            raise Invalid("too_long", "The file has more than 50,000 lines. Load it in parts.", "file")
        try:
            keep_input(session, actor, _draft_of(row), now=now)
            report.taken += 1
        except Invalid as error:
            report.refused.append((reader.line_num, error.message))
    return report


def _draft_of(row: dict[str, str | None]) -> InputDraft:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        first, last = date.fromisoformat(given["from"]), date.fromisoformat(given["until"])
    except ValueError:
        raise Invalid("date_wrong", "A date does not read as 2026-03-31.", "from_on") from None
    try:
        value = Decimal(given["value"].replace(",", ""))
    except InvalidOperation:
        raise Invalid("value_wrong", "The value is not a number.", "value") from None
    return InputDraft(given["kind"], given["code"], given["place"], first, last, value, given["source"])


def _check(draft: InputDraft) -> None:
    if draft.kind not in KINDS:
        raise Invalid("kind_unknown", f"The kind is one of {', '.join(KINDS)}.", "kind")
    if not 0 < len(draft.code) <= 80 or len(draft.source) > 120:
        raise Invalid("code_missing", "Say what it is about, in 80 characters.", "code")
    if draft.place and find_home_place(draft.place) is None and draft.kind != "benchmark":
        raise Invalid("place_unknown", "There is no such place.", "place")
    if draft.until_on < draft.from_on:
        raise Invalid("period_wrong", "The last day comes before the first.", "until_on")
    if not draft.value.is_finite() or not 0 <= draft.value <= LARGEST:
        raise Invalid("value_range", "Give a figure between 0 and 9,999,999,999.", "value")


def inputs_of(session: Session, kind: str | None = None, limit: int = 200) -> list[ReportInput]:
    """The figures that are kept, the newest period first."""
    query = select(ReportInput).order_by(ReportInput.from_on.desc(), ReportInput.id.desc()).limit(limit)
    return list(session.scalars(query.where(ReportInput.kind == kind) if kind else query))


def firms_by_place(session: Session) -> dict[str, int]:
    """The newest number of firms of each place, where it is loaded."""
    rows = session.execute(
        select(ReportInput.place, ReportInput.value)
        .where(ReportInput.kind == "firms")
        .order_by(ReportInput.from_on, ReportInput.id)
    )
    return {place: int(value) for place, value in rows}
