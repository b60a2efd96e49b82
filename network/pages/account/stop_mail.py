"""Turning one kind of mail off by the link at its end, without signing in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.accounts.operations import start_mail as turn_on
from network.accounts.operations import stop_mail as turn_off
from network.accounts.operations import stopped_by_link
from network.db import committing, db
from network.pages.account.area import blueprint
from network.web.guards import by_token
from network.web.times import now

Answer = str | tuple[str, int]


@blueprint.get("/mail/stop/<token>")
@by_token
def stop_mail(token: str) -> Answer:
    """A page with one button: scanners that follow links stop nothing. Afterwards it says that it is stopped."""
    found = stopped_by_link(db.session, token)
    if found is None:
        return render_template("account/stop_mail_unknown.html"), 404
    kind, is_off = found
    page = "account/stop_mail_done.html" if is_off else "account/stop_mail.html"
    return render_template(page, token=token, kind=kind)


@blueprint.post("/mail/stop/<token>")
@by_token
def stop_mail_now(token: str) -> Answer:
    """Stop it, by the button or by the mail program's own (List-Unsubscribe=One-Click)."""
    with committing(db.session) as session:
        kind = turn_off(session, token, now())
    if kind is None:
        return render_template("account/stop_mail_unknown.html"), 404
    return render_template("account/stop_mail_done.html", token=token, kind=kind)


@blueprint.post("/mail/stop/<token>/undo")
@by_token
def start_mail_again(token: str) -> Answer | Response:
    """It was a slip: these mails come again."""
    with committing(db.session) as session:
        kind = turn_on(session, token, now())
    if kind is None:
        return render_template("account/stop_mail_unknown.html"), 404
    flash(_("These mails come to you again."))
    return redirect(url_for("account.stop_mail", token=token))


@blueprint.record_once
def _without_form_proof(state: BlueprintSetupState) -> None:
    """A mail program has no page of ours to take a form's proof from: the link's signature is the proof."""
    protection: Any = state.app.extensions["csrf"]
    protection.exempt(stop_mail_now)
