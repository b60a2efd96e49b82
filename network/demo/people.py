"""Invented volunteers, streamed one at a time and the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from network.demo.biographies import Portraits, Sitter
from network.demo.chapters import chapter_of_market
from network.demo.dice import Decks, capital, chance, in_words, spread
from network.demo.employers import employer_name
from network.demo.home import Town, courses, towns, universities
from network.demo.knowledge import MarketLore, Trade, markets, trades_of
from network.demo.names import Addresses, PersonName, pick_name
from network.demo.offers import HelpSeed, help_offered, languages_spoken, markets_known, sectors_known
from network.demo.phones import phone_number
from network.demo.standing import Standing, standing
from network.domain.states import MarketDepth

TODAY = date(2026, 11, 24)
BORN, GRADUATE, FAMILY, FRIEND = "born", "graduate", "family", "friend"
BONDS = spread([(BORN, 44), (GRADUATE, 46), (FAMILY, 5), (FRIEND, 5)])
MIDLANDS = spread(
    [
        ("english", 64),
        ("punjabi", 9),
        ("gujarati", 7),
        ("pakistani", 7),
        ("caribbean", 6),
        ("irish", 4),
        ("bengali", 3),
    ]
)
# Where many who went out from the Midlands have family roots.
ROOTS = {"IN": ("punjabi", "gujarati"), "PK": ("pakistani",), "BD": ("bengali",), "JM": ("caribbean",)}
LEARNED = {"universities", "biotech", "hospitals"}


@dataclass(frozen=True, slots=True)
class AffiliationSeed:
    """Why a person cares. `university` is an index into `universities()`, `place` an official code."""

    kind: str
    text: str = ""
    university: int | None = None
    year: int | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class VolunteerSeed:
    """One invented volunteer: everything a profile holds, with dates as days from the day of loading."""

    number: int
    name: str
    given_name: str
    email: str
    phone: str
    headline: str
    job_title: str
    employer: str
    biography: str
    trade: str
    city: str
    country: str
    timezone: str
    markets: tuple[tuple[str, MarketDepth], ...]
    sectors: tuple[str, ...]
    help: tuple[HelpSeed, ...]
    languages: tuple[str, ...]
    affiliations: tuple[AffiliationSeed, ...]
    chapter: str | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Life:
    """The few facts everything else about a person follows from."""

    market: MarketLore
    trade: Trade
    bond: str
    culture: str
    name: PersonName
    town: Town
    university: int
    course: str
    year: int
    years_there: int
    city: str
    timezone: str

    @property
    def came_out(self) -> bool:
        return self.bond == BORN


def generate_volunteers(count: int, seed: int, *, today: date = TODAY) -> Iterator[VolunteerSeed]:
    """`count` invented volunteers in the order in which they joined, the oldest first."""
    workshop = _Workshop(Random(seed), today, count)
    for number in range(1, count + 1):
        yield workshop.volunteer(number)


class _Workshop:
    """Holds the dice, the decks and the addresses of one run."""

    def __init__(self, rng: Random, today: date, count: int) -> None:
        self._rng = rng
        self._today = today
        self._count = count
        self._decks = Decks(rng)
        self._portraits = Portraits(rng)
        self._addresses = Addresses()
        self._market_cards = spread([(code, lore.weight) for code, lore in markets().items()])

    def volunteer(self, number: int) -> VolunteerSeed:
        rng, life = self._rng, self._life()
        employer = employer_name(rng, life.trade, life.market.code, self._namesake(life))
        title = rng.choice(life.trade.titles)
        languages = languages_spoken(rng, life.market, life.culture, life.came_out, life.years_there)
        sitter = Sitter(
            trade=life.trade,
            market=life.market,
            bond=life.bond,
            came_out=life.came_out,
            slots=self._slots(life, employer, title, languages),
        )
        headline = self._portraits.headline(sitter)
        biography = self._portraits.biography(sitter, headline)
        chapter = chapter_of_market(life.market.code)
        return VolunteerSeed(
            number=number,
            name=self._written_name(life),
            given_name=life.name.given,
            email=self._addresses.address(rng, life.name),
            phone=phone_number(rng, life.market.code),
            headline=headline,
            job_title=title,
            employer=employer,
            biography=biography,
            trade=life.trade.key,
            city=life.city,
            country=life.market.code,
            timezone=life.timezone,
            markets=markets_known(rng, life.market.code, chapter),
            sectors=sectors_known(rng, life.trade),
            help=help_offered(rng, life.trade, self._portraits.offer),
            languages=languages,
            affiliations=self._affiliations(life, f"{headline} {biography}"),
            chapter=chapter.slug if chapter else None,
            standing=standing(rng, joined_share=(self._count - number + 1) / self._count),
        )

    def _life(self) -> _Life:
        rng = self._rng
        market = markets()[self._decks.deal("market", self._market_cards)]
        sector = self._decks.deal(("sector", market.code), market.sectors)
        trade = rng.choice(trades_of(sector))
        bond = rng.choice(BONDS)
        culture = self._culture(market, bond)
        age_out = min(rng.randint(3, 34), rng.randint(3, 34))
        place = rng.choice(market.places)
        return _Life(
            market=market,
            trade=trade,
            bond=bond,
            culture=culture,
            name=pick_name(rng, culture, woman=chance(rng, 0.48)),
            town=rng.choice(towns()),
            university=rng.randrange(len(universities())),
            course=rng.choice(courses()[trade.sector]),
            year=self._today.year - age_out,
            years_there=max(3, age_out - (rng.randint(0, 6) if bond == BORN else 0)),
            city=place.city,
            timezone=place.timezone,
        )

    def _culture(self, market: MarketLore, bond: str) -> str:
        if bond != BORN:
            return self._rng.choice(market.cultures)
        if market.code in ROOTS and chance(self._rng, 0.5):
            return self._rng.choice(ROOTS[market.code])
        return self._rng.choice(MIDLANDS)

    def _namesake(self, life: _Life) -> str:
        """A family name of the place for a family firm: seldom the volunteer's own."""
        return pick_name(self._rng, self._rng.choice(life.market.cultures), woman=False).family

    def _written_name(self, life: _Life) -> str:
        titled = chance(self._rng, 0.3 if life.trade.key in LEARNED else 0.012)
        return f"Dr {life.name.full}" if titled else life.name.full

    def _slots(self, life: _Life, employer: str, title: str, languages: tuple[str, ...]) -> dict[str, str]:
        university = universities()[life.university]
        return life.market.slots() | {
            "city": life.city,
            "town": life.town.name,
            "uni": university.name,
            "short": university.short,
            "course": life.course,
            "year": str(life.year),
            "years": in_words(life.years_there),
            "Years": capital(in_words(life.years_there)),
            "gone": str(self._today.year - life.years_there),
            "joined": str(self._today.year - max(1, life.years_there // self._rng.choice((1, 2, 3)))),
            "area": life.trade.area,
            "Area": capital(life.trade.area),
            "noun": life.trade.noun,
            "Noun": capital(life.trade.noun),
            "title": title,
            "employer": employer,
            "team": self._rng.choice(
                ("four", "six", "nine", "eleven", "fourteen", "twenty", "thirty", "sixty")
            ),
            "languages": spoken(languages),
        }

    def _affiliations(self, life: _Life, told: str) -> tuple[AffiliationSeed, ...]:
        at_university = AffiliationSeed(
            "university", text=capital(life.course), university=life.university, year=life.year
        )
        if life.bond == GRADUATE:
            return (at_university,)
        if life.bond == BORN:
            origin = AffiliationSeed("origin", text=life.town.name, place=life.town.place)
            studied = universities()[life.university].short in told or chance(self._rng, 0.4)
            return (origin, at_university) if studied else (origin,)
        return (AffiliationSeed(life.bond, text=life.town.name, place=life.town.place),)


LANGUAGE_NAMES = {
    "en": "English", "ar": "Arabic", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese",
    "it": "Italian", "nl": "Dutch", "pl": "Polish", "tr": "Turkish", "hi": "Hindi", "pa": "Punjabi",
    "gu": "Gujarati", "ur": "Urdu", "bn": "Bengali", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
}  # fmt: skip


def spoken(languages: tuple[str, ...]) -> str:
    """The languages as they stand in a sentence; those without an English name here are left out."""
    names = [LANGUAGE_NAMES[code] for code in languages if code in LANGUAGE_NAMES]
    return " and ".join(names[:2])
