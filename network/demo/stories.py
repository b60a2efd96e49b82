"""What people write along the way of an introduction, and what came of it, fitted to need and volunteer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from network.demo.data_files import read
from network.demo.dice import Decks, capital, chance, fill, spread
from network.demo.employers import employer_name
from network.demo.firms import FirmSeed
from network.demo.knowledge import markets, trade
from network.demo.names import pick_name
from network.demo.needs import NeedSeed, mailbox_of, need_slots, subject_of
from network.demo.people import VolunteerSeed
from network.domain.states import (
    HARD_KINDS,
    Decision,
    DeclineReason,
    OutcomeKind,
    ShareWithout,
    ValueMode,
)

KINDS = spread(
    [
        (OutcomeKind.EXPORT_CONTRACT, 8),
        (OutcomeKind.DISTRIBUTOR_AGREEMENT, 5),
        (OutcomeKind.INWARD_INVESTMENT, 1),
        (OutcomeKind.OUTWARD_INVESTMENT, 2),
        (OutcomeKind.FINANCE_RAISED, 1),
        (OutcomeKind.RESEARCH_AGREEMENT, 1),
        (OutcomeKind.HIRE_OR_PLACEMENT, 3),
        (OutcomeKind.JOBS, 1),
        (OutcomeKind.PARTNERSHIP, 3),
        (OutcomeKind.MARKET_KNOWLEDGE, 7),
        (OutcomeKind.CONTACT_GAINED, 6),
        (OutcomeKind.CREDIBILITY, 2),
        (OutcomeKind.CONFIDENCE, 2),
        (OutcomeKind.RELATIONSHIP, 2),
        (OutcomeKind.PROBLEM_SOLVED, 5),
        (OutcomeKind.DECISION_MADE, 4),
        (OutcomeKind.NOTHING, 6),
    ]
)
# What a goal leads to, where it leads to something hard.
FITTING = {
    "find_customers": (OutcomeKind.EXPORT_CONTRACT, OutcomeKind.CONTACT_GAINED, OutcomeKind.CREDIBILITY),
    "find_partner": (OutcomeKind.DISTRIBUTOR_AGREEMENT, OutcomeKind.PARTNERSHIP, OutcomeKind.RELATIONSHIP),
    "understand_market": (OutcomeKind.MARKET_KNOWLEDGE, OutcomeKind.DECISION_MADE, OutcomeKind.CONFIDENCE),
    "meet_rules": (OutcomeKind.PROBLEM_SOLVED, OutcomeKind.MARKET_KNOWLEDGE, OutcomeKind.DECISION_MADE),
    "find_investment": (OutcomeKind.FINANCE_RAISED, OutcomeKind.CONTACT_GAINED),
    "research": (OutcomeKind.RESEARCH_AGREEMENT, OutcomeKind.PARTNERSHIP, OutcomeKind.CONTACT_GAINED),
    "set_up": (OutcomeKind.HIRE_OR_PLACEMENT, OutcomeKind.OUTWARD_INVESTMENT),
    "solve_problem": (OutcomeKind.PROBLEM_SOLVED, OutcomeKind.MARKET_KNOWLEDGE),
}
# What the needs of a university lead to, by what it asked for: it sells nothing.
AT_UNIVERSITIES = {
    "university_partners": (
        OutcomeKind.RESEARCH_AGREEMENT,
        OutcomeKind.PARTNERSHIP,
        OutcomeKind.RELATIONSHIP,
    ),
    "university_spinout": (
        OutcomeKind.FINANCE_RAISED,
        OutcomeKind.RESEARCH_AGREEMENT,
        OutcomeKind.CONTACT_GAINED,
    ),
    "university_students": (
        OutcomeKind.HIRE_OR_PLACEMENT,
        OutcomeKind.PARTNERSHIP,
        OutcomeKind.RELATIONSHIP,
    ),
    "university_visit": (OutcomeKind.RELATIONSHIP, OutcomeKind.CONTACT_GAINED, OutcomeKind.PARTNERSHIP),
}
VALUE_TYPES = {
    OutcomeKind.INWARD_INVESTMENT: "investment",
    OutcomeKind.OUTWARD_INVESTMENT: "investment",
    OutcomeKind.FINANCE_RAISED: "investment",
    OutcomeKind.RESEARCH_AGREEMENT: "grant",
    OutcomeKind.PROBLEM_SOLVED: "saving",
}
# Units of sterling for one unit, as the demo keeps them.
RATES = {"GBP": Decimal(1), "USD": Decimal("0.78"), "EUR": Decimal("0.85")}
SHARES = spread(
    [
        (ShareWithout.NONE, 6),
        (ShareWithout.UNDER_QUARTER, 5),
        (ShareWithout.QUARTER_TO_HALF, 3),
        (ShareWithout.ABOUT_HALF, 2),
        (ShareWithout.HALF_TO_THREE_QUARTERS, 2),
        (ShareWithout.OVER_THREE_QUARTERS, 1),
        (ShareWithout.ALL, 1),
    ]
)
TOPICS = ("overall", "contacts", "information", "profile", "confidence", "relationships", "problem_solved")


@dataclass(frozen=True, slots=True)
class MeetingSeed:
    """A meeting as somebody logged it."""

    form: str
    minutes: int
    note: str


@dataclass(frozen=True, slots=True)
class OutcomeSeed:
    """What came of an introduction. `values` are (year, amount) in `currency`; empty where none is given."""

    kind: OutcomeKind
    title: str
    help_given: str
    what_happened: str
    goods_services: str
    other_party: str
    other_party_confidential: bool
    none_reason: str | None
    decision: Decision | None
    value_mode: ValueMode
    value_type: str
    currency: str
    rate: Decimal
    values: tuple[tuple[int, Decimal], ...]

    @property
    def total(self) -> Decimal:
        """The sum over all years, in `currency`."""
        return sum((amount for _, amount in self.values), Decimal(0))


@dataclass(frozen=True, slots=True)
class ConfirmationSeed:
    """How a beneficiary answered; a rating is 1 to 5, or None where it did not apply."""

    ratings: dict[str, int | None]
    share_without: ShareWithout
    prerequisite: bool
    sped_up: bool
    new_market: bool
    risk_of_not_exporting: bool
    comments: str


class Storyteller:
    """Writes what the people of an introduction would write; dealt from decks, so seldom twice the same."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"stories {seed}")
        self._decks = Decks(self._rng)
        self._texts = read("stories")

    def proposed(self, need: NeedSeed, volunteer: VolunteerSeed) -> str:
        """Why a broker put this volunteer on the shortlist."""
        return self._say("proposed", need, volunteer)

    def thanks(self, need: NeedSeed, volunteer: VolunteerSeed) -> str:
        """What the asker wrote to the volunteer."""
        return self._say("thanks", need, volunteer)

    def meeting(self, need: NeedSeed, volunteer: VolunteerSeed) -> MeetingSeed:
        """A meeting that was held."""
        card = self._decks.deal("meetings", self._texts["meetings"])
        form, _, note = card.rpartition("|")
        form = form or self._rng.choice(self._texts["meeting_forms"])
        minutes = self._rng.choice((20, 30, 30, 40, 45, 60, 75))
        return MeetingSeed(form, minutes, self._fill(note, need, volunteer))

    def question(self) -> tuple[str, str]:
        """A volunteer's question before they decide, and the asker's answer."""
        pairs = self._texts["question"]
        pair = pairs[int(self._decks.deal("question", [str(index) for index in range(len(pairs))]))]
        return pair["q"], pair["a"]

    def decline(self, reason: DeclineReason, need: NeedSeed, volunteer: VolunteerSeed) -> str:
        """What a volunteer adds when declining; only brokers read it."""
        return self._fill(self._decks.deal(reason, self._texts["decline"][reason.value]), need, volunteer)

    def reason(self, kind: str, need: NeedSeed, volunteer: VolunteerSeed | None = None) -> str:
        """Why something was sent back, refused, closed, disputed...: a key of [reasons] in stories.toml."""
        return self._fill(self._decks.deal(kind, self._texts["reasons"][kind]), need, volunteer)

    def outcome_kind(self, need: NeedSeed) -> OutcomeKind:
        """What may have come of it: mostly what was asked for, sometimes something else, sometimes nothing."""
        if need.university is not None:
            some = AT_UNIVERSITIES[need.kind]
            return OutcomeKind.NOTHING if chance(self._rng, 0.1) else self._rng.choice(some)
        if chance(self._rng, 0.68):
            return self._rng.choice(FITTING[need.goal])
        return OutcomeKind(self._rng.choice(KINDS))

    def outcome(self, need: NeedSeed, volunteer: VolunteerSeed, kind: OutcomeKind) -> OutcomeSeed:
        """The whole of an outcome of this kind."""
        party = self._party(volunteer)
        if kind is OutcomeKind.NOTHING:
            return self._nothing(need, volunteer, party)
        story = self._story(need, kind)
        title, given, happened = (
            self._fill(self._decks.deal((kind, story[part][0]), story[part]), need, volunteer, party=party)
            for part in ("titles", "help", "happened")
        )
        lasting = kind not in (OutcomeKind.PROBLEM_SOLVED, OutcomeKind.FINANCE_RAISED)
        mode, values = self._values(story["value"], lasting=lasting)
        currency = self._rng.choice(("GBP",) * 8 + ("USD", "EUR"))
        asker = subject_of(need)
        return OutcomeSeed(
            kind=kind,
            title=title,
            help_given=given,
            what_happened=happened,
            goods_services=capital(getattr(asker, "item", "")) if kind in HARD_KINDS else "",
            other_party=party if kind in HARD_KINDS else "",
            other_party_confidential=chance(self._rng, 0.6),
            none_reason=None,
            decision=_decision(title) if kind is OutcomeKind.DECISION_MADE else None,
            value_mode=mode,
            value_type=VALUE_TYPES.get(kind, "sales"),
            currency=currency,
            rate=RATES[currency],
            values=values,
        )

    def confirmation(self, need: NeedSeed, volunteer: VolunteerSeed) -> ConfirmationSeed:
        """A beneficiary's answers, on the whole content, not always."""
        rng, mood = self._rng, self._rng.choice((3, 4, 4, 4, 5, 5))
        ratings: dict[str, int | None] = {
            topic: None
            if topic != "overall" and chance(rng, 0.15)
            else min(5, max(1, mood + rng.choice((-1, 0, 0, 1))))
            for topic in TOPICS
        }
        return ConfirmationSeed(
            ratings=ratings,
            share_without=ShareWithout(rng.choice(SHARES)),
            prerequisite=chance(rng, 0.4),
            sped_up=chance(rng, 0.75),
            new_market=chance(rng, 0.45),
            risk_of_not_exporting=chance(rng, 0.2),
            comments=self.reason("comments", need, volunteer) if chance(rng, 0.6) else "",
        )

    def _nothing(self, need: NeedSeed, volunteer: VolunteerSeed, party: str) -> OutcomeSeed:
        market = markets()[need.markets[0]]
        why = self.reason("nothing" if need.university is None else "nothing_at_university", need, volunteer)
        return OutcomeSeed(
            kind=OutcomeKind.NOTHING,
            title=f"Nothing came of it in {market.name}",
            help_given=self._fill(
                "{first} gave us an hour and an honest opinion.", need, volunteer, party=party
            ),
            what_happened=why,
            goods_services="",
            other_party="",
            other_party_confidential=True,
            none_reason=why,
            decision=None,
            value_mode=ValueMode.CANNOT_SAY,
            value_type="sales",
            currency="GBP",
            rate=RATES["GBP"],
            values=(),
        )

    def _story(self, need: NeedSeed, kind: OutcomeKind) -> dict[str, Any]:
        """A story of this kind: one told for this kind of need where there is one, else one for any."""
        stories = self._texts["outcome"][kind.value]
        own = [story for story in stories if need.kind in story.get("for", ())]
        fitting = own or [story for story in stories if "for" not in story]
        at = self._decks.deal(("story", kind, len(fitting)), [str(index) for index in range(len(fitting))])
        chosen: dict[str, Any] = fitting[int(at)]
        return chosen

    def _values(
        self, bounds: list[int], *, lasting: bool
    ) -> tuple[ValueMode, tuple[tuple[int, Decimal], ...]]:
        """One to three years, drawn so that small values are common and large ones rare."""
        low, high = bounds
        if not high or chance(self._rng, 0.14):
            return ValueMode.CANNOT_SAY, ()
        first = low * (high / low) ** (self._rng.random() ** 1.7)
        years = self._rng.choice((1, 1, 1, 2, 2, 3)) if lasting else 1
        values = tuple((year, _rounded(first * (1.15 ** (year - 1)) / years)) for year in range(1, years + 1))
        return (ValueMode.BAND if chance(self._rng, 0.25) else ValueMode.EXACT), values

    def _party(self, volunteer: VolunteerSeed) -> str:
        culture = self._rng.choice(markets()[volunteer.country].cultures)
        family = pick_name(self._rng, culture, woman=False).family
        return employer_name(self._rng, trade(volunteer.trade), volunteer.country, family)

    def _say(self, kind: str, need: NeedSeed, volunteer: VolunteerSeed) -> str:
        return self._fill(self._decks.deal(kind, self._texts[kind]), need, volunteer)

    def _fill(self, text: str, need: NeedSeed, volunteer: VolunteerSeed | None, *, party: str = "") -> str:
        asker, market = subject_of(need), markets()[need.markets[0]]
        city = volunteer.city if volunteer and volunteer.country == market.code else market.places[0].city
        slots = need_slots(asker, market, city)
        slots["fact"] = "who there would be the right partner"
        if isinstance(asker, FirmSeed):
            slots["fact"] = asker.doubts.get(market.code, asker.worry)
        slots["asker"] = mailbox_of(need)[0]
        if volunteer is not None:
            slots["first"] = volunteer.given_name.split(" ")[0]
            slots["party"] = party or self._party(volunteer)
        slots["Item"] = capital(slots["item"])
        return capital(fill(text, slots))


def _rounded(amount: float) -> Decimal:
    """To two figures, as people give amounts."""
    step = 10 ** max(0, len(str(int(amount))) - 2)
    return Decimal(round(amount / step) * step)


def _decision(title: str) -> Decision:
    return Decision.NOT_ENTER if title.startswith(("We decided not", "No to")) else Decision.CHANGE_PLAN
