"""The forms of a look at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from network.web.forms import VersionedForm


class ClearForm(VersionedForm):
    """It may go on, perhaps with conditions."""

    reason = TextAreaField(
        _l("Why is the risk acceptable?"),
        description=_l("Kept on record; brokers and staff read it."),
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)],
    )
    conditions = TextAreaField(
        _l("What has to be heeded"),
        description=_l("For the broker: whom not to ask, what not to pass on, what to check first."),
        validators=[Optional(), Length(max=2000)],
    )


class StopForm(VersionedForm):
    """It may not go on."""

    reason = TextAreaField(
        _l("Why is the risk too high?"),
        description=_l("Kept on record; brokers and staff read it."),
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)],
    )
    words = TextAreaField(
        _l("What the requester reads"),
        description=_l("Kindly, and no more than they need to know. They may appeal once."),
        validators=[InputRequired(_l("Write what the requester reads.")), Length(max=2000)],
    )


class HandOverForm(VersionedForm):
    """Who looks at it instead."""

    reviewer = SelectField(
        _l("Colleague"), coerce=int, validators=[InputRequired(_l("Choose who looks at it."))]
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[int, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.reviewer.choices = [(0, _("Choose")), *colleagues]
