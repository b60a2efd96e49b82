"""The signed link that turns one saved search off, without signing in."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from network.mail.compose import link


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop-saved-search")


def stop_url(saved_search_id: int) -> str:
    """The address of the page with the one button."""
    return link(f"/volunteers/searches/stop/{_signer().dumps(saved_search_id)}")


def read_stop(token: str) -> int | None:
    """Which saved search the link stops, or None when it was not made here."""
    try:
        return int(_signer().loads(token))
    except (BadSignature, ValueError, TypeError):
        return None
