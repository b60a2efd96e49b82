"""For developers, never in production: the mailbox of a copy without a mail server, and all components."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import select

from network.db import db
from network.models import MailMessage
from network.pages.developer.forms import form_with_errors
from network.web.guards import public
from network.web.paging import Page
from network.web.world_map import draw_world

blueprint = Blueprint("developer", __name__, url_prefix="/dev")
EXAMPLE_COUNTS = {
    "AE": 64,
    "OM": 12,
    "QA": 9,
    "SA": 31,
    "SG": 44,
    "US": 132,
    "CA": 48,
    "DE": 57,
    "FR": 38,
    "IN": 71,
    "AU": 52,
    "NZ": 14,
    "BR": 18,
    "ZA": 16,
    "KE": 7,
    "NG": 11,
    "JP": 24,
    "KR": 8,
    "CN": 29,
    "NO": 6,
    "CL": 3,
    "MX": 9,
    "MT": 2,
}


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
    page = Page(rows=range(20), number=2, size=20, total=184)
    world = draw_world(EXAMPLE_COUNTS, {code: f"/volunteers?market={code}" for code in EXAMPLE_COUNTS})
    return render_template("developer/components.html", form=form_with_errors(), page=page, world=world)
