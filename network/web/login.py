"""Sessions by Flask-Login: a session names the account and its epoch, so a new password ends all others."""

from __future__ import annotations

from flask import Flask, g
from flask_login import LoginManager, UserMixin, login_user, logout_user

from network.db import db
from network.models import User
from network.web import way_on

manager = LoginManager()


class SessionUser(UserMixin):
    """The signed-in account, as Flask-Login wants it."""

    def __init__(self, row: User) -> None:
        self.row = row

    def get_id(self) -> str:
        """Account and epoch, so that an old epoch no longer loads."""
        return f"{self.row.id}:{self.row.session_epoch}"


def init_login(app: Flask) -> None:
    """Set Flask-Login up; pages are guarded by our own marks."""
    # Templates get the actor instead; error pages have to do without a database.
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None
    manager.user_loader(load_session_user)


def load_session_user(session_id: str) -> SessionUser | None:
    """The account a session names, or None when it was closed or its epoch is over."""
    user_id, _, epoch = session_id.partition(":")
    if not ((user_id + epoch).isascii() and user_id.isdigit() and epoch.isdigit()):
        return None
    # A database that does not answer is not taken for a stranger: the sign-in page would lose what was typed.
    user = db.session.get(User, int(user_id))
    if user is None or user.closed_at is not None or user.session_epoch != int(epoch):
        return None
    return SessionUser(user)


def sign_in_as(user: User) -> None:
    """Begin a fresh session for the account; what the old session held is dropped, but for where it was going."""
    from flask import session

    going = session.get(way_on.KEY)
    session.clear()
    if going:
        session[way_on.KEY] = going
    login_user(SessionUser(user))
    session.permanent = True
    g.pop("actor", None)


def end_session() -> None:
    """End this session."""
    from flask import session

    logout_user()
    session.clear()
    way_on.drop_words()
    g.pop("actor", None)
