"""Forms of the asking side: the need itself, and the short ones of its acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from config.reference import help_type_choices, market_choices, sector_choices
from network.domain.states import Confidentiality
from network.domain.text import contains_contact_details
from network.needs.operations import NeedContent
from network.needs.operations.content import LONGEST
from network.needs.queries import Topics
from network.rules import limits
from network.web.forms import BaseForm, VersionedForm
from network.web.need_words import EXAMPLES, GOALS, RISKS
from network.web.uploads import ask_again

OTHER_FIRM = "other"
NO_ADDRESSES = _l("Leave out addresses, numbers and links here: details are exchanged once somebody accepts.")


class NeedForm(VersionedForm):
    """A need on one page. What is missing is refused only when it is sent: a draft may be half done."""

    volunteer = HiddenField()
    organisation = SelectField(_l("Who is it for?"), validators=[InputRequired(_l("Choose who it is for."))])
    firm_number = StringField(_l("Registration number of the firm"), validators=[Optional(), Length(max=40)])
    goal = RadioField(_l("What are you trying to do?"), validators=[Optional()])
    title = StringField(
        _l("Say it in one line"),
        validators=[
            Optional(),
            Length(max=LONGEST["title"], message=_l("Keep the line under 140 characters.")),
        ],
    )
    markets = SelectField(_l("Market"), validators=[Optional()])
    second_market = SelectField(_l("A second market"), validators=[Optional()])
    sectors = SelectMultipleField(_l("Sectors"), validators=[Optional()], render_kw={"data-search": "1"})
    help_types = SelectMultipleField(_l("What would help?"), validators=[Optional()])
    background = TextAreaField(
        _l("Background"),
        validators=[
            Optional(),
            Length(max=LONGEST["background"], message=_l("Keep this under 4,000 characters.")),
        ],
    )
    ask = TextAreaField(
        _l("What exactly would you like somebody to do?"),
        validators=[Optional(), Length(max=LONGEST["ask"], message=_l("Keep this under 2,000 characters."))],
    )
    deadline_on = DateField(_l("By when does it have to happen?"), validators=[Optional()])
    urgent = BooleanField(_l("It is urgent"))
    wanted = RadioField(_l("How many people would you like to meet?"), validators=[Optional()])
    confidentiality = RadioField(
        _l("May volunteers read who you are before they accept?"),
        default=Confidentiality.OPEN.value,
    )
    shareable = TextAreaField(
        _l("What they may read"),
        validators=[
            Optional(),
            Length(max=LONGEST["shareable"], message=_l("Keep this under 2,000 characters.")),
        ],
    )
    contact_name = StringField(_l("Name"), validators=[Optional(), Length(max=120)])
    contact_email = StringField(
        _l("E-mail address"),
        validators=[Optional(), Email(_l("Give an address like name@firm.example.")), Length(max=254)],
    )
    risk_answers = SelectMultipleField(_l("Does any of this apply?"), validators=[Optional()])
    file = FileField(_l("A paper that goes with it"))
    file_confidential = BooleanField(_l("Only after we are introduced"))
    consents = BooleanField(_l("Introduce us as soon as somebody accepts"), default=True)

    def __init__(
        self, *args: Any, organisations: Sequence[tuple[str, Any]] = (), kept_goal: str = "", **given: Any
    ) -> None:
        super().__init__(*args, **given)
        places = market_choices()
        self.organisation.choices = list(organisations)
        # A goal in other words came in by another way: it is kept until another is chosen.
        kept = [(kept_goal, kept_goal)] if kept_goal and kept_goal not in GOALS else []
        self.confidentiality.choices = [
            (Confidentiality.OPEN.value, _l("Yes, they read your name and everything above")),
            (
                Confidentiality.CONFIDENTIAL.value,
                _l("No, they read only the market, the kind of help and the text you write below"),
            ),
        ]
        self.goal.choices = [*GOALS.items(), *kept]
        self.markets.choices = [("", _l("Choose a market")), *places]
        self.second_market.choices = [("", _l("None")), *places]
        self.sectors.choices = sector_choices()
        self.help_types.choices = help_type_choices()
        self.risk_answers.choices = list(RISKS.items())
        most = limits().wanted_introductions_maximum
        self.wanted.choices = [(str(count), COUNTS.get(count, count)) for count in range(1, most + 1)]

    def content(self) -> NeedContent:
        """What was written, as the operations take it."""
        return NeedContent(
            goal=self.goal.data or "",
            title=self.title.data or "",
            background=self.background.data or "",
            ask=self.ask.data or "",
            shareable=self.shareable.data or "",
            confidentiality=Confidentiality(self.confidentiality.data or Confidentiality.OPEN.value),
            urgent=bool(self.urgent.data),
            consents=bool(self.consents.data),
            wanted=int(self.wanted.data or limits().wanted_introductions_default),
            deadline_on=self.deadline_on.data,
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
            risk_answers=frozenset(self.risk_answers.data or ()),
            topics=self.topics(),
        )

    def topics(self) -> Topics:
        """Markets, sectors and kinds of help, by code."""
        markets = tuple(dict.fromkeys(code for code in (self.markets.data, self.second_market.data) if code))
        return Topics(markets, tuple(self.sectors.data or ()), tuple(self.help_types.data or ()))

    @property
    def examples(self) -> list[tuple[str, Any, Any, Any]]:
        """For each goal its words, and the line and the ask of a need that was easy to answer."""
        return [(code, words, *EXAMPLES[code]) for code, words in GOALS.items() if code in EXAMPLES]

    def keep_words(self) -> None:
        """Say at the file, where one came along, that it has to be chosen again: no browser sends it by itself."""
        ask_again(self.file)

    @property
    def is_confidential(self) -> bool:
        """Whether volunteers read only the text that was marked for them."""
        return bool(self.confidentiality.data == Confidentiality.CONFIDENTIAL.value)

    def is_complete(self, today: date) -> bool:
        """Whether it can be sent; whatever is missing stands at its field, all at once."""
        wanting = [
            (self.goal, _("Choose what you are trying to do.")),
            (self.title, _("Give it a title that a stranger understands.")),
            (self.markets, _("Choose the market it is about.")),
            (self.help_types, _("Choose at least one kind of help.")),
            (self.ask, _("Say what exactly you would like somebody to do.")),
            (self.contact_name, _("Name the person who answers for this.")),
            (self.contact_email, _("Give that person's address.")),
        ]
        if self.is_confidential:
            wanting.append((self.shareable, _("Say what volunteers may read before they accept.")))
        for field, words in wanting:
            if not field.data:
                _refuse(field, words)
        if self.deadline_on.data is not None and self.deadline_on.data <= today:
            _refuse(self.deadline_on, _("Choose a day that lies ahead."))
        for field in (self.title, self.background, self.ask, self.shareable):
            if contains_contact_details(field.data):
                _refuse(field, str(NO_ADDRESSES))
        return not self.errors


COUNTS = {1: _l("One"), 2: _l("Two"), 3: _l("Three")}
# Parts of the form, in order, with the fields that make each complete.
SECTIONS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "goal-part": (_l("Your goal"), ("goal", "title")),
    "place-part": (_l("Market and sector"), ("markets",)),
    "help-part": (_l("Help wanted"), ("help_types", "ask")),
    "time-part": (_l("By when"), ("wanted",)),
    "open-part": (_l("Who reads what"), ("confidentiality",)),
    "contact-part": (_l("Contact and checks"), ("contact_name", "contact_email")),
}


def first_unfinished(form: NeedForm) -> int:
    """The number, from 1, of the first section that lacks something; one past the last for none."""
    for number, (_words, names) in enumerate(SECTIONS.values(), 1):
        if not all(form[name].data for name in names):
            return number
    return len(SECTIONS) + 1


def _refuse(field: Any, words: str) -> None:
    if words not in field.errors:
        field.errors = [*field.errors, words]


class WithdrawForm(VersionedForm):
    """Why it is no longer needed; may be left empty."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("Only the network reads this. You can leave it empty."),
        validators=[Optional(), Length(max=1000)],
    )


class RenewForm(VersionedForm):
    """Until when it stays open."""

    deadline_on = DateField(
        _l("Keep it open until"), validators=[InputRequired(_l("Choose the day until which it stays open."))]
    )


class HandOverForm(VersionedForm):
    """Which colleague asks from now on."""

    requester = SelectField(
        _l("Your colleague"), coerce=int, validators=[InputRequired(_l("Choose who takes it over."))]
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[int, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.requester.choices = list(colleagues)


class AppealForm(VersionedForm):
    """What the first reader may have missed."""

    reason = TextAreaField(
        _l("What did we miss?"),
        description=_l("Somebody else reads it this time. There is one appeal."),
        validators=[InputRequired(_l("Say what we should look at again.")), Length(max=2000)],
    )


class AskVolunteerForm(BaseForm):
    """Somebody more to be asked for a need that is under way."""

    volunteer = HiddenField(validators=[InputRequired()])
