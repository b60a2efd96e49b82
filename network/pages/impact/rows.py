"""What the impact page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.reference import find_home_place, find_market, find_sector
from network.measures.figures import Headline, Stage, funnel, headline
from network.measures.snapshots import latest_snapshot
from network.measures.stories import Story, published_stories
from network.web.labels import label

TABLES = ("market", "sector", "home_place", "kind")


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One breakdown: rows of code, words and count; a count of None is hidden because it is under five."""

    name: str
    rows: list[tuple[str, str, int | None]]


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
        funnel=funnel(session),
        quarter=snapshot.quarter if snapshot else None,
        until=snapshot.until if snapshot else None,
        tables=[public_table(name, content.get(name, [])) for name in TABLES if content.get(name)],
        value=content.get("value"),
        stories=published_stories(session, limit=6),
    )


def public_table(name: str, rows: list[list[Any]]) -> PublicTable:
    """A breakdown with words for its codes."""
    return PublicTable(name, [(code, words_for(name, code), count) for code, count in rows])


def words_for(table: str, code: str) -> str:
    """What people read for a code of a breakdown."""
    find = {"market": find_market, "sector": find_sector, "home_place": find_home_place}.get(table)
    found = find(code) if find else None
    return str(found.label) if found else str(label(code))


def data_rows(session: Session) -> list[tuple[str, str, str, str, str]]:
    """The open data: period, table, code, words, count; hidden counts read "<5"."""
    page = headline(session)
    rows = [
        ("live", "headline", name, name.replace("_", " "), str(getattr(page, name)))
        for name in (
            "volunteers",
            "markets",
            "chapters",
            "introductions",
            "organisations",
            "confirmed",
            "corroborated",
            "pending",
            "disputed",
        )
    ]
    rows += [("live", "funnel", stage.code, stage.code, str(stage.count)) for stage in funnel(session)]
    snapshot = latest_snapshot(session)
    if snapshot is None:
        return rows
    for name in TABLES:
        for code, count in snapshot.content.get(name, []):
            rows.append(
                (snapshot.quarter, name, code, words_for(name, code), "<5" if count is None else str(count))
            )
    for name, value in (snapshot.content.get("value") or {}).items():
        rows.append((snapshot.quarter, "value", name, name.replace("_", " "), str(value)))
    return rows
