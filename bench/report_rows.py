"""Rows for the measurements of reports: needs, introductions, meetings and outcomes in bulk, in the shape of real ones.

For each outcome there are one and a half needs, five introductions and one meeting; every fourth is not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text

from network.db import committing, db
from network.domain.states import OrganisationKind
from network.models import (
    Chapter,
    Introduction,
    Meeting,
    Need,
    NeedHelp,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    OutcomeValue,
    User,
    Volunteer,
)

BATCH = 20_000
MARKETS = (
    "AE",
    "US",
    "DE",
    "IN",
    "CN",
    "BR",
    "FR",
    "AU",
    "SA",
    "JP",
    "OM",
    "QA",
    "KE",
    "SG",
    "CA",
    "MX",
    "NO",
)
SECTORS = ("energy", "water", "aerospace", "food_drink", "mining", "space", "financial")
KINDS = ("export_contract", "inward_investment", "research_agreement", "hire_or_placement", "partnership")
HELP = ("market_insight", "introduce_buyers", "mentoring", "talent", "speak", "supply_chain")


@dataclass(frozen=True)
class Ground:
    """What the demo network has that the rows point at."""

    firms: list[tuple[int, str]]
    universities: list[int]
    people: list[int]
    chapters: list[int | None]
    asker: int
    need: int
    introduction: int
    outcome: int
    now: datetime

    def when(self, number: int) -> datetime:
        """When a need was asked: spread over five and a half years."""
        return self.now - timedelta(days=number * 37 % 2000 + 2, hours=number % 24)


def fill(outcomes: int) -> None:
    """So many outcomes with all that belongs to them; committed in batches."""
    ground = _ground()
    needs = outcomes * 3 // 2
    _bulk(Need, _needs(ground, needs))
    _bulk(
        NeedMarket, ({"need_id": ground.need + one, "market": _pick(MARKETS, one, 3)} for one in range(needs))
    )
    _bulk(
        NeedSector, ({"need_id": ground.need + one, "sector": _pick(SECTORS, one, 5)} for one in range(needs))
    )
    _bulk(NeedHelp, _help(ground, needs))
    _bulk(Introduction, _introductions(ground, needs, outcomes * 5))
    _bulk(Meeting, _meetings(ground, needs, outcomes))
    _bulk(Outcome, _outcomes(ground, needs, outcomes))
    _bulk(OutcomeValue, _values(ground, outcomes))
    with committing(db.session) as session:
        if session.get_bind().dialect.name == "postgresql":
            for table in ("needs", "introductions", "outcomes", "meetings", "outcome_values"):
                _restart_numbers(table)
        session.execute(text("ANALYZE"))


def _restart_numbers(table: str) -> None:
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    db.session.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))"))  # noqa: S608


def _ground() -> Ground:
    session = db.session
    firms = session.execute(select(Organisation.id, Organisation.home_place)).all()
    universities = select(Organisation.id).where(Organisation.kind == OrganisationKind.UNIVERSITY)
    return Ground(
        firms=[(row[0], row[1]) for row in firms],
        universities=list(session.scalars(universities)),
        people=list(session.scalars(select(Volunteer.id))),
        chapters=[*session.scalars(select(Chapter.id)), None],
        asker=session.scalar(select(func.min(User.id))) or 0,
        need=(session.scalar(select(func.max(Need.id))) or 0) + 1,
        introduction=(session.scalar(select(func.max(Introduction.id))) or 0) + 1,
        outcome=(session.scalar(select(func.max(Outcome.id))) or 0) + 1,
        now=datetime.now(UTC),
    )


def _pick(codes: Any, number: int, salt: int) -> Any:
    """One of some codes; without a pattern that another choice shares."""
    return codes[(number * 2_654_435_761 + salt * 40_503 >> 7) % len(codes)]


def _needs(ground: Ground, needs: int) -> Iterator[dict[str, Any]]:
    for number in range(needs):
        at = ground.when(number)
        yield {
            "id": ground.need + number, "state": "fulfilled", "requester_id": ground.asker,
            "organisation_id": ground.firms[number % len(ground.firms)][0], "title": "A need",
            "owner_chapter_id": _pick(ground.chapters, number, 1), "submitted_at": at, "created_at": at,
            "updated_at": at,
        }  # fmt: skip


def _help(ground: Ground, needs: int) -> Iterator[dict[str, Any]]:
    for number in range(needs):
        for code in {_pick(HELP, number, 7), _pick(HELP, number, 11)}:
            yield {"need_id": ground.need + number, "help_type": code}


def _introductions(ground: Ground, needs: int, introductions: int) -> Iterator[dict[str, Any]]:
    dice = Random(8)
    for number in range(introductions):
        need = number % needs
        offered = ground.when(need) + timedelta(days=number % 9)
        step = dice.random()
        later = offered + timedelta(days=1 + int(step * 20))
        yield {
            "id": ground.introduction + number, "need_id": ground.need + need, "state": "completed",
            "volunteer_id": ground.people[number % len(ground.people)], "offered_at": offered,
            "accepted_at": later if step < 0.6 else None, "introduced_at": later if step < 0.5 else None,
            "created_at": offered, "updated_at": offered,
        }  # fmt: skip


def _meetings(ground: Ground, needs: int, meetings: int) -> Iterator[dict[str, Any]]:
    for number in range(meetings):
        at = ground.when(number % needs) + timedelta(days=25 + number % 60)
        yield {
            "introduction_id": ground.introduction + number, "held_on": at.date(), "created_at": at,
        }  # fmt: skip


def _outcomes(ground: Ground, needs: int, outcomes: int) -> Iterator[dict[str, Any]]:
    for number in range(outcomes):
        need = number % needs
        firm = ground.firms[need % len(ground.firms)]
        at = ground.when(need) + timedelta(days=40 + number % 50)
        confirmed = number % 4 > 0
        yield {
            "id": ground.outcome + number, "status": "confirmed" if confirmed else "awaiting_confirmation",
            "tier": "confirmed" if confirmed else "reported", "outcome_class": "hard",
            "kind": _pick(KINDS, number, 13), "introduction_id": ground.introduction + number,
            "need_id": ground.need + need, "organisation_id": firm[0], "home_place": firm[1],
            "chapter_id": _pick(ground.chapters, need, 1), "market": _pick(MARKETS, need, 3),
            "university_id": _pick(ground.universities, number, 17) if number % 5 == 0 else None,
            "sector": _pick(SECTORS, need, 5), "title": "An order", "happened_on": at.date(), "value_mode": "exact",
            "first_confirmed_at": at if confirmed else None, "created_at": at, "updated_at": at,
        }  # fmt: skip


def _values(ground: Ground, outcomes: int) -> Iterator[dict[str, Any]]:
    for number in range(outcomes):
        amount = number * 7_919 % 900_000 + 1
        yield {
            "outcome_id": ground.outcome + number, "year": 1, "value_type": "sales", "basis": "forecast",
            "amount": amount, "amount_home": amount,
        }  # fmt: skip


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
