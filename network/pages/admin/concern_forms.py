"""Forms by which staff decide on a concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from network.domain.concerns import Measure
from network.web.concern_words import MEASURES
from network.web.forms import VersionedForm
from network.web.labels import offered

_RECORD = _l("For the record; only staff read it.")


class DismissForm(VersionedForm):
    """Nothing follows."""

    reason = TextAreaField(
        _l("Why does nothing follow?"),
        description=_RECORD,
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)],
    )


class UpholdForm(VersionedForm):
    """Something follows."""

    measure = RadioField(_l("What follows?"), validators=[InputRequired(_l("Choose what follows."))])
    reason = TextAreaField(
        _l("Why?"),
        description=_RECORD,
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)],
    )
    words = TextAreaField(
        _l("What the person concerned reads"),
        description=_l("Kindly and plainly; never who told us. They may appeal once."),
        validators=[InputRequired(_l("Say what the person concerned reads.")), Length(max=2000)],
    )

    def __init__(self, *args: Any, measures: Sequence[Measure] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.measure.choices = [(one.value, MEASURES[one.value]) for one in measures]


class SettleForm(VersionedForm):
    """The appeal is decided."""

    stands = RadioField(
        _l("Does the decision stand?"),
        choices=offered([("yes", _l("Yes, for good")), ("no", _l("No, it is taken back"))]),
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = TextAreaField(
        _l("Why?"),
        description=_RECORD,
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)],
    )
    words = TextAreaField(
        _l("What the person concerned reads"),
        validators=[InputRequired(_l("Say what the person concerned reads.")), Length(max=2000)],
    )
