"""Every kind of field, for the page of all components."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from config.reference import markets
from network.web.forms import BaseForm


def _markets() -> list[tuple[str, str]]:
    return [(market.code, market.label) for market in markets()]


class ExampleForm(BaseForm):
    """One field of each kind."""

    name = StringField("Your name", [DataRequired()])
    email = EmailField("E-mail address", [DataRequired()])
    password = PasswordField("Password", [DataRequired()])
    ask = TextAreaField("The exact ask", [DataRequired(), Length(max=600)])
    market = SelectField("Market", choices={"": "Choose one", **dict(_markets())})
    other_markets = SelectMultipleField(
        "Other markets you know", choices=dict(_markets()), render_kw={"data-search": True}
    )
    languages = SelectMultipleField(
        "Countries you have worked in", [Optional()], choices=dict(_markets()), default=["OM", "AE"]
    )
    effort = RadioField(
        "How much time can you give?",
        choices={"answer": "A 15-minute answer", "call": "One call", "series": "A series of calls"},
    )
    helps = SelectMultipleField(
        "What can you offer?",
        choices={
            "insight": "Market insight",
            "buyers": "Introduce buyers",
            "standards": "Regulation and standards",
            "mentoring": "Mentoring",
        },
        default=["insight"],
    )
    deadline = DateField("Answer needed by", [Optional()])
    staff = IntegerField("Number of staff", [Optional()])
    value = StringField("Value of the contract", [Optional()])
    photo = FileField("A photo of you", [Optional()])
    conduct = BooleanField("I accept the code of conduct", [DataRequired()])


def form_with_errors() -> ExampleForm:
    """The form as it comes back when two answers are missing."""
    form = ExampleForm(formdata=None)
    form.email.errors = ["Write your e-mail address, for example name@company.example."]
    form.effort.errors = ["Choose how much time you can give."]
    return form
