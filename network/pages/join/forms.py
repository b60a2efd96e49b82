"""Forms for joining: an account, the volunteer's steps, an organisation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from config.reference import (
    help_type_choices,
    home_place_choices,
    language_choices,
    market_choices,
    sector_choices,
)
from network.accounts.passwords import MINIMUM
from network.domain.states import Effort, FieldGroup, MarketDepth, OrganisationKind, Visibility
from network.rules import network_config
from network.web.forms import BaseForm, VersionedForm
from network.web.labels import choices_of
from network.web.zones import zone_choices

NONE = [("", _l("Choose"))]
SEARCH = {"data-search": "1"}
MARKET_ROWS = 5


class AccountForm(BaseForm):
    """Step one for everybody: who you are and how you sign in."""

    name = StringField(_l("Your name"), validators=[DataRequired(_l("Write your name.")), Length(max=120)])
    email = EmailField(
        _l("E-mail address"),
        description=_l("Never shown to anybody. It is given away only by an introduction that you agree to."),
        # The whole check is registration's; the shape is told here, beside whatever else is missing.
        validators=[
            DataRequired(_l("Write your e-mail address.")),
            Length(max=254),
            Regexp(r"\s*[^@\s]+@[^@\s]+\s*$", message=_l("Write an e-mail address like name@example.org.")),
        ],
    )
    password = PasswordField(
        _l("Password"),
        description=_l("At least 10 characters. Three or four words that only you put together are good."),
        validators=[
            DataRequired(_l("Choose a password.")),
            Length(min=MINIMUM, message=_l("Choose a password of at least 10 characters.")),
        ],
    )
    timezone = HiddenField()
    accepts_terms = BooleanField(
        _l("I accept the terms and have read how my data is used"),
        validators=[InputRequired(_l("Accept the terms to go on."))],
    )


class ProvenForm(BaseForm):
    """An account for somebody whose address a mailed link has proven."""

    name = StringField(_l("Your name"), validators=[DataRequired(_l("Write your name.")), Length(max=120)])
    password = PasswordField(
        _l("Password"),
        description=_l("At least 10 characters. You can also sign in by a link in your mail."),
        validators=[DataRequired(_l("Choose a password."))],
    )


class PasswordForm(BaseForm):
    """The password, chosen by whoever reads the address's mail."""

    password = PasswordField(
        _l("Password"),
        description=_l("At least 10 characters: the one you chose before, or a new one."),
        validators=[DataRequired(_l("Choose a password."))],
    )


class ButtonForm(BaseForm):
    """Only the button."""


