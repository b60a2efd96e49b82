"""What a visitor was about to do before they had to sign in or join: where to, and the words they had written.

Both stay in the visitor's own browser, signed and for a day. No address, no log and no table of ours holds the words.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from time import time

from flask import Response, after_this_request, current_app, request, session
from itsdangerous import BadData, TimestampSigner

from network.web.own_path import own_path

KEY = "way_on"
KEPT_FOR = 24 * 60 * 60
# The longest text that waits, as a browser counts letters. Packed it fills two cookies at most: one has room for some
# 4,000 bytes, and servers and proxies take 8,000 for all that a browser sends of them.
LONGEST_WORDS = 2_000
_ROOM, _MOST_COOKIES = 2_800, 2


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


def letters_in(text: str) -> int:
    """The length of a text as a browser counts it: a sign beyond the first 65,536 counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def keep_words(text: str) -> None:
    """The words wait whole in the visitor's browser; callers let nobody write more than `LONGEST_WORDS`."""
    text = text.strip()
    if letters_in(text) > LONGEST_WORDS:
        raise ValueError("more words than a browser keeps for us")
    signed = _signer().sign(_packed(text)).decode("ascii")
    parts = [signed[at : at + _ROOM] for at in range(0, len(signed), _ROOM)]

    @after_this_request
    def keep(response: Response) -> Response:
        for name, part in zip(_names(), parts, strict=False):
            response.set_cookie(
                name, part, secure=bool(_config("SECURE")), httponly=True, samesite="Lax", path="/"
            )
        return _without(response, _names()[len(parts) :])


def kept_words() -> str:
    """The words that wait; empty where none do, or they were changed or have waited for a day."""
    signed = "".join(request.cookies.get(name, "") for name in _names())
    try:
        return _unpacked(_signer().unsign(signed, max_age=KEPT_FOR))
    except BadData:
        return ""


def drop_words() -> None:
    """They wait no longer."""

    @after_this_request
    def drop(response: Response) -> Response:
        return _without(response, _names())


def _without(response: Response, names: list[str]) -> Response:
    for name in names:
        if name in request.cookies:
            response.delete_cookie(
                name, secure=bool(_config("SECURE")), httponly=True, samesite="Lax", path="/"
            )
    return response


def _packed(text: str) -> bytes:
    """The shorter of two ways: most scripts are short in the one, Chinese and Japanese in the other."""
    ways = ("8", "utf-8"), ("w", "utf-16-le")
    return min(
        (
            mark.encode() + urlsafe_b64encode(zlib.compress(text.encode(way, "surrogatepass"), 9))
            for mark, way in ways
        ),
        key=len,
    )


def _unpacked(packed: bytes) -> str:
    way = "utf-8" if packed[:1] == b"8" else "utf-16-le"
    return zlib.decompress(urlsafe_b64decode(packed[1:])).decode(way, "surrogatepass")


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="kept-words")


def _names() -> list[str]:
    return [f"{_config('NAME')}-words{number or ''}" for number in range(_MOST_COOKIES)]


def _config(what: str) -> object:
    return current_app.config[f"SESSION_COOKIE_{what}"]
