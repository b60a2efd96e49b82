"""Forms of an introduction: the volunteer's answers, what the two report, what a broker has to say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from network.domain.states import DeclineReason
from network.introductions.operations import FEEDBACK_ANSWERS, FOLLOW_UP_ANSWERS, FORMS, MINUTES
from network.web.forms import VersionedForm
from network.web.labels import choices_of, offered

LONGEST = 2000
_SHORTER = Length(max=LONGEST, message=_l("Keep this under 2,000 characters."))
NO_ADDRESSES = _l("Leave out addresses, numbers and links: details are exchanged once you are introduced.")

MEETING_WORDS = {
    "call": _l("By telephone"),
    "video": _l("By video"),
    "in_person": _l("In person"),
    "mail": _l("By mail"),
}
FOLLOW_UP_WORDS = {
    "nothing_yet": _l("Nothing yet"),
    "talking": _l("Still talking"),
    "deal": _l("Something came of it"),
    "stopped": _l("It stopped"),
}

FEEDBACK_WORDS = {
    "very_useful": _l("Very useful"),
    "useful": _l("Useful"),
    "not_useful": _l("Not useful this time"),
}


class AskForm(VersionedForm):
    """One question before a decision."""

    text = TextAreaField(
        _l("Your question"),
        id="question",
        description=NO_ADDRESSES,
        validators=[InputRequired(_l("Write your question first.")), _SHORTER],
    )


class ReplyForm(VersionedForm):
    """The answer to it."""

    text = TextAreaField(
        _l("Your answer"),
        id="reply",
        description=NO_ADDRESSES,
        validators=[InputRequired(_l("Write your answer first.")), _SHORTER],
    )


class MessageForm(VersionedForm):
    """Any other word in the thread."""

    text = TextAreaField(
        _l("Your message"),
        id="message",
        validators=[InputRequired(_l("Write your message first.")), _SHORTER],
    )


class NoteForm(VersionedForm):
    """A word among brokers."""

    text = TextAreaField(
        _l("A note for brokers"),
        id="broker-note",
        description=_l("Brokers of this request read it, the two sides never."),
        validators=[InputRequired(_l("Write the note first.")), _SHORTER],
    )


def _time(number: int, prefix: str) -> DateTimeLocalField:
    words = (_l("First time"), _l("Second time"), _l("Third time"))[number - 1]
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return DateTimeLocalField(words, id=f"{prefix}-{number}", format=formats, validators=[Optional()])


def _minutes(prefix: str) -> SelectField:
    return SelectField(
        _l("How long?"),
        id=f"{prefix}-minutes",
        choices=offered((str(one), _l("%(n)s minutes", n=one)) for one in MINUTES),
        coerce=int,
        default=30,
    )


class AcceptWithTimesForm(VersionedForm):
    """A yes, with up to three times to meet."""

    time_1, time_2, time_3 = (_time(number, "yes-time") for number in (1, 2, 3))
    minutes = _minutes("yes")


class ProposeForm(VersionedForm):
    """Up to three times to meet."""

    plan = HiddenField()
    time_1, time_2, time_3 = (_time(number, "time") for number in (1, 2, 3))
    minutes = _minutes("meeting")
    form = SelectField(
        _l("How?"),
        choices=offered((one, MEETING_WORDS[one]) for one in FORMS[:3]),
        default="video",
        id="plan-form",
    )
    place = StringField(
        _l("Where, or by which link or number?"),
        validators=[Optional(), Length(max=200, message=_l("Keep this under 200 characters."))],
    )


class PlanForm(VersionedForm):
    """One press about the meeting that is planned."""

    plan = HiddenField()


class AgreeForm(PlanForm):
    """One of the times that were suggested."""

    at = HiddenField()


class MissedForm(PlanForm):
    """Who could not come."""

    missed_by = RadioField(
        _l("Who could not make it?"),
        choices=offered(
            [
                ("volunteer", _l("The volunteer")),
                ("requester", _l("The asking side")),
                ("both", _l("Neither of us")),
            ]
        ),
        validators=[InputRequired(_l("Choose one of the answers."))],
    )


class DeclineForm(VersionedForm):
    """A no, with its reason."""

    reason = RadioField(
        _l("What is the reason?"),
        id="decline-reason",
        choices=offered(choices_of(DeclineReason)),
        validators=[InputRequired(_l("Choose the reason that fits best."))],
    )
    not_before = DateField(
        _l("You may ask me again from"),
        description=_l("Only where you chose “not now”."),
        validators=[Optional()],
    )
    words = TextAreaField(
        _l("Anything the network should know?"),
        id="decline-words",
        description=_l("Only the network reads it. Whoever asked reads no more than “not available”."),
        validators=[Optional(), _SHORTER],
    )


class ReferForm(VersionedForm):
    """Somebody better: of the network by their id, or outside by address."""

    volunteer = HiddenField()
    address = StringField(
        _l("Their e-mail address"),
        id="refer-address",
        description=_l("We write to them once, in your name, and say nothing of who asks."),
        validators=[
            Optional(),
            Email(_l("Give an address like name@example.org.")),
            Length(max=254),
        ],
    )

    @property
    def volunteer_id(self) -> int | None:
        """The id of the chosen volunteer; 0, which nobody has, for anything that is no id."""
        raw = str(self.volunteer.data or "")
        if not raw:
            return None
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


class PauseForm(VersionedForm):
    """A leave from today."""

    until = DateField(
        _l("The last day of your leave"),
        id="pause-until",
        validators=[InputRequired(_l("Choose the day until which you are away."))],
    )


class MeetingForm(VersionedForm):
    """A meeting that was held."""

    held_on = DateField(_l("When?"), validators=[InputRequired(_l("Give the day on which you spoke."))])
    form = RadioField(
        _l("How?"),
        choices=offered((one, MEETING_WORDS[one]) for one in FORMS),
        default="video",
        id="meeting-form",
    )
    minutes = IntegerField(
        _l("How many minutes?"),
        validators=[Optional(), NumberRange(1, 24 * 60, _l("Give the minutes as a number, such as 30."))],
    )
    note = TextAreaField(
        _l("What did you talk about?"),
        id="meeting-note",
        description=_l("Both of you and your broker read it."),
        validators=[Optional(), _SHORTER],
    )


class CompleteForm(VersionedForm):
    """It is done; the side that was helped may add its thanks."""

    thanks = TextAreaField(
        _l("Your thanks"),
        id="complete-thanks",
        description=_l("A sentence they would like to read: what was different because of them?"),
        validators=[Optional(), _SHORTER],
    )


class ThankForm(VersionedForm):
    """Thanks by themselves."""

    thanks = TextAreaField(
        _l("Your thanks"),
        id="thanks",
        description=_l("A sentence they would like to read: what was different because of them?"),
        validators=[InputRequired(_l("Write something first.")), _SHORTER],
    )


class StallForm(VersionedForm):
    """Nothing moves any more."""

    reason = TextAreaField(
        _l("What happened?"),
        id="stall-reason",
        description=_l("You can leave it empty. Both of you read it."),
        validators=[Optional(), _SHORTER],
    )


class WithdrawForm(VersionedForm):
    """Taken back before details were exchanged."""

    reason = TextAreaField(
        _l("Why?"),
        id="withdraw-reason",
        description=_l("Only the network reads this. You can leave it empty."),
        validators=[Optional(), _SHORTER],
    )


class FollowUpForm(VersionedForm):
    """What came of it so far."""

    answer = RadioField(
        _l("What has come of it so far?"),
        id="follow-up",
        choices=offered((one, FOLLOW_UP_WORDS[one]) for one in FOLLOW_UP_ANSWERS),
        validators=[InputRequired(_l("Choose one of the answers."))],
    )


class FeedbackForm(VersionedForm):
    """How the meeting was."""

    answer = RadioField(
        _l("How useful was it?"),
        id="feedback",
        choices=offered((one, FEEDBACK_WORDS[one]) for one in FEEDBACK_ANSWERS),
        validators=[InputRequired(_l("Choose one of the answers."))],
    )
    words = TextAreaField(
        _l("What should the network know?"),
        id="feedback-words",
        description=_l("Only brokers read it, the other side never."),
        validators=[Optional(), _SHORTER],
    )


class ReportForm(VersionedForm):
    """Something is wrong with the request."""

    reason = TextAreaField(
        _l("What is wrong?"),
        id="report-reason",
        description=_l("A broker reads it and looks at the request again. Until then it waits."),
        validators=[InputRequired(_l("Say in a sentence what is wrong.")), _SHORTER],
    )


class CancelForm(VersionedForm):
    """Staff end it."""

    reason = TextAreaField(
        _l("Why does it have to end?"),
        id="cancel-reason",
        description=_l("Brokers read it. Both sides are told that it ended, not why."),
        validators=[InputRequired(_l("Say why, in a sentence.")), _SHORTER],
    )
