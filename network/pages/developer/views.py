"""For developers, never in production: the mailbox of a copy without a mail server, and all components."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import select

from network.db import db
from network.models import MailMessage
from network.web.guards import public

blueprint = Blueprint("developer", __name__, url_prefix="/dev")


@blueprint.get("/mail")
@public
def mail() -> str:
    """The hundred newest mails, newest first."""
    found = db.session.scalars(select(MailMessage).order_by(MailMessage.id.desc()).limit(100)).all()
    return render_template("developer/mail.html", mails=found)


@blueprint.get("/mail/<int:mail_id>")
@public
def one_mail(mail_id: int) -> str:
    """One mail as text, with a link to its HTML part."""
    found = db.session.get(MailMessage, mail_id)
    if found is None:
        abort(404)
    return render_template("developer/one_mail.html", mail=found)


@blueprint.get("/mail/<int:mail_id>/html")
@public
def mail_html(mail_id: int) -> Response:
    """The HTML part alone, with the inline styles that mails need and pages must not have."""
    found = db.session.get(MailMessage, mail_id)
    if found is None:
        abort(404)
    response = Response(found.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    return response


@blueprint.get("/components")
@public
def components() -> str:
    """Every component with example data."""
    return render_template("developer/components.html")
