"""Totals against an independent recomputation from raw rows, to the penny, on generated networks."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.domain.actor import system_actor
from network.domain.states import (
    EvidenceTier,
    IntroductionState,
    OutcomeKind,
    OutcomeStatus,
    ShareWithout,
    ValueMode,
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
    Affiliation,
    Confirmation,
    ExchangeRate,
    Introduction,
    Outcome,
    OutcomeContributor,
    OutcomeFact,
    OutcomeValue,
    ReportInput,
    ReportState,
)
from network.outcomes.corrections import claim_of, put_right
from network.outcomes.drafts import Claim, YearValue, fitting
from tests.factories import (
    make_chapter,
    make_introduction,
    make_need,
    make_organisation,
    make_outcome,
    make_user,
    make_volunteer,
)
from tests.factories.people import NOW

# The bands and shares written down anew, so that the two ways of counting have nothing in common.
BANDS = {
    "under_10k": (0, 10_000),
    "10k_50k": (10_000, 50_000),
    "5m_10m": (5_000_000, 10_000_000),
    "over_10m": (10_000_000,) * 2,
}
KEPT = {  # what the help explains, least and most
    None: (Fraction(0), Fraction(1)),
    "none": (Fraction(1), Fraction(1)),
    "under_quarter": (Fraction(3, 4), Fraction(1)),
    "quarter_to_half": (Fraction(1, 2), Fraction(3, 4)),
    "about_half": (Fraction(45, 100), Fraction(55, 100)),
    "half_to_three_quarters": (Fraction(1, 4), Fraction(1, 2)),
    "over_three_quarters": (Fraction(0), Fraction(1, 4)),
    "all": (Fraction(0), Fraction(0)),
}
amounts = st.decimals(min_value=0, max_value=9_999_999_999, places=2)
# What the contact may put in place of the claim, in pounds or in dollars at one rate.
RATES = {"GBP": Fraction(1), "USD": Fraction("0.731")}
IN_MONEY = {OutcomeKind.EXPORT_CONTRACT, OutcomeKind.FINANCE_RAISED}
corrections = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([OutcomeKind.CONFIDENCE, OutcomeKind.NOTHING, *IN_MONEY, *IN_MONEY]),
        "currency": st.sampled_from(list(RATES)),
        "band": st.sampled_from([None, *BANDS]),
        "forecast": st.just([]) | st.lists(amounts, min_size=1, max_size=3),
    }
)
SURELY: dict[str, Any] = {
    "status": OutcomeStatus.CONFIRMED, "tier": EvidenceTier.CONFIRMED, "kind": OutcomeKind.EXPORT_CONTRACT,
    "band": None, "forecast": [Decimal("48500.10")], "actual": [Decimal("7.77")], "jobs": 0, "checked": 12,
    "share": "about_half", "helpers": {1, 2}, "market": "AE", "days_ago": 0,
    "corrected": {
        "kind": OutcomeKind.FINANCE_RAISED, "currency": "USD", "band": None, "forecast": [Decimal("4850.33")],
    },
}  # fmt: skip
outcomes = st.fixed_dictionaries(
    {
        "status": st.sampled_from(OutcomeStatus),
        "tier": st.sampled_from(EvidenceTier),
        "kind": st.sampled_from([OutcomeKind.EXPORT_CONTRACT, OutcomeKind.CONFIDENCE, OutcomeKind.NOTHING]),
        "band": st.sampled_from([None, *BANDS]),
        "forecast": st.lists(amounts, max_size=5),
        "actual": st.lists(amounts, max_size=2),
        "jobs": st.integers(0, 50),
        "checked": st.sampled_from([0, 12, 24]),
        "share": st.sampled_from([None, *[one.value for one in ShareWithout]]),
        "helpers": st.sets(st.integers(0, 3), max_size=4),
        "market": st.sampled_from(["AE", "OM"]),
        "days_ago": st.sampled_from([0, 40, 400]),
        "corrected": st.none() | corrections,
    }
)


class Network:
    """A firm with four helpers of two universities, in which outcomes of any shape are placed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        owner = make_user(session)
        firm = make_organisation(session, owner=owner)
        self.universities = [make_organisation(session, owner=make_user(session)) for _ in range(2)]
        self.helpers = [make_volunteer(session) for _ in range(4)]
        for place, helper in enumerate(self.helpers[:3]):
            session.add(
                Affiliation(
                    volunteer_id=helper.id, kind="university", organisation_id=self.universities[place % 2].id
                )
            )
        helps = ("market_insight", "mentoring")
        self.need = make_need(session, firm, owner, owner=make_chapter(session), help_types=helps)
        self.met = make_introduction(session, self.need, self.helpers[0], IntroductionState.MET)

        # The last word of the contacts, by outcome.
        self.said: dict[int, dict[str, Any]] = {}
        rate = ExchangeRate(currency="USD", rate_on=date(2020, 1, 1), rate=Decimal("0.731"), loaded_at=NOW)
        session.add(rate)

    def correct(self, one: Outcome, said: dict[str, Any]) -> None:
        """The contact puts the claim right; of a kind that stands as claimed, all they say counts."""
        claimed = claim_of(self.session, one)
        exact, band = bool(said["forecast"]), said["band"]
        corrected = Claim(
            kind=said["kind"], title="In other words", what_happened="It was otherwise.",
            happened_on=one.happened_on, currency=said["currency"],
            value_mode=ValueMode.EXACT if exact else ValueMode.BAND if band else ValueMode.CANNOT_SAY,
            value_band=None if exact else band,
            values=tuple(YearValue(year, "sales", each) for year, each in enumerate(said["forecast"], 1)),
        )  # fmt: skip
        put_right(self.session, one, fitting(corrected, claimed), claimed, now=NOW)
        self.said[one.id] = {**said, "worth": said["kind"] in IN_MONEY or said["kind"] is claimed.kind}

    def empty(self) -> None:
        self.said.clear()
        for table in (Confirmation, OutcomeValue, OutcomeContributor, Outcome):
            self.session.execute(delete(table))

    def place(self, shape: dict[str, Any]) -> None:
        exact, band = bool(shape["forecast"]) and shape["band"] is None, shape["band"]
        mode = ValueMode.EXACT if exact else ValueMode.BAND if band else ValueMode.CANNOT_SAY
        one = make_outcome(
            self.session, self.met, self.need, status=shape["status"], kind=shape["kind"], tier=shape["tier"],
            market=shape["market"], value_mode=mode, value_band=band, checked_months=shape["checked"],
            first_confirmed_at=NOW - timedelta(days=shape["days_ago"]),
        )  # fmt: skip
        values = [("forecast", year, amount) for year, amount in enumerate(shape["forecast"], 1) if exact]
        values += [("actual", year, amount) for year, amount in enumerate(shape["actual"], 1)]
        self.session.add_all(
            OutcomeValue(
                outcome_id=one.id, year=year, value_type="sales", basis=basis, amount=1, amount_home=amount
            )
            for basis, year, amount in values
        )
        if shape["jobs"]:
            self.session.add(
                OutcomeValue(
                    outcome_id=one.id,
                    year=1,
                    value_type="jobs",
                    basis="forecast",
                    amount=shape["jobs"],
                    amount_home=shape["jobs"],
                )
            )
        self.session.flush()
        if shape["corrected"]:
            self.correct(one, shape["corrected"])
        for answer, share in (("disputed", "all"), ("confirmed", shape["share"])):
            self.session.add(
                Confirmation(
                    outcome_id=one.id,
                    answered_at=NOW,
                    answer=answer,
                    share_without=ShareWithout(share) if share else None,
                )
            )
            self.session.flush()
        self.session.add_all(
            OutcomeContributor(outcome_id=one.id, user_id=self.helpers[place].user_id, role="volunteer")
            for place in shape["helpers"]
        )
        self.session.flush()


