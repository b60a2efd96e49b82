"""Turning one kind of mail off by the link at its end, without signing in."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.blueprints import BlueprintSetupState

from network.accounts.operations import stop_mail as turn_off
from network.db import committing, db
from network.mail.compose import read_unsubscribe
from network.mail.recipients import OPTIONAL_KINDS
from network.pages.account.area import blueprint
from network.web.guards import by_token
from network.web.times import now

Answer = str | tuple[str, int]


@blueprint.get("/mail/stop/<token>")
@by_token
def stop_mail(token: str) -> Answer:
    """A page with one button: scanners that follow links stop nothing."""
    found = read_unsubscribe(token)
    if found is None or found[1] not in OPTIONAL_KINDS:
        return render_template("account/stop_mail_unknown.html"), 404
    return render_template("account/stop_mail.html", token=token, kind=found[1])


@blueprint.post("/mail/stop/<token>")
@by_token
def stop_mail_now(token: str) -> Answer:
    """Stop it, by the button or by the mail program's own (List-Unsubscribe=One-Click)."""
    with committing(db.session) as session:
        kind = turn_off(session, token, now())
    if kind is None:
        return render_template("account/stop_mail_unknown.html"), 404
    return render_template("account/stop_mail_done.html", kind=kind)


@blueprint.record_once
def _without_form_proof(state: BlueprintSetupState) -> None:
    """A mail program has no page of ours to take a form's proof from: the link's signature is the proof."""
    protection: Any = state.app.extensions["csrf"]
    protection.exempt(stop_mail_now)
