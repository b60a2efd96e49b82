"""The form behind the beneficiary's personal link."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from network.domain.states import PublishConsent, RatingTopic, ShareWithout
from network.web.forms import BaseForm
from network.web.labels import offered
from network.web.row_ids import row_number

SHARES = {
    ShareWithout.NONE: _l("None of it"),
    ShareWithout.UNDER_QUARTER: _l("Less than a quarter"),
    ShareWithout.QUARTER_TO_HALF: _l("A quarter to a half"),
    ShareWithout.ABOUT_HALF: _l("About half"),
    ShareWithout.HALF_TO_THREE_QUARTERS: _l("A half to three quarters"),
    ShareWithout.OVER_THREE_QUARTERS: _l("More than three quarters"),
    ShareWithout.ALL: _l("All of it"),
}
STEPS = [
    ("na", _l("Does not apply")),
    ("1", _l("1, no help")),
    ("2", _l("2")),
    ("3", _l("3")),
    ("4", _l("4")),
    ("5", _l("5, decisive")),
]
RATINGS = {
    RatingTopic.OVERALL: _l("The help overall"),
    RatingTopic.CONTACTS: _l("Contacts you gained"),
    RatingTopic.INFORMATION: _l("Information you could not have found"),
    RatingTopic.PROFILE: _l("Your standing in the market"),
    RatingTopic.CONFIDENCE: _l("Your confidence to go on"),
    RatingTopic.RELATIONSHIPS: _l("Relationships that last"),
    RatingTopic.PROBLEM_SOLVED: _l("A problem solved"),
}


def _rating(topic: RatingTopic) -> RadioField:
    return RadioField(RATINGS[topic], choices=offered(STEPS), default="na", validators=[Optional()])


_YES_NO = [("unsure", _l("I cannot say")), ("yes", _l("Yes")), ("no", _l("No"))]


class ConfirmForm(BaseForm):
    """The beneficiary's answer, by their personal link."""

    answer = RadioField(
        _l("Is this right?"),
        choices=offered(
            {
                "confirm": _l("Yes, that is right"),
                "confirm_with_corrections": _l("Yes, with corrections"),
                "dispute": _l("No, that is not right"),
            }.items()
        ),
        validators=[InputRequired(_l("Say whether this is right."))],
    )
    corrections = TextAreaField(_l("What should be put right?"), validators=[Length(max=2000)])
    rating_overall = _rating(RatingTopic.OVERALL)
    rating_contacts = _rating(RatingTopic.CONTACTS)
    rating_information = _rating(RatingTopic.INFORMATION)
    rating_profile = _rating(RatingTopic.PROFILE)
    rating_confidence = _rating(RatingTopic.CONFIDENCE)
    rating_relationships = _rating(RatingTopic.RELATIONSHIPS)
    rating_problem_solved = _rating(RatingTopic.PROBLEM_SOLVED)
    prerequisite = RadioField(
        _l("Could it have happened without the help?"),
        choices=offered(
            {
                "unsure": _l("I cannot say"),
                "no": _l("Yes, it could"),
                "yes": _l("No, the help was needed"),
            }.items()
        ),
        default="unsure",
        validators=[Optional()],
    )
    sped_up = RadioField(
        _l("Did the help speed things up?"),
        choices=offered(_YES_NO),
        default="unsure",
        validators=[Optional()],
    )
    share_without = SelectField(
        _l("What share of it would have happened anyway?"),
        choices=offered(
            [("", _l("I cannot say")), *[(share.value, words) for share, words in SHARES.items()]]
        ),
        default="",
        validators=[Optional()],
    )
    new_market = RadioField(
        _l("Is this market new to you?"), choices=offered(_YES_NO), default="unsure", validators=[Optional()]
    )
    risk_of_not_exporting = RadioField(
        _l("Were you at risk of giving up on exporting?"),
        choices=offered(_YES_NO),
        default="unsure",
        validators=[Optional()],
    )
    publish = RadioField(
        _l("May we tell this story in public?"),
        choices=offered(
            {
                PublishConsent.NO.value: _l("No, keep it to the network"),
                PublishConsent.ANONYMOUSLY.value: _l("Yes, without names"),
                PublishConsent.BY_NAME.value: _l("Yes, with our name"),
            }.items()
        ),
        default=PublishConsent.NO.value,
    )
    comments = TextAreaField(_l("Anything you want to add"), validators=[Length(max=2000)])
    send = SubmitField(_l("Send your answer"))

    def answers(self) -> dict[str, Any]:
        """The values of an answer by name."""
        yes_no = {"yes": True, "no": False}
        return {
            "answer": self.answer.data,
            "ratings": {topic: _score(self[f"rating_{topic.value}"].data) for topic in RatingTopic},
            "prerequisite": yes_no.get(self.prerequisite.data or ""),
            "sped_up": yes_no.get(self.sped_up.data or ""),
            "share_without": ShareWithout(self.share_without.data) if self.share_without.data else None,
            "new_market": yes_no.get(self.new_market.data or ""),
            "risk_of_not_exporting": yes_no.get(self.risk_of_not_exporting.data or ""),
            "publish": PublishConsent(self.publish.data),
            "comments": self.comments.data or "",
            "corrections": self.corrections.data or "",
        }


def _score(value: str | None) -> int | None:
    return row_number(value)
