"""What followed the demo's outcomes: actual figures, papers, missions, empty searches, figures from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from flask import has_app_context
from fpdf import FPDF
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.demo.history import write_history
from network.demo.load_introductions import PlacedIntroduction
from network.demo.load_people import HOME, Loaded
from network.demo.moments import waking
from network.domain.actor import system_actor
from network.domain.clock import local_date, months_after
from network.domain.states import EvidenceTier, MissionKind, OutcomeStatus
from network.measures.inputs import InputDraft, keep_input
from network.models import (
    ExchangeRate,
    Mission,
    MissionIntroduction,
    MissionOutcome,
    Organisation,
    Outcome,
    OutcomeAttachment,
    OutcomeValue,
    Transition,
    UnmetSearch,
)
from network.needs.attachments import keep_file
from network.outcomes.asking import schedule
from network.outcomes.drafts import VALUE_TYPES

# What was asked for where hardly anybody knows the market.
THIN_MARKETS = ("KZ", "PE", "SN", "VN", "UZ")
# Of a forecast, what the year came to.
CAME_TO = (0.0, 0.4, 0.6, 0.8, 0.9, 1.0, 1.0, 1.1, 1.3)
MISSIONS = (
    ("Trade mission to", MissionKind.DEAL_MAKING, "Ten firms meet buyers who asked for them by name."),
    (
        "Research visit to",
        MissionKind.NETWORKED,
        "Laboratories that could share a programme meet for two days.",
    ),
    ("Delegation to", MissionKind.AMBASSADORIAL, "The region's leaders open doors for firms that follow."),
    ("Food and drink week in", MissionKind.SOFT_POWER, "Chefs and distributors taste what the region makes."),
    ("Alumni evenings in", MissionKind.INFORMAL, "Old friends of the region meet its newer firms."),
)
# Introductions that come within so many days of its begin belong to a mission.
COMES_WITHIN = timedelta(days=150)


class ResultLoader:
    """Adds what comes after an outcome was told, so that no report of the demo is empty."""

    def __init__(self, session: Session, now: datetime, seed: int, loaded: Loaded) -> None:
        self.session, self.now, self.loaded = session, now, loaded
        self.today = local_date(now, HOME)
        self.rng = Random(f"results in tables {seed}")

    def load(self, introductions: Sequence[PlacedIntroduction]) -> None:
        """Everything stands in the tables."""
        self._rates()
        self._figures_from_outside()
        self._actuals()
        self._missions(introductions)
        self._searches(introductions)
        self._papers()
        self.session.flush()

    def _actuals(self) -> None:
        """After 12 and 24 months most firms said what it came to."""
        outcomes = self.session.scalars(
            select(Outcome)
            .where(
                Outcome.status == OutcomeStatus.CONFIRMED,
                Outcome.happened_on < months_after(self.today, -12) - timedelta(days=14),
            )
            .order_by(Outcome.id)
        )
        for outcome in outcomes.all():
            forecast = self.session.scalars(
                select(OutcomeValue)
                .where(
                    OutcomeValue.outcome_id == outcome.id,
                    OutcomeValue.basis == "forecast",
                    OutcomeValue.value_type.in_(VALUE_TYPES),
                )
                .order_by(OutcomeValue.year)
            ).all()
            if not forecast or self.rng.random() < 0.2:
                continue
            for months in (12, 24):
                self._actual(outcome, forecast, months)

    def _actual(self, outcome: Outcome, forecast: Sequence[OutcomeValue], months: int) -> None:
        due = datetime.combine(months_after(outcome.happened_on, months), datetime.min.time(), UTC)
        since = max(due, outcome.state_since or outcome.created_at)
        if since + timedelta(days=12) > self.now:
            return
        at = waking(since + timedelta(days=self.rng.randint(2, 11)), HOME, after=since, before=self.now)
        year = months // 12
        expected = next((one.amount for one in forecast if one.year == year), forecast[-1].amount)
        amount = (expected * Decimal(str(self.rng.choice(CAME_TO))) / 100).quantize(Decimal(1)) * 100
        self.session.add(
            OutcomeValue(
                outcome_id=outcome.id,
                year=year,
                value_type=forecast[0].value_type,
                basis="actual",
                amount=amount,
                amount_home=(amount * (outcome.rate or 1)).quantize(Decimal("0.01")),
            )
        )
        outcome.checked_months = months
        move = ("check_actuals", "confirmed", at, outcome.contact_user_id, None)
        write_history(self.session, outcome, "confirmed", [move])
        schedule(self.session, outcome)

    def _missions(self, introductions: Sequence[PlacedIntroduction]) -> None:
        """Missions to the busiest markets, with the introductions that came of them and their outcomes."""
        by_market: dict[str, list[PlacedIntroduction]] = defaultdict(list)
        for one in introductions:
            if one.row.introduced_at and one.row.introduced_at > self.now - timedelta(days=600):
                by_market[one.need.seed.markets[0]].append(one)
        busiest = sorted(by_market, key=lambda market: (-len(by_market[market]), market))
        for market, (name, kind, purpose) in zip(busiest, MISSIONS, strict=False):
            placed = by_market[market]
            begins = max(
                (_day_of(one) for one in placed), key=lambda on: (len(_from_day(placed, on)), on)
            ) - timedelta(days=2)
            found = find_market(market)
            planned = datetime(begins.year, begins.month, begins.day, 9, tzinfo=UTC) - timedelta(days=40)
            mission = Mission(
                name=f"{name} {found.label if found else market}",
                kind=kind,
                market=market,
                starts_on=begins,
                ends_on=min(begins + timedelta(days=self.rng.randint(2, 6)), self.today),
                purpose=purpose,
                chapter_id=placed[0].need.row.owner_chapter_id,
                created_at=planned,
                updated_at=planned,
            )
            self.session.add(mission)
            self.session.flush()
            self._fill(mission, [one.row.id for one in _from_day(placed, begins)][:7])

    def _fill(self, mission: Mission, near: Sequence[int]) -> None:
        self.session.add_all(MissionIntroduction(introduction_id=one, mission_id=mission.id) for one in near)
        outcomes = self.session.scalars(select(Outcome.id).where(Outcome.introduction_id.in_(near)))
        self.session.add_all(MissionOutcome(outcome_id=one, mission_id=mission.id) for one in outcomes.all())

    def _searches(self, introductions: Sequence[PlacedIntroduction]) -> None:
        """Searches that found nobody or few: most where nobody is, some where many ask."""
        sectors = sorted({code for one in introductions for code in one.need.seed.sectors})
        asked = sorted({one.need.seed.markets[0] for one in introductions})
        for _ in range(180):
            thin = self.rng.random() < 0.6
            self.session.add(
                UnmetSearch(
                    market=self.rng.choice(THIN_MARKETS if thin else asked),
                    sector=self.rng.choice(sectors[:: 3 if thin else 1]),
                    help_type=None,
                    found=0 if thin else self.rng.randint(0, 2),
                    created_on=self.today - timedelta(days=self.rng.randint(0, 340)),
                )
            )

    def _papers(self) -> None:
        """Orders and letters with a few confirmed outcomes; staff have looked at every third."""
        if not has_app_context():
            return
        rows = self.session.execute(
            select(Outcome, Organisation.name)
            .join(Organisation, Organisation.id == Outcome.organisation_id)
            .where(
                Outcome.status == OutcomeStatus.CONFIRMED,
                Outcome.tier == EvidenceTier.CONFIRMED,
                Outcome.kind.in_(("export_contract", "distributor_agreement", "research_agreement")),
            )
            .order_by(Outcome.happened_on.desc(), Outcome.id)
            .limit(9)
        ).all()
        for place, (outcome, firm) in enumerate(rows):
            added = max(outcome.updated_at, outcome.state_since or outcome.created_at)
            content = _paper(firm, outcome.title)
            stored = f"{self.rng.getrandbits(128):032x}"
            keep_file(stored, content)
            self.session.add(
                OutcomeAttachment(
                    outcome_id=outcome.id,
                    uploaded_by_id=outcome.contact_user_id,
                    name="Signed agreement.pdf",
                    kind="pdf",
                    size=len(content),
                    stored=stored,
                    created_at=added,
                )
            )
            if place % 3 == 0 and self.loaded.staff:
                outcome.tier = EvidenceTier.EVIDENCE_CHECKED
                at = waking(added + (self.now - added) / 2, HOME, after=added, before=self.now)
                last = self._latest(outcome)
                move = ("check_evidence", "confirmed", max(at, last), self.loaded.staff[0], None)
                write_history(self.session, outcome, "confirmed", [move])

    def _latest(self, outcome: Outcome) -> datetime:
        last = self.session.scalar(
            select(func.max(Transition.at)).where(
                Transition.subject == "outcome", Transition.subject_id == outcome.id
            )
        )
        return last or outcome.created_at

    def _rates(self) -> None:
        """Rates of each quarter, as an administrator would have loaded them."""
        for quarter in range(14):
            on = months_after(date(self.today.year, self.today.month, 1), -3 * quarter)
            for currency, rate in (("USD", "0.78"), ("EUR", "0.85"), ("AED", "0.212"), ("JPY", "0.0052")):
                moved = Decimal(rate) * Decimal(str(1 + self.rng.uniform(-0.03, 0.03)))
                self.session.add(
                    ExchangeRate(
                        currency=currency,
                        rate_on=on,
                        rate=moved.quantize(Decimal("0.00000001")),
                        loaded_at=self.now,
                    )
                )

    def _figures_from_outside(self) -> None:
        """Costs, targets and how many firms the places have that were helped; all invented."""
        actor, year = system_actor(), self.today.year
        places = self.session.scalars(
            select(Organisation.home_place).distinct().order_by(Organisation.home_place)
        )
        drafts = [
            InputDraft("firms", "firms", place, date(year, 1, 1), date(year, 12, 31),
                       Decimal(self.rng.randint(30, 260) * 100), "Invented for the demo")
            for place in places.all() if place
        ]  # fmt: skip
        for back in range(3):
            first, last = date(year - back, 1, 1), date(year - back, 12, 31)
            drafts.append(
                InputDraft(
                    "cost",
                    "network",
                    "",
                    first,
                    last,
                    Decimal(310_000 - 25_000 * back),
                    "Invented for the demo",
                )
            )
        for code, value in (("trade_agreements", 60), ("new_markets", 25), ("needs_introduced", 150)):
            drafts.append(
                InputDraft(
                    "target",
                    code,
                    "",
                    date(year, 1, 1),
                    date(year, 12, 31),
                    Decimal(value),
                    "Invented for the demo",
                )
            )
        for draft in drafts:
            keep_input(self.session, actor, draft, now=self.now)


def _day_of(one: PlacedIntroduction) -> date:
    return (one.row.introduced_at or one.row.created_at).date()


def _from_day(placed: Sequence[PlacedIntroduction], begins: date) -> list[PlacedIntroduction]:
    """Those that came within the time of a mission that begins then."""
    return [one for one in placed if begins <= _day_of(one) <= begins + COMES_WITHIN]


def _paper(firm: str, title: str) -> bytes:
    """One page that says what it stands for."""
    sheet = FPDF(format="A4")
    sheet.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    sheet.add_page()
    sheet.set_font("Helvetica", size=14)
    words = f"{firm}\n\n{title}\n\nA signed agreement, invented for the demo."
    sheet.multi_cell(0, 8, words.encode("latin-1", "replace").decode("latin-1"))
    return bytes(sheet.output())
