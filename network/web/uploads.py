"""Files that a form brings along."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import ValidationError

from network.domain.errors import Invalid
from network.needs.attachments import LARGEST, MOST, kind_of


def content_of(upload: FileStorage) -> tuple[bytes, str]:
    """What was sent, a byte over the cap at most, and what it was called."""
    with upload.stream as stream:
        return stream.read(LARGEST + 1), str(upload.filename or "")


def ask_again(field: Any) -> None:
    """Say at a file field that brought something that it has to be chosen again: no browser sends it by itself."""
    several = isinstance(field.data, list)
    if not field.data:
        return
    words = (
        _("Choose the files again: everything else you wrote is still here.")
        if several and len(field.data) > 1
        else _("Choose the file again: everything else you wrote is still here.")
    )
    if words not in field.errors:
        field.errors = [*field.errors, words]


class PapersField(MultipleFileField):
    """Several papers at once. Each is looked at with the rest of the form, so that all that is wrong shows at once."""

    papers: tuple[tuple[bytes, str], ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Read the files; refuse what is no paper by the name it came with, and more of them than may be."""
        if len(self.data or ()) > MOST:
            raise ValidationError(_("Choose %(most)s files at most.", most=MOST))
        self.papers = tuple(content_of(upload) for upload in self.data or ())
        wrong = [words for content, name in self.papers if (words := _refusal(content, name))]
        if wrong:
            raise ValidationError(" ".join(wrong))


def _refusal(content: bytes, name: str) -> str:
    try:
        kind_of(content)
    except Invalid as error:
        shown = "".join(sign for sign in name if sign.isprintable())[:80] or _("A file")
        return str(_("%(name)s: %(words)s", name=shown, words=error.message))
    return ""
