"""The fields in which the contact puts figures right: those of the claim, as they were claimed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from network.domain.errors import Invalid
from network.domain.states import OutcomeKind, ValueMode
from network.models import Outcome
from network.outcomes.drafts import JOBS, ConfirmationDraft, Figures, YearValue
from network.pages.outcomes.confirm_forms import ConfirmForm
from network.pages.outcomes.forms import LIKELY_VALUE, bands, fields_left_out, read_years
from network.web.labels import offered

YEARS = tuple(f"value_year_{year}" for year in range(1, 6))
FIGURES = ("happened_on", "value_mode", "value_band", *YEARS, "jobs")


class CorrectForm(ConfirmForm):
    """The contact's answer together with the claimed figures."""

    claimed: Figures
    happened_on = DateField(_l("When was it?"), validators=[Optional()])
    value_mode = RadioField(
        _l("What is it worth?"),
        choices=offered(
            {
                ValueMode.CANNOT_SAY.value: _l("I cannot say"),
                ValueMode.BAND.value: _l("In this range"),
                ValueMode.EXACT.value: _l("Year by year"),
            }.items()
        ),
        validators=[Optional()],
    )
    value_band = SelectField(_l("Range"), choices=[], validators=[Optional()])
    value_year_1 = StringField(_l("Year 1"), validators=[Length(max=20)])
    value_year_2 = StringField(_l("Year 2"), validators=[Length(max=20)])
    value_year_3 = StringField(_l("Year 3"), validators=[Length(max=20)])
    value_year_4 = StringField(_l("Year 4"), validators=[Length(max=20)])
    value_year_5 = StringField(_l("Year 5"), validators=[Length(max=20)])
    jobs = IntegerField(
        _l("How many people?"),
        validators=[Optional(), NumberRange(1, 100_000, message=_l("Give a number between 1 and 100,000."))],
    )

    def draft(self) -> ConfirmationDraft:
        """The values as an answer; raises Invalid for a figure that is none."""
        # An answer without the field comes from a page that did not show the figures.
        figures = self._figures() if self.happened_on.raw_data and self.answer.data != "dispute" else None
        return ConfirmationDraft(**{**self.answers(), "figures": figures})

    def _figures(self) -> Figures:
        if self.happened_on.data is None:
            raise Invalid("date_missing", str(_("Give the date, or the nearest you know.")), "happened_on")
        if "jobs" in self:
            rest = tuple(one for one in self.claimed.values if one.value_type != JOBS)
            people = self.jobs.data
            values = (*rest, YearValue(1, JOBS, Decimal(people))) if people else rest
            mode = ValueMode.EXACT if values else ValueMode.CANNOT_SAY
            return Figures(self.happened_on.data, mode, None, values)
        if "value_mode" not in self:
            claimed = self.claimed
            return Figures(self.happened_on.data, claimed.value_mode, claimed.value_band, claimed.values)
        mode = ValueMode(self.value_mode.data or self.claimed.value_mode.value)
        band = self.value_band.data or None if mode is ValueMode.BAND else None
        return Figures(self.happened_on.data, mode, band, self._years() if mode is ValueMode.EXACT else ())

    def _years(self) -> tuple[YearValue, ...]:
        kind = _main_type(self.claimed, self.kind)
        # Values of another type than the one that is shown stay as they were claimed.
        return (*(one for one in self.claimed.values if one.value_type != kind), *read_years(self, kind))


def _main_type(claimed: Figures, kind: OutcomeKind) -> str:
    types = [one.value_type for one in claimed.values]
    return types[0] if types else LIKELY_VALUE.get(kind, "sales")


def correct_form_for(outcome: Outcome, claimed: Figures) -> CorrectForm:
    """The form of one claim, its figures as they were claimed and only those its kind has."""
    kind = outcome.kind or OutcomeKind.NOTHING
    given: dict[str, Any] = {
        "happened_on": claimed.happened_on,
        "value_mode": claimed.value_mode.value,
        "value_band": claimed.value_band or "",
    }
    main = _main_type(claimed, kind)
    for one in claimed.values:
        if one.value_type == JOBS:
            given["jobs"] = int(one.amount)
        elif one.value_type == main:
            given[f"value_year_{one.year}"] = f"{one.amount:f}".removesuffix(".00")
    form = CorrectForm(data=given)
    form.claimed, form.kind = claimed, kind
    form.value_band.choices = offered([("", _("Choose a range")), *bands().items()])
    for name in fields_left_out(kind):
        if name in FIGURES:
            del form[name]
    return form
