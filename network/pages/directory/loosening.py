"""What was understood of a question as chips that can be taken off, and what to leave out where too few are found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from flask_babel import gettext as _
from flask_babel import ngettext

from config.reference import (
    GroupKind,
    find_market,
    find_market_group,
    find_sector,
    groups_of_market,
    markets_in_group,
)
from network.domain.actor import Actor
from network.matching.queries import count_volunteers
from network.matching.reasons import in_sentence, inside_sentence, listed
from network.pages.directory.asked import Asked
from network.pages.directory.links import Link, address_of
from search import Results, Understood

# A group such as the Gulf gives several markets; a longer one is no choice that anybody meant.
MOST_CODES = 12
# So many ways to ask for less are offered, out of so many that are counted.
MOST_WAYS, MOST_COUNTED = 4, 8
# Words that only lead to the next one go with it: "in the Gulf".
_LEADING = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "the", "to", "with"}
)
_OR = ("OR", "|")
_SIGN_BEFORE = re.compile(r"-?(?:\w+:)?$")


def understood_chips(asked: Asked, results: Results, endpoint: str = "directory.volunteers") -> list[Link]:
    """What the words were read as: "market: Gulf"; each comes off, and its words with it, in the same view."""
    links = {}
    for one in results.understood:
        if not set(one.codes) <= set(asked.chosen.get(one.kind, ())):
            links[(one.kind, one.codes)] = Link(
                in_kind(one),
                remove_href=address_of(_without(asked, results, one), endpoint),
            )
    return list(links.values())


def looser_ways(actor: Actor, asked: Asked, results: Results) -> list[Link]:
    """For a question that too few meet: what to leave out, and how many meet the rest.

    What keeps the most of the question comes first, then what finds the most.
    """
    ways: dict[str, tuple[int, str, Asked]] = {}
    for step, found in enumerate((_one_less(asked, results), _much_less(asked, results))):
        for words, way in found:
            ways.setdefault(address_of(way), (step, words, way))
    counted = [
        (step, -count_volunteers(actor, way.words, way.chosen), words, href)
        for href, (step, words, way) in islice(ways.items(), MOST_COUNTED)
    ]
    more = sorted(one for one in counted if -one[1] > results.full)
    return [
        Link(ngettext("%(num)d person %(how)s", "%(num)d people %(how)s", -found, how=words), href)
        for _step, found, words, href in more[:MOST_WAYS]
    ]


def without_words_of(text: str, one: Understood, others: Sequence[Understood] = ()) -> str:
    """The question without a stretch that was understood, and without what only led to it.

    Where the stretch means something else as well ("German": a market and a language), that is kept.
    """
    before, after = _SIGN_BEFORE.sub("", text[: one.start]), text[one.end :].lstrip(",;. ")
    also = [two for two in others if (two.start, two.end) == (one.start, one.end) and two.kind != one.kind]
    said = text[one.start : one.end]
    if also and " " not in said:
        return f"{before}{also[0].kind}:{said} {after}".strip()
    head, tail = before.rstrip(",; ").split(), after.split()
    joined_before = bool(head) and head[-1] in _OR
    while head and (head[-1] in _OR or head[-1].lower() in _LEADING):
        head.pop()
    while tail and ((tail[0] in _OR and not joined_before) or (not head and tail[0].lower() in _LEADING)):
        tail.pop(0)
    return " ".join([*head, *tail])


def _without(asked: Asked, results: Results, one: Understood) -> Asked:
    words = without_words_of(results.text, one, results.understood)
    return replace(asked, words=words, page=1)


def in_kind(one: Understood) -> str:
    """What was understood, and as what: "market: Gulf"."""
    names = {"market": _("market"), "sector": _("sector"), "help": _("help"), "language": _("language")}
    return str(_("%(kind)s: %(what)s", kind=names[one.kind], what=one.label))


def _in_any(kind: str) -> str:
    names = {
        "market": _("in any market"),
        "sector": _("in any sector"),
        "help": _("whatever they help with"),
        "language": _("in any language"),
        "chapter": _("in any chapter"),
        "affiliation": _("with any tie to home"),
        "available": _("also those who are busy or away now"),
    }
    return str(names[kind])


def _one_less(asked: Asked, results: Results) -> Iterator[tuple[str, Asked]]:
    """The question without one choice, or without one thing that was understood of it, or with something wider."""
    yield from ((_in_any(facet), asked.without(facet)) for facet in asked.chosen)
    kinds = [one.kind for one in results.understood]
    for one in results.understood:
        left = _without(asked, results, one)
        if left.words:
            is_only = kinds.count(one.kind) == 1 and one.kind not in asked.chosen
            yield _in_any(one.kind) if is_only else _("if you leave out “%(what)s”", what=one.label), left
        yield from _wider(one, left)
    if '"' in results.text:
        loose = " ".join(results.text.replace('"', " ").split())
        yield _("if the words need not stand together"), replace(asked, words=loose, page=1)


def _much_less(asked: Asked, results: Results) -> Iterator[tuple[str, Asked]]:
    """What was understood and nothing else, the choices alone, the words alone, one choice alone."""
    understood = results.understood
    alone = " ".join(dict.fromkeys(results.text[one.start : one.end] for one in understood))
    if alone and len(alone.split()) < len(results.text.split()):
        labels = listed(list(dict.fromkeys(f"“{one.label}”" for one in understood)))
        yield _("by %(what)s alone", what=labels), replace(asked, words=alone, page=1)
    if asked.words and asked.chosen:
        yield _("whatever the words"), asked.without_words()
        yield _("by your words alone"), asked.without_filters()
    if len(asked.chosen) + bool(asked.words) > 2:
        only = {
            "market": _("who know the market"),
            "sector": _("who know the sector"),
            "help": _("who offer this help"),
        }
        yield from ((words, asked.only(facet)) for facet, words in only.items() if facet in asked.chosen)


def _wider(one: Understood, left: Asked) -> Iterator[tuple[str, Asked]]:
    """The same with the family of a sector, or with the markets around one."""
    if len(one.codes) != 1 or one.kind in left.chosen:
        return
    sector = find_sector(one.codes[0]) if one.kind == "sector" else None
    parent = find_sector(sector.parent) if sector and sector.parent else None
    if parent:
        yield (
            _("in %(sector)s as a whole", sector=inside_sentence(parent.label)),
            left.with_only("sector", (parent.code,)),
        )
    if one.kind == "market" and find_market(one.codes[0]):
        groups = [
            (group.kind is GroupKind.CUSTOM, len(codes), group, codes)
            for code in groups_of_market(one.codes[0])
            if (group := find_market_group(code))
            and group.kind in (GroupKind.TRADE_REGION, GroupKind.CUSTOM)
            and 1 < len(codes := markets_in_group(group.code)) <= MOST_CODES
        ]
        for _custom, _many, group, codes in sorted(groups, key=lambda found: found[:2])[:1]:
            place = in_sentence(group.label)
            yield _("in %(group)s as a whole", group=place), left.with_only("market", tuple(codes))
