"""What a volunteer knows and offers: markets, sectors, languages, kinds of help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from network.demo.chapters import ChapterSeed
from network.demo.dice import chance, spread
from network.demo.knowledge import MarketLore, Trade, trades_of
from network.domain.states import Effort, MarketDepth

# Offered by anybody, whatever the trade.
COMMON_HELP = spread(
    [
        ("market_insight", 6),
        ("culture_negotiation", 6),
        ("mentoring", 4),
        ("student_graduate_support", 5),
        ("market_entry_review", 4),
        ("introduce_distributors", 2),
        ("introduce_buyers", 2),
        ("speak", 3),
        ("advocate", 3),
        ("host_delegation", 2),
        ("talent", 2),
        ("supply_chain", 2),
        ("navigate_public_bodies", 2),
        ("soft_landing", 2),
        ("research_partners", 2),
        ("board_seat", 1),
    ]
)
EFFORTS = (*[Effort.QUICK_ANSWER] * 3, *[Effort.ONE_CALL] * 6, *[Effort.SERIES] * 2)
DEPTHS = (MarketDepth.WORKED, MarketDepth.SELLS_INTO, MarketDepth.KNOWS)
# Languages of people who live where another is spoken.
OWN_LANGUAGE = {
    "indian": "hi", "punjabi": "pa", "gujarati": "gu", "pakistani": "ur", "bengali": "bn", "filipino": "tl",
    "chinese": "zh", "taiwanese": "zh", "cantonese": "zh", "arab": "ar", "omani": "ar", "maghrebi": "fr",
    "turkish": "tr", "greek": "el", "german": "de", "french": "fr", "quebecois": "fr", "italian": "it",
    "latin": "es", "spanish": "es", "portuguese": "pt", "brazilian": "pt", "polish": "pl", "malay": "ms",
    "malaychinese": "zh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HelpSeed:
    """A kind of help on offer, how much of it, and the person's own words where they gave any."""

    help_type: str
    effort: Effort
    words: str = ""


def help_offered(rng: Random, trade: Trade, words: Callable[[Trade], str]) -> tuple[HelpSeed, ...]:
    """Two to five kinds of help, first what the trade is asked for."""
    kinds = list(rng.sample(trade.help, k=rng.choice((1, 2, 2, 3))))
    kinds.extend(rng.choice(COMMON_HELP) for _ in range(rng.choice((1, 1, 2, 2, 3))))
    offers = []
    for rank, kind in enumerate(dict.fromkeys(kinds)):
        effort = Effort.HOSTING if kind == "host_delegation" else rng.choice(EFFORTS)
        said = words(trade) if rank == 0 and chance(rng, 0.3) else ""
        offers.append(HelpSeed(kind, effort, "" if "{" in said else said))
    return tuple(offers)


def markets_known(
    rng: Random, country: str, chapter: ChapterSeed | None
) -> tuple[tuple[str, MarketDepth], ...]:
    """Where the person lives, and now and then one or two markets beside it."""
    known = {country: MarketDepth.LIVED}
    others = chapter.markets if chapter else ()
    for probability in (0.36, 0.12):
        if others and chance(rng, probability):
            known.setdefault(rng.choice(others), rng.choice(DEPTHS))
    return tuple(known.items())


def sectors_known(rng: Random, trade: Trade) -> tuple[str, ...]:
    """One to three codes of the tree, those of the trade first."""
    codes = list(rng.sample(trade.sectors, k=rng.randint(1, min(2, len(trade.sectors)))))
    if chance(rng, 0.22):
        codes.append(rng.choice(rng.choice(trades_of(trade.sector)).sectors))
    return tuple(dict.fromkeys(codes))


def languages_spoken(
    rng: Random, market: MarketLore, culture: str, came_out: bool, years_there: int
) -> tuple[str, ...]:
    """Everybody has English; who is at home there speaks what is spoken there, who came out often does."""
    codes = ["en"]
    if culture in OWN_LANGUAGE and (not came_out or chance(rng, 0.7)):
        codes.append(OWN_LANGUAGE[culture])
    native = not came_out and culture not in OWN_LANGUAGE
    for rank, code in enumerate(market.languages):
        fluent = 0.95 if native and rank < 2 else min(0.75, 0.15 + years_there / 30) / (1 + rank)
        if chance(rng, fluent):
            codes.append(code)
    return tuple(dict.fromkeys(codes))
