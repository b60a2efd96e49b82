"""The fields in which the contact puts right what was claimed: they begin with the claim."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from network.domain.errors import Invalid
from network.domain.states import OutcomeClass, OutcomeKind, ValueMode
from network.outcomes.drafts import (
    JOBS,
    KINDS_IN_JOBS,
    KINDS_IN_MONEY,
    Claim,
    ConfirmationDraft,
    YearValue,
)
from network.pages.outcomes.confirm_forms import ConfirmForm
from network.pages.outcomes.forms import LIKELY_VALUE, bands, currency_choices, read_years
from network.web.labels import label, offered

GROUPS = {
    OutcomeClass.HARD: _l("Something was signed, paid or started"),
    OutcomeClass.SOFT: _l("Something changed for the better"),
    OutcomeClass.NONE: _l("Nothing came of it"),
}


class CorrectForm(ConfirmForm):
    """The contact's answer together with what was claimed."""

    claimed: Claim
    kind = SelectField(_l("What was it?"), choices=[], validators=[Optional()])
    title = StringField(
        _l("In a few words"), validators=[Length(max=140, message=_l("Keep it under 140 characters."))]
    )
    what_happened = TextAreaField(_l("What happened?"), validators=[Length(max=4000)])
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
    # One without a rate is refused by the act, in words that say what to do.
    currency = SelectField(_l("Currency"), choices=[], validate_choice=False, validators=[Length(max=3)])
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
        # An answer without the field comes from a page that did not show the claim in fields.
        claim = self._claim() if self.happened_on.raw_data and self.answer.data != "dispute" else None
        return ConfirmationDraft(**{**self.answers(), "claim": claim})

    def _claim(self) -> Claim:
        if self.happened_on.data is None:
            raise Invalid("date_missing", str(_("Give the date, or the nearest you know.")), "happened_on")
        claimed, kind = self.claimed, OutcomeKind(self.kind.data or self.claimed.kind)
        mode, band, values = self._worth(kind)
        nothing = kind.outcome_class is OutcomeClass.NONE
        untold = claimed.title if kind is claimed.kind else str(_("Nothing came of it"))
        exact = mode is ValueMode.EXACT and kind in KINDS_IN_MONEY
        return Claim(
            kind=kind,
            title=untold if nothing else self.title.data or "",
            what_happened=self.what_happened.data or "",
            happened_on=self.happened_on.data,
            currency=(self.currency.data if exact else None) or claimed.currency,
            value_mode=mode,
            value_band=band,
            values=values,
        )

    def _worth(self, kind: OutcomeKind) -> tuple[ValueMode, str | None, tuple[YearValue, ...]]:
        """The worth as it was typed, of a kind that has one; as it was claimed otherwise."""
        claimed = self.claimed
        if kind in KINDS_IN_JOBS:
            rest = tuple(one for one in claimed.values if one.value_type != JOBS)
            people = self.jobs.data
            values = (*rest, YearValue(1, JOBS, Decimal(people))) if people else rest
            return ValueMode.EXACT if values else ValueMode.CANNOT_SAY, None, values
        if kind not in KINDS_IN_MONEY:
            return claimed.value_mode, claimed.value_band, claimed.values
        mode = ValueMode(self.value_mode.data or claimed.value_mode.value)
        band = self.value_band.data or None if mode is ValueMode.BAND else None
        return mode, band, self._years(kind) if mode is ValueMode.EXACT else ()

    def _years(self, kind: OutcomeKind) -> tuple[YearValue, ...]:
        shown = main = _main_type(self.claimed)
        if likely_value(kind) != likely_value(self.claimed.kind):
            main = likely_value(kind)
        # Values of another type than the one that is shown stay as they were claimed.
        kept = (one for one in self.claimed.values if one.value_type not in {shown, main})
        return (*kept, *read_years(self, main))


def likely_value(kind: OutcomeKind) -> str:
    """What the value of a kind mostly is."""
    return LIKELY_VALUE.get(kind, "sales")


def _main_type(claimed: Claim) -> str:
    types = [one.value_type for one in claimed.values if one.value_type != JOBS]
    return types[0] if types else likely_value(claimed.kind)


def _kinds() -> list[SelectChoice]:
    """Every kind under the words of its class; each says what its worth is told in, for the style sheet."""
    return [
        SelectChoice(
            kind.value,
            label(kind),
            {
                "data-worth": "money"
                if kind in KINDS_IN_MONEY
                else "people"
                if kind in KINDS_IN_JOBS
                else "none"
            },
            str(GROUPS[kind.outcome_class]),
        )
        for kind in OutcomeKind
    ]


def correct_form_for(claimed: Claim, currencies: list[str]) -> CorrectForm:
    """The form of one claim, its fields as it was claimed; a value may be told in one of the `currencies`."""
    in_money = claimed.kind in KINDS_IN_MONEY
    given: dict[str, Any] = {
        "kind": claimed.kind.value,
        "title": claimed.title,
        "what_happened": claimed.what_happened,
        "happened_on": claimed.happened_on,
        "currency": claimed.currency,
        "value_mode": (claimed.value_mode if in_money else ValueMode.CANNOT_SAY).value,
        "value_band": claimed.value_band or "",
    }
    main = _main_type(claimed)
    for one in claimed.values:
        if one.value_type == JOBS:
            given["jobs"] = int(one.amount)
        elif one.value_type == main:
            given[f"value_year_{one.year}"] = f"{one.amount:f}".removesuffix(".00")
    form = CorrectForm(data=given)
    form.claimed = claimed
    form.kind.choices = _kinds()
    form.value_band.choices = offered([("", _("Choose a range")), *bands().items()])
    form.currency.choices = currency_choices(currencies, claimed.currency)
    return form
