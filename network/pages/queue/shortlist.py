"""The broker's list of whom to ask, saved as a whole: who has a place is on it, in that order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import Invalid, NotAllowed
from network.domain.introduction_moves import LIVE
from network.domain.states import IntroductionState
from network.introductions.operations import propose, reorder_shortlist, withdraw_introduction
from network.introductions.queries import shortlist_of
from network.matching.ranking import rank_for_need
from network.matching.reasons import why
from network.models import Need
from network.needs.policy import can_triage_need


def save_shortlist(
    session: Session, actor: Actor, need: Need, volunteer_ids: Sequence[int], *, now: datetime
) -> int:
    """Those who were not asked yet are exactly these, in this order; how many were added or taken off."""
    if not can_triage_need(actor, need):
        raise NotAllowed("not_yours_to_broker", "Somebody else moves this one along.")
    rows = [one for one in shortlist_of(session, need.id) if not actor.is_volunteer(one.volunteer_id)]
    waiting = {one.volunteer_id: one for one in rows if one.state is IntroductionState.PROPOSED}
    gone = [one for volunteer_id, one in waiting.items() if volunteer_id not in volunteer_ids]
    for introduction in gone:
        withdraw_introduction(session, actor, introduction, now=now)
    added = [id for id in volunteer_ids if id not in waiting]
    made = (
        propose(session, actor, need, added, now=now, reasons=_reasons(session, need, added, now))
        if added
        else []
    )
    places = {one.volunteer_id: one.id for one in (*waiting.values(), *made)}
    order = [places[id] for id in volunteer_ids if id in places]
    if order or gone:
        reorder_shortlist(session, actor, need, order, now=now)
    return len(gone) + len(made)


def require_somebody(session: Session, need: Need) -> None:
    """Refuse to open a need that nobody could be asked for: the requester would hear "open" and "all asked" at once."""
    if not any(one.state in LIVE for one in shortlist_of(session, need.id)):
        raise Invalid("nobody_listed", "Give at least one person a place first. Nobody is on the list.")


def _reasons(session: Session, need: Need, volunteer_ids: Sequence[int], now: datetime) -> Mapping[int, str]:
    """Why each fits, as the ranking says now: it stands on the introduction from then on."""
    matches = rank_for_need(session, need, 400, now=now)
    return {
        match.volunteer_id: why(match.reasons) for match in matches if match.volunteer_id in volunteer_ids
    }
