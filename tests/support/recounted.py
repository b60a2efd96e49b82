"""Networks with outcomes of any shape, and their totals reckoned anew from the raw rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network.domain.states import (
    EvidenceTier,
    IntroductionState,
    OutcomeKind,
    OutcomeStatus,
    ShareWithout,
    ValueMode,
)
from network.models import (
    Affiliation,
    Confirmation,
    ExchangeRate,
    Introduction,
    Outcome,
    OutcomeContributor,
    OutcomeValue,
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
