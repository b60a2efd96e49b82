"""Forms of a volunteer's profile: who they are, what they know, how they help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from config.reference import (
    find_help_type,
    home_place_choices,
    language_choices,
    market_choices,
    sector_choices,
)
from network.domain.states import Effort, MarketDepth
from network.pages.account.forms import SEARCH
from network.rules import network_config
from network.volunteers.profile import About
from network.volunteers.queries import Offer, Tie
from network.web.forms import RowForm, RowList, VersionedForm
from network.web.labels import choices_of
from network.web.zones import zone_choices

CHOOSE = [("", _l("Choose"))]


class UniversityRow(RowForm):
    """A university, what was studied there and when that ended."""

    university = SelectField(_l("University"), choices=[], validators=[Optional()])
    course = StringField(_l("What you studied"), validators=[Optional(), Length(max=200)])
    year = IntegerField(
        _l("Year you finished"),
        validators=[Optional(), NumberRange(1930, 2100, _l("Write the year with four digits."))],
    )

    @property
    def tie(self) -> Tie | None:
        """The tie of this row; None where it is empty."""
        university = int(self.university.data) if self.university.data else None
        if university is None and not self.course.data:
            return None
        return Tie("university", university, self.course.data or "", self.year.data)


class AboutForm(VersionedForm):
    """Who a volunteer is, where they live, why they care."""

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
    phone = TelField(
        _l("Telephone"),
        description=_l("Shown to nobody. Given only to somebody whose introduction you accept."),
        validators=[Optional(), Length(max=40)],
    )
    studied = RowList(FormField(UniversityRow), _l("Where you studied"), max_entries=8)
    places = SelectMultipleField(_l("Places you come from"), render_kw=SEARCH, validators=[Optional()])
    family = BooleanField(_l("My family comes from here"))
    friend = BooleanField(_l("I am a friend of the place"))

    def __init__(
        self,
        *args: Any,
        universities: Sequence[tuple[int, str]] = (),
        zone: str | None = None,
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        self.country.choices = [*CHOOSE, *market_choices()]
        self.timezone.choices = zone_choices(zone)
        named = [("", _l("None of these")), *((str(row_id), name) for row_id, name in universities)]
        for entry in self.studied:
            entry.form.university.choices = named
        self.places.choices = home_place_choices(network_config().home.regions)

    @property
    def about(self) -> About:
        """Who they are, as the operation takes it."""
        text = {
            field: self[field].data or ""
            for field in (
                "name",
                "headline",
                "job_title",
                "employer",
                "biography",
                "city",
                "country",
                "timezone",
                "phone",
            )
        }
        return About(**text)

    def ties(self, had: Sequence[Tie]) -> list[Tie]:
        """Why they care: what was chosen, with the words that stood beside it before."""
        words = {(tie.kind, tie.place): tie.text for tie in had}
        offered = {code for group in self.places.choices.values() for code, _label in group}
        found = [tie for entry in self.studied if (tie := entry.form.tie) is not None]
        # A place of origin that this form does not offer is not its to take away.
        places = [*self.places.data, *(tie.place for tie in had if tie.place and tie.place not in offered)]
        found += [Tie("origin", text=words.get(("origin", code), ""), place=code) for code in places]
        found += [tie for tie in had if tie.kind == "origin" and not tie.place]
        chosen = [kind for kind in ("family", "friend") if self[kind].data]
        return found + [Tie(kind, text=words.get((kind, None), "")) for kind in chosen]


class MarketRow(RowForm):
    """One market and how it is known."""

    market = SelectField(_l("Market"), choices=[], validators=[Optional()])
    depth = SelectField(_l("How you know it"), choices=[], validators=[Optional()])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.market.choices = [*CHOOSE, *market_choices()]
        self.depth.choices = choices_of(MarketDepth)


class KnowledgeForm(VersionedForm):
    """Markets, sectors, languages."""

    markets = RowList(FormField(MarketRow), _l("Markets you know"), max_entries=30)
    sectors = SelectMultipleField(
        _l("Sectors you know"),
        render_kw=SEARCH,
        description=_l("As fine as you like: whoever searches for the whole sector finds you too."),
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


class OfferRow(RowForm):
    """One kind of help: whether it is offered, how much of it, in one's own words."""

    help_type = HiddenField()
    offered = BooleanField()
    effort = SelectField(_l("How much time"), choices=[], validators=[Optional()])
    words = StringField(_l("In your own words"), validators=[Optional(), Length(max=140)])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.effort.choices = choices_of(Effort)


class HelpForm(VersionedForm):
    """What a volunteer offers, how often, and whom they keep away from."""

    help_types = RowList(FormField(OfferRow), _l("How you can help"), max_entries=60)
    capacity = IntegerField(
        _l("Introductions you can take in a month"),
        description=_l("You are never asked beyond this, and you can pause at any time."),
        validators=[InputRequired(_l("Write a number.")), NumberRange(1, 24, _l("Choose between 1 and 24."))],
    )
    employers = TextAreaField(
        _l("Firms you work for"),
        description=_l("One a line. You are never asked to help a firm that you name here."),
        validators=[Optional(), Length(max=2500)],
    )
    competitors = TextAreaField(
        _l("Firms you compete with"), description=_l("One a line."), validators=[Optional(), Length(max=2500)]
    )

    @property
    def offers(self) -> list[Offer]:
        """What is offered, as the operation takes it."""
        rows = (entry.form for entry in self.help_types)
        return [
            Offer(row.help_type.data, Effort(row.effort.data or Effort.ONE_CALL), row.words.data or "")
            for row in rows
            if row.offered.data and find_help_type(row.help_type.data or "")
        ]
