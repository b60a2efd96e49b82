"""The way in for mail that a mail service hands over by HTTP: signed, and fresh."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, request
from flask.blueprints import BlueprintSetupState

from network.db import committing, db
from network.introductions.operations import receive_reply
from network.mail.inbound import Dropped, read_inbound
from network.web.guards import public
from network.web.times import now

HEADER = "X-Kinbridge-Signature"
# A signature is good for so long, so that one that was overheard cannot be played again for ever.
SECONDS = 300
# A refused mail is lost to its writer, so a picture that came along is taken and left aside; more than mail
# services carry is not.
LARGEST_POSTED = 26 * 1024 * 1024


@public
def receive_mail() -> Response:
    """One message as the body. The header holds `t=<unix time>,v1=<hex of HMAC-SHA256 over "t.body">`."""
    secret = current_app.config["INBOUND_SECRET"]
    if secret is None:
        abort(404)
    if (request.content_length or 0) > LARGEST_POSTED:
        abort(413)
    raw = request.get_data(cache=False)
    if not is_signed(secret, request.headers.get(HEADER, ""), raw, int(now().timestamp())):
        abort(403)
    try:
        mail = read_inbound(raw)
        with committing(db.session) as session:
            result = receive_reply(session, mail, now=now())
    except Dropped as dropped:
        result = f"dropped: {dropped.reason}"
    # Always a success: a service that is refused would try the same mail again, or write to its sender.
    answer = make_response(result + "\n", 202)
    answer.mimetype = "text/plain"
    return answer


def is_signed(secret: str, header: str, raw: bytes, at: int) -> bool:
    """Whether the header signs this body with our secret, at about this time."""
    parts = dict(part.partition("=")[::2] for part in header.split(",")[:4])
    stamp, given = parts.get("t", "").strip(), parts.get("v1", "").strip()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) or abs(at - int(stamp)) > SECONDS:
        return False
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def add_to(blueprint: Blueprint) -> None:
    """Give the area its way in; a mail service has no page of ours to take a form's proof from."""
    blueprint.post("/mail/receive")(receive_mail)

    def without_form_proof(state: BlueprintSetupState) -> None:
        protection: Any = state.app.extensions["csrf"]
        protection.exempt(receive_mail)

    blueprint.record_once(without_form_proof)
