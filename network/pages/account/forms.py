"""Forms of a person's account: name and sign-in, who sees what, mail, leave, leaving, organisation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from config.reference import home_place_choices, market_choices, sector_choices
from network.domain.quiet_hours import MailRhythm
from network.domain.states import FieldGroup, Visibility
from network.organisations.operations import OrganisationDetails
from network.rules import network_config
from network.web.forms import BaseForm, VersionedForm
from network.web.labels import choices_of
from network.web.zones import zone_choices

SEARCH = {"data-search": "1"}


class ActionForm(BaseForm):
    """Only the button."""


class AccountForm(BaseForm):
    """Name and time zone."""

    name = StringField(_l("Your name"), validators=[DataRequired(_l("Write your name.")), Length(max=120)])
    timezone = SelectField(
        _l("Time zone"),
        description=_l("Dates and times are shown in it, and days to answer end at its midnight."),
    )

    def __init__(self, *args: Any, zone: str | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.timezone.choices = zone_choices(zone)


class EmailForm(BaseForm):
    """Another address for the account."""

    email = EmailField(
        _l("New e-mail address"),
        validators=[DataRequired(_l("Write the new address.")), Length(max=254)],
    )
    password = PasswordField(
        _l("Your password"), id="email-password", validators=[DataRequired(_l("Write your password."))]
    )


class PasswordForm(BaseForm):
    """Another password."""

    current = PasswordField(
        _l("Your present password"), validators=[DataRequired(_l("Write your present password."))]
    )
    password = PasswordField(
        _l("New password"),
        description=_l("At least 10 characters. Three or four words that only you put together are good."),
        validators=[DataRequired(_l("Choose a password."))],
    )


class VisibilityForm(VersionedForm):
    """Who finds a volunteer, and who reads each group of fields."""

    listing = RadioField(_l("Who may find you"))
    profile = SelectField(_l("About you and your headline"))
    work = SelectField(_l("Job title and employer"))
    place = SelectField(_l("City and country"))
    university = SelectField(_l("University and year"))
    origin = SelectField(_l("Place of origin and family"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.listing.choices = choices_of(Visibility)
        for group in FieldGroup:
            self[group.value].choices = choices_of(Visibility)

    @property
    def groups(self) -> dict[FieldGroup, Visibility]:
        """Who may read each group of fields."""
        return {group: Visibility(self[group.value].data) for group in FieldGroup}


class MailForm(BaseForm):
    """Which of the optional kinds of mail the person wants, how they come, and when."""

    wanted = SelectMultipleField(_l("Send me"), validators=[Optional()])
    rhythm = RadioField(_l("How they come"), default=MailRhythm.SINGLE.value)
    quiet = BooleanField(_l("Let all other mail wait for the morning too"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        rules = network_config().mail
        self.wanted.choices = [
            ("reminder", _l("Reminders, when something waits for me")),
            ("digest", _l("Summaries of what happened")),
            ("news", _l("News of the network and of my chapters")),
        ]
        self.rhythm.choices = [
            (MailRhythm.SINGLE.value, _l("One by one, as they come")),
            (MailRhythm.DAILY.value, _l("Gathered in one mail a day")),
            (MailRhythm.WEEKLY.value, _l("Gathered in one mail a week, on Mondays")),
        ]
        self.quiet.description = _l(
            "Reminders and news never come between %(begins)s:00 and %(ends)s:00 where you live. "
            "With this, requests and answers wait as well; mail about your sign-in does not.",
            begins=rules.quiet_from,
            ends=rules.quiet_until,
        )


class PauseForm(BaseForm):
    """A leave: nobody is asked meanwhile."""

    starts = DateField(
        _l("From"), description=_l("Leave this empty to begin today."), validators=[Optional()]
    )
    until = DateField(
        _l("Until the end of"), validators=[InputRequired(_l("Choose the day you are back after."))]
    )


class LeaveForm(BaseForm):
    """A volunteer leaves the network."""

    reason = TextAreaField(
        _l("Would you tell us why?"),
        description=_l("Only network staff read this."),
        validators=[Optional(), Length(max=1000)],
    )
    sure = BooleanField(
        _l("Yes, I want to leave"), validators=[InputRequired(_l("Tick this to show that you mean it."))]
    )


class DeleteForm(BaseForm):
    """Everything about a person is erased."""

    never_ask = BooleanField(
        _l("Never write to my address again"),
        description=_l("We keep a mark that cannot be turned back into the address."),
    )
    sure = BooleanField(
        _l("Yes, delete everything about me"),
        validators=[InputRequired(_l("Tick this to show that you mean it."))],
    )


class OrganisationForm(VersionedForm):
    """What an organisation says about itself."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Write its name.")), Length(max=160)])
    home_place = SelectField(
        _l("Where it is at home"), validators=[InputRequired(_l("Choose where it is at home."))]
    )
    description = TextAreaField(_l("What it makes or does"), validators=[Optional(), Length(max=4000)])
    sectors = SelectMultipleField(_l("Sectors"), render_kw=SEARCH, validators=[Optional()])
    markets = SelectMultipleField(_l("Markets you want to reach"), render_kw=SEARCH, validators=[Optional()])
    size = SelectField(_l("People who work there"), validators=[Optional()])
    export_experience = SelectField(_l("Selling abroad so far"), validators=[Optional()])
    website = StringField(_l("Website"), validators=[Optional(), Length(max=300)])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        regions = network_config().home.regions
        self.home_place.choices = {"": [("", _l("Choose"))], **home_place_choices(regions)}
        kept = self.home_place.data
        if kept and not any(kept == code for group in self.home_place.choices.values() for code, _w in group):
            # A place outside the network's own regions, from before or from an import, stays a choice.
            self.home_place.choices = {"": [("", _l("Choose"))], **home_place_choices()}
        self.sectors.choices = sector_choices()
        self.markets.choices = market_choices()
        self.size.choices = [("", _l("Not said")), *SIZES]
        self.export_experience.choices = [("", _l("Not said")), *EXPERIENCES]

    @property
    def details(self) -> OrganisationDetails:
        """What was typed, as the operation takes it."""
        return OrganisationDetails(
            name=self.name.data or "",
            home_place=self.home_place.data or "",
            sectors=self.sectors.data or (),
            markets=self.markets.data or (),
            size=self.size.data or None,
            export_experience=self.export_experience.data or None,
            website=self.website.data or None,
            description=self.description.data or "",
        )


SIZES = [
    ("micro", _l("1 to 9")),
    ("small", _l("10 to 49")),
    ("medium", _l("50 to 249")),
    ("large", _l("250 or more")),
]
EXPERIENCES = [("none", _l("Not yet")), ("occasional", _l("Now and then")), ("regular", _l("Regularly"))]


class InviteForm(BaseForm):
    """A colleague to invite."""

    email = EmailField(
        _l("Your colleague's e-mail address"),
        validators=[DataRequired(_l("Write the address.")), Length(max=254)],
    )


class OwnerForm(BaseForm):
    """The colleague who answers for the organisation from now on."""

    user_id = SelectField(
        _l("The new owner"), coerce=int, validators=[InputRequired(_l("Choose a colleague."))]
    )

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.user_id.choices = colleagues or []
