"""A refusal on a page of several acts: where it is shown, and what had been typed."""

from __future__ import annotations

from dataclasses import dataclass

from flask_wtf import FlaskForm

from network.domain.errors import DomainError

NOT_TYPED = frozenset({"version", "csrf_token"})


@dataclass(frozen=True, slots=True)
class Told:
    """What was refused, in a sentence, and the words that must not be lost with it."""

    message: str
    typed: str


def told(form: FlaskForm, error: DomainError) -> Told | None:
    """The refusal for the top of the page; None where it stands at a field of the form.

    The form of an act may be gone from the page once the row has moved on: its words are shown above then.
    """
    if error.field in form._fields:
        form.refuse(error)
        return None
    texts = [
        field.data for field in form if field.short_name not in NOT_TYPED and isinstance(field.data, str)
    ]
    return Told(error.message, "\n\n".join(text for text in texts if text))
