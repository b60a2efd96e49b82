"""Who reads reports, and of what: staff of everything, leads of their chapters, offices of their university."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.models import NeedFact, OutcomeFact


def can_read_reports(actor: Actor) -> bool:
    """Staff, chapter leads and university offices; nobody else has anything to report on."""
    return actor.is_broker or bool(actor.office_organisation_ids)


def require_reader(actor: Actor) -> None:
    """Raise NotAllowed for whoever may not read reports."""
    if not can_read_reports(actor):
        raise NotAllowed("no_reports", "Reports are for staff, chapter leads and university offices.")


def facts_visible_to(actor: Actor, table: type[NeedFact] | type[OutcomeFact]) -> ColumnElement[bool]:
    """The facts an actor may count: all for staff, else those of their chapters and universities."""
    if actor.is_staff or actor.is_system:
        return true()
    mine = ((table.chapter_id, actor.lead_chapter_ids), (table.university_id, actor.office_organisation_ids))
    # One condition where one is enough, so that its index leads to the few facts that fit.
    return or_(false(), *(column.in_(ids) for column, ids in mine if ids))


def can_count(actor: Actor, chapter_id: int | None, university_id: int | None) -> bool:
    """The question that agrees with `facts_visible_to`."""
    if actor.is_staff or actor.is_system:
        return True
    office = university_id is not None and university_id in actor.office_organisation_ids
    return actor.leads(chapter_id) or office


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: months from and until (year * 100 + month, both counted) and values of dimensions."""

    from_month: int
    until_month: int
    where: tuple[tuple[str, Any], ...] = ()

    def with_value(self, dimension: str, value: Any) -> Scope:
        """The same report of one value of a dimension."""
        rest = tuple(pair for pair in self.where if pair[0] != dimension)
        return Scope(self.from_month, self.until_month, (*rest, (dimension, value)))
