"""The request's actor: one small value made once per request, the only thing rules know about who asks."""

from __future__ import annotations

from flask import g, has_request_context
from flask_login import current_user

from network.accounts.queries import load_actor
from network.db import db
from network.domain.actor import ANONYMOUS, Actor
from network.domain.states import Channel


def current_actor() -> Actor:
    """The actor of this request; ANONYMOUS outside one and for visitors."""
    if not has_request_context():
        return ANONYMOUS
    if "actor" not in g:
        g.actor = (
            load_actor(db.session, current_user.row, Channel.WEB)
            if current_user.is_authenticated
            else ANONYMOUS
        )
    actor: Actor = g.actor
    return actor
