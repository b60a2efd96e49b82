"""Composing: an event becomes one mail per recipient, rendered from templates/emails/<event>/."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import css_inline
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.mail.recipients import OPTIONAL_KINDS, Recipient, may_write_to
from network.mail.timing import Timing, timing_of
from network.models import MailMessage
from network.outbox.queue import MAILED


def post(
    session: Session,
    event: str,
    to: Recipient,
    *,
    key: str,
    now: datetime,
    kind: str = "service",
    at_once: bool = False,
    reply_to: str | None = None,
    stop: str | None = None,
    calendar: str = "",
    before: datetime | None = None,
    **context: Any,
) -> bool:
    """Compose one mail and leave it to the worker; False when it was composed before or may not be sent.

    `event` names the folder of templates/emails/ with subject.txt, body.txt and body.html; `key` says what the
    mail is about ("introduction:7:offer:1"), so that event, key and recipient together make one mail for ever. An
    event of the outbox that was done before makes none again, to anybody.
    `stop` is a link that stops just this mail, in place of the one that stops its kind.
    `kind` is security, service, reminder, digest or news. `calendar` is an invitation that goes along. `before` is when
    what it says is over: it is not gathered for a day after that.
    """
    dedupe = f"{event}|{key}|{to.user_id or to.address}"[:250]
    if session.info.get(MAILED):
        return False
    if session.scalar(select(MailMessage.id).where(MailMessage.dedupe_key == dedupe)):
        return False
    if not may_write_to(session, to, kind):
        return False
    if stop is None and to.user_id and kind in OPTIONAL_KINDS:
        stop = unsubscribe_url(to.user_id, kind)
    values = {
        "to": to,
        "now": now,
        "zone": to.timezone,
        "kind": kind,
        "unsubscribe_url": stop,
        "base_url": current_app.config["BASE_URL"],
        **context,
    }
    subject, text, html = render(event, values)
    timing = Timing(now) if at_once else timing_of(session, to, kind, now, before)
    session.execute(
        insert(MailMessage).values(
            dedupe_key=dedupe,
            message_id=_message_id(dedupe),
            event=event,
            kind=kind,
            gathered=timing.gathered,
            user_id=to.user_id,
            to_address=to.address,
            reply_to=reply_to,
            subject=subject,
            text=text,
            html=html,
            calendar=calendar,
            unsubscribe_url=stop,
            created_at=now,
            due_at=timing.due_at,
            attempts=0,
        )
    )
    return True


def render(event: str, values: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML (styles inlined) of an event's mail."""
    environment = current_app.jinja_env
    subject = " ".join(environment.get_template(f"emails/{event}/subject.txt").render(values).split())
    text = environment.get_template(f"emails/{event}/body.txt").render(values).strip() + "\n"
    text = re.sub(r"\n{3,}", "\n\n", text)
    html = environment.get_template(f"emails/{event}/body.html").render(values)
    return subject[:180], text, _inliner().inline(html)


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def _message_id(dedupe: str) -> str:
    import hashlib

    host = str(current_app.config["BASE_URL"]).split("//")[-1].split("/")[0].split(":")[0]
    return f"<{hashlib.sha256(dedupe.encode()).hexdigest()[:32]}@{host}>"


def link(path: str) -> str:
    """An absolute address of this deployment for a mail."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def _stop_signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop-mail")


def unsubscribe_url(user_id: int, kind: str) -> str:
    """A signed link that turns one kind of mail off for one person, without signing in."""
    return link(f"/mail/stop/{_stop_signer().dumps([user_id, kind])}")


def read_unsubscribe(token: str) -> tuple[int, str] | None:
    """Whose link it is and the kind of mail it stops, or None when it was not made here."""
    try:
        user_id, kind = _stop_signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(user_id), str(kind)
