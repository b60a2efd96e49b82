"""Facts for reports: needs and outcomes as they are counted, made anew where something was written down about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.clock import zone_or_utc
from network.domain.outcome_moves import CountedAs, counted_as
from network.domain.states import NeedState, OrganisationKind, OutcomeClass
from network.domain.values import ValueBand, Valued
from network.measures.changes import mark_stale, write_facts
from network.measures.offers import offers_of
from network.measures.shares import shares_of
from network.models import (
    Confirmation,
    Introduction,
    Meeting,
    Need,
    NeedFact,
    NeedHelp,
    NeedMarket,
    NeedSector,
    Organisation,
    Outcome,
    OutcomeFact,
    OutcomeShare,
    OutcomeValue,
)
from network.rules import network_config

CHUNK = 500
JOBS, MONEY = "jobs", ("sales", "investment", "grant", "saving")


def month_of(moment: datetime) -> int:
    """Year * 100 + month, in the network's own zone."""
    local = moment.astimezone(zone_or_utc(network_config().timezone))
    return local.year * 100 + local.month


def top_of(sector: str | None) -> str:
    """The top of a sector's branch; empty where there is none."""
    return (sector or "").partition(".")[0]


def make_need_facts(session: Session, ids: Sequence[int]) -> None:
    """Make the facts of these needs anew; drafts have none. Ten statements for up to 500 of them.

    Months whose facts are others than before are marked, so that they are added up again.
    """
    table: Any = NeedFact.__table__
    changed = write_facts(session, table, NeedFact.need_id.in_(ids), _need_rows(session, ids))
    mark_stale(session, {row["month"] for row in changed})
    # The outcomes of a need are counted by the help it asked for.
    needs = {row["need_id"] for row in changed}
    months = select(OutcomeFact.month).where(OutcomeFact.need_id.in_(needs)).distinct()
    if needs:
        mark_stale(session, session.scalars(months))


def _need_rows(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            Need.id,
            Need.submitted_at,
            Need.owner_chapter_id,
            Need.organisation_id,
            Organisation.home_place,
            Organisation.size,
            Organisation.kind,
        )
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(Need.id.in_(ids), Need.submitted_at.is_not(None), Need.state != NeedState.DRAFT)
    ).all()
    if not rows:
        return []
    markets = _first(session, NeedMarket.need_id, NeedMarket.market, NeedMarket.position, ids)
    sectors = _first(session, NeedSector.need_id, NeedSector.sector, NeedSector.sector, ids)
    helps = _helps(session, ids)
    reached = _reached(session, ids)
    offers = offers_of(session, ids)
    return [
        {
            "need_id": row.id,
            "month": month_of(row.submitted_at),
            "market": markets.get(row.id, ""),
            "sector": top_of(sectors.get(row.id)),
            "chapter_id": row.owner_chapter_id,
            "university_id": row.organisation_id if row.kind is OrganisationKind.UNIVERSITY else None,
            "organisation_id": row.organisation_id,
            "home_place": row.home_place,
            "size": row.size or "",
            "helps": " ".join(helps[row.id]),
            **dict(zip(("answers", "asked_whom"), offers.get(row.id, ("", "")), strict=True)),
            **{
                f"{stage}_days": _days(row.submitted_at, reached[row.id].get(stage))
                for stage in ("offered", "accepted", "introduced", "met", "outcome", "confirmed")
            },
        }
        for row in rows
    ]


