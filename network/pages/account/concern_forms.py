"""Forms of a report and of an appeal."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from network.web.concern_words import KINDS
from network.web.forms import BaseForm, VersionedForm


class ConcernForm(BaseForm):
    """What is wrong."""

    kind = RadioField(_l("What is wrong?"), validators=[InputRequired(_l("Choose what is wrong."))])
    text = TextAreaField(
        _l("What happened?"),
        description=_l("Only network staff read this. The person concerned never learns who told us."),
        validators=[InputRequired(_l("Say what happened, in a sentence or two.")), Length(max=2000)],
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.kind.choices = list(KINDS.items())


class AppealForm(VersionedForm):
    """What was missed."""

    reason = TextAreaField(
        _l("What did we miss?"),
        description=_l("Somebody else reads it. There is one appeal."),
        validators=[InputRequired(_l("Say what we should look at again.")), Length(max=2000)],
    )