class AboutForm(VersionedForm):
    """Step two: who you are, where you live, why you care."""

    name = StringField(_l("Your name"), validators=[DataRequired(_l("Write your name.")), Length(max=120)])
    headline = StringField(
        _l("What you do, in a line"),
        description=_l("For example: Sells water technology to utilities in the Gulf"),
        validators=[DataRequired(_l("Say in a line what you do.")), Length(max=140)],
    )
    job_title = StringField(_l("Job title"), validators=[Optional(), Length(max=120)])
    employer = StringField(_l("Employer"), validators=[Optional(), Length(max=120)])
    biography = TextAreaField(
        _l("A few sentences about you"),
        description=_l("What you have done, whom you know, what people ask you about."),
        validators=[Optional(), Length(max=4000)],
    )
    country = SelectField(_l("Country you live in"), validators=[InputRequired(_l("Choose the country."))])
    city = StringField(_l("City"), validators=[Optional(), Length(max=80)])
    timezone = SelectField(_l("Your time zone"), validators=[InputRequired(_l("Choose your time zone."))])
    university = SelectField(_l("A university you studied at"), validators=[Optional()])
    course = StringField(_l("What you studied"), validators=[Optional(), Length(max=200)])
    year = IntegerField(
        _l("Year you finished"),
        validators=[Optional(), NumberRange(1930, 2100, _l("Write the year with four digits."))],
    )
    origin = SelectField(_l("A place you come from"), validators=[Optional()])
    family = BooleanField(_l("My family comes from here"))
    friend = BooleanField(_l("I am a friend of the place"))

    def __init__(self, *args: Any, universities: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.country.choices = [*NONE, *market_choices()]
        self.timezone.choices = zone_choices(none_yet=True)
        self.university.choices = [
            ("", _l("None of these")),
            *((str(i), name) for i, name in universities or []),
        ]
        places = home_place_choices(network_config().home.regions)
        self.origin.choices = {"": [("", _l("None of these"))], **places}


class MarketRow(Form):
    """One market and how it is known."""

    market = SelectField(_l("Market"), choices=[], validators=[Optional()])
    depth = SelectField(_l("How you know it"), choices=[], validators=[Optional()])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.market.choices = [*NONE, *market_choices()]
        self.depth.choices = choices_of(MarketDepth)


class KnowledgeForm(VersionedForm):
    """Step three: markets, sectors, languages."""

    markets = FieldList(FormField(MarketRow), _l("Markets you know"), min_entries=MARKET_ROWS, max_entries=30)
    sectors = SelectMultipleField(
        _l("Sectors you know"), render_kw=SEARCH, description=_l("As fine as you like: buyers look for both.")
    )
    languages = SelectMultipleField(_l("Languages you work in"), render_kw=SEARCH, validators=[Optional()])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.sectors.choices = sector_choices()
        self.languages.choices = language_choices()

    @property
    def chosen_markets(self) -> dict[str, MarketDepth]:
        """The markets that were chosen, each with how it is known."""
        rows = (entry.form for entry in self.markets)
        return {
            row.market.data: MarketDepth(row.depth.data or MarketDepth.KNOWS)
            for row in rows
            if row.market.data
        }


class HelpForm(VersionedForm):
    """Step four: what you offer, and how often."""

    help_types = SelectMultipleField(_l("How you can help"))
    effort = RadioField(_l("How much time at once"), default=Effort.ONE_CALL.value)
    capacity = IntegerField(
        _l("Introductions you can take in a month"),
        default=2,
        description=_l("You are never asked beyond this, and you can pause at any time."),
        validators=[InputRequired(_l("Write a number.")), NumberRange(1, 24, _l("Choose between 1 and 24."))],
    )
    employers = TextAreaField(
        _l("Firms you work for"),
        description=_l(
            "One a line. You are never asked to help a firm that you name here. Nobody reads this list."
        ),
        validators=[Optional(), Length(max=1000)],
    )
    competitors = TextAreaField(
        _l("Firms you compete with"), description=_l("One a line."), validators=[Optional(), Length(max=1000)]
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.help_types.choices = help_type_choices()
        self.effort.choices = choices_of(Effort)


class PrivacyForm(VersionedForm):
    """Step five: who sees what, which chapters, the code of conduct."""

    listing = RadioField(_l("Who may find you"), default=Visibility.MEMBERS.value)
    profile = SelectField(_l("About you and your headline"))
    work = SelectField(_l("Job title and employer"))
    place = SelectField(_l("City and country"))
    university = SelectField(_l("University and year"))
    origin = SelectField(_l("Place of origin and family"))
    chapters = SelectMultipleField(_l("Chapters you would like to join"), coerce=int, validators=[Optional()])
    accepts_code = BooleanField(
        _l("I accept the code of conduct"),
        validators=[InputRequired(_l("Accept the code of conduct to join."))],
    )

    def __init__(self, *args: Any, chapters: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.listing.choices = choices_of(Visibility)
        for group in FieldGroup:
            self[group.value].choices = choices_of(Visibility)
        self.chapters.choices = chapters or []

    @property
    def groups(self) -> dict[FieldGroup, Visibility]:
        """Who may read each group of fields."""
        return {group: Visibility(self[group.value].data) for group in FieldGroup}


class OrganisationForm(BaseForm):
    """A company, a university or an agency."""

    kind = RadioField(
        _l("What it is"),
        default=OrganisationKind.COMPANY.value,
        validators=[InputRequired(_l("Choose what it is."))],
    )
    name = StringField(_l("Name"), validators=[DataRequired(_l("Write its name.")), Length(max=160)])
    registration_number = StringField(
        _l("Registration number"),
        description=_l(
            "A company needs one: its number in the public register. Universities and agencies may leave it "
            "empty. A colleague who gives the same one joins you."
        ),
        validators=[Length(max=60)],
    )
    home_place = SelectField(
        _l("Where it is at home"), validators=[InputRequired(_l("Choose where it is at home."))]
    )
    sectors = SelectMultipleField(_l("Sectors"), render_kw=SEARCH, validators=[Optional()])
    size = SelectField(_l("People who work there"), validators=[Optional()])
    export_experience = SelectField(_l("Selling abroad so far"), validators=[Optional()])
    markets = SelectMultipleField(_l("Markets you want to reach"), render_kw=SEARCH, validators=[Optional()])
    website = StringField(_l("Website"), validators=[Optional(), Length(max=300)])
    description = TextAreaField(_l("What it makes or does"), validators=[Optional(), Length(max=4000)])
    job_title = StringField(_l("Your job title"), validators=[Optional(), Length(max=120)])
    phone = StringField(
        _l("Your telephone number"),
        description=_l("Given only to a volunteer who accepts an introduction to you."),
        validators=[Optional(), Length(max=40)],
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.kind.choices = choices_of(OrganisationKind)
        self.home_place.choices = {"": NONE, **home_place_choices(network_config().home.regions)}
        self.sectors.choices = sector_choices()
        self.markets.choices = market_choices()
        self.size.choices = [
            ("", _l("Choose")),
            ("micro", _l("1 to 9")),
            ("small", _l("10 to 49")),
            ("medium", _l("50 to 249")),
            ("large", _l("250 or more")),
        ]
        self.export_experience.choices = [
            ("", _l("Choose")),
            ("none", _l("Not yet")),
            ("occasional", _l("Now and then")),
            ("regular", _l("Regularly")),
        ]

    def validate_registration_number(self, field: StringField) -> None:
        """Refused together with whatever else is missing, not after it."""
        if self.kind.data == OrganisationKind.COMPANY and not (field.data or "").strip():
            raise ValidationError(_l("Write the company's registration number."))
