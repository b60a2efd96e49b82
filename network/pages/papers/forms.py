"""The form of a paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from network.web.forms import BaseForm


class EvidenceForm(BaseForm):
    """A file that bears an outcome out."""

    file = FileField(
        _l("The file"),
        description=_l("A PDF, or a picture as PNG, JPEG or WebP, of 5 MB at most."),
        validators=[FileRequired(_l("Choose a file."))],
    )


class PaperForm(EvidenceForm):
    """A file, and whether it waits for the introduction."""

    confidential = BooleanField(
        _l("Only after we are introduced"),
        description=_l(
            "Brokers read it before; the volunteer once they have said yes and details were exchanged."
        ),
    )
