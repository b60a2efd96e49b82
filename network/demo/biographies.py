"""Composes headlines and biographies out of trade and market knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from network.demo.data_files import read
from network.demo.dice import Decks, capital, chance, fill
from network.demo.knowledge import MarketLore, Trade

# The order of the parts of a biography; each profile follows one of them.
SHAPES = (
    ("work", "know", "why"),
    ("work", "why", "know"),
    ("why", "work", "know"),
    ("know", "work", "why"),
    ("work", "know", "how"),
    ("work", "know", "how", "why"),
    ("work", "know", "offer"),
    ("why", "know", "offer"),
    ("why", "work", "offer"),
    ("work", "know"),
    ("work", "offer"),
    ("know", "how", "why"),
    ("work", "offer", "why"),
    ("work", "why", "offer"),
    ("why", "work", "know", "offer"),
    ("career", "know", "why"),
    ("career", "know", "offer"),
    ("why", "career", "know"),
    ("career", "how", "know"),
    ("career", "work", "know"),
    ("career", "offer", "why"),
    ("career", "know"),
    ("know", "career", "why"),
    ("career", "work", "offer"),
)
CLOSING_SHARE = 0.16
# The career sentences speak of companies.
WITHOUT_CAREER = frozenset({"universities"})


@dataclass(frozen=True, slots=True)
class Sitter:
    """Whose portrait is written: the facts that every sentence has to agree with."""

    trade: Trade
    market: MarketLore
    # "born", "graduate", "family" or "friend": why they care.
    bond: str
    came_out: bool
    slots: dict[str, str]


def brief(fact: str) -> bool:
    """Whether a fact is short and simple enough to stand beside another in one sentence."""
    return len(fact) < 52 and not any(mark in fact for mark in (",", ":", " and ", " not "))


class Portraits:
    """Writes headlines and biographies; sentences are dealt from decks, so that neighbours differ."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._decks = Decks(rng)
        self._voices = read("voices")

    def headline(self, sitter: Sitter) -> str:
        """A line such as people write over their own name."""
        roll = self._rng.random()
        if roll < 0.45:
            kind = "headline_know"
        elif roll < 0.8 or sitter.bond not in ("born", "graduate"):
            kind = "headline_role_abroad" if sitter.came_out else "headline_role"
        else:
            kind = f"headline_{sitter.bond}"
        frame = self._decks.deal(kind, self._voices[kind])
        city = sitter.slots["city"]
        # A fact that names the city already needs no second mention of it.
        return fill(frame, self._known(sitter, ()) | sitter.slots).replace(f"{city}, from {city}", city)

    def biography(self, sitter: Sitter, headline: str) -> str:
        """Two to four sentences; nothing in them contradicts the profile or repeats the headline."""
        shape = self._rng.choice(SHAPES)
        parts = [self._part(name, sitter, headline) for name in shape]
        if len(parts) < 4 and chance(self._rng, CLOSING_SHARE):
            parts.append(self._decks.deal("closing", self._voices["closing"]))
        return " ".join(fill(part, sitter.slots) for part in parts)

    def offer(self, trade: Trade) -> str:
        """An offer of help in the person's own words."""
        return self._decks.deal(("words", trade.key), trade.offers)

    def _part(self, name: str, sitter: Sitter, headline: str) -> str:
        trade = sitter.trade
        if name == "work" or (name == "career" and trade.key in WITHOUT_CAREER):
            cards = trade.does_came_out if sitter.came_out else trade.does
            return self._decks.deal(("work", trade.key, sitter.came_out), cards)
        if name == "offer":
            return self._decks.deal((name, trade.key), trade.offers)
        if name == "how":
            return self._decks.deal((name, sitter.market.code), sitter.market.how)
        if name == "know":
            return self._knowledge(sitter, headline)
        kind = f"career_{'abroad' if sitter.came_out else 'home'}" if name == "career" else sitter.bond
        # Dealt by market, since people who are listed together mostly share one.
        return self._decks.deal((kind, sitter.market.code), self._voices[kind])

    def _knowledge(self, sitter: Sitter, headline: str) -> str:
        known = self._known(sitter, (headline,))
        kind = "knows"
        if sitter.came_out and chance(self._rng, 0.3):
            kind = "knows_abroad"
        elif brief(known["know"]) and brief(known["know2"]):
            kind = "knows_two"
        return fill(self._decks.deal((kind, sitter.market.code), self._voices[kind]), known | sitter.slots)

    def _known(self, sitter: Sitter, taken: tuple[str, ...]) -> dict[str, str]:
        """Two different things the person knows: of this trade in this market, and of the trade."""
        used = [text.lower() for text in taken]
        local = sitter.market.know.get(sitter.trade.sector, ())
        first = self._fact(sitter, local, used) if local and chance(self._rng, 0.62) else ""
        first = first or self._fact(sitter, sitter.trade.know, used)
        second = self._fact(sitter, sitter.trade.know, [*used, first.lower()])
        return {"know": first, "Know": capital(first), "know2": second}

    def _fact(self, sitter: Sitter, cards: tuple[str, ...], used: list[str]) -> str:
        """A fact that does not yet stand in `used`; "" where each one does."""
        key = ("know", sitter.market.code, cards)
        for _ in cards:
            fact = fill(self._decks.deal(key, cards), sitter.slots)
            if not any(fact.lower() in text for text in used):
                return fact
        return ""
