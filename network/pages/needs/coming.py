"""What comes next for a need, in a sentence with its day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from network.domain.actor import Actor
from network.domain.clock import end_of_day_after
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.need_moves import ENDED, WAITS_FOR_TRIAGE
from network.domain.states import IntroductionState, NeedState, Waiting
from network.models import Introduction, Need, User
from network.rules import periods

_I, _N = IntroductionState, NeedState


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, and by when."""

    text: str
    by: datetime | None = None
    mine: bool = False


def next_of(
    need: Need, owner: str | None, zone: str, introductions: list[Introduction], names: list[str]
) -> Next | None:
    """The sentence that says what comes next, with its day; None for what is over."""
    if need.state in ENDED:
        return None
    reader = owner or _("Network staff")
    since, waits = need.state_since or need.updated_at, periods()
    if need.state is _N.DRAFT:
        ends = end_of_day_after(since, waits.need_draft_days, zone)
        return Next(_("Finish it and send it. We keep this draft for you."), ends, mine=True)
    if need.state is _N.NEEDS_INFO:
        ends = end_of_day_after(since, waits.need_info_days, zone)
        return Next(_("Answer the question, then it goes on where it was."), ends, mine=True)
    if need.state is not _N.OPEN:
        due = need.next_action_at if need.next_action_by in {Waiting.BROKER, Waiting.STAFF} else None
        return Next(_("%(reader)s reads it and answers you.", reader=reader), due)
    return _next_when_open(need, reader, zone, introductions, names)


def next_for_risk(need: Need, looked_at_by: datetime | None) -> Next | None:
    """What comes next while somebody looks at the risks of a need; None where nobody does."""
    if looked_at_by is None or need.state not in WAITS_FOR_TRIAGE:
        return None
    return Next(_("Network staff look at what you answered under “Checks”. Then it goes on."), looked_at_by)


def for_reader(found: Next | None, actor: Actor, requester: User) -> Next | None:
    """What waits for the requester waits for a colleague only by name."""
    if found is None or not found.mine or actor.is_user(requester.id):
        return found
    words = _("Waiting for %(name)s: %(text)s", name=requester.name, text=found.text)
    return replace(found, text=words, mine=False)


def _next_when_open(
    need: Need, reader: str, zone: str, introductions: list[Introduction], names: list[str]
) -> Next:
    if need.asked_if_done_at is not None:
        ends = end_of_day_after(need.asked_if_done_at, periods().need_fulfilled_silence_days, zone)
        return Next(_("Was that what you needed? Say so, or ask for more time."), ends, mine=True)
    for one, name in zip(introductions, names, strict=True):
        if one.state is _I.EXPLORING and one.turn != "volunteer":
            return Next(_("Answer the question of %(name)s.", name=name), one.next_action_at, mine=True)
        if one.state is _I.ACCEPTED:
            return Next(
                _("%(name)s said yes. Say that you may be introduced.", name=name),
                end_of_day_after(one.state_since or one.updated_at, periods().accepted_days, zone),
                mine=True,
            )
    if need.exhausted_at is not None:
        return Next(_("%(reader)s looks for more people to ask.", reader=reader), need.next_action_at)
    for one, name in zip(introductions, names, strict=True):
        if one.state in OFFERS:
            return Next(_("%(name)s is being asked.", name=name), one.expires_at)
    if any(one.state in CONTACTS_SHARED for one in introductions):
        return Next(_("Stay in touch with those you met, and tell us what comes of it."))
    return Next(_("We ask the next person on the list."), None)
