"""Forms of the reports: a figure from outside, and a file of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, DecimalField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from network.web.forms import BaseForm


class CostForm(BaseForm):
    """What the network cost in a period."""

    code = StringField(
        _l("What for"),
        validators=[InputRequired(_l("Say what it was for.")), Length(max=80)],
        default="staff",
    )
    from_on = DateField(_l("From"), validators=[InputRequired(_l("Give the first day."))])
    until_on = DateField(_l("Until"), validators=[InputRequired(_l("Give the last day."))])
    value = DecimalField(
        _l("Amount"),
        validators=[
            InputRequired(_l("Give a figure such as 48500.")),
            NumberRange(0, 9_999_999_999, message=_l("Give a figure between 0 and 9,999,999,999.")),
        ],
    )


class InputsForm(BaseForm):
    """A file of figures."""

    file = FileField(_l("The file"), validators=[FileRequired(_l("Choose a file."))])
