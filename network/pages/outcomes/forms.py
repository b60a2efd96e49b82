"""Forms of outcomes: what came of it, and the beneficiary's answer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from network.domain.errors import Invalid
from network.domain.formats import money
from network.domain.states import (
    OutcomeClass,
    OutcomeKind,
    ValueMode,
)
from network.domain.values import ValueBand
from network.models import Mission
from network.outcomes.drafts import (
    JOBS,
    KINDS_IN_JOBS,
    KINDS_IN_MONEY,
    OutcomeDraft,
    YearValue,
)
from network.outcomes.missions import OF_INTRODUCTION
from network.rules import network_config
from network.web.forms import VersionedForm
from network.web.labels import offered
from network.web.row_ids import row_number
from network.web.uploads import PapersField, ask_again

VALUE_KINDS = [
    ("sales", _l("Sales")),
    ("investment", _l("Investment")),
    ("grant", _l("Grant or research funding")),
    ("saving", _l("Money saved")),
]
# What the value of each kind mostly is.
LIKELY_VALUE = {
    OutcomeKind.INWARD_INVESTMENT: "investment",
    OutcomeKind.OUTWARD_INVESTMENT: "investment",
    OutcomeKind.FINANCE_RAISED: "investment",
    OutcomeKind.RESEARCH_AGREEMENT: "grant",
}


def bands() -> dict[str, Any]:
    """The words of each band, in the network's currency."""
    currency = network_config().currency
    words = {}
    for band in ValueBand:
        low, high = money(band.low, currency), money(band.high, currency)
        if not band.low:
            words[band.value] = _("Under %(high)s", high=high)
        elif band.high is None:
            words[band.value] = _("Over %(low)s", low=low)
        else:
            words[band.value] = _("%(low)s to %(high)s", low=low, high=high)
    return words


class OutcomeForm(VersionedForm):
    """What came of an introduction, in two minutes: `form_for` leaves only what the kind needs."""

    kind: OutcomeKind
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
        choices=[],
        validators=[Optional()],
    )
    currency = SelectField(_l("Currency"), choices=[], validators=[Optional()])
    jobs = IntegerField(
        _l("How many people?"),
        validators=[
            Optional(),
            NumberRange(1, 100_000, message=_l("Give a number between 1 and 100,000.")),
        ],
    )
    value_type = SelectField(_l("Kind of value"), choices=offered(VALUE_KINDS), default="sales")
    value_year_1 = StringField(_l("Year 1"), validators=[Length(max=20)])
    value_year_2 = StringField(_l("Year 2"), validators=[Length(max=20)])
    value_year_3 = StringField(_l("Year 3"), validators=[Length(max=20)])
    value_year_4 = StringField(_l("Year 4"), validators=[Length(max=20)])
    value_year_5 = StringField(_l("Year 5"), validators=[Length(max=20)])
    mission = SelectField(_l("Did it come of a trade mission?"), choices=[], validators=[Optional()])
    anonymous = BooleanField(_l("Keep our own name out of reports and stories"))
    is_another = BooleanField(_l("This is another one, not the one told already"))
    file = PapersField(_l("Files"))
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

    def ask_nobody_yet(self) -> None:
        """A draft may still lack who confirms it: whoever has no colleague signs for it on its page."""
        for field in (self.contact_name, self.contact_email):
            field.validators = [
                Optional(),
                *(one for one in field.validators if not isinstance(one, InputRequired)),
            ]

    def draft(self) -> OutcomeDraft:
        """The values as a draft; raises Invalid for an amount that is none."""
        kind = self.kind
        nothing = kind.outcome_class is OutcomeClass.NONE
        values, mode = self._worth()
        return OutcomeDraft(
            kind=kind,
            title=str(_("Nothing came of it")) if nothing else self.title.data,
            what_happened=self.none_reason.data if nothing else self.what_happened.data,
            happened_on=self.happened_on.data,
            help_given=self._given("help_given") or "",
            goods_services=self._given("goods_services") or "",
            other_party=self._given("other_party") or "",
            other_party_confidential=bool(self._given("other_party_confidential", True)),
            none_reason=self._given("none_reason") or None,
            value_mode=mode,
            value_band=self._given("value_band") or None,
            values=values,
            currency=self._given("currency") or None,
            anonymous=bool(self.anonymous.data),
            is_another=bool(self.is_another.data),
            mission_id=row_number(self.mission.data) if "mission" in self else OF_INTRODUCTION,
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )

    def keep_words(self) -> None:
        """Say at the files, where some came along, that they have to be chosen again."""
        if "file" in self:
            ask_again(self.file)

    def _given(self, name: str, otherwise: Any = None) -> Any:
        return self[name].data if name in self else otherwise

    def _worth(self) -> tuple[tuple[YearValue, ...], ValueMode]:
        people = self._given("jobs")
        if people:
            return (YearValue(1, JOBS, Decimal(people)),), ValueMode.EXACT
        mode = ValueMode(self._given("value_mode", ValueMode.CANNOT_SAY.value))
        return (self._values() if mode is ValueMode.EXACT else ()), mode

    def _values(self) -> tuple[YearValue, ...]:
        return read_years(self, self.value_type.data)


