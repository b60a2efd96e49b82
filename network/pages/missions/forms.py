"""The form of a mission."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from config.reference import market_choices
from network.domain.states import MissionKind
from network.outcomes.missions import MissionDetails
from network.web.forms import VersionedForm
from network.web.labels import choices_of, offered
from network.web.row_ids import row_number

SEARCH = {"data-search": "1"}


class MissionForm(VersionedForm):
    """Where it goes, when, what for, and who looks after it."""

    name = StringField(
        _l("Name"),
        description=_l("For example: Clean water mission to Oman"),
        validators=[DataRequired(_l("Give the mission a name.")), Length(max=120)],
    )
    kind = SelectField(_l("What is it for?"), validators=[InputRequired(_l("Choose what it is for."))])
    market = SelectField(
        _l("Market"), render_kw=SEARCH, validators=[InputRequired(_l("Choose the market it goes to."))]
    )
    city = StringField(_l("Place"), validators=[Optional(), Length(max=80)])
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Give the first day."))])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_l("Give the last day."))])
    chapter = SelectField(_l("Looked after by"), validators=[Optional()])
    purpose = TextAreaField(
        _l("Purpose"),
        description=_l("What should have changed when everybody is home again."),
        validators=[Optional(), Length(max=2000)],
    )

    def __init__(self, chapters: list[tuple[str, Any]], *, is_staff: bool, **given: Any) -> None:
        super().__init__(**given)
        self.kind.choices = offered(choices_of(MissionKind))
        self.market.choices = [("", _("Choose a market")), *market_choices()]
        nobody = [("", _("Network staff"))] if is_staff else []
        self.chapter.choices = offered([*nobody, *chapters])

    @property
    def details(self) -> MissionDetails:
        """What was typed, as the operation takes it."""
        return MissionDetails(
            name=self.name.data or "",
            kind=MissionKind(self.kind.data),
            market=self.market.data or "",
            city=self.city.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            purpose=self.purpose.data or "",
            chapter_id=row_number(self.chapter.data),
        )