def group_of(one: Outcome) -> str | None:
    if one.status is OutcomeStatus.CONFIRMED:
        return (
            "confirmed"
            if one.tier in {EvidenceTier.CONFIRMED, EvidenceTier.EVIDENCE_CHECKED}
            else "corroborated"
        )
    names = {"awaiting_confirmation": "pending", "unanswered": "pending", "disputed": "disputed"}
    return names.get(one.status.value)


def penny(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
        Decimal("0.01"), ROUND_HALF_EVEN
    )


def told_anew(said: dict[str, Any], rows: list[Any]) -> tuple[ValueMode, str | None, list[Any]]:
    """What a contact put right, reckoned from their words and not from the rows that were written of them."""
    exact, band = said["worth"] and bool(said["forecast"]), said["band"] if said["worth"] else None
    mode = ValueMode.EXACT if exact else ValueMode.BAND if band else ValueMode.CANNOT_SAY
    forecast = [
        SimpleNamespace(
            basis="forecast", year=year, amount_home=penny(Fraction(each) * RATES[said["currency"]])
        )
        for year, each in enumerate(said["forecast"], 1)
        if exact
    ]
    return mode, band, [*forecast, *(row for row in rows if row.basis == "actual")]


def raw(session: Session, said: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Every result as its raw rows tell it, or as its contact put it."""
    found = []
    for one in session.scalars(select(Outcome)):
        group = group_of(one)
        kind = said[one.id]["kind"] if one.id in said else one.kind
        if group is None or kind is OutcomeKind.NOTHING:
            continue
        values = session.scalars(select(OutcomeValue).where(OutcomeValue.outcome_id == one.id)).all()
        money = [row for row in values if row.value_type != "jobs"]
        mode, band = one.value_mode, one.value_band
        if one.id in said:
            mode, band, money = told_anew(said[one.id], money)
        forecast = [row for row in money if row.basis == "forecast"]
        least = most = None
        if mode is ValueMode.EXACT:
            least = most = sum((Fraction(row.amount_home) for row in forecast), Fraction(0))
        elif band:
            least, most = (Fraction(bound) for bound in BANDS[band])
        answer = session.scalars(
            select(Confirmation).where(Confirmation.outcome_id == one.id).order_by(Confirmation.id.desc())
        ).first()
        kept = KEPT[answer.share_without.value if answer and answer.share_without else None]
        helpers = session.scalars(
            select(OutcomeContributor.user_id).where(OutcomeContributor.outcome_id == one.id)
        ).all()
        found.append(
            {
                "group": group, "market": one.market, "values": money, "checked": one.checked_months,
                "point": None if least is None else (least + most) / 2,
                "low": Fraction(0) if least is None else least * kept[0],
                "high": Fraction(0) if most is None else most * kept[1],
                "users": sorted(helpers) or [session.get_one(Introduction, one.introduction_id).volunteer_id],
                "alone": not helpers,
            }
        )  # fmt: skip
    return found


def expected(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    points = sorted(row["point"] for row in rows if row["point"] is not None)
    middle = len(points) // 2
    median = (
        None
        if not points
        else points[middle]
        if len(points) % 2
        else (points[middle - 1] + points[middle]) / 2
    )
    total = sum(points, Fraction(0))
    return (
        len(rows), len(points), None if median is None else penny(median), penny(total),
        penny(total - (points[-1] if points else 0)),
        penny(sum((row["low"] for row in rows), Fraction(0))),
        penny(sum((row["high"] for row in rows), Fraction(0))),
    )  # fmt: skip


def told(one: Any) -> tuple[Any, ...]:
    return (
        one.number, one.valued, one.median, one.total, one.total_less_largest, one.attributable_low,
        one.attributable_high,
    )  # fmt: skip


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
