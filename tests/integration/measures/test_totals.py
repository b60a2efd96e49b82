"""Totals against an independent recomputation from raw rows, to the penny, on generated networks."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import system_actor
from network.domain.states import (
    OutcomeKind,
    OutcomeStatus,
)
from network.measures.demand import demand_and_supply
from network.measures.indicators import indicators_of
from network.measures.parts import parts_in
from network.measures.policy import Scope
from network.measures.reading import cut_for
from network.measures.refreshing import rebuild_facts, refresh_cells
from network.measures.reports import (
    breakdown,
    figures_of,
    funnel_with_times,
    totals_of,
    trend_by_month,
)
from network.measures.summaries import short_breakdowns
from network.measures.totals import (
    cost_in,
    forecast_and_actual,
    results,
    shares_by,
    totals_by,
    totals_by_group,
)
from network.models import (
    Outcome,
    OutcomeFact,
    ReportInput,
    ReportState,
)
from tests.factories.people import NOW
from tests.support.recounted import SURELY, Network, expected, outcomes, penny, raw, told


def test_the_reports_add_up_to_what_the_raw_rows_say_to_the_penny(session: Session) -> None:
    network = Network(session)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @example([SURELY, {**SURELY, "corrected": {**SURELY["corrected"], "kind": OutcomeKind.NOTHING}}])
    @given(st.lists(outcomes, max_size=7))
    def check(shapes: list[dict[str, Any]]) -> None:
        network.empty()
        for shape in shapes:
            network.place(shape)
        rebuild_facts(session, NOW)
        rows = raw(session, network.said)
        by_group = defaultdict(list)
        for row in rows:
            by_group[row["group"]].append(row)
        for group, totals in totals_by_group(session, results(None)).items():
            assert told(totals) == expected(by_group[group]), group
        confirmed = by_group["confirmed"]
        where = results(None, OutcomeFact.counted == "confirmed")
        by_market = totals_by(session, OutcomeFact.market, where)
        assert sum(one.number for one in by_market.values()) == len(confirmed)
        for market, totals in by_market.items():
            assert told(totals) == expected([row for row in confirmed if row["market"] == market])
        _check_years(session, confirmed)
        _check_cells(session, by_group)
        _check_shares(session, network, confirmed)

    check()


STAFF, YEARS = system_actor(), (202401, 202612)


def _check_cells(session: Session, by_group: dict[str, list[dict[str, Any]]]) -> None:
    """What pages read is made of the same raw rows, in whichever way they ask."""
    whole = Scope(*YEARS)
    for group, totals in totals_of(session, STAFF, whole).items():
        assert told(totals) == expected(by_group[group]), group
    if sum(map(len, by_group.values())) < 4:
        return
    scopes = [
        whole,
        *(
            Scope(*YEARS, where)
            for where in ((("help", "mentoring"),), (("market", "AE"), ("help", "market_insight")))
        ),
    ]
    read = [_everything(session, scope) for scope in scopes]
    made = session.get_one(ReportState, "cells")
    session.delete(made)
    session.flush()
    assert cut_for(session, STAFF, whole) is None
    assert read == [_everything(session, scope) for scope in scopes]


def _everything(session: Session, scope: Scope) -> list[Any]:
    found = [question(session, STAFF, scope) for question in QUESTIONS]
    return [
        *found,
        *(breakdown(session, STAFF, scope, one) for one in ("market", "help")),
        short_breakdowns(session, STAFF, scope, ("market", "sector", "place")),
    ]


QUESTIONS: tuple[Any, ...] = (
    figures_of, totals_of, funnel_with_times, trend_by_month, demand_and_supply, indicators_of,
)  # fmt: skip


def _check_years(session: Session, confirmed: list[dict[str, Any]]) -> None:
    for checked in forecast_and_actual(session, results(None)):
        number, sums = 0, Counter[str]()
        for row in confirmed:
            if row["checked"] >= checked.months and any(one.basis == "forecast" for one in row["values"]):
                number += 1
                for one in row["values"]:
                    if one.year <= checked.months // 12:
                        sums[one.basis] += Fraction(one.amount_home)
        assert (checked.number, checked.forecast, checked.actual) == (
            number, penny(Fraction(sums["forecast"])), penny(Fraction(sums["actual"])),
        )  # fmt: skip


def _check_shares(session: Session, network: Network, confirmed: list[dict[str, Any]]) -> None:
    by_user = {helper.user_id: helper.id for helper in network.helpers}
    whole, part = Counter[int](), defaultdict(Fraction)
    for row in confirmed:
        people = row["users"] if row["alone"] else [by_user[user] for user in row["users"]]
        for person in people:
            whole[person] += 1
            part[person] += Fraction(1, len(people))
    shares = {one.code: one for one in shares_by(session, "volunteer", results(None))}
    assert {code: one.whole for code, one in shares.items()} == dict(whole)
    assert {code: one.fractional for code, one in shares.items()} == {
        code: penny(one) for code, one in part.items()
    }
    for dimension in ("volunteer", "university"):
        by_way_of_outcomes = shares_by(session, dimension, results(Scope(*YEARS)))
        assert parts_in(session, STAFF, Scope(*YEARS), dimension) == by_way_of_outcomes
    total = penny(sum((row["point"] for row in confirmed if row["point"] is not None), Fraction(0)))
    for dimension in ("volunteer", "university"):
        # Nothing is counted twice and no penny is lost, however it is parted.
        assert sum(one.value for one in shares_by(session, dimension, results(None))) == total


def test_an_edit_after_the_facts_were_made_reaches_them_with_the_next_round(session: Session) -> None:
    from network.audit.operations import record
    from network.measures.refreshing import refresh_facts

    network = Network(session)
    assert refresh_facts(session, NOW) is False
    rebuild_facts(session, NOW)
    shape = {**SURELY, "band": "10k_50k", "forecast": [], "actual": [], "checked": 0, "corrected": None}
    network.place(shape)
    one = session.scalars(select(Outcome)).one()
    record(session, system_actor(), "outcome.record", "outcome", one.id, now=NOW)
    session.flush()
    assert refresh_facts(session, NOW)
    assert totals_by_group(session, results(None))["confirmed"].total == Decimal("30000.00")
    assert totals_of(session, STAFF, Scope(*YEARS))["confirmed"].number == 0
    assert refresh_cells(session)
    assert totals_of(session, STAFF, Scope(*YEARS))["confirmed"].total == Decimal("30000.00")
    one.status = OutcomeStatus.VOID
    record(session, system_actor(), "outcome.void", "outcome", one.id, now=NOW)
    session.flush()
    refresh_facts(session, NOW)
    assert totals_by_group(session, results(None))["confirmed"].number == 0


def test_costs_count_by_the_day_within_the_months_of_a_report(session: Session) -> None:
    march = Scope(202603, 202603)
    assert cost_in(session, march) is None
    session.add(
        ReportInput(
            kind="cost",
            code="staff",
            place="",
            from_on=date(2026, 3, 17),
            until_on=date(2026, 3, 17) + timedelta(days=29),
            value=Decimal(3000),
            source="",
            loaded_at=NOW,
        )
    )
    session.flush()
    assert cost_in(session, march) == Decimal("1500.00")
    assert cost_in(session, Scope(202601, 202602)) is None
