"""What a visitor was about to do before they had to sign in or join: where to, and the words they had written.

Both stay in the visitor's own browser, signed and for a day. No address, no log and no table of ours holds the words.
"""

from __future__ import annotations

from time import time

from flask import Response, after_this_request, current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from network.web.own_path import own_path

KEY = "way_on"
KEPT_FOR = 24 * 60 * 60
# A browser keeps some 4,000 letters in one cookie; what is longer loses its end.
_ROOM = 3_600


def remember_way(path: str | None) -> None:
    """After signing in or joining the way leads there."""
    if own_path(path):
        session[KEY] = [path, int(time())]


def way_on(*, take: bool = False) -> str | None:
    """Where somebody was about to go; None for those who came for nothing else, and after a day."""
    held = session.pop(KEY, None) if take else session.get(KEY)
    if not (isinstance(held, list) and len(held) == 2 and time() - held[1] < KEPT_FOR):
        return None
    return own_path(held[0])


def keep_words(text: str) -> None:
    """The words wait in the visitor's browser, with as much of their end cut as does not fit."""
    kept = text.strip()
    while len(signed := _signer().dumps(kept)) > _ROOM:
        kept = kept[: len(kept) * 9 // 10]

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _name(), str(signed), secure=bool(_config("SECURE")), httponly=True, samesite="Lax", path="/"
        )
        return response


def kept_words() -> str:
    """The words that wait; empty where none do, or they were changed or have waited for a day."""
    try:
        kept = _signer().loads(request.cookies.get(_name(), ""), max_age=KEPT_FOR)
    except BadData:
        return ""
    return kept if isinstance(kept, str) else ""


def drop_words() -> None:
    """They wait no longer."""
    if _name() not in request.cookies:
        return

    @after_this_request
    def drop(response: Response) -> Response:
        response.delete_cookie(
            _name(), secure=bool(_config("SECURE")), httponly=True, samesite="Lax", path="/"
        )
        return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="kept-words")


def _name() -> str:
    return f"{_config('NAME')}-words"


def _config(what: str) -> object:
    return current_app.config[f"SESSION_COOKIE_{what}"]
