"""Forms of the chapters: the page, who decides about members, leads, the chapter's standing."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from config.reference import market_choices, sector_choices
from network.chapters.operations import ChapterDetails
from network.web.forms import VersionedForm
from network.web.zones import zone_choices

SEARCH = {"data-search": "1"}


class ChapterForm(VersionedForm):
    """What a chapter's page says; staff also say which markets and sectors it looks after."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Name the chapter.")), Length(max=100)])
    summary = StringField(
        _l("In a line"),
        description=_l("For example: People in the Emirates who studied or grew up in the Midlands"),
        validators=[Optional(), Length(max=200)],
    )
    description = TextAreaField(
        _l("What the chapter does"),
        description=_l("Who meets and where, what newcomers may expect, what firms come for."),
        validators=[Optional(), Length(max=6000)],
    )
    markets = SelectMultipleField(
        _l("Markets it looks after"),
        description=_l("Needs find their chapter by these."),
        render_kw=SEARCH,
        validators=[InputRequired(_l("Choose at least one market."))],
    )
    sectors = SelectMultipleField(
        _l("Sectors, where it is a sector chapter"), render_kw=SEARCH, validators=[Optional()]
    )
    host = StringField(
        _l("Host"),
        description=_l("Who lends a roof or a hand: a consulate, a chamber, an office."),
        validators=[Optional(), Length(max=160)],
    )
    city = StringField(_l("City"), validators=[Optional(), Length(max=80)])
    timezone = SelectField(
        _l("Time zone"),
        description=_l("Working days are counted in it."),
        validators=[InputRequired(_l("Choose the time zone of the chapter."))],
    )
    holidays = TextAreaField(
        _l("Days that are no working days"),
        description=_l(
            "One a line, as in 2026-12-02. Dates to answer leave them out, like weekends; what waits already moves "
            "along."
        ),
        validators=[Optional(), Length(max=4000)],
    )

    def __init__(
        self, *args: Any, zone: str | None = None, decides_markets: bool = False, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        if decides_markets:
            self.markets.choices = market_choices()
            self.sectors.choices = sector_choices()
        else:
            del self.markets, self.sectors
        self.timezone.choices = zone_choices(zone, none_yet=zone is None)

    def validate_holidays(self, field: Any) -> None:
        """Each line is a date."""
        for line in (field.data or "").split():
            try:
                date.fromisoformat(line)
            except ValueError as error:
                raise ValidationError(
                    _l("Write each day as year, month and day, as in 2026-12-02.")
                ) from error

    @property
    def details(self) -> ChapterDetails:
        """What was typed, as the operation takes it."""
        return ChapterDetails(
            name=self.name.data or "",
            summary=self.summary.data or "",
            description=self.description.data or "",
            host=self.host.data or "",
            city=self.city.data or "",
            timezone=self.timezone.data or "UTC",
            holidays=[date.fromisoformat(line) for line in (self.holidays.data or "").split()],
        )


class DecisionForm(VersionedForm):
    """A decision that has to be explained; the operation says where the reason is missing."""

    reason = TextAreaField(_l("Why, in a sentence"), validators=[Optional(), Length(max=1000)])


class AddLeadForm(VersionedForm):
    """One more lead."""

    user_id = SelectField(
        _l("Member of the chapter"), coerce=int, validators=[InputRequired(_l("Choose a member."))]
    )
    title = StringField(
        _l("What they look after"),
        description=_l("For example: Energy, or Newcomers"),
        validators=[Optional(), Length(max=80)],
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.user_id.choices = people or []


class CloseForm(VersionedForm):
    """The chapter ends; what it held passes to a successor, else to staff."""

    reason = TextAreaField(_l("Why, in a sentence"), validators=[Optional(), Length(max=1000)])
    successor = SelectField(
        _l("Successor"),
        description=_l("Its needs and members pass there. Without one, needs pass to network staff."),
        validators=[Optional()],
    )

    def __init__(self, *args: Any, chapters: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        offered = [(str(row_id), name) for row_id, name in chapters or []]
        self.successor.choices = [("", _l("None")), *offered]

    @property
    def successor_id(self) -> int | None:
        """The chapter that was chosen, if any."""
        return int(self.successor.data) if self.successor.data else None


class MergeForm(VersionedForm):
    """The chapter becomes part of another."""

    into = SelectField(_l("Into"), coerce=int, validators=[InputRequired(_l("Choose a chapter."))])

    def __init__(self, *args: Any, chapters: list[tuple[int, str]] | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.into.choices = chapters or []
