"""The facets beside the results: what each choice is called, in which order they stand, how many each gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import (
    find_help_type,
    find_home_place,
    find_language,
    find_market,
    find_sector,
    sector_and_ancestors,
)
from network.models import Chapter, Organisation
from search import FacetCount

# Beyond these a language is typed into the question: "Basque" is understood.
LANGUAGES = 24

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, with how many would be found; `depth` is its step below the top of a tree."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """What `components/facet_group.html` shows."""

    name: str
    label: str
    options: Sequence[Option]
    type: str = "checkbox"


def facets_of(session: Session, counts: Mapping[str, Sequence[FacetCount]]) -> list[Facet]:
    """The facets that have anything to choose; two statements, for the names of chapters and universities."""
    names = label_finders(session, {name: [one.code for one in found] for name, found in counts.items()})
    made = [
        Facet("market", _("Market"), _plain(counts, "market", names)),
        Facet("sector", _("Sector"), _tree(counts.get("sector", ()), names)),
        Facet("help", _("Kind of help"), _plain(counts, "help", names)),
        Facet("available", _("Availability"), _available(counts.get("available", ()))),
        Facet("language", _("Language"), _plain(counts, "language", names)[:LANGUAGES]),
        Facet("chapter", _("Chapter"), _plain(counts, "chapter", names)),
        Facet("affiliation", _("Tie to home"), _plain(counts, "affiliation", names)),
    ]
    return [facet for facet in made if facet.options]


def label_finders(
    session: Session, codes: Mapping[str, Sequence[str]]
) -> dict[str, Callable[[str], str | None]]:
    """For each facet the words of its codes; None for a code that means nothing."""
    chapters = _chapter_names(session, codes.get("chapter", ()))
    universities = _university_names(session, codes.get("affiliation", ()))

    def of_reference(find: Callable[[str], object | None]) -> Callable[[str], str | None]:
        return lambda code: getattr(find(code), "label", None)

    def of_tie(code: str) -> str | None:
        kind, _dash, rest = code.partition("-")
        if kind == "university":
            return universities.get(rest)
        if kind == "origin":
            place = find_home_place(rest)
            return _("From %(place)s", place=place.label) if place else None
        return {"family": _("Family there"), "friend": _("Friend of the place")}.get(kind)

    return {
        "market": of_reference(find_market),
        "sector": of_reference(find_sector),
        "help": of_reference(find_help_type),
        "language": of_reference(find_language),
        "chapter": chapters.get,
        "affiliation": of_tie,
        "available": {"now": _("Can help now"), "later": _("Later")}.get,
    }


def _plain(
    counts: Mapping[str, Sequence[FacetCount]], name: str, names: Mapping[str, Callable[[str], str | None]]
) -> list[Option]:
    """What is chosen first, then the most frequent."""
    options = [
        Option(one.code, label, one.count, one.selected)
        for one in counts.get(name, ())
        if (label := names[name](one.code))
    ]
    return sorted(options, key=lambda option: (not option.selected, -option.count, option.label))


def _tree(counts: Sequence[FacetCount], names: Mapping[str, Callable[[str], str | None]]) -> list[Option]:
    """Top sectors by number; the steps below only where something of that family is chosen."""
    known = [one for one in counts if names["sector"](one.code)]
    opened = {code for one in known if one.selected for code in sector_and_ancestors(one.code)}
    by_parent: dict[str | None, list[FacetCount]] = {}
    for one in known:
        found = find_sector(one.code)
        by_parent.setdefault(found.parent if found else None, []).append(one)

    def below(parent: str | None, depth: int) -> list[Option]:
        rows: list[Option] = []
        for one in sorted(
            by_parent.get(parent, []), key=lambda row: (row.code not in opened, -row.count, row.code)
        ):
            rows.append(
                Option(one.code, names["sector"](one.code) or one.code, one.count, one.selected, depth)
            )
            if one.code in opened:
                rows.extend(below(one.code, depth + 1))
        return rows

    return below(None, 0)


def _available(counts: Sequence[FacetCount]) -> list[Option]:
    """Only "can help now" is a choice that anybody makes."""
    return [Option("now", _("Can help now"), one.count, one.selected) for one in counts if one.code == "now"]


def _chapter_names(session: Session, slugs: Sequence[str]) -> Labels:
    if not slugs:
        return {}
    query = select(Chapter.slug, Chapter.name).where(Chapter.slug.in_(list(slugs)))
    return {row[0]: row[1] for row in session.execute(query)}


def _university_names(session: Session, codes: Sequence[str]) -> Labels:
    ids = [
        int(rest)
        for kind, _dash, rest in (code.partition("-") for code in codes)
        if kind == "university" and rest.isascii() and rest.isdigit() and len(rest) < 10
    ]
    if not ids:
        return {}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {str(row[0]): row[1] for row in session.execute(query)}