def _helps(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = select(NeedHelp.need_id, NeedHelp.help_type).where(NeedHelp.need_id.in_(ids))
    for need_id, code in session.execute(rows.order_by(NeedHelp.need_id, NeedHelp.help_type)):
        found[need_id].append(code)
    return found


def _first(session: Session, owner: Any, value: Any, order: Any, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for need_id, code in session.execute(select(owner, value).where(owner.in_(ids)).order_by(owner, order)):
        found.setdefault(need_id, code)
    return found


def _reached(session: Session, ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """When each need first came to each stage."""
    reached: dict[int, dict[str, datetime]] = defaultdict(dict)
    steps = session.execute(
        select(
            Introduction.need_id,
            func.min(Introduction.offered_at).label("offered"),
            func.min(Introduction.accepted_at).label("accepted"),
            func.min(Introduction.introduced_at).label("introduced"),
        )
        .where(Introduction.need_id.in_(ids))
        .group_by(Introduction.need_id)
    )
    for row in steps:
        reached[row.need_id] = {
            name: at for name, at in row._mapping.items() if name != "need_id" and at is not None
        }
    met = session.execute(
        select(Introduction.need_id, func.min(Meeting.created_at))
        .join(Meeting, Meeting.introduction_id == Introduction.id)
        .where(Introduction.need_id.in_(ids))
        .group_by(Introduction.need_id)
    )
    for need_id, at in met:
        reached[need_id]["met"] = at
    outcomes = session.execute(
        select(
            Outcome.need_id, Outcome.status, Outcome.tier, Outcome.created_at, Outcome.first_confirmed_at
        ).where(Outcome.need_id.in_(ids), Outcome.outcome_class != OutcomeClass.NONE)
    )
    for need_id, status, tier, created_at, confirmed_at in outcomes:
        group = counted_as(status, tier)
        if group is None:
            continue
        _earlier(reached[need_id], "outcome", created_at)
        if group is CountedAs.CONFIRMED:
            _earlier(reached[need_id], "confirmed", confirmed_at or created_at)
    return reached


def _earlier(stages: dict[str, datetime], stage: str, at: datetime) -> None:
    stages[stage] = min(at, stages.get(stage, at))


def _days(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, (until - since).days)


def make_outcome_facts(session: Session, ids: Sequence[int]) -> None:
    """Make the facts and shares of these outcomes anew; drafts, lapsed and void ones have none."""
    rows = session.execute(
        select(Outcome, Organisation.size)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .where(Outcome.id.in_(ids))
    ).all()
    counted = [(one, size, group) for one, size in rows if (group := counted_as(one.status, one.tier))]
    values = _values(session, ids)
    answers = _latest_answers(session, ids)
    facts = [
        _fact(one, size or "", group, values.get(one.id, []), answers.get(one.id))
        for one, size, group in counted
    ]
    table: Any = OutcomeFact.__table__
    changed = write_facts(session, table, OutcomeFact.outcome_id.in_(ids), facts)
    mark_stale(session, {row["month"] for row in changed})
    shares: Any = OutcomeShare.__table__
    write_facts(session, shares, OutcomeShare.outcome_id.in_(ids), shares_of(session, facts) if facts else [])


def _values(session: Session, ids: Sequence[int]) -> dict[int, list[OutcomeValue]]:
    found: dict[int, list[OutcomeValue]] = defaultdict(list)
    for value in session.scalars(select(OutcomeValue).where(OutcomeValue.outcome_id.in_(ids))):
        found[value.outcome_id].append(value)
    return found


def _latest_answers(session: Session, ids: Sequence[int]) -> dict[int, Confirmation]:
    rows = session.scalars(
        select(Confirmation).where(Confirmation.outcome_id.in_(ids)).order_by(Confirmation.id)
    )
    return {row.outcome_id: row for row in rows}


def _fact(
    outcome: Outcome, size: str, group: CountedAs, values: list[OutcomeValue], answer: Confirmation | None
) -> dict[str, Any]:
    money = [value for value in values if value.value_type in MONEY]
    forecast = [value for value in money if value.basis == "forecast"]
    worth = Valued.of(
        outcome.value_mode,
        exact=_sum(forecast) if forecast else None,
        band=ValueBand(outcome.value_band) if outcome.value_band else None,
        share_without=answer.share_without if answer else None,
    )
    low, high = worth.attributable
    return {
        "outcome_id": outcome.id,
        "need_id": outcome.need_id,
        "counted": group.value,
        "outcome_class": outcome.outcome_class.value,
        "kind": outcome.kind.value if outcome.kind else "nothing",
        "month": month_of(outcome.first_confirmed_at or outcome.created_at),
        "market": outcome.market,
        "sector": top_of(outcome.sector),
        "chapter_id": outcome.chapter_id,
        "university_id": outcome.university_id,
        "organisation_id": outcome.organisation_id,
        "home_place": outcome.home_place,
        "size": size,
        "pence": None if worth.point is None else int(worth.point * 100),
        "low": int(low * 10_000),
        "high": int(high * 10_000),
        "jobs": sum(int(value.amount) for value in values if value.value_type == JOBS),
        "new_market": bool(answer and answer.new_market),
        **_checked(outcome, money),
    }


def _checked(outcome: Outcome, money: list[OutcomeValue]) -> dict[str, int | None]:
    """Forecast and actual side by side, of those that were checked and had a forecast by year."""
    found: dict[str, int | None] = {}
    exact = any(value.basis == "forecast" for value in money)
    for months in (12, 24):
        compared = exact and outcome.checked_months >= months
        for basis in ("forecast", "actual"):
            part = [value for value in money if value.basis == basis and value.year <= months // 12]
            found[f"{basis}_{months}"] = int(_sum(part) * 100) if compared else None
    return found


def _sum(values: Iterable[OutcomeValue]) -> Decimal:
    return sum((Decimal(value.amount_home) for value in values), Decimal(0))
