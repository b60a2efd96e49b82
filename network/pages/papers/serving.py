"""How a paper leaves the house: to be kept and never shown in a page of ours, so that nothing in it can run here."""

from __future__ import annotations

import io

from flask import abort, send_file
from werkzeug.wrappers import Response

from network.models import NeedAttachment, OutcomeAttachment
from network.needs.attachments import TYPES, path_of


def file_of(paper: NeedAttachment | OutcomeAttachment) -> Response:
    """The answer that carries the file; 404 where it is no longer kept."""
    path = path_of(paper.stored)
    if not path.is_file():
        abort(404)
    # Read at once: a paper is small, and nobody has to close the file.
    answer = send_file(
        io.BytesIO(path.read_bytes()),
        mimetype=TYPES[paper.kind],
        as_attachment=True,
        download_name=paper.name,
        max_age=0,
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer
