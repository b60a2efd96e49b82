"""Files that a form brings along."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from network.needs.attachments import LARGEST


def content_of(upload: FileStorage) -> tuple[bytes, str]:
    """What was sent, a byte over the cap at most, and what it was called."""
    with upload.stream as stream:
        return stream.read(LARGEST + 1), str(upload.filename or "")
