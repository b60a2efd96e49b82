"""How much of their time volunteers gave away lately: offers that are out and introductions they took."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from network.domain.introduction_moves import CHARGED, OFFERS
from network.models import Introduction, Volunteer

# What `Volunteer.capacity` counts in.
PERIOD = timedelta(days=30)
# How far back it counts who was asked how often, so that the same few do not carry everything.
LATELY = timedelta(days=180)


def charged_of(session: Session, volunteer_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many introductions count against the capacity of each of these volunteers now."""
    query = (
        select(Introduction.volunteer_id, func.count(Introduction.id))
        .where(Introduction.volunteer_id.in_(volunteer_ids), *_charged(now))
        .group_by(Introduction.volunteer_id)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return {volunteer_id: found.get(volunteer_id, 0) for volunteer_id in volunteer_ids}


def charged_to_volunteer(now: datetime) -> ScalarSelect[int]:
    """The same inside a select of volunteers."""
    return (
        select(func.count(Introduction.id))
        .where(Introduction.volunteer_id == Volunteer.id, *_charged(now))
        .correlate(Volunteer)
        .scalar_subquery()
    )


def asked_of_volunteer(now: datetime) -> ScalarSelect[int]:
    """Inside a select of volunteers: how often they were asked in the last half year, whatever they answered."""
    return (
        select(func.count(Introduction.id))
        .where(Introduction.volunteer_id == Volunteer.id, Introduction.offered_at > now - LATELY)
        .correlate(Volunteer)
        .scalar_subquery()
    )


def load(capacity: int, charged: int) -> float:
    """The share of the capacity in use, 0 to 1."""
    return min(charged / capacity, 1.0) if capacity > 0 else 1.0


def loads_of(session: Session, capacities: Mapping[int, int], now: datetime) -> dict[int, float]:
    """The load of volunteers whose capacity is known already."""
    charged = charged_of(session, list(capacities), now)
    return {id: load(capacity, charged[id]) for id, capacity in capacities.items()}


def _charged(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Offers that are out, however old, and what was accepted within a month."""
    accepted = and_(
        Introduction.state.in_(sorted(CHARGED - OFFERS)),
        func.coalesce(Introduction.accepted_at, Introduction.offered_at) > now - PERIOD,
    )
    return (or_(Introduction.state.in_(sorted(OFFERS)), accepted),)
