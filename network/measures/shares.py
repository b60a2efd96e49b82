"""Whole and fractional counting: each outcome is parted evenly among the volunteers who contributed.

The parts add up to the whole to the unit and to the penny, so that sums over volunteers or universities count
nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import OutcomeClass
from network.models import Affiliation, Introduction, Outcome, OutcomeContributor, Volunteer

# Divisible by every number up to twelve; a larger crowd shares the rest one by one.
WHOLE = 27_720


def shares_of(session: Session, facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The shares of the outcomes of facts, by volunteer and by the university they belong through."""
    ids = [fact["outcome_id"] for fact in facts]
    helpers = _helpers(session, ids)
    universities = _universities(session, {one for many in helpers.values() for one in many})
    shares = []
    for fact in facts:
        outcome_id = fact["outcome_id"]
        by_volunteer = _parted(helpers.get(outcome_id) or [0], fact["pence"] or 0)
        by_university: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for volunteer_id, (units, money) in by_volunteer.items():
            part = by_university[universities.get(volunteer_id, 0)]
            part[0] += units
            part[1] += money
        for dimension, parts in (("volunteer", by_volunteer), ("university", by_university)):
            shares += [
                {
                    "outcome_id": outcome_id,
                    "dimension": dimension,
                    "code": code,
                    "month": _month_in_totals(fact),
                    "units": part[0],
                    "pence": part[1],
                }
                for code, part in parts.items()
            ]
    return shares


def _month_in_totals(fact: Mapping[str, Any]) -> int | None:
    """The month in which an outcome counts as a confirmed result; None where it does not."""
    counts = fact["counted"] == "confirmed" and fact["outcome_class"] != OutcomeClass.NONE.value
    return fact["month"] if counts else None


def _parted(codes: list[int], pence: int) -> dict[int, tuple[int, int]]:
    """The whole and its pence, parted evenly; what is left over goes to the first ones, one each."""
    number = len(codes)
    units, more_units = divmod(WHOLE, number)
    money, more_money = divmod(pence, number)
    return {
        code: (units + (place < more_units), money + (place < more_money)) for place, code in enumerate(codes)
    }


def _helpers(session: Session, ids: list[int]) -> dict[int, list[int]]:
    """The volunteers who contributed, in order of their number; else the one of the introduction."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(OutcomeContributor.outcome_id, Volunteer.id)
        .join(Volunteer, Volunteer.user_id == OutcomeContributor.user_id)
        .where(OutcomeContributor.outcome_id.in_(ids), OutcomeContributor.role == "volunteer")
        .order_by(OutcomeContributor.outcome_id, Volunteer.id)
    )
    for outcome_id, volunteer_id in rows:
        found[outcome_id].append(volunteer_id)
    alone = [outcome_id for outcome_id in ids if outcome_id not in found]
    introduced = session.execute(
        select(Outcome.id, Introduction.volunteer_id)
        .join(Introduction, Introduction.id == Outcome.introduction_id)
        .where(Outcome.id.in_(alone))
    )
    found.update({outcome_id: [volunteer_id] for outcome_id, volunteer_id in introduced})
    return found


def _universities(session: Session, volunteer_ids: set[int]) -> dict[int, int]:
    """The university through which each volunteer belongs: the first they named."""
    found: dict[int, int] = {}
    rows = session.execute(
        select(Affiliation.volunteer_id, Affiliation.organisation_id)
        .where(Affiliation.volunteer_id.in_(volunteer_ids), Affiliation.organisation_id.is_not(None))
        .order_by(Affiliation.volunteer_id, Affiliation.id)
    )
    for volunteer_id, organisation_id in rows:
        found.setdefault(volunteer_id, organisation_id or 0)
    return found
