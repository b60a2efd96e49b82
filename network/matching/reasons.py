"""Why somebody is shown, in words that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from flask_babel import gettext as _
from flask_babel import ngettext

from config.reference import cities, find_help_type, find_language, find_market, find_sector, markets
from config.reference.words import fold
from network.domain.states import MarketDepth
from network.matching.fit import Reason
from network.matching.vocabulary import vocabulary
from search import Match

MOST = 4
# What is so today and otherwise next week: told beside the reasons why somebody fits, and never kept.
PASSING = frozenset({"available", "load"})
# A name that is a list in itself.
_IS_PAIR = re.compile(r",| and | & ")


def reasons_of(matches: Iterable[Match]) -> tuple[Reason, ...]:
    """The reasons of a search's hit: their name, markets by depth, what they know and offer, then the words found.

    Words that only say one of the former once more are left out; of many the most telling.
    """
    by_kind: dict[str, list[Reason]] = {}
    matches = tuple(matches)
    found = [(_place_of(one), one.value) for one in _told_as_words(matches)]
    spoken = [said for place, said in found if place == "words"]
    for match in matches:
        by_kind.setdefault(match.kind, []).append(Reason(match.kind, match.value, match.detail))
    depths = [depth.value for depth in MarketDepth]
    known = by_kind.get("market", [])
    known.sort(key=lambda one: depths.index(one.detail) if one.detail in depths else len(depths))
    # Whoever knows rail signalling knows railways: the finer is told.
    sectors = by_kind.get("sector", [])
    by_kind["sector"] = [
        one for one in sectors if not any(two.code.startswith(f"{one.code}.") for two in sectors)
    ]
    return (
        *([Reason("name")] if any(place == "name" for place, _said in found) else ()),
        *known[:2],
        *(Reason(place, detail=said) for place, said in found if place in {"city", "tie"}),
        *(one for kind in ("sector", "help", "language") for one in by_kind.get(kind, [])[:2]),
        *([Reason("words", detail="; ".join(spoken))] if spoken else ()),
    )


def _place_of(match: Match) -> str:
    """What a word tells by where it stands: that somebody is called so, lives there, has a tie; or is spoken of."""
    if "name" in match.fields:
        return "name"
    if "city" in match.fields and fold(match.value) in _cities():
        return "city"
    return "tie" if match.fields == ("affiliations",) else "words"


def _told_as_words(matches: Sequence[Match]) -> list[Match]:
    """The words found, in the order they were typed."""
    borne = {(one.kind, one.value) for one in matches if one.kind != "word"}
    words = [one for one in matches if one.kind == "word" and not borne & _meant_by(one.value)]
    if len(words) > MOST:
        telling = sorted(words, key=lambda one: -one.worth)[:MOST]
        words = [one for one in words if one in telling and one.worth > telling[0].worth / 4]
    return words


@lru_cache(maxsize=2_000)
def _meant_by(words: str) -> frozenset[tuple[str, str]]:
    """What the words as a whole stand for; a city says more than its country, and stands for itself."""
    if fold(words) in _cities():
        return frozenset()
    return frozenset(
        (one.kind, code)
        for one in vocabulary().understand(words)
        if (one.start, one.end) == (0, len(words))
        for code in one.codes
    )


@cache
def _cities() -> Mapping[str, str]:
    """The cities that do not bear their country's name, as Singapore does, by all their names."""
    countries = {fold(market.label) for market in markets()}
    named = {fold(said): city.label for city in cities() for said in (*city.aliases, city.label)}
    return {said: label for said, label in named.items() if said not in countries}


def why(reasons: Sequence[Reason]) -> str:
    """One phrase, such as "Has lived in Oman, knows energy and offers market insight"; empty without a reason."""
    return _phrase(reason for reason in reasons if reason.kind not in PASSING)


def why_today(reasons: Sequence[Reason]) -> str:
    """The same, and in a second sentence what speaks for asking them today, such as "Has time for a request"."""
    today = _phrase(reason for reason in reasons if reason.kind in PASSING)
    return ". ".join(part for part in (why(reasons), today) if part)


def _phrase(reasons: Iterable[Reason]) -> str:
    """The first reasons in a row; what is said with the same words is said once: "knows energy and water"."""
    told = [said for reason in reasons if (said := _said(reason))][:MOST]
    by_frame: dict[str, list[str]] = {}
    for frame, what in told:
        by_frame.setdefault(frame, []).append(what)
    parts = [_filled(frame, _together(things)) for frame, things in by_frame.items()]
    joined = _told_after_another(parts, any(len(things) > 1 for things in by_frame.values()))
    return joined[:1].upper() + joined[1:]


def _told_after_another(parts: Sequence[str], has_lists: bool) -> str:
    """Parts of a sentence; where one is a list of its own, a comma shows where it ends."""
    if len(parts) < 2 or not has_lists:
        return listed(parts) if parts else ""
    return str(_("%(first)s, and %(last)s", first=", ".join(parts[:-1]), last=parts[-1]))


