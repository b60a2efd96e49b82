"""Forms for what follows an answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from network.domain.states import PublishConsent
from network.web.forms import BaseForm, VersionedForm
from network.web.labels import offered


class NoteForm(BaseForm):
    """A word in the thread."""

    text = TextAreaField(
        _l("Your answer"), validators=[InputRequired(_l("Write what you want to say.")), Length(max=2000)]
    )


class TakeBackForm(VersionedForm):
    """Why it is taken back."""

    why = TextAreaField(
        _l("What was not right?"),
        validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=1000)],
    )


class ActualForm(VersionedForm):
    """What the year came to."""

    amount = StringField(
        _l("Amount"), validators=[InputRequired(_l("Give a figure such as 48500.")), Length(max=20)]
    )


class ConsentForm(BaseForm):
    """Whether the story may be told."""

    publish = RadioField(
        _l("May we tell this story in public?"),
        choices=offered(
            {
                PublishConsent.NO.value: _l("No, keep it to the network"),
                PublishConsent.ANONYMOUSLY.value: _l("Yes, without names"),
                PublishConsent.BY_NAME.value: _l("Yes, with our name"),
            }.items()
        ),
        validators=[InputRequired(_l("Choose one."))],
    )
