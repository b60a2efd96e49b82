"""What the impact page shows, and the same as open data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import find_home_place, find_market, find_sector
from network.measures.figures import Headline, Stage, headline, public_funnel
from network.measures.snapshots import VERSION, latest_snapshot
from network.measures.stories import Story, published_stories
from network.models import PublicSnapshot
from network.web.labels import label
from network.web.streaming import rows_of

TABLES = ("market", "sector", "home_place", "kind")
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
COUNTS = (
    "volunteers", "markets", "chapters", "introductions", "organisations", "confirmed", "corroborated", "pending",
    "disputed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One breakdown: rows of code, words and count; `rest` are those that stand in no row."""

    name: str
    rows: list[tuple[str, str, int]]
    rest: int


@dataclass(frozen=True, slots=True)
class ImpactPage:
    """Figures first, then pictures with their tables, then stories."""

    headline: Headline
    funnel: list[Stage]
    quarter: str | None
    until: datetime | None
    tables: list[PublicTable]
    value: dict[str, Any] | None
    stories: list[Story]


def impact_page(session: Session) -> ImpactPage:
    """The public page: live counts, the last quarter's tables, published stories."""
    snapshot = latest_snapshot(session)
    content = snapshot.content if snapshot else {}
    return ImpactPage(
        headline=headline(session),
        funnel=public_funnel(session),
        quarter=snapshot.quarter if snapshot else None,
        until=snapshot.until if snapshot else None,
        tables=[public_table(name, content) for name in TABLES if content.get(name)],
        value=content.get("value"),
        stories=published_stories(session, limit=6),
    )


def public_table(name: str, content: dict[str, Any]) -> PublicTable:
    """A breakdown with words for its codes."""
    rows = [(code, words_for(name, code), count) for code, count in content[name] if count is not None]
    return PublicTable(name, rows, content.get("rest", {}).get(name, 0))


def words_for(table: str, code: str) -> str:
    """What people read for a code of a breakdown."""
    find = {"market": find_market, "sector": find_sector, "home_place": find_home_place}.get(table)
    found = find(code) if find else None
    return str(found.label) if found else str(label(code))


DATA_HEADER = ("period", "table", "code", "words", "count")


def data_rows(session: Session) -> Iterator[tuple[str, ...]]:
    """The open data: period, table, code, words, count; every quarter as it was published, read as it is sent."""
    page = headline(session)
    rows = [("live", "headline", name, name.replace("_", " "), str(getattr(page, name))) for name in COUNTS]
    rows += [("live", "funnel", stage.code, stage.code, str(stage.count)) for stage in public_funnel(session)]
    published = rows_of(select(PublicSnapshot).order_by(PublicSnapshot.quarter))
    return chain(rows, (row for (snapshot,) in published for row in _snapshot_rows(snapshot)))


def _snapshot_rows(snapshot: PublicSnapshot) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for name in TABLES:
        if name not in snapshot.content:
            continue
        table = public_table(name, snapshot.content)
        rows += [(snapshot.quarter, name, code, words, str(count)) for code, words, count in table.rows]
        rows.append((snapshot.quarter, name, "rest", str(_("not shown apart")), str(table.rest)))
    for name, value in (snapshot.content.get("value") or {}).items():
        rows.append((snapshot.quarter, "value", name, name.replace("_", " "), str(value)))
    return rows


def data_about(session: Session, publisher: str, currency: str, now: datetime) -> dict[str, Any]:
    """What stands before the rows of the open data as JSON: its licence, its dictionary, how old its counts are."""
    return {
        "version": VERSION,
        "publisher": publisher,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "made_at": (headline(session).as_of or now).isoformat(),
        "dictionary": [dict(zip(DICTIONARY_HEADER, row, strict=True)) for row in dictionary(currency)],
    }


DICTIONARY_HEADER = ("table", "code", "meaning", "unit", "period")


def dictionary(currency: str) -> list[tuple[str, str, str, str, str]]:
    """What each table and code of the data means."""
    live, quarter = _("at the moment of the download"), _("until the end of the quarter, once and for ever")
    counts = {
        "volunteers": _("people who can be found: active, approved by a chapter"),
        "markets": _("countries they live in"),
        "chapters": _("active chapters"),
        "introductions": _("introductions in which both sides were given each other's details, ever"),
        "organisations": _("organisations with at least one of these"),
        "confirmed": _("outcomes confirmed by a named person at the one who benefited"),
        "corroborated": _("outcomes that the only contact reported and somebody else bore out; never added"),
        "pending": _("outcomes whose beneficiary was asked and has not answered; never added"),
        "disputed": _("outcomes that the beneficiary sees otherwise; never added"),
    }
    funnel = _("needs that came to this step or beyond, since the beginning")
    by = _(
        "confirmed outcomes by this; “rest” holds those that cannot be shown apart without pointing at a few"
    )
    values = {
        "number": _("confirmed outcomes"),
        "valued": _("of these, those that name a value"),
        "median": _("half are worth more, half less"),
        "total": _("forecast over five years, in all"),
        "total_less_largest": _("the same without the largest"),
        "attributable_low": _("the least that would not have happened without the help"),
        "attributable_high": _("the most that would not have happened without the help"),
    }
    rows = [("headline", code, str(words), _("number"), live) for code, words in counts.items()]
    rows.append(("funnel", "*", funnel, _("needs"), live))
    rows += [(name, "*", by, _("outcomes"), quarter) for name in TABLES]
    plain = ("number", "valued")
    rows += [
        (
            "value",
            code,
            str(words),
            _("outcomes") if code in plain else f"{currency}, {_('to three figures')}",
            quarter,
        )
        for code, words in values.items()
    ]
    return [
        (table, code, str(meaning), str(unit), str(period)) for table, code, meaning, unit, period in rows
    ]
