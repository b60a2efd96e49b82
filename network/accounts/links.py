"""Links that are mailed: bound to one row and one round, stored hashed, used once where they act.

The secret part is computed from the row's nonce and the deployment's key, so the worker can write the link
into a mail without the database ever holding it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.models import LinkToken

PATHS = {
    "verify_email": "/verify/",
    "sign_in": "/sign-in/link/",
    "reset_password": "/reset-password/",
    "claim": "/claim/",
    "invite": "/join/",
    # Somebody whom a volunteer named: bound to the referral invitation.
    "refer": "/join/",
    "answer": "/answer/",
    "confirm": "/confirm/",
    "follow_up": "/follow-up/",
    # Whether they spoke: bound to the introduction; the round is that of the plan, 0 where there was none.
    "spoke": "/spoke/",
}


def issue_link(
    session: Session,
    purpose: str,
    subject_id: int,
    *,
    now: datetime,
    expires_at: datetime,
    user_id: int | None = None,
    round: int = 1,
    address: str | None = None,
) -> LinkToken:
    """Make one more link for a row; earlier links of other purposes or rounds stay as they are."""
    nonce = secrets.token_urlsafe(12)
    token = LinkToken(
        purpose=purpose,
        subject_id=subject_id,
        user_id=user_id,
        round=round,
        nonce=nonce,
        token_hash=_hash(_secret(purpose, subject_id, nonce)),
        created_at=now,
        expires_at=expires_at,
        address=address,
        used_acts="",
    )
    session.add(token)
    session.flush()
    return token


def prolong_links(
    session: Session, purpose: str, subject_id: int, *, round: int, expires_at: datetime
) -> None:
    """Links of this round live at least until then: what they lead to was put off. Used ones stay used."""
    session.execute(
        update(LinkToken)
        .where(
            LinkToken.purpose == purpose,
            LinkToken.subject_id == subject_id,
            LinkToken.round == round,
            LinkToken.expires_at < expires_at,
        )
        .values(expires_at=expires_at)
    )


def link_url(token: LinkToken) -> str:
    """The absolute address to write into the mail."""
    secret = _secret(token.purpose, token.subject_id, token.nonce)
    return str(current_app.config["BASE_URL"]).rstrip("/") + PATHS[token.purpose] + secret


def find_link(session: Session, purpose: str, secret: str) -> LinkToken | None:
    """The link a secret belongs to, used and expired ones too, or None. Any text may be given."""
    if not secret or len(secret) > 200:
        return None
    return session.scalar(
        select(LinkToken).where(LinkToken.purpose == purpose, LinkToken.token_hash == _hash(secret))
    )


def is_live(token: LinkToken, now: datetime) -> bool:
    """Whether the link may still act."""
    return token.used_at is None and now <= token.expires_at


def use_link(session: Session, token: LinkToken, now: datetime) -> bool:
    """Use the link up; False when somebody else just did. The database decides between two at once."""
    used = session.execute(
        update(LinkToken)
        .where(LinkToken.id == token.id, LinkToken.used_at.is_(None), LinkToken.expires_at >= now)
        .values(used_at=now, address=None)
        .returning(LinkToken.id)
        .execution_options(synchronize_session=False)
    ).first()
    return used is not None


def use_act(session: Session, token: LinkToken, act: str) -> bool:
    """Use one act of a link that permits each act once; False when it was used."""
    acts = LinkToken.used_acts
    used = session.execute(
        update(LinkToken)
        .where(LinkToken.id == token.id, ~acts.contains(f"[{act}]", autoescape=True))
        .values(used_acts=acts + f"[{act}]")
        .returning(LinkToken.id)
        .execution_options(synchronize_session=False)
    ).first()
    return used is not None


def withdraw_links(session: Session, purpose: str, subject_id: int, now: datetime) -> None:
    """End all live links of a row for a purpose."""
    session.execute(
        update(LinkToken)
        .where(LinkToken.purpose == purpose, LinkToken.subject_id == subject_id, LinkToken.used_at.is_(None))
        .values(used_at=now, address=None)
        .execution_options(synchronize_session=False)
    )


def _secret(purpose: str, subject_id: int, nonce: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"link:{purpose}:{subject_id}:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