def _together(things: Sequence[str]) -> str:
    """Things of one kind: "energy and water", but "food and drink as well as energy"."""
    if len(things) > 1 and any(_IS_PAIR.search(one) for one in things):
        return str(_("%(first)s as well as %(last)s", first=", ".join(things[:-1]), last=things[-1]))
    return listed(things)


def shared_in_words(matches: Iterable[Match]) -> str:
    """What two people share, such as "Also knows Oman and energy, and offers market insight"; the rarest first."""
    found = list(matches)
    codes = [one.value for one in found if one.kind == "sector"]
    # Who shares the networks of water shares water: the finer is told.
    finest = [one for one in found if not any(code.startswith(f"{one.value}.") for code in codes)]
    known = [words for one in finest if one.kind in {"market", "sector"} and (words := _what(one))][:3]
    offered = [words for one in found if one.kind == "help" and (words := _what(one))][:2]
    if not known:
        return ""
    told = _("Also knows %(what)s", what=_together(known))
    return str(_("%(told)s, and offers %(help)s", told=told, help=_together(offered)) if offered else told)


def listed(parts: Sequence[str]) -> str:
    """Words joined as in a sentence: "Oman, Qatar and Bahrain"."""
    if len(parts) == 1:
        return parts[0]
    return str(_("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1]))


def _what(match: Match) -> str:
    """A shared market, sector or kind of help as it stands inside a sentence."""
    if match.kind == "market":
        market = find_market(match.value)
        return in_sentence(market.label) if market else ""
    found = (find_sector if match.kind == "sector" else find_help_type)(match.value)
    return inside_sentence(found.label) if found else ""


def in_words(reason: Reason) -> str:
    """One reason as the rest of a sentence that begins with the person; empty for a code that means nothing."""
    said = _said(reason)
    return _filled(*said) if said else ""


def _filled(frame: str, what: str) -> str:
    return frame % {"what": what} if what else frame


def _said(reason: Reason) -> tuple[str, str] | None:
    """One reason as a frame and what stands in it, so that several with the same frame can share it."""
    if reason.kind == "market":
        found = find_market(reason.code)
        return (_market_frame(reason.detail), in_sentence(found.label)) if found else None
    if reason.kind == "answers":
        days = int(reason.detail or 1)
        return str(ngettext("usually answers within a day", "usually answers within %(num)d days", days)), ""
    if reason.kind == "available":
        return str(_("can help now")), ""
    if reason.kind == "load":
        return str(_("has time for a request")), ""
    if reason.kind == "name":
        return str(_("has that name")), ""
    if reason.kind == "city":
        return str(_("lives in %(what)s")), _cities().get(fold(reason.detail), reason.detail)
    if reason.kind == "tie":
        return str(_("has a tie to %(what)s")), f"“{reason.detail}”"
    if reason.kind == "words":
        return str(_("speaks of %(what)s")), ", ".join(f"“{word}”" for word in reason.detail.split("; "))
    return _named(reason)


def _market_frame(depth: str) -> str:
    if depth == MarketDepth.LIVED:
        return str(_("has lived in %(what)s"))
    if depth == MarketDepth.WORKED:
        return str(_("has worked in %(what)s"))
    if depth == MarketDepth.SELLS_INTO:
        return str(_("sells into %(what)s"))
    return str(_("knows %(what)s"))


def _named(reason: Reason) -> tuple[str, str] | None:
    if reason.kind == "sector" and (sector := find_sector(reason.code)):
        return str(_("knows %(what)s")), inside_sentence(sector.label)
    if reason.kind == "help" and (kind := find_help_type(reason.code)):
        return str(_("offers %(what)s")), inside_sentence(kind.label)
    if reason.kind == "language" and (language := find_language(reason.code)):
        return str(_("speaks %(what)s")), language.label
    return None


# Countries and groups of them that take an article inside a sentence.
_WITH_ARTICLE = re.compile(
    "^(United |Netherlands|Philippines|Bahamas|Gambia|Maldives|Seychelles|Comoros|Isle of |(Democratic )?Republic of |"
    "Gulf|Nordics|Baltics|Levant|Caribbean|Pacific Islands|Commonwealth|European Union|Middle East)"
    "|(Islands|Republic)$"
)


def in_sentence(market: str) -> str:
    """The name of a country or a group as it stands inside a sentence: "the United Arab Emirates"."""
    return f"the {market}" if _WITH_ARTICLE.search(market) else market


def inside_sentence(label: str) -> str:
    """The label of a sector or a kind of help with a small first letter, unless its first word is an abbreviation."""
    first = label.split(maxsplit=1)[0]
    return label if first[1:2].isupper() else label[:1].lower() + label[1:]
