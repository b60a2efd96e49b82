"""What comes next for a need, in a sentence with its day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from flask_babel import gettext as _

from network.domain.actor import Actor
from network.domain.clock import end_of_day_after
from network.domain.formats import day
from network.domain.introduction_moves import LIVE, OFFERS
from network.domain.need_moves import ENDED, WAITS_FOR_TRIAGE
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState, Waiting
from network.models import Introduction, Need, Organisation, User
from network.rules import periods
from network.web.labels import whoever_reads

_I, _N = IntroductionState, NeedState


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, and by when; `says_when` where the sentence itself names the day."""

    text: str
    by: datetime | None = None
    mine: bool = False
    says_when: bool = False
    # Whether the day is a working day of whoever brokers it.
    by_broker: bool = False
    # Where it is done, and the words of the way there.
    introduction_id: int | None = None
    label: str = ""


class Asked(NamedTuple):
    """Somebody on the list of a need: the row, what the reader calls them, their zone, and whether they are away."""

    row: Introduction
    name: str
    zone: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sentence depends on: the need, who holds it, whose clock counts, and who is on the list."""

    need: Need
    organisation: Organisation
    owner: str | None
    zone: str
    people: list[Asked]
    today: date

    @property
    def reader(self) -> str | None:
        """The chapter that moves it along; None where that is network staff, also because it was passed on."""
        return self.owner if self.need.next_action_by != Waiting.STAFF else None


def next_of(standing: Standing) -> Next | None:
    """The sentence that says what comes next, with its day; None for what is over."""
    need, zone = standing.need, standing.zone
    if need.state in ENDED:
        return None
    since, waits = need.state_since or need.updated_at, periods()
    if need.state is _N.DRAFT:
        ends = end_of_day_after(since, waits.need_draft_days, zone)
        on = day(ends, zone, standing.today)
        words = _("Finish it and send it. Nobody reads it before. We keep it until %(day)s.", day=on)
        return Next(words, ends, mine=True, says_when=True)
    if need.state is _N.NEEDS_INFO:
        ends = end_of_day_after(since, waits.need_info_days, zone)
        return Next(_("Answer the question, then it goes on where it was."), ends, mine=True)
    if need.state is not _N.OPEN:
        who = whoever_reads(standing.reader, begins=True)
        words = _("%(who)s will read it and answer you.", who=who)
        if any(one.row.state in OFFERS for one in standing.people):
            words = _(
                "%(who)s will read it once more and answer you. Whoever is being asked waits for that and "
                "loses no time.",
                who=who,
            )
        return Next(words, need.next_action_at, by_broker=True)
    return _next_when_open(standing)


def next_for_risk(need: Need, looked_at_by: datetime | None) -> Next | None:
    """What comes next while somebody looks at the risks of a need; None where nobody does."""
    if looked_at_by is None or need.state not in WAITS_FOR_TRIAGE:
        return None
    return Next(
        _("Network staff look at what you answered under “Checks”. Then it goes on."),
        looked_at_by,
        by_broker=True,
    )


def for_reader(found: Next | None, actor: Actor, requester: User) -> Next | None:
    """What waits for the requester waits for a colleague only by name."""
    if found is None or not found.mine or actor.is_user(requester.id):
        return found
    words = _("Waiting for %(name)s: %(text)s", name=requester.name, text=found.text)
    return replace(found, text=words, mine=False)


def _next_when_open(standing: Standing) -> Next:
    need = standing.need
    if need.asked_if_done_at is not None:
        ends = end_of_day_after(need.asked_if_done_at, periods().need_fulfilled_silence_days, standing.zone)
        return Next(_("Was that what you needed? Say so, or ask for more time."), ends, mine=True)
    if standing.organisation.state not in MAY_EXCHANGE:
        words = _("Network staff look at your organisation first. Until then nobody is asked.")
        return Next(words, need.next_action_at, by_broker=True)
    waits = _waits_for_requester(standing)
    if waits is not None:
        return waits
    if need.exhausted_at is not None:
        return Next(
            _("%(who)s will look for more people to ask.", who=whoever_reads(standing.reader, begins=True)),
            need.next_action_at,
            by_broker=True,
        )
    return _asked(standing) or _met(standing) or _nobody(standing)


def _waits_for_requester(standing: Standing) -> Next | None:
    """A question of somebody who was asked, or a yes that the requester has to take up."""
    for one, name, *_rest in standing.people:
        if one.state is _I.EXPLORING and one.turn != "volunteer":
            words = _("Answer the question of %(name)s.", name=name)
            ends = _ends(one, periods().exploring_days, standing.zone)
            return Next(words, ends, mine=True, introduction_id=one.id, label=_("Answer the question"))
        if one.state is _I.ACCEPTED:
            words = _("%(name)s said yes. Say that you may be introduced.", name=name)
            ends = _ends(one, periods().accepted_days, standing.zone)
            return Next(words, ends, mine=True, introduction_id=one.id, label=_("Look at it and agree"))
    return None


def _asked(standing: Standing) -> Next | None:
    """Who has the request now, each until when, and who is next should they not help."""
    out = [(one.name, _until(one)) for one in standing.people if one.row.state in OFFERS]
    if not out:
        return None
    # Whoever is away is passed over, and asked once they are back.
    listed = next(
        (one.name for one in standing.people if one.row.state is _I.PROPOSED and not one.away), None
    )
    said = {"who": _who_has(out, standing), "next": listed, "reader": whoever_reads(standing.reader)}
    if listed is None:
        words = (
            _("%(who)s; then %(reader)s will look for somebody else.")
            if len(out) == 1
            else _("%(who)s. Should none of them help, %(reader)s will look for somebody else.")
        )
    elif len(out) == 1:
        words = _("%(who)s; then we ask %(next)s.")
    else:
        words = _("%(who)s. Should one of them not help, we ask %(next)s.")
    return Next(words % said, min(until for _name, until in out), says_when=True)


def _until(one: Asked) -> datetime:
    row = one.row
    if row.state is _I.OFFERED and row.expires_at is not None:
        return row.expires_at
    return _ends(row, periods().exploring_days, one.zone)


def _who_has(out: list[tuple[str, datetime]], standing: Standing) -> str:
    """The names of those who are asked, each with the day until which they have it; a day they share is said once."""
    last = _(" and ")
    parts = []
    for on, group in groupby(out, lambda one: day(one[1], standing.zone, standing.today)):
        names = [name for name, _until in group]
        if len(names) == 1:
            parts.append(_("%(name)s has until %(day)s", name=names[0], day=on))
        else:
            together = f"{', '.join(names[:-1])}{last}{names[-1]}"
            parts.append(_("%(names)s have until %(day)s", names=together, day=on))
    return str(last.join(parts))


def _met(standing: Standing) -> Next | None:
    """The two know each other: the requester writes, and says how it went."""
    known = [one for one in standing.people if one.row.introduced_at is not None and one.row.state in LIVE]
    if not known:
        return None
    one, name, *_rest = known[0]
    if one.state is _I.INTRODUCED:
        words = _("Write to %(name)s. Once you have spoken, log it with the introduction.", name=name)
        ends = _ends(one, periods().introduced_no_contact_days, standing.zone)
        return Next(words, ends, mine=True, introduction_id=one.id, label=_("See the details"))
    words = _("Say how it goes with %(name)s, whenever there is news.", name=name)
    days = periods().met_silence_days if one.state is _I.MET else periods().in_progress_silence_days
    ends = _ends(one, days, standing.zone)
    return Next(words, ends, mine=True, introduction_id=one.id, label=_("Say how it goes"))


def _nobody(standing: Standing) -> Next:
    if any(one.row.state is _I.PROPOSED for one in standing.people):
        words = _(
            "We ask the next person on the list. %(who)s will look at it again, should nobody be found."
        )
    else:
        words = _("%(who)s will look at it again, unless somebody helps before.")
    return Next(words % {"who": whoever_reads(standing.reader, begins=True)}, standing.need.next_action_at)


def _ends(one: Introduction, days: int, zone: str) -> datetime:
    return end_of_day_after(one.state_since or one.updated_at, days, zone)