def read_years(form: Any, value_type: str) -> tuple[YearValue, ...]:
    """The amounts typed for the years of a form; raises Invalid, naming the field, for one that is no figure."""
    found = []
    for year in range(1, 6):
        name = f"value_year_{year}"
        typed = str(form[name].data or "").replace(",", "").replace("£", "").replace(" ", "")
        if not typed:
            continue
        try:
            amount = Decimal(typed)
        except InvalidOperation:
            raise Invalid("not_an_amount", str(_l("Give a figure such as 48500.")), name) from None
        if not amount.is_finite():
            raise Invalid("not_an_amount", str(_l("Give a figure such as 48500.")), name)
        found.append(YearValue(year, value_type, amount))
    return tuple(found)


_MONEY = [
    "value_mode",
    "value_band",
    "value_type",
    "currency",
    "goods_services",
    "value_year_1",
    "value_year_2",
    "value_year_3",
    "value_year_4",
    "value_year_5",
]


def fields_left_out(kind: OutcomeKind) -> list[str]:
    """The fields that an outcome of this kind does not need."""
    if kind.outcome_class is OutcomeClass.NONE:
        return [*_MONEY, "jobs", "other_party", "other_party_confidential", "title", "what_happened"]
    out = ["none_reason"]
    if kind not in KINDS_IN_MONEY:
        out += _MONEY
    if kind not in KINDS_IN_JOBS:
        out.append("jobs")
    if kind.outcome_class is OutcomeClass.SOFT:
        out += ["other_party", "other_party_confidential"]
    return out


def form_for(
    kind: OutcomeKind,
    currencies: list[str],
    values: dict[str, Any] | None = None,
    missions: Sequence[Mission] = (),
    *,
    papers: bool = False,
) -> OutcomeForm:
    """The form of one kind of outcome, with the currencies that have rates and the missions it may have come of.

    With `papers` it takes files; those of an outcome that stands already have a page of their own.
    """
    form = OutcomeForm(data={"value_type": LIKELY_VALUE.get(kind, "sales"), **(values or {})})
    form.kind = kind
    form.value_band.choices = offered([("", _("Choose a range")), *bands().items()])
    form.currency.choices = currency_choices(currencies, str((values or {}).get("currency") or ""))
    form.mission.choices = offered(
        [
            ("", _("No, or I do not know")),
            *((str(one.id), f"{one.name}, {one.starts_on:%Y}") for one in missions),
        ]
    )
    if not missions:
        del form.mission
    if not papers or kind.outcome_class is OutcomeClass.NONE:
        del form.file
    if kind.outcome_class is OutcomeClass.NONE:
        form.none_reason.validators = [
            InputRequired(str(_("Say in a sentence why nothing came of it."))),
            Length(max=2000),
        ]
    for name in fields_left_out(kind):
        del form[name]
    return form


def currency_choices(currencies: list[str], given: str) -> list[SelectChoice]:
    """The currencies that have rates, and the one that was given."""
    known = currencies if not given or given in currencies else [*currencies, given]
    return offered([(code, f"{code}, {get_currency_name(code, locale='en')}") for code in known])


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
