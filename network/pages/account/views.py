"""Views of the area account, by noun."""

from __future__ import annotations

from network.pages.account import (
    chapters,
    concerns,
    organisation,
    overview,
    privacy,
    profile,
    settings,
    stop_mail,
)
from network.pages.account.area import blueprint

__all__ = [
    "blueprint",
    "chapters",
    "concerns",
    "organisation",
    "overview",
    "privacy",
    "profile",
    "settings",
    "stop_mail",
]
