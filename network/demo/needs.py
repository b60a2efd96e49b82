"""Invented needs, as small firms and university offices would write them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from network.demo.data_files import read
from network.demo.dice import Decks, capital, chance, fill, in_words
from network.demo.firms import FirmSeed, firms
from network.demo.home import UniversitySeed, universities
from network.demo.knowledge import MarketLore, markets, trade

UNIVERSITY_SHARE = 0.1
# Kinds that speak of goods on their way, which those who sell software or services do not have.
GOODS_ONLY = frozenset({"find_distributor", "rules", "getting_paid", "supply", "reference", "protect"})
# Marks a title or trigger that only a firm with regular exports would write; so do these kinds.
EXPORTER = "~"
EXPORTERS_ONLY = frozenset({"set_up", "getting_paid", "supply"})
# Trades whose customers are public bodies often enough to speak of tenders.
PUBLIC_BUYERS = frozenset(
    {
        "grid",
        "rail",
        "raildigital",
        "water",
        "infrastructure",
        "building",
        "airports",
        "waste",
        "training",
        "sport",
    }
    | {"devices", "diagnostics", "defence", "security", "smartcities", "digitalhealth", "batteries", "brands"}
)
RISKY = {
    "defence": "sensitive_technology",
    "space": "sensitive_technology",
    "nuclear": "sensitive_technology",
}
# What the universities' subjects belong to, in the order of `UniversitySeed.research`.
RESEARCH_SECTORS = (
    ("environment.waste", "advanced_engineering.metals", "automotive.connected", "technology.software"),
    ("space.satellites", "space.earth_observation", "advanced_engineering.materials", "healthcare"),
    ("environment.climate", "logistics.cold_chain", "water.resources", "agriculture.animal_health"),
    ("railways.infrastructure", "energy.hydrogen", "pharma_biotech", "energy.nuclear"),
)
UNIVERSITY_MARKETS = (
    "DE",
    "US",
    "MY",
    "IN",
    "KE",
    "JP",
    "SG",
    "CN",
    "NL",
    "SA",
    "GH",
    "KR",
    "AU",
    "CA",
    "BR",
    "OM",
)


@dataclass(frozen=True, slots=True)
class NeedSeed:
    """One need. `firm` or `university` is the asker's index; `person` the index of who wrote it there."""

    number: int
    kind: str
    firm: int | None
    university: int | None
    person: int
    goal: str
    title: str
    background: str
    ask: str
    shareable: str
    confidential: bool
    urgent: bool
    consents: bool
    wanted: int
    risk_answers: tuple[str, ...]
    markets: tuple[str, ...]
    sectors: tuple[str, ...]
    help_types: tuple[str, ...]
    # Counted back from the day of loading, and forward from the day of submission.
    submitted_days_ago: int
    deadline_after_days: int


def generate_needs(count: int, seed: int, *, span_days: int = 3 * 365) -> list[NeedSeed]:
    """`count` needs over the past `span_days`, the oldest first; each firm asks in turn."""
    desk = _Desk(Random(f"needs {seed}"))
    return [desk.need(number, int(span_days * (1 - (number - 1) / count))) for number in range(1, count + 1)]


def need_slots(asker: FirmSeed | UniversitySeed, market: MarketLore, city: str) -> dict[str, str]:
    """What a sentence about this asker and this market may name."""
    demonym = market.demonym
    article = "an" if demonym[0] in "AEIO" else "a"
    slots = market.slots() | {
        "city": city,
        "firm": asker.name,
        "town": asker.town,
        "a_demonym": f"{article} {demonym}",
        "A_demonym": f"{capital(article)} {demonym}",
    }
    if isinstance(asker, UniversitySeed):
        topic = asker.research[0]
        return slots | {"uni": asker.name, "item": f"research on {topic}", "buyers": "partners"}
    return slots | {
        "item": asker.item,
        "Item": capital(asker.item),
        "buyers": asker.buyers,
        "makes": asker.makes,
        "edge": asker.edge,
        "so_far": asker.so_far,
        "worry": asker.worry,
        "staff": in_words(asker.staff),
        "since": str(asker.since),
    }


