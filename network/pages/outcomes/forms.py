"""Forms of outcomes: what came of it, and the beneficiary's answer."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from network.domain.errors import Invalid
from network.domain.states import OutcomeKind, PublishConsent, RatingTopic, ShareWithout, ValueMode
from network.outcomes.drafts import VALUE_BANDS, ConfirmationDraft, OutcomeDraft, YearValue
from network.web.forms import BaseForm, VersionedForm
from network.web.labels import choices_of, offered
from network.web.row_ids import row_number

BANDS = {
    "under_10k": _l("Under £10,000"),
    "10k_50k": _l("£10,000 to £50,000"),
    "50k_100k": _l("£50,000 to £100,000"),
    "100k_500k": _l("£100,000 to £500,000"),
    "500k_1m": _l("£500,000 to £1 million"),
    "1m_5m": _l("£1 million to £5 million"),
    "5m_10m": _l("£5 million to £10 million"),
    "over_10m": _l("Over £10 million"),
}
VALUE_KINDS = [
    ("sales", _l("Sales")),
    ("investment", _l("Investment")),
    ("grant", _l("Grant or research funding")),
    ("saving", _l("Money saved")),
]
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


class OutcomeForm(VersionedForm):
    """What came of an introduction, in two minutes."""

    kind = RadioField(
        _l("What came of it?"),
        choices=offered(choices_of(OutcomeKind)),
        validators=[InputRequired(_l("Choose what came of it."))],
    )
    title = StringField(
        _l("In a few words"),
        validators=[
            InputRequired(_l("Give it a short title.")),
            Length(max=140, message=_l("Keep it under 140 characters.")),
        ],
    )
    what_happened = TextAreaField(
        _l("What happened?"),
        validators=[InputRequired(_l("Say what happened, in a sentence or two.")), Length(max=4000)],
    )
    help_given = TextAreaField(_l("How did the volunteer help?"), validators=[Length(max=2000)])
    none_reason = TextAreaField(_l("Why did nothing come of it?"), validators=[Length(max=2000)])
    happened_on = DateField(
        _l("When?"), validators=[InputRequired(_l("Give the date, or the nearest you know."))]
    )
    goods_services = StringField(_l("Goods or services"), validators=[Length(max=200)])
    other_party = StringField(_l("The other party"), validators=[Length(max=200)])
    other_party_confidential = BooleanField(
        _l("Keep the other party's name to staff and the two sides"), default=True
    )
    value_mode = RadioField(
        _l("What is it worth?"),
        choices=offered(
            {
                ValueMode.CANNOT_SAY.value: _l("I cannot say"),
                ValueMode.BAND.value: _l("In this range"),
                ValueMode.EXACT.value: _l("Year by year"),
            }.items()
        ),
        default=ValueMode.CANNOT_SAY.value,
    )
    value_band = SelectField(
        _l("Range"),
        choices=offered([("", _l("Choose a range")), *[(code, BANDS[code]) for code in VALUE_BANDS]]),
        validators=[Optional()],
    )
    value_type = SelectField(_l("Kind of value"), choices=offered(VALUE_KINDS), default="sales")
    value_year_1 = StringField(_l("Year 1"), validators=[Length(max=20)])
    value_year_2 = StringField(_l("Year 2"), validators=[Length(max=20)])
    value_year_3 = StringField(_l("Year 3"), validators=[Length(max=20)])
    value_year_4 = StringField(_l("Year 4"), validators=[Length(max=20)])
    value_year_5 = StringField(_l("Year 5"), validators=[Length(max=20)])
    contact_name = StringField(
        _l("Who at the firm can confirm it?"),
        validators=[InputRequired(_l("Name somebody who can confirm it.")), Length(max=120)],
    )
    contact_email = StringField(
        _l("Their e-mail address"),
        validators=[
            InputRequired(_l("Give their e-mail address.")),
            Email(_l("Give an address like name@firm.example.")),
            Length(max=254),
        ],
    )

    def draft(self) -> OutcomeDraft:
        """The values as a draft; raises Invalid for an amount that is none."""
        exact = self.value_mode.data == ValueMode.EXACT.value
        return OutcomeDraft(
            kind=OutcomeKind(self.kind.data),
            title=self.title.data,
            what_happened=self.what_happened.data,
            happened_on=self.happened_on.data,
            help_given=self.help_given.data or "",
            goods_services=self.goods_services.data or "",
            other_party=self.other_party.data or "",
            other_party_confidential=bool(self.other_party_confidential.data),
            none_reason=self.none_reason.data or None,
            value_mode=ValueMode(self.value_mode.data),
            value_band=self.value_band.data or None,
            values=self._values() if exact else (),
            contact_name=self.contact_name.data,
            contact_email=self.contact_email.data,
        )

    def _values(self) -> tuple[YearValue, ...]:
        found = []
        for year in range(1, 6):
            name = f"value_year_{year}"
            typed = str(self[name].data or "").replace(",", "").replace("£", "").replace(" ", "")
            if not typed:
                continue
            try:
                amount = Decimal(typed)
            except InvalidOperation:
                raise Invalid("not_an_amount", str(_l("Give a figure such as 48500.")), name) from None
            if not amount.is_finite():
                raise Invalid("not_an_amount", str(_l("Give a figure such as 48500.")), name)
            found.append(YearValue(year, self.value_type.data, amount))
        return tuple(found)


class ContactForm(VersionedForm):
    """Another person who can confirm."""

    contact_name = StringField(
        _l("Name"), validators=[InputRequired(_l("Give their name.")), Length(max=120)]
    )
    contact_email = StringField(
        _l("E-mail address"),
        validators=[
            InputRequired(_l("Give their e-mail address.")),
            Email(_l("Give an address like name@firm.example.")),
            Length(max=254),
        ],
    )


class VoidForm(VersionedForm):
    """Why an outcome is taken out of the figures."""

    reason = TextAreaField(_l("Reason"), validators=[Length(max=1000)])


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

    def draft(self) -> ConfirmationDraft:
        """The values as an answer."""
        yes_no = {"yes": True, "no": False}
        return ConfirmationDraft(
            answer=self.answer.data,
            ratings={topic: _score(self[f"rating_{topic.value}"].data) for topic in RatingTopic},
            prerequisite=yes_no.get(self.prerequisite.data or ""),
            sped_up=yes_no.get(self.sped_up.data or ""),
            share_without=ShareWithout(self.share_without.data) if self.share_without.data else None,
            new_market=yes_no.get(self.new_market.data or ""),
            risk_of_not_exporting=yes_no.get(self.risk_of_not_exporting.data or ""),
            publish=PublishConsent(self.publish.data),
            comments=self.comments.data or "",
            corrections=self.corrections.data or "",
        )


def _score(value: str | None) -> int | None:
    return row_number(value)
