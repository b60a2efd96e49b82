"""What a report is about, as the address says it: months and values of dimensions, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import find_help_type, find_home_place, find_market, find_sector
from network.measures.facts import month_of
from network.measures.months import next_month, read_month, write_month
from network.measures.policy import Scope
from network.measures.reports import FILTERS, last_year
from network.models import Chapter, Mission, Organisation
from network.web.times import now

NOBODY = "none"
# Chosen by the number of their row.
NUMBERED: dict[str, Any] = {"chapter": Chapter, "university": Organisation, "mission": Mission}
SIZES = ("micro", "small", "medium", "large")
LONGEST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that was asked for: its scope and the values of its address."""

    scope: Scope
    params: dict[str, str]

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of another page of the same report; a value of None takes a part away."""
        values = {**self.params, **more}
        return url_for(endpoint, **{name: value for name, value in values.items() if value is not None})


def read_asked(args: Mapping[str, str], today: date) -> Asked:
    """The scope of an address: the last twelve months where it names none; what it cannot mean is passed over."""
    usual = last_year(today)
    until = read_month(args.get("until")) or usual.until_month
    since = read_month(args.get("from")) or next_month(until, -11)
    if since > until or next_month(since, LONGEST_MONTHS) < until:
        since = next_month(until, -11)
    where, params = [], {"from": write_month(since), "until": write_month(until)}
    for dimension in FILTERS:
        raw = args.get(dimension, "")
        known, value = _value_of(dimension, raw)
        if known:
            where.append((dimension, value))
            params[dimension] = raw
    return Asked(Scope(since, until, tuple(where)), params)


def _value_of(dimension: str, raw: str) -> tuple[bool, Any]:
    if dimension in NUMBERED:
        if raw == NOBODY and dimension != "mission":
            return True, None
        plain = raw.isascii() and raw.isdigit() and len(raw) < 10
        return plain, int(raw) if plain else None
    finders: dict[str, Any] = {
        "market": find_market,
        "sector": find_sector,
        "help": find_help_type,
        "place": find_home_place,
    }
    find = finders.get(dimension)
    known = bool(raw) and (raw in SIZES if find is None else find(raw) is not None)
    return known, raw


def months_of_mission(starts_on: date) -> dict[str, str]:
    """The months in which something came of a mission: from well before it began, for needs wait, until today."""
    until = month_of(now())
    since = max(next_month(starts_on.year * 100 + starts_on.month, -24), next_month(until, -LONGEST_MONTHS))
    return {"from": write_month(min(since, until)), "until": write_month(until)}


def code_in_address(dimension: str, code: Any) -> str:
    """A value of a dimension as addresses carry it."""
    return NOBODY if code is None else str(code)


def names_of(session: Session, dimension: str, codes: Iterable[Any]) -> dict[Any, str]:
    """What people read for the values of a dimension; one statement for those with a row of their own, none else."""
    wanted = list(codes)
    if dimension in NUMBERED:
        table = NUMBERED[dimension]
        ids = [code for code in wanted if code]
        rows = session.execute(select(table.id, table.name).where(table.id.in_(ids)))
        found: dict[Any, str] = {row[0]: row[1] for row in rows}
        none = {
            "chapter": _("Network staff"),
            "university": _("No university"),
            "mission": _("No such mission"),
        }
        return {code: found.get(code, str(none[dimension])) for code in wanted}
    return {code: _plain_name(dimension, code) for code in wanted}


def _plain_name(dimension: str, code: str) -> str:
    finders: dict[str, Any] = {
        "market": find_market,
        "sector": find_sector,
        "help": find_help_type,
        "place": find_home_place,
    }
    if dimension == "size":
        words = {
            "micro": _("1 to 9 people"),
            "small": _("10 to 49 people"),
            "medium": _("50 to 249 people"),
            "large": _("250 people and more"),
        }
        return str(words.get(code, _("Size not said")))
    found = finders[dimension](code) if code else None
    return str(found.label) if found else (code or _("Not said"))


def titles() -> dict[str, str]:
    """What each dimension is called above its table."""
    return {
        "market": _("Market"),
        "sector": _("Sector"),
        "help": _("Kind of help"),
        "chapter": _("Chapter"),
        "university": _("University"),
        "place": _("Place at home"),
        "size": _("Size"),
    }


def chips_of(session: Session, asked: Asked, endpoint: str, **more: Any) -> list[dict[str, str]]:
    """The chosen values as chips, each with the address without it."""
    heads = {**titles(), "mission": _("Mission")}
    return [
        {
            "label": f"{heads[dimension]}: {names_of(session, dimension, [value])[value]}",
            "remove_href": asked.url(endpoint, **{dimension: None}, **more),
        }
        for dimension, value in asked.scope.where
    ]