class _Desk:
    """Writes needs one after another; what it deals comes round only when everything was used."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._decks = Decks(rng)
        self._kinds = read("needs")
        self._firm_kinds = tuple(
            key for key, kind in self._kinds.items() if isinstance(kind, dict) and "asks" in kind
        )

    def need(self, number: int, days_ago: int) -> NeedSeed:
        if chance(self._rng, UNIVERSITY_SHARE):
            return self._of_university(number, days_ago)
        return self._of_firm(number, days_ago)

    def _of_firm(self, number: int, days_ago: int) -> NeedSeed:
        firm = firms()[int(self._decks.deal("firm", [str(index) for index in range(len(firms()))]))]
        market = markets()[self._decks.deal(("market", firm.index), firm.markets)]
        sector = trade(firm.trade).sector
        key = self._kind(firm, market, sector)
        slots = need_slots(firm, market, self._rng.choice(market.places).city)
        slots["fair"] = self._rng.choice(market.fairs.get(sector, ("the trade fair",)))
        second = [code for code in firm.markets if code != market.code]
        markets_wanted = (
            (market.code, self._rng.choice(second)) if chance(self._rng, 0.15) else (market.code,)
        )
        risk = RISKY.get(sector)
        titles = open_to(firm, self._kinds[key]["titles"])
        return self._written(
            {**self._kinds[key], "titles": titles},
            slots,
            number=number,
            kind=key,
            firm=firm.index,
            university=None,
            # The first firm is the demo's own: whoever signs in as it wrote what it asks for.
            person=self._rng.randrange(len(firm.people)) * (firm.index > 0),
            background=self._background(firm, market, self._kinds[key], slots),
            shareable=f"A {firm.size} firm in the Midlands that makes {firm.makes} asks about {market.name}.",
            risk_answers=(risk,) if risk else (),
            markets=markets_wanted,
            sectors=firm.sectors,
            submitted_days_ago=days_ago,
        )

    def _of_university(self, number: int, days_ago: int) -> NeedSeed:
        university = self._rng.choice(universities())
        kind_name = self._decks.deal("university", list(self._kinds["university"]))
        kind = self._kinds["university"][kind_name]
        market = markets()[self._decks.deal("abroad", UNIVERSITY_MARKETS)]
        at = self._rng.randrange(len(university.research))
        topic = university.research[at]
        slots = need_slots(university, market, self._rng.choice(market.places).city)
        slots |= {"topic": topic, "Topic": capital(topic)}
        return self._written(
            kind,
            slots,
            number=number,
            kind=f"university_{kind_name}",
            firm=None,
            university=university.index,
            person=self._rng.randrange(len(university.office)),
            background=fill(self._decks.deal(("background", kind_name), kind["backgrounds"]), slots),
            shareable=f"A university in the Midlands asks about {topic} in {market.name}.",
            risk_answers=(),
            markets=(market.code,),
            sectors=(RESEARCH_SECTORS[university.index][at],),
            submitted_days_ago=days_ago,
        )

    def _kind(self, firm: FirmSeed, market: MarketLore, sector: str) -> str:
        """A kind this firm did not ask for lately, and that fits what it sells and where."""
        fitting = {key for key in self._firm_kinds if self._fits(key, firm, market, sector)}
        while True:
            kind = self._decks.deal(("kind", firm.index), self._firm_kinds)
            if kind in fitting:
                return kind

    def _fits(self, key: str, firm: FirmSeed, market: MarketLore, sector: str) -> bool:
        refused = (
            key in GOODS_ONLY and not firm.ships_goods,
            key in EXPORTERS_ONLY and not firm.exports_regularly,
            key == "investors" and not firm.is_young,
            key == "tender" and firm.trade not in PUBLIC_BUYERS,
            key == "fair" and sector not in market.fairs,
        )
        return not any(refused)

    def _background(
        self, firm: FirmSeed, market: MarketLore, kind: dict[str, Any], slots: dict[str, str]
    ) -> str:
        who = fill(self._decks.deal(("intro", firm.index), self._kinds["introductions"]), slots)
        triggers = open_to(firm, kind["triggers"])
        why = fill(self._decks.deal(("why", kind["titles"][0], len(triggers)), triggers), slots)
        doubt = firm.doubts.get(market.code, firm.worry) if chance(self._rng, 0.75) else firm.worry
        unsure = fill(self._decks.deal("unsure", self._kinds["unsure"]), {"doubt": doubt})
        return f"{who}\n\n{why} {unsure}"

    def _written(self, texts: dict[str, Any], slots: dict[str, str], **given: Any) -> NeedSeed:
        rng, name = self._rng, texts["titles"][0]
        help_types = texts["help"][: rng.randint(1, len(texts["help"]))]
        return NeedSeed(
            goal=texts["goal"],
            title=capital(
                fill(self._decks.deal(("title", name, len(texts["titles"])), texts["titles"]), slots)
            ),
            ask=fill(self._decks.deal(("ask", name), texts["asks"]), slots),
            confidential=chance(rng, 0.14),
            urgent=chance(rng, 0.09),
            consents=chance(rng, 0.85),
            wanted=rng.choice((1, 1, 1, 1, 2, 2, 3)),
            help_types=tuple(help_types),
            deadline_after_days=rng.choice((30, 45, 60, 60, 75, 90, 120)),
            **given,
        )


def open_to(firm: FirmSeed, texts: list[str]) -> list[str]:
    """The texts this firm may use: without regular exports, none that speaks of customers it has there."""
    if firm.exports_regularly:
        return [text.removeprefix(EXPORTER) for text in texts]
    return [text for text in texts if not text.startswith(EXPORTER)]


def subject_of(need: NeedSeed) -> FirmSeed | UniversitySeed:
    """Who asks."""
    if need.firm is not None:
        return firms()[need.firm]
    return universities()[need.university or 0]


def mailbox_of(need: NeedSeed) -> tuple[str, str]:
    """Name and address of the person who asks, who is also the named contact."""
    asker = subject_of(need)
    person = asker.people[need.person] if isinstance(asker, FirmSeed) else asker.office[need.person]
    return person.name, person.email
