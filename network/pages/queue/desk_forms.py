"""Forms beside the queue: several needs at once, and a view to keep."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from network.web.forms import BaseForm
from network.web.row_ids import row_number


class HoldForm(BaseForm):
    """What to do with the needs that were ticked; the button names the act."""

    act = HiddenField(validators=[InputRequired(_l("Choose what to do with them."))])
    reason = TextAreaField(_l("Why, for closing"), validators=[Optional(), Length(max=2000)])
    person = HiddenField()


class ViewForm(BaseForm):
    """A name for the filters as they are."""

    name = StringField(
        _l("Name of the view"), validators=[InputRequired(_l("Give it a name.")), Length(max=40)]
    )


def ticked(values: Sequence[str]) -> list[tuple[int, int]]:
    """Ids and versions of the needs that were ticked, out of values such as "12-3"; others are passed over."""
    picks = []
    for value in values[:200]:
        need, _dash, version = value.partition("-")
        need_id, seen = row_number(need), row_number(version)
        if need_id is not None and seen is not None:
            picks.append((need_id, seen))
    return picks
