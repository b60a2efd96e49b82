"""Forms of the directory: what a saved search is called and how often it writes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from network.domain.rhythm import Rhythm
from network.matching.operations import LONGEST_NAME
from network.web.forms import BaseForm

RHYTHMS = (
    (Rhythm.WEEKLY.value, _l("Once a week, on Monday")),
    (Rhythm.DAILY.value, _l("Every day")),
    (Rhythm.OFF.value, _l("Never, just keep it on my list")),
)


class SavedSearchForm(BaseForm):
    """A saved search: its name and its rhythm."""

    name = StringField(
        _l("What do you call it?"),
        validators=[
            InputRequired(_l("Give it a name that tells you what it is for.")),
            Length(max=LONGEST_NAME, message=_l("Keep the name under 80 characters.")),
        ],
    )
    rhythm = RadioField(
        _l("How often may we write when somebody new fits?"),
        default=Rhythm.WEEKLY.value,
        validators=[InputRequired(_l("Choose how often."))],
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.rhythm.choices = list(RHYTHMS)

    @property
    def chosen(self) -> Rhythm:
        """The rhythm as the operations take it."""
        return Rhythm(self.rhythm.data)
