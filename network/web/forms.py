"""The base of all forms: CSRF, text cleaned at the edge, errors from operations mapped to their field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, HiddenField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from network.domain.errors import DomainError
from network.domain.text import clean_text


class BaseForm(FlaskForm):
    """A form whose text has no control characters and no blanks at its ends."""

    class Meta(FlaskForm.Meta):
        """Filters that hold for every text field."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the cleaning filter to each text field."""
            return super().bind_field(form, unbound_field, _with_filter(unbound_field, options))

    def process(self, *args: Any, **given: Any) -> None:
        """Read what was sent; what is shown again never holds a character that no page may hold."""
        super().process(*args, **given)
        for field in self:
            if field.process_errors and isinstance(field.data, str):
                field.data = "".join(sign for sign in field.data if sign.isprintable() or sign in "\n\t")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the shape of what was sent holds; the title of the page says where it does not."""
        holds = bool(super().validate(extra_validators))
        g.form_refused = not holds
        return holds

    def refuse(self, error: DomainError) -> None:
        """Show an operation's refusal at its field, or above the form when it has none."""
        g.form_refused = True
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]


class RowForm(Form):
    """One row of a RowList: its text is cleaned as that of the form around it."""

    class Meta(DefaultMeta):
        """Filters that hold for every text field."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the cleaning filter to each text field."""
            return super().bind_field(form, unbound_field, _with_filter(unbound_field, options))


class RowList(FieldList):
    """Rows of the same fields; numbers in field names that nobody's browser wrote are passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        start = f"{prefix}-"
        for name in formdata:
            number = name.removeprefix(start).partition("-")[0] if name.startswith(start) else ""
            if number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)


class VersionedForm(BaseForm):
    """A form that carries the version of the row its page was made from."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the person saw; -1, which no row has, when the form was tampered with."""
        raw = str(self.version.data or "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1


class ActForm(VersionedForm):
    """A form without fields: a button that does one thing to a row that was seen."""


def _with_filter(unbound_field: Any, options: dict[str, Any]) -> dict[str, Any]:
    kind = unbound_field.field_class
    # Lists and rows take none: the fields inside them have it. Passwords and files are taken as they are.
    plain = issubclass(kind, FieldList | FormField) or "Password" in kind.__name__ or "File" in kind.__name__
    if not plain:
        options["filters"] = [*(unbound_field.kwargs.pop("filters", None) or ()), _tidy]
    return options


def _tidy(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return clean_text(value)
    except (DomainError, ValueError) as error:
        raise ValidationError(
            _l("This contains characters that cannot be kept. Type it again without them.")
        ) from error
