"""The pictures of a period's report in words and figures: over time, and where in the world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from network.domain import formats
from network.measures.letters import Curve, Section
from network.measures.months import month_start
from network.measures.reports import Month

# A table of more rows than this is read by quarters, of more quarters than this by years.
MOST_ROWS = 24


def month_words(month: int) -> str:
    """A month as people write it."""
    return str(format_date(month_start(month), "MMMM y"))


def quarter_words(month: int) -> str:
    """The quarter of a month as people write it."""
    return str(_("%(year)s, quarter %(number)s", year=month // 100, number=(month % 100 + 2) // 3))


def _year_words(month: int) -> str:
    return str(month // 100)


def trend_section(months: Sequence[Month]) -> Section:
    """Needs asked and outcomes confirmed over time: two lines, what they show, and their table."""
    words = _step(len(months))
    asked: dict[str, int] = defaultdict(int)
    confirmed: dict[str, int] = defaultdict(int)
    for one in months:
        asked[words(one.month)] += one.asked
        confirmed[words(one.month)] += one.confirmed
    needs, outcomes = list(asked.items()), list(confirmed.items())
    return Section(
        str(_("Over time")),
        [_needs_in_words(needs) + " " + _outcomes_in_words(outcomes)],
        [str(_("When")), str(_("Needs asked")), str(_("Outcomes confirmed"))],
        [[name, formats.number(count), formats.number(confirmed[name])] for name, count in needs],
        curves=[Curve(str(_("Needs asked")), needs), Curve(str(_("Outcomes confirmed")), outcomes)],
    )


def _step(number: int) -> Callable[[int], str]:
    if number <= MOST_ROWS:
        return month_words
    return quarter_words if number <= 3 * MOST_ROWS else _year_words


def _needs_in_words(points: Sequence[tuple[str, int]]) -> str:
    total = sum(count for _name, count in points)
    if not total:
        return str(_("No need was asked."))
    words = ngettext("One need was asked", "%(num)s needs were asked", total)
    return str(words) + _most_in(points)


def _outcomes_in_words(points: Sequence[tuple[str, int]]) -> str:
    total = sum(count for _name, count in points)
    if not total:
        return str(_("No outcome was confirmed."))
    words = ngettext("One outcome was confirmed", "%(num)s outcomes were confirmed", total)
    return str(words) + _most_in(points)


def _most_in(points: Sequence[tuple[str, int]]) -> str:
    """When most came, where that can be told."""
    name, most = max(points, key=lambda point: point[1])
    counts = [count for _name, count in points]
    if len(points) == 1 or counts.count(most) > 1:
        return "."
    if sum(counts) == most:
        return str(_(", in %(when)s.", when=name))
    return str(_(", the most in %(when)s: %(count)s.", when=name, count=formats.number(most)))


def world_in_words(names: Sequence[tuple[str, int]]) -> str:
    """In how many markets outcomes were confirmed, and where most were: names with counts, the largest first."""
    words = str(
        ngettext(
            "Outcomes were confirmed in one market.",
            "Outcomes were confirmed in %(num)s markets.",
            len(names),
        )
    )
    if len(names) > 1 and names[0][1] > names[1][1]:
        words += " " + str(
            _("%(name)s leads with %(count)s.", name=names[0][0], count=formats.number(names[0][1]))
        )
    return words
