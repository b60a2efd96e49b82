"""Where an introduction comes from and where it led, when one volunteer named another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from network.models import Introduction, ReferralInvitation, Volunteer

_Before, _After = aliased(Introduction), aliased(Introduction)
_Namer, _Named = aliased(Volunteer), aliased(Volunteer)


@dataclass(frozen=True, slots=True)
class Lineage:
    """What this reader may know of it, in words; ids only for brokers, who may open both."""

    came_from: str = ""
    came_from_id: int | None = None
    led_to: str = ""
    led_to_id: int | None = None


def lineage_columns() -> list[ColumnElement[Any]]:
    """Who named this volunteer, whom this volunteer named, and whether somebody outside was invited and came."""
    before = select(_Before.id).where(_Before.id == Introduction.referred_from_id)
    after = select(func.max(_After.id)).where(_After.referred_from_id == Introduction.id)
    invited = ReferralInvitation.introduction_id == Introduction.id
    columns = (
        before,
        select(_Namer.name)
        .join(_Before, _Before.volunteer_id == _Namer.id)
        .where(_Before.id == Introduction.referred_from_id),
        after,
        select(func.max(_Named.name))
        .join(_After, _After.volunteer_id == _Named.id)
        .where(_After.referred_from_id == Introduction.id),
        select(func.count(ReferralInvitation.id)).where(invited),
    )
    return [query.correlate(Introduction).scalar_subquery() for query in columns]


def lineage_of(side: str, found: tuple[Any, ...]) -> Lineage:
    """The lineage for one side: the asking side is told that somebody suggested them, never who or why."""
    before_id, namer, after_id, named, invited = found
    if side == "requester":
        return Lineage(came_from=str(_("Suggested by another member")) if before_id else "")
    led_to = named or (str(_("Somebody from outside, who is invited")) if invited else "")
    broker = side == "broker"
    return Lineage(
        came_from=namer or "",
        came_from_id=before_id if broker else None,
        led_to=str(led_to),
        led_to_id=after_id if broker else None,
    )
