"""Every act on an introduction: its form, and what is done with it. The mailed link permits five of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from network.domain.states import DeclineReason
from network.introductions import operations
from network.introductions.queries import need_of
from network.models import Introduction
from network.needs.operations import flag_need
from network.pages.introductions import planning
from network.pages.introductions.calls import Call, Words
from network.pages.introductions.forms import (
    AcceptWithTimesForm,
    AgreeForm,
    AskForm,
    CancelForm,
    CompleteForm,
    DeclineForm,
    FeedbackForm,
    FollowUpForm,
    MeetingForm,
    MessageForm,
    MissedForm,
    NoteForm,
    PauseForm,
    PlanForm,
    ProposeForm,
    ReferForm,
    ReplyForm,
    ReportForm,
    StallForm,
    ThankForm,
    WithdrawForm,
)
from network.web.forms import ActForm, VersionedForm


@dataclass(frozen=True, slots=True)
class Act:
    """The form of an act, and the deed."""

    form: type[VersionedForm]
    run: Callable[[Call], Words]


def _plain(operation: Callable[..., Any], words: Callable[[], Words]) -> Act:
    def run(call: Call) -> Words:
        operation(call.session, call.actor, call.introduction, now=call.now, seen=call.seen)
        return words()

    return Act(ActForm, run)


def _accept(call: Call) -> Words:
    one = operations.accept_introduction(
        call.session, call.actor, call.introduction, now=call.now, seen=call.seen
    )
    if one.introduced_at is not None:
        return _("Thank you. You have each other's details now, here and by mail.")
    return _("Thank you. They confirm once more, then you have each other's details.")


def _ask(call: Call) -> Words:
    message = operations.ask_question(
        call.session, call.actor, call.introduction, call.form.text.data, now=call.now, seen=call.seen
    )
    return (
        None if message.held_back else _("Your question is on its way. We write to you when it is answered.")
    )


def _reply(call: Call) -> Words:
    message = operations.answer_question(
        call.session, call.actor, call.introduction, call.form.text.data, now=call.now, seen=call.seen
    )
    return None if message.held_back else _("Your answer is on its way.")


def _write(call: Call) -> Words:
    message = operations.write_message(
        call.session, call.actor, call.introduction, call.form.text.data, now=call.now, seen=call.seen
    )
    return None if message.held_back else _("Your message is on its way.")


def _note(call: Call) -> Words:
    operations.write_note(call.session, call.actor, call.introduction, call.form.text.data, now=call.now)
    return _("Noted, for brokers only.")


def _decline(call: Call) -> Words:
    operations.decline(
        call.session,
        call.actor,
        call.introduction,
        DeclineReason(call.form.reason.data),
        now=call.now,
        words=call.form.words.data,
        not_before=call.form.not_before.data,
        seen=call.seen,
    )
    return _("Thank you for answering. They read no more than “not available”.")


def _refer(call: Call) -> Words:
    made = operations.refer_on(
        call.session,
        call.actor,
        call.introduction,
        now=call.now,
        volunteer_id=call.form.volunteer_id,
        address=call.form.address.data,
    )
    if isinstance(made, Introduction):
        return _("Thank you. They are asked next.")
    return _("Thank you. We invite them, in your name.")


def _pause(call: Call) -> Words:
    operations.pause_from_answer(
        call.session, call.actor, call.introduction, call.form.until.data, now=call.now
    )
    return _("Enjoy your time away. What you were asked waits for you.")


def _log_meeting(call: Call) -> Words:
    operations.log_meeting(
        call.session,
        call.actor,
        call.introduction,
        held_on=call.form.held_on.data,
        form=call.form.form.data,
        minutes=call.form.minutes.data,
        note=call.form.note.data or "",
        now=call.now,
        seen=call.seen,
    )
    return _("Good that you spoke. It stands below.")


def _complete(call: Call) -> Words:
    one = operations.complete_introduction(
        call.session, call.actor, call.introduction, now=call.now, seen=call.seen
    )
    if call.form.thanks.data:
        operations.thank_volunteer(call.session, call.actor, one, call.form.thanks.data, now=call.now)
    return _("Done, and thank you. In a while we ask what came of it.")


def _stall(call: Call) -> Words:
    operations.stall(
        call.session,
        call.actor,
        call.introduction,
        now=call.now,
        reason=call.form.reason.data,
        seen=call.seen,
    )
    return _("It rests now. Either of you can take it up again.")


def _withdraw(call: Call) -> Words:
    operations.withdraw_introduction(
        call.session,
        call.actor,
        call.introduction,
        now=call.now,
        reason=call.form.reason.data,
        seen=call.seen,
    )
    return _("Taken back, with thanks to the other side.")


def _cancel(call: Call) -> Words:
    operations.cancel_introduction(
        call.session, call.actor, call.introduction, call.form.reason.data, now=call.now, seen=call.seen
    )
    return _("Stopped. Both sides are told that it ended.")


def _follow_up(call: Call) -> Words:
    operations.record_follow_up(
        call.session, call.actor, call.introduction, call.form.answer.data, now=call.now
    )
    return _("Thank you. Every answer helps us to help the next one.")


def _feedback(call: Call) -> Words:
    operations.give_feedback(
        call.session,
        call.actor,
        call.introduction,
        call.form.answer.data,
        call.form.words.data or "",
        now=call.now,
    )
    return _("Thank you. It helps us to ask the right person next time.")


def _thank(call: Call) -> Words:
    operations.thank_volunteer(
        call.session, call.actor, call.introduction, call.form.thanks.data, now=call.now
    )
    return _("Your thanks are on their way.")


def _report(call: Call) -> Words:
    need = need_of(call.session, call.introduction)
    flag_need(call.session, call.actor, need, call.form.reason.data, now=call.now)
    return _("Thank you for telling us. A broker looks at it; until then the request waits.")


# By the last part of the address.
ACTS: dict[str, Act] = {
    "accept": Act(ActForm, _accept),
    "accept-with-times": Act(AcceptWithTimesForm, planning.accept_with_times),
    "ask": Act(AskForm, _ask),
    "answer": Act(ReplyForm, _reply),
    "message": Act(MessageForm, _write),
    "note": Act(NoteForm, _note),
    "decline": Act(DeclineForm, _decline),
    "refer": Act(ReferForm, _refer),
    "pause": Act(PauseForm, _pause),
    "late-yes": _plain(operations.late_yes, lambda: _("Thank you for coming back to it.")),
    "share-contacts": _plain(
        operations.share_contacts, lambda: _("You are introduced. Write to them while it is fresh.")
    ),
    "suggest-times": Act(ProposeForm, planning.suggest_times),
    "choose-time": Act(AgreeForm, planning.choose_time),
    "call-off": Act(PlanForm, planning.call_off),
    "log-planned": Act(PlanForm, planning.log_planned),
    "miss": Act(MissedForm, planning.miss),
    "log-meeting": Act(MeetingForm, _log_meeting),
    "start": _plain(operations.start_progress, lambda: _("Good. We ask again in a month.")),
    "progress": _plain(operations.report_progress, lambda: _("Good to hear. We ask again in a month.")),
    "complete": Act(CompleteForm, _complete),
    "stall": Act(StallForm, _stall),
    "resume": _plain(operations.resume, lambda: _("Good that it goes on.")),
    "no-contact": _plain(
        operations.mark_no_contact, lambda: _("Noted. Should you speak after all, log it here.")
    ),
    "withdraw": Act(WithdrawForm, _withdraw),
    "follow-up": Act(FollowUpForm, _follow_up),
    "feedback": Act(FeedbackForm, _feedback),
    "thank": Act(ThankForm, _thank),
    "report": Act(ReportForm, _report),
    "cancel": Act(CancelForm, _cancel),
}
# Acts in which somebody wrote something, with what has to be open for it: where the page has moved on, their words
# stand in it again.
IN_WORDS = {"message": "write", "note": "note", "answer": "answer_question", "ask": "ask"}
# What the mailed link permits, under the names by which it counts them.
BY_LINK = {
    "accept": "accept",
    "accept-with-times": "accept",
    "ask": "ask",
    "decline": "decline",
    "refer": "refer_on",
    "pause": "pause",
}


def fresh_forms(version: int | None, **refused: VersionedForm) -> dict[str, VersionedForm]:
    """A form for each act, empty but for the version; those that were sent and refused as they were."""
    made = {
        name.replace("-", "_"): act.form(formdata=None, version=version)
        for name, act in ACTS.items()
        if act.form is not ActForm
    }
    return {**made, **refused}
