"""The meeting of an introduction as one reader sees it, and what is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from network.domain.clock import in_utc, local_date, zone_or_utc
from network.domain.errors import Invalid
from network.domain.formats import day, moment
from network.domain.introduction_moves import CONTACTS_SHARED, LIVE
from network.domain.meeting_moves import MAY_PLAN, MeetingState
from network.domain.meeting_times import suggested_times
from network.introductions import operations
from network.introductions.operations import find_plan
from network.models import Introduction, MeetingPlan
from network.pages.introductions.calls import Call, Words
from network.pages.introductions.words import Names, Next


@dataclass(frozen=True, slots=True)
class Planning:
    """What stands about the meeting: times to choose from, the time agreed on, or a way to suggest some."""

    plan: MeetingPlan | None
    times: list[datetime]
    may_suggest: bool
    may_choose: bool
    may_call_off: bool
    is_past: bool
    is_introduced: bool = False
    is_live: bool = False

    @property
    def is_agreed(self) -> bool:
        """Whether a time was chosen and nothing has become of it yet."""
        return self.plan is not None and self.plan.state is MeetingState.AGREED

    @property
    def is_proposed(self) -> bool:
        """Whether times wait to be chosen from."""
        return self.plan is not None and self.plan.state is MeetingState.PROPOSED


def planning_of(plan: MeetingPlan | None, introduction: Introduction, side: str, now: datetime) -> Planning:
    """The meeting for this reader; brokers see it and change nothing."""
    party = side in {"volunteer", "requester"}
    state = plan.state if plan else None
    times = [at for at in map(datetime.fromisoformat, plan.slots) if at > now] if plan else []
    past = plan is not None and plan.starts_at is not None and plan.starts_at <= now
    chooses = plan is not None and state is MeetingState.PROPOSED and plan.side != side
    return Planning(
        plan=plan,
        times=times if state is MeetingState.PROPOSED else [],
        may_suggest=party and introduction.state in MAY_PLAN,
        may_choose=party and chooses and introduction.introduced_at is not None,
        may_call_off=party and state in {MeetingState.PROPOSED, MeetingState.AGREED} and not past,
        is_past=past and state is MeetingState.AGREED,
        is_introduced=introduction.state in CONTACTS_SHARED,
        is_live=introduction.state in LIVE,
    )


def next_of_plan(
    planning: Planning, names: Names, ends_at: datetime | None, now: datetime, zone: str
) -> Next | None:
    """What comes next where a meeting is planned: choose a time, meet, or say whether they spoke.

    `ends_at` is until when the introduction waits for word of it.
    """
    plan, looks_on = planning.plan, names.side == "broker"
    if plan is None or not planning.is_introduced:
        return None
    if planning.is_agreed and plan.starts_at is not None:
        return _next_of_agreed(planning, plan.starts_at, names, ends_at, now, zone)
    if not planning.is_proposed or not planning.times:
        return None
    last = planning.times[-1]
    if looks_on:
        both = (names.volunteer, names.requester)
        by, other = both if plan.side == "volunteer" else both[::-1]
        return Next(_("%(name)s suggested times to meet. %(other)s chooses one.", name=by, other=other), last)
    if planning.may_choose:
        words = _("%(name)s suggests times to meet. Choose one below.", name=names.other)
        return Next(words, last, mine=True)
    words = _("%(name)s has your times and chooses one. You both get an invitation.", name=names.other)
    return Next(words, last)


def _next_of_agreed(
    planning: Planning, at: datetime, names: Names, ends_at: datetime | None, now: datetime, zone: str
) -> Next | None:
    looks_on = names.side == "broker" or names.colleague is not None
    if planning.is_past:
        if not planning.is_live:
            # The network has stopped asking; the way back stands with the state's own words.
            return None
        on = day(at, zone, local_date(now, zone))
        if looks_on:
            both = {"name": names.volunteer, "other": names.requester, "day": on}
            words = _("%(name)s and %(other)s were to meet on %(day)s. Both are asked whether they spoke.")
            return Next(words % both, ends_at)
        words = _("You were to meet %(name)s on %(day)s. Say with one press whether you spoke.")
        return Next(words % {"name": names.other, "day": on}, ends_at, mine=True)
    when = moment(at, zone)
    if looks_on:
        both = {"name": names.volunteer, "other": names.requester, "when": when}
        return Next(_("%(name)s and %(other)s meet on %(when)s.", **both), at, says_when=True)
    words = _("You meet %(name)s on %(when)s. It stands in both your calendars.", name=names.other, when=when)
    return Next(words, at, says_when=True)


def fill_times(form: Any, mine: str, theirs: str, now: datetime) -> None:
    """Three times that suit both clocks stand in the form to begin with."""
    for number, at in enumerate(suggested_times(mine, theirs, now), 1):
        getattr(form, f"time_{number}").data = at.astimezone(zone_or_utc(mine)).replace(tzinfo=None)


# --- acts -------------------------------------------------------------------------------


def accept_with_times(call: Call) -> Words:
    """The yes, and up to three times in the same breath."""
    one = operations.accept_introduction(
        call.session, call.actor, call.introduction, now=call.now, seen=call.seen
    )
    times = _times(call)
    if times:
        operations.propose_times(
            call.session,
            call.actor,
            one,
            times,
            minutes=call.form.minutes.data,
            now=call.now,
            seen=_seen(call, one),
        )
    if one.introduced_at is not None:
        return _("Thank you. You have each other's details now by mail, and they have your times.")
    return _(
        "Thank you. They confirm once more, then you have each other's details, and they have your times."
    )


def suggest_times(call: Call) -> Words:
    """Up to three times for the other side to choose from."""
    operations.propose_times(
        call.session,
        call.actor,
        call.introduction,
        _times(call),
        minutes=call.form.minutes.data,
        form=call.form.form.data,
        place=call.form.place.data or "",
        now=call.now,
        seen=_plan_seen(call),
    )
    return _("Your times are on their way. You both get an invitation when one is chosen.")


def choose_time(call: Call) -> Words:
    """One of the times that were suggested."""
    try:
        at = in_utc(datetime.fromisoformat(call.form.at.data or ""))
    except ValueError as error:
        raise Invalid("time", _("Choose one of the times."), "at") from error
    operations.agree_time(
        call.session, call.actor, call.introduction, at, now=call.now, seen=_plan_seen(call)
    )
    return _("You have a time. The invitation for your calendars is on its way to both of you.")


def call_off(call: Call) -> Words:
    """The meeting, or the suggestion of one, is taken back."""
    operations.call_off(call.session, call.actor, call.introduction, now=call.now, seen=_plan_seen(call))
    return _("Called off. Suggest other times whenever it suits you.")


def log_planned(call: Call) -> Words:
    """They met as planned."""
    operations.hold_meeting(call.session, call.actor, call.introduction, now=call.now, seen=_plan_seen(call))
    return _("Good that you spoke. It stands below.")


def miss(call: Call) -> Words:
    """It did not happen."""
    operations.miss_meeting(
        call.session,
        call.actor,
        call.introduction,
        call.form.missed_by.data,
        now=call.now,
        seen=_plan_seen(call),
    )
    return _("That happens to everybody. Suggest other times, and it is put right.")


def _times(call: Call) -> list[datetime]:
    """What was typed is meant by the clock of who typed it."""
    zone = zone_or_utc(call.actor.timezone)
    typed = [getattr(call.form, f"time_{number}").data for number in (1, 2, 3)]
    times = []
    for number, at in enumerate(typed, 1):
        # Beyond the calendar of every zone there is nothing to reckon with.
        if at is not None and not 1 < at.year < 9999:
            words = _("Suggest a time that is still to come, within half a year.")
            raise Invalid("time_past", words, f"time_{number}")
        if at is not None:
            times.append(in_utc(at.replace(tzinfo=zone)))
    return times


def _plan_seen(call: Call) -> int | None:
    """The version of the plan that was on the page; -1, which no plan has, where it was tampered with."""
    raw = str(call.form.plan.data or "")
    if not raw:
        return None if find_plan(call.session, call.introduction.id) is None else -1
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1


def _seen(call: Call, introduction: Introduction) -> int | None:
    plan = find_plan(call.session, introduction.id)
    return plan.version if plan else None
