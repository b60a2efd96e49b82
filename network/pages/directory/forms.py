"""Forms of the directory: a need described, a saved search."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from network.domain.rhythm import Rhythm
from network.matching.operations import LONGEST_NAME
from network.web.forms import BaseForm
from network.web.way_on import LONGEST_WORDS, letters_in

RHYTHMS = (
    (Rhythm.WEEKLY.value, _l("Once a week, on Monday")),
    (Rhythm.DAILY.value, _l("Every day")),
    (Rhythm.OFF.value, _l("Never, just keep it on my list")),
)


class DescribeForm(BaseForm):
    """A need in the words of who has it."""

    text = TextAreaField(
        _l("What do you need, and where?"),
        validators=[
            DataRequired(_l("Write a sentence or two about what you need.")),
            Length(max=LONGEST_WORDS, message=_l("Keep it under 2,000 characters.")),
        ],
    )

    def validate_text(self, field: TextAreaField) -> None:
        """As the counter under the field counts, so that what fits there waits whole while somebody signs in."""
        text = field.data or ""
        if len(text) <= LONGEST_WORDS < letters_in(text):
            raise ValidationError(_l("Keep it under 2,000 characters. An emoji counts as two."))


class SavedSearchForm(BaseForm):
    """A saved search: its name and its rhythm."""

    name = StringField(
        _l("What do you call it?"),
        validators=[
            DataRequired(_l("Give it a name that tells you what it is for.")),
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
