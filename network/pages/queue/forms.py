"""The short forms of a broker's acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from network.web.forms import VersionedForm

STAFF = "staff"


class ReasonForm(VersionedForm):
    """An act that has to be explained; the asking side reads it unless the page says otherwise."""

    reason = TextAreaField(
        _l("Why?"), validators=[InputRequired(_l("Say why, in a sentence.")), Length(max=2000)]
    )


class QuestionForm(VersionedForm):
    """What the broker wants to know."""

    reason = TextAreaField(
        _l("What do you need to know?"),
        description=_l("The requester reads this and has 14 days to answer."),
        validators=[InputRequired(_l("Write the question.")), Length(max=2000)],
    )


class OpenForm(VersionedForm):
    """Open and offer: the organisation is checked in the same act."""

    organisation_checked = BooleanField(
        _l("I checked the organisation: it is real, at home here, and may ask")
    )


class RenewForm(VersionedForm):
    """Until when it stays open."""

    deadline_on = DateField(
        _l("Keep it open until"), validators=[InputRequired(_l("Choose the day until which it stays open."))]
    )


class ReassignForm(VersionedForm):
    """Who owns it from now on."""

    chapter = SelectField(_l("Give it to"), validators=[InputRequired(_l("Choose who takes it."))])
    reason = TextAreaField(_l("Why?"), validators=[Optional(), Length(max=1000)])

    def __init__(self, *args: Any, chapters: Sequence[tuple[int, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        named: list[tuple[str, Any]] = [(str(id), name) for id, name in chapters]
        self.chapter.choices = [("", _("Choose")), *named, (STAFF, _("Network staff"))]


class AssignForm(VersionedForm):
    """Who is its broker from now on."""

    broker = SelectField(_l("Broker"), coerce=int, validators=[InputRequired(_l("Choose who takes it."))])

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.broker.choices = [(0, _("Choose")), *people]


class NoteForm(VersionedForm):
    """A note that only brokers read."""

    text = TextAreaField(
        _l("Note for brokers"),
        description=_l("Neither the asking side nor a volunteer ever reads it."),
        validators=[InputRequired(_l("Write something first.")), Length(max=4000)],
    )


def picked(values: Mapping[str, str]) -> list[int]:
    """The volunteers that were given a place, in that order; the fields are named place-<volunteer>."""
    places = []
    for order, (name, value) in enumerate(values.items()):
        volunteer = name.removeprefix("place-")
        if name != volunteer and _is_small(volunteer, 9) and _is_small(value, 2) and int(value) > 0:
            places.append((int(value), order, int(volunteer)))
    return [volunteer for _place, _order, volunteer in sorted(places)]


def _is_small(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits
