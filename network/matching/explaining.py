"""Every part of a search's score in words: what put somebody where they stand, as far as it speaks for them.

A part that counts less than half of what it can is not told: nobody reads of a volunteer that they are slow, full or
away from their profile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from config.ranking import Ranking
from network.domain.formats import local
from network.matching.fit import Reason, promptness
from network.matching.reasons import in_words, listed
from network.models import Volunteer
from network.rules import network_config
from search import Hit, Match

TOLD_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """One part of the score in words, and what it counts."""

    part: str
    words: str
    worth: float


def explained(hit: Hit, row: Volunteer, matches: Collection[Match], now: datetime) -> tuple[Told, ...]:
    """What put them there, the weightiest first. `matches` are those of the hit that the reader may read of."""
    found = [*_met(hit.parts, matches), *_standing(hit.parts, row, now)]
    told = [Told(one.part, one.words[:1].upper() + one.words[1:], one.worth) for one in found if one.words]
    return tuple(sorted(told, key=lambda one: -one.worth))


def _met(parts: Mapping[str, float], matches: Iterable[Match]) -> Iterable[Told]:
    """What of the question they meet: codes by what all of their kind count, each word by itself."""
    for match in matches:
        if match.kind == "word":
            yield Told("words", _word(match), match.worth)
        else:
            worth = parts.get(match.kind, 0.0)
            if match.kind == "market":
                worth += parts.get("market_depth", 0.0)
            yield Told(match.kind, in_words(Reason(match.kind, match.value, match.detail)), worth)


def _word(match: Match) -> str:
    places = {
        "name": _("their name"),
        "headline": _("their headline"),
        "job_title": _("their work"),
        "employer": _("their work"),
        "labels": _("what they know and offer"),
        "city": _("the place they live in"),
        "help_words": _("how they help"),
        "biography": _("what they write of themselves"),
    }
    named = list(dict.fromkeys(places[field] for field in match.fields if field in places))
    if not named:
        return str(_("speaks of “%(word)s”", word=match.value))
    return str(_("found by “%(word)s” in %(places)s", word=match.value, places=listed(named)))


def _standing(parts: Mapping[str, float], row: Volunteer, now: datetime) -> Iterable[Told]:
    """What speaks for them whatever was asked."""
    ranking: Ranking = network_config().ranking
    answers = "".join(in_words(one) for one in promptness(row.answer_days, row.answers_count))
    for part, most, words in (
        ("available", ranking.available, in_words(Reason("available"))),
        ("load", ranking.load, in_words(Reason("load"))),
        ("freshness", ranking.freshness, _looked_over(row.updated_at, now)),
        ("answers", ranking.answers, answers),
    ):
        worth = parts.get(part, 0.0)
        if 0.0 < most * TOLD_FROM <= worth:
            yield Told(part, words, worth)


def _looked_over(moment: datetime, now: datetime) -> str:
    on, today = local(moment, None), local(now, None)
    if (on.year, on.month) == (today.year, today.month):
        return str(_("looked over their profile this month"))
    month = f"{on:%B}" if on.year == today.year else f"{on:%B} {on.year}"
    return str(_("looked over their profile in %(month)s", month=month))
